"""Words: complete in both languages, the same facts in both, plural where something is counted."""

import ast
import os
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from chassis.errors import KINDS
from contracts.permissions import Role
from gateway.locales import compile as catalogs
from gateway.locales import words
from services.requests.domain.life import Status

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "gateway" / "templates"
COUNTS = (0, 1, 2, 3, 11, 100)
LITERAL = re.compile(r"""\b(?:_|t|ngettext)\(\s*["']([a-z_]+\.[a-z_0-9]+)["']\s*[,)]""")
PREFIX = re.compile(r"""\b(?:_|t|has_words)\(\s*["']([a-z_]+[._][a-z_.]*)["']\s*~""")
PLACE = re.compile(r"%\((\w+)\)s")
ARABIC = re.compile("[\u0621-\u064a]")
EASTERN_DIGITS = re.compile("[\u0660-\u0669\u06f0-\u06f9]")
# Words of one language in the catalog of the other, on purpose.
BOTH = {"language.ar", "language.en", "list.comma", "list.separator"}


def _messages(language: str) -> dict[str, Message]:
    with (catalogs.FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        found = read_po(file, locale=language)
    return {str(m.id[0] if isinstance(m.id, list | tuple) else m.id): m for m in found if m.id}


CATALOGS = {language: _messages(language) for language in catalogs.LANGUAGES}


def _texts(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple) else [str(message.string)]


def _sources() -> dict[str, str]:
    return {
        str(path.relative_to(TEMPLATES)): path.read_text(encoding="utf-8")
        for path in TEMPLATES.rglob("*.html")
    }


def test_both_catalogs_hold_the_same_keys() -> None:
    assert CATALOGS["ar"].keys() == CATALOGS["en"].keys()
    assert len(CATALOGS["ar"]) > 500


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_no_message_is_empty_and_none_has_eastern_digits_or_markup(language: str) -> None:
    for key, message in CATALOGS[language].items():
        for text in _texts(message):
            assert text.strip(), key
            assert not EASTERN_DIGITS.search(text), key
            assert not re.search(r"<[a-z/]", text), key


def test_each_language_is_written_in_its_letters() -> None:
    for key, message in CATALOGS["en"].items():
        assert key in BOTH or not ARABIC.search(" ".join(_texts(message))), key
    for key, message in CATALOGS["ar"].items():
        assert key in BOTH or ARABIC.search(" ".join(_texts(message))) or "%(" in _texts(message)[0], key


def test_both_languages_fill_in_the_same_facts() -> None:
    for key, message in CATALOGS["ar"].items():
        if isinstance(message.id, tuple):
            continue  # one and two are words in Arabic
        assert set(PLACE.findall(_texts(message)[0])) == set(PLACE.findall(_texts(CATALOGS["en"][key])[0])), (
            key
        )


def test_every_key_that_a_template_names_is_in_the_catalogs() -> None:
    named = {key for source in _sources().values() for key in LITERAL.findall(source)}
    assert len(named) > 250
    assert {key for key in named if key not in CATALOGS["ar"]} == set()


def test_every_family_of_keys_that_a_template_completes_is_there() -> None:
    families = {prefix for source in _sources().values() for prefix in PREFIX.findall(source)}
    assert families
    assert {p for p in families if not any(key.startswith(p) for key in CATALOGS["ar"])} == set()


@pytest.mark.parametrize("family", ["status", "status_means"])
def test_every_status_has_its_words(family: str) -> None:
    assert {s for s in Status if f"{family}.{s.value}" not in CATALOGS["ar"]} == set()


def test_every_role_has_its_words() -> None:
    people = set(Role) - {Role.ANYBODY, Role.SIGNED_IN}
    for family in ("role", "account_role"):
        assert {role for role in people if f"{family}.{role.value}" not in CATALOGS["ar"]} == set()


def _error_codes() -> set[str]:
    """Codes that the code raises: first arguments of errors, faults and problems."""
    raising = {kind.__name__ for kind in KINDS.values()} | {"Wrong", "problem", "Fault"}
    codes: set[str] = set()
    for path in [
        p for part in ("chassis", "contracts", "services", "gateway") for p in (ROOT / part).rglob("*.py")
    ]:
        if "vendor_tool" in path.parts or "testing" in path.name:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) in raising
            ):
                codes |= {
                    a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
                }
    return {code for code in codes if re.fullmatch(r"[a-z_]+\.[a-z_0-9]+", code)}


