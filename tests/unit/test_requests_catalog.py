"""The catalog refuses what is incomplete, and the words of the exam are whole."""

import copy
import tomllib
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chassis.config import SettingsError, load
from chassis.errors import NotFound
from contracts.permissions import Role
from services.requests import reference
from services.requests.catalog import FOLDER, WrongDefinition, catalog, make_entry
from services.requests.catalog.broker_exam import DEFINITION
from services.requests.catalog.words import check
from services.requests.domain.definition import Field, Page, Slot
from services.requests.domain.life import Action, Status
from services.requests.reference import IncompleteWords
from services.requests.schemas.types import dump_type, dump_whole_type
from services.requests.settings import Settings

ENTRY = catalog().get("broker_exam")
TREE = tomllib.loads((FOLDER / "broker_exam.toml").read_text(encoding="utf-8"))
ENVIRON = {
    "PORTAL_ENV": "test",
    "AMQP_URL": "amqp://localhost",
    "BUS_KEY": "a:b",
    "BUS_KEYS_TRUSTED": "{}",
    "DATABASE_URL": "postgresql://localhost",
    "HEALTH_ADDRESS": "127.0.0.1:1",
    "GRANT_KEY": "a2V5",
}


def _without(*path: str) -> dict[str, Any]:
    tree = copy.deepcopy(TREE)
    node = tree
    for key in path[:-1]:
        node = node[key]
    del node[path[-1]]
    return tree


@pytest.mark.parametrize(
    "path",
    [
        ("name",),
        ("name", "en"),
        ("conditions",),
        ("fields", "mobile"),
        ("fields", "mobile", "label", "ar"),
        ("fields", "name_ar", "parts", "third"),
        ("fields", "address", "hint", "en"),
        ("pages", "contact", "title"),
        ("slots", "photo"),
        ("checks", "documents_checked", "fix"),
        ("reasons", "conditions_not_met", "text"),
        ("reasons", "wrong_value", "text"),
        ("statuses", "submitted", "explanation", "ar"),
    ],
)
def test_a_word_that_is_missing_is_refused(path: tuple[str, ...]) -> None:
    check(ENTRY.definition, TREE)
    with pytest.raises(IncompleteWords):
        check(ENTRY.definition, _without(*path))


def test_a_choice_of_the_type_itself_needs_words() -> None:
    own = replace(DEFINITION.fields[0], reference="", choices=("general_broker",))
    definition = replace(DEFINITION, fields=(own, *DEFINITION.fields[1:]))
    with pytest.raises(IncompleteWords, match=r"fields\.broker_type\.choices\.general_broker is missing"):
        check(definition, TREE)


@pytest.mark.parametrize("text", [{"ar": "نص", "en": " "}, {"ar": "", "en": "x"}, "x", {"ar": "نص", "en": 5}])
def test_an_empty_word_is_refused(text: Any) -> None:
    with pytest.raises(IncompleteWords):
        check(ENTRY.definition, {**TREE, "button": text})


def test_a_word_for_nothing_is_refused() -> None:
    tree = copy.deepcopy(TREE)
    tree["fields"]["mobil"] = {"label": {"ar": "نقال", "en": "Mobile"}}
    with pytest.raises(IncompleteWords, match=r"fields\.mobil\.label belongs to nothing"):
        check(ENTRY.definition, tree)


@pytest.mark.parametrize(
    "change",
    [
        {"fields": (*DEFINITION.fields, Field(name="mobile", kind="mobile"))},
        {"fields": (*DEFINITION.fields, Field(name="extra", kind="text"))},
        {"fields": (replace(DEFINITION.fields[0], kind="colour"), *DEFINITION.fields[1:])},
        {"fields": (replace(DEFINITION.fields[0], reference=""), *DEFINITION.fields[1:])},
        {"fields": (replace(DEFINITION.fields[0], reference="planets"), *DEFINITION.fields[1:])},
        {"pages": (*DEFINITION.pages, Page(name="more", fields=("mobile",)))},
        {"slots": (*DEFINITION.slots, Slot(code="photo"))},
        {"opened_with": frozenset({"colour"})},
        {"correction_reasons": ("unreadable", "conditions_not_met")},
        {"two_officers": frozenset({Action.REJECT, Action.RETURN})},
        {"own_moves": {}},
    ],
)
def test_a_definition_that_contradicts_itself_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(WrongDefinition):
        make_entry(replace(DEFINITION, **change), FOLDER)


def test_a_definition_without_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        make_entry(DEFINITION, tmp_path)


def test_unknown_type() -> None:
    with pytest.raises(NotFound):
        catalog().get("fishing_license")


def test_every_retake_setting_exists() -> None:
    known = {field.name for field in dataclass_fields(Settings)}
    rules = [entry.definition.one_at_a_time for entry in catalog()]
    assert {rule.setting for rule in rules if rule and rule.setting} <= known


def test_countries_are_complete() -> None:
    countries = reference.countries()
    assert len(countries) == 249
    assert all(len(code) == 2 and code.isupper() for code in countries)
    assert countries["KW"] == {"ar": "الكويت", "en": "Kuwait"}
    for language in ("ar", "en"):
        assert len({name[language] for name in countries.values()}) == 249


def test_every_status_and_role_has_words() -> None:
    assert set(reference.statuses()) == set(Status)
    assert reference.statuses()["under_review"]["name"]["ar"] == "الطلب قيد المراجعة"
    assert {role for role in Role if role not in (Role.ANYBODY, Role.SIGNED_IN)} < set(reference.roles())


def test_what_a_client_reads_of_the_exam() -> None:
    settings = load(Settings, ENVIRON)
    whole = dump_whole_type(ENTRY, settings)
    assert (whole["code"], whole["prefix"]) == ("broker_exam", "CE")
    assert whole["name"] == {"ar": "طلب امتحان وكلاء التخليص", "en": "Clearing Agent Exam Request"}
    assert whole["button"]["ar"] == "التالي"
    assert [field["name"] for field in whole["fields"] if field["required"]] == [
        "broker_type",
        "name_ar",
        "name_en",
        "nationality",
        "civil_id",
        "civil_id_expiry",
        "mobile",
        "email",
        "address",
    ]
    assert [(slot["code"], slot["required"]) for slot in whole["documents"]] == [
        ("civil_id_copy", True),
        ("photo", True),
        ("good_conduct", False),
    ]
    photo = whole["documents"][1]
    assert (photo["types"], photo["max_bytes"]) == (["image/jpeg", "image/png", "image/heic"], 10_485_760)
    nationality = next(field for field in whole["fields"] if field["name"] == "nationality")
    assert {"value": "KW", "label": {"ar": "الكويت", "en": "Kuwait"}} in nationality["choices"]
    assert whole["processing_time"] == {"working_days": 10}
    assert len(whole["requirements"]["ar"]) == len(whole["requirements"]["en"]) == 5


def test_the_target_is_a_setting() -> None:
    settings = load(Settings, {**ENVIRON, "TARGET_DAYS": '{"broker_exam": 7}'})
    assert dump_type(ENTRY, settings)["processing_time"] == {"working_days": 7}


@pytest.mark.parametrize(
    "wrong",
    [
        {"TARGET_DAYS": '{"broker_exam": 0}'},
        {"EXAM_RETAKE_DAYS": '{"failed": -2}'},
        {"EXAM_RETAKE_DAYS": '{"failed": "90"}'},
        {"DRAFT_NOTICE_DAYS": "60"},
    ],
)
def test_wrong_settings_stop_the_process(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        load(Settings, {**ENVIRON, **wrong})
