"""Clearing Agent Exam Request: a candidate applies to sit the exam for customs brokers."""

from contracts.permissions import APPLICANTS
from services.requests.domain import checks
from services.requests.domain.definition import (
    IMAGES,
    Check,
    Field,
    OneAtATime,
    Page,
    ServiceType,
    Slot,
)
from services.requests.domain.life import Action, Status

BEFORE_FINAL_LIST = (
    Status.PRELIMINARILY_APPROVED,
    Status.WAITING_LISTED,
    Status.NOMINATED,
    Status.ATTENDANCE_CONFIRMED,
)
IN_SESSION = (Status.WAITING_LISTED, Status.NOMINATED, Status.ATTENDANCE_CONFIRMED, Status.ON_FINAL_LIST)

DEFINITION = ServiceType(
    code="broker_exam",
    prefix="CE",
    filers=APPLICANTS,
    legal_entities=frozenset({"clearing_agent"}),
    opened_with=frozenset({"broker_type"}),
    fields=(
        Field(name="broker_type", kind="choice", required=True, reference="broker_types"),
        Field(
            name="name_ar",
            kind="name_ar",
            required=True,
            known={"first": "first_name", "fourth": "last_name"},
        ),
        Field(
            name="name_en",
            kind="name_en",
            required=True,
            known={"first": "first_name", "fourth": "last_name"},
        ),
        Field(name="nationality", kind="choice", required=True, reference="countries"),
        Field(name="civil_id", kind="civil_id", required=True, typed=False, known={"": "civil_id"}),
        Field(name="civil_id_expiry", kind="date", required=True, after_today=True),
        Field(name="mobile", kind="mobile", required=True, known={"": "mobile"}),
        Field(name="email", kind="email", required=True, known={"": "email"}),
        Field(name="address", kind="text", required=True, minimum=3, maximum=200),
        Field(name="notes", kind="long_text", maximum=1000),
    ),
    pages=(
        Page(name="broker_type", fields=("broker_type",)),
        Page(name="names", fields=("name_ar", "name_en")),
        Page(name="identity", fields=("nationality", "civil_id", "civil_id_expiry")),
        Page(name="contact", fields=("mobile", "email", "address", "notes")),
    ),
    slots=(
        Slot(code="civil_id_copy", required=True),
        Slot(code="photo", required=True, types=IMAGES),
        Slot(code="good_conduct"),
    ),
    checks=(
        Check(code="account_fits", passes=checks.legal_entity_fits),
        Check(code="no_earlier_request", passes=checks.is_not_blocked),
        Check(code="fields_complete", passes=checks.fields_are_complete),
        Check(code="civil_id_valid", passes=checks.dates_are_ahead),
        Check(code="documents_complete", passes=checks.documents_are_complete),
        Check(code="documents_checked", passes=checks.documents_are_checked),
    ),
    path=(
        Status.SUBMITTED,
        Status.UNDER_REVIEW,
        Status.PRELIMINARILY_APPROVED,
        Status.NOMINATED,
        Status.ATTENDANCE_CONFIRMED,
        Status.ON_FINAL_LIST,
        Status.PASSED,
    ),
    own_moves={
        (Action.APPROVE, Status.UNDER_REVIEW): Status.PRELIMINARILY_APPROVED,
        (Action.REOPEN, Status.PRELIMINARILY_APPROVED): Status.UNDER_REVIEW,
        (Action.NOMINATE, Status.PRELIMINARILY_APPROVED): Status.NOMINATED,
        (Action.WAIT_LIST, Status.PRELIMINARILY_APPROVED): Status.WAITING_LISTED,
        (Action.OFFER_SEAT, Status.WAITING_LISTED): Status.NOMINATED,
        (Action.CONFIRM_ATTENDANCE, Status.NOMINATED): Status.ATTENDANCE_CONFIRMED,
        (Action.LAPSE, Status.NOMINATED): Status.LAPSED,
        (Action.LIST, Status.ATTENDANCE_CONFIRMED): Status.ON_FINAL_LIST,
        (Action.ASK_AGAIN, Status.ATTENDANCE_CONFIRMED): Status.NOMINATED,
        (Action.ASK_AGAIN, Status.ON_FINAL_LIST): Status.NOMINATED,
        (Action.ASK_AGAIN, Status.NOMINATED): Status.NOMINATED,
        (Action.PASS, Status.ON_FINAL_LIST): Status.PASSED,
        (Action.FAIL, Status.ON_FINAL_LIST): Status.FAILED,
        (Action.MISS, Status.ON_FINAL_LIST): Status.ABSENT,
        **{(Action.UNSEAT, status): Status.PRELIMINARILY_APPROVED for status in IN_SESSION},
        **{(Action.WITHDRAW, status): Status.WITHDRAWN for status in BEFORE_FINAL_LIST},
    },
    target_days=10,
    one_at_a_time=OneAtATime(
        fact="civil_id",
        blocking=frozenset(
            {
                Status.SUBMITTED,
                Status.UNDER_REVIEW,
                Status.RETURNED,
                Status.PRELIMINARILY_APPROVED,
                Status.WAITING_LISTED,
                Status.NOMINATED,
                Status.ATTENDANCE_CONFIRMED,
                Status.ON_FINAL_LIST,
                Status.PASSED,
            }
        ),
        code="exam.already_requested",
        setting="EXAM_RETAKE_DAYS",
        counts_from="exam_on",
    ),
    rejection_reasons=(
        "documents_do_not_match",
        "documents_unreadable",
        "civil_id_expired",
        "conditions_not_met",
        "untrue_information",
    ),
    correction_reasons=(
        "unreadable",
        "incomplete",
        "does_not_match",
        "expired",
        "wrong_document",
        "wrong_value",
    ),
)