def test_every_error_that_is_raised_has_words_and_a_title() -> None:
    codes = _error_codes()
    assert len(codes) > 60
    assert {code for code in codes if not words.has("ar", f"error.{code}")} == set()
    unknown = {language: words.say(language, "error_title.unknown") for language in catalogs.LANGUAGES}
    assert {c for c in codes for lang in unknown if words.title(lang, c) == unknown[lang]} == set()


def test_an_unknown_code_still_gets_a_sentence() -> None:
    assert words.error("ar", "never.heard") == words.say("ar", "error.unknown")
    assert words.title("en", "never.heard") == words.say("en", "error_title.unknown")


def test_a_missing_fact_leads_to_the_plain_sentence() -> None:
    assert "%(" not in words.error("ar", "limit.reached")
    assert words.error("en", "limit.reached", {"retry_after": 1}).endswith("in 1 second.")
    assert "%(" not in words.error("en", "code.too_soon")


def test_facts_that_are_lists_are_told_one_after_the_other() -> None:
    numbers = [f"CE/{serial}/26" for serial in range(1, 30)]
    told = words.error("en", "exam.results_differ", {"rows": numbers[:2]})
    assert told.startswith("The two lists differ at: CE/1/26, CE/2/26. ")
    assert "CE/1/26،" in words.error("ar", "exam.results_differ", {"rows": numbers[:2]})
    told = words.error("en", "exam.results_incomplete", {"missing": numbers, "unknown": []})
    assert "CE/20/26, …" in told and "CE/21/26" not in told
    assert told.endswith("Not on the list, or there twice: none.")


def test_a_range_is_told_in_bare_numbers() -> None:
    facts = {"minimum": 1, "maximum": 60}
    assert words.error("en", "field.out_of_range", facts) == "Write a number from 1 to 60."
    assert "1 إلى 60" in words.error("ar", "field.out_of_range", facts)
    assert words.error("en", "field.out_of_range") == words.say("en", "error.field.out_of_range.plain")
    assert words.error("en", "field.too_long", {"maximum": 60}).endswith("60 characters.")


def test_errors_of_any_field_are_told_with_its_name() -> None:
    assert words.error("en", "field.required", label="Address") == "Address: This is required."
    assert words.error("en", "mobile.not_kuwaiti", label="Mobile") == words.error("en", "mobile.not_kuwaiti")


@pytest.mark.parametrize("kind", ["count", "span"])
@pytest.mark.parametrize("noun", sorted(set(words.COUNTED.values())))
def test_a_counted_noun_has_all_its_forms(kind: str, noun: str) -> None:
    arabic = [words.count("ar", f"{kind}.{noun}", n) for n in COUNTS]
    assert len(set(arabic)) == len(COUNTS)
    assert "1" not in arabic[1]
    assert "2" not in arabic[2]
    assert [text.split(" ")[0] for text in (arabic[3], arabic[4], arabic[5])] == ["3", "11", "100"]
    assert [words.count("en", f"{kind}.{noun}", n).split(" ")[0] for n in COUNTS] == [str(n) for n in COUNTS]


def test_the_dual_follows_a_preposition_in_the_other_case() -> None:
    assert words.count("ar", "count.days", 2) == "يومان"
    assert words.say("ar", "verify.resend_in", seconds=2) == "يمكن طلب رمز جديد بعد ثانيتين."
    assert [words.count("ar", "count.days", n) for n in (1, 3, 11, 100)] == [
        "يوم واحد", "3 أيام", "11 يومًا", "100 يوم",
    ]  # fmt: skip


def test_catalogs_are_compiled_when_their_words_changed(tmp_path: Path) -> None:
    for language in catalogs.LANGUAGES:
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "messages.po").write_text(
            'msgid ""\nmsgstr ""\n\nmsgid "a.b"\nmsgstr "c"\n', encoding="utf-8"
        )
    assert catalogs.compile_catalogs(tmp_path) == list(catalogs.LANGUAGES)
    assert catalogs.compile_catalogs(tmp_path) == []
    source = tmp_path / "en" / "LC_MESSAGES" / "messages.po"
    later = source.stat().st_mtime + 10
    os.utime(source, (later, later))
    assert catalogs.compile_catalogs(tmp_path) == ["en"]


def test_words_are_there_where_nothing_may_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "a.b"\nmsgstr "c"\n', encoding="utf-8")

    def refuse(*_: object) -> bool:
        raise PermissionError(30, "Read-only file system")

    monkeypatch.setattr(catalogs, "_compile", refuse)
    assert catalogs.compile_catalogs(tmp_path) == []
    assert catalogs.load("en", tmp_path).gettext("a.b") == "c"
    assert list(folder.glob("*.mo")) == []
