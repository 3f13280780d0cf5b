"""What may come in from officers: queues, taking up, decisions, corrections."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields as kinds

from chassis import schemas
from chassis.errors import Fault, Invalid
from chassis.schemas import Choice, Schema, problem
from services.requests.domain.correction import LEAST_DAYS, MOST_DAYS, Asked
from services.requests.domain.life import Action
from services.requests.schemas.inputs import Step, known_type, line
from services.requests.store.lists import QUEUES
from services.requests.usecases.correcting import Return
from services.requests.usecases.deciding import Decision
from services.requests.usecases.desk import Grounds

_MOST_MARKS = 100
DECISIONS = ("approve", "reject", "return", "reopen")


class _Claim(Step):
    take_over = kinds.Boolean(truthy={True}, falsy={False}, load_default=False)


class _Grounds(Step):
    reason_code = line(60, allow_none=True)
    reason = line(1000, allow_none=True)
    note = line(4000, allow_none=True)


class _Recommendation(_Grounds):
    action = Choice("approve", "reject", load_default="approve")


class _Mark(Schema):
    field = line(40, allow_none=True)
    slot = line(40, allow_none=True)
    document_id = line(40, allow_none=True)
    reason_code = line(60, allow_none=True)
    note = line(1000, allow_none=True)


def _in_range(days: int) -> None:
    if not LEAST_DAYS <= days <= MOST_DAYS:
        raise problem("field.out_of_range", minimum=LEAST_DAYS, maximum=MOST_DAYS)


class _Return(_Grounds):
    items = kinds.List(kinds.Nested(_Mark), allow_none=True)
    fields = kinds.List(line(40), allow_none=True)  # type: ignore[assignment]  # the name on the wire
    documents = kinds.List(line(40), allow_none=True)
    working_days = kinds.Integer(strict=True, allow_none=True, validate=_in_range)


class _Assignment(Step):
    officer = line(40, required=True, minimum=1)


class _Note(Schema):
    text = line(4000, minimum=1, required=True)


class _Queue(Schema):
    queue = Choice(*QUEUES, required=True)


class _OneType(Schema):
    service_type = kinds.String(allow_none=True, load_default=None, validate=known_type)


class _Preview(Schema):
    action = Choice(*DECISIONS, required=True)
    decision = kinds.Dict(keys=kinds.String(), required=True)


def claim(version: Any, take_over: Any) -> dict[str, Any]:
    """Of claim. Raises Invalid, as all below."""
    return schemas.load(_Claim(), {"version": version, "take_over": take_over})


def decision(action: Action, arguments: Mapping[str, Any]) -> Decision:
    """Of approve, reject and reopen."""
    return Decision(action, Grounds(**schemas.load(_Grounds(), arguments)))


def recommendation(arguments: Mapping[str, Any]) -> Decision:
    """Of recommend: the decision that is recommended."""
    loaded = schemas.load(_Recommendation(), arguments)
    return Decision(Action(loaded.pop("action")), Grounds(**loaded))


def correction(arguments: Mapping[str, Any]) -> Return:
    """Of return_request: `items`, or the short form `fields` and `documents` (slots or ids of files)."""
    loaded = schemas.load(_Return(), arguments)
    asked = list(_items(loaded.pop("items", None) or ()))
    asked += [
        Asked(field=name, place=f"/fields/{at}") for at, name in enumerate(loaded.pop("fields", None) or ())
    ]
    asked += [_document(text, at) for at, text in enumerate(loaded.pop("documents", None) or ())]
    if len(asked) > _MOST_MARKS:
        raise Invalid("input.invalid", faults=[Fault("/items", "field.invalid")])
    return Return(asked, loaded.pop("working_days", None), Grounds(**loaded))


def assignment(officer: Any, version: Any) -> dict[str, Any]:
    """Of assign."""
    return schemas.load(_Assignment(), {"officer": officer, "version": version})


def preview(action: Any, given: Any) -> tuple[str, dict[str, Any]]:
    """Of preview_decision: the word of the decision and its arguments."""
    loaded = schemas.load(_Preview(), {"action": action, "decision": given})
    return loaded["action"], loaded["decision"]


def note(text: Any) -> str:
    """Of add_note."""
    return schemas.load(_Note(), {"text": text})["text"]


def queue(name: Any) -> str:
    """One of the Bureau's queues."""
    return schemas.load(_Queue(), {"queue": name})["queue"]


def one_type(service_type: Any) -> str | None:
    """Of take_next."""
    return schemas.load(_OneType(), {"service_type": service_type})["service_type"]


def _items(items: Any) -> Any:
    for at, item in enumerate(items):
        named = [name for name in ("field", "slot", "document_id") if item.get(name)]
        if len(named) != 1:
            raise Invalid("input.invalid", faults=[Fault(f"/items/{at}", "correction.one_target")])
        yield Asked(
            **{name: text or None for name, text in item.items()},
            place=f"/items/{at}/{named[0]}",
            reason_place=f"/items/{at}/reason_code",
        )


def _document(text: str, at: int) -> Asked:
    """An id of a file has dashes, the code of a slot never."""
    named = {"document_id": text} if "-" in text else {"slot": text}
    return Asked(**named, place=f"/documents/{at}")
