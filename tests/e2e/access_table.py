"""Who may reach what: one row per route, the whole truth about it. A route that is not here fails its test."""

from dataclasses import dataclass, replace

REACHES = "reaches"  # anything but 401, 403, 404 and the way to the login page
LOGIN = "login"  # a page: led to the login page
ROLES = (
    "anonymous", "other_candidate", "other_office", "same_office", "reviewer", "supervisor", "examiner",
    "administrator",
)  # fmt: skip
Wanted = int | str


@dataclass(frozen=True)
class Row:
    """What each visitor gets. `owner` is what the owner gets on `harmless`, an object that it does not change;
    None where nothing of it is anybody's own. `supervisor` and `examiner` are given where they may more than a
    reviewer and than other staff."""

    anonymous: Wanted
    others: Wanted  # candidates and users of offices, the owner's own office included
    reviewer: Wanted
    staff: Wanted  # administrator, and an examiner where nothing else is said
    reviewer_on_draft: Wanted = 404
    owner: Wanted | None = None
    harmless: str = "sent"
    supervisor: Wanted | None = None
    examiner: Wanted | None = None

    def wanted(self, role: str, target: str) -> Wanted:
        """What this role gets on this object of somebody else (`draft`, `sent`)."""
        if role == "anonymous":
            return self.anonymous
        if role in ("reviewer", "supervisor"):
            return self._officers(role, target)
        if role == "examiner" and self.examiner is not None:
            return self.examiner
        return self.staff if role in ("examiner", "administrator") else self.others

    def _officers(self, role: str, target: str) -> Wanted:
        if role == "reviewer" or self.supervisor is None:
            return self.reviewer_on_draft if target == "draft" else self.reviewer
        return 404 if target == "draft" else self.supervisor


def _mine(owner: Wanted = REACHES, harmless: str = "sent", *, anonymous: Wanted = 401) -> Row:
    """An applicant's own object: officers may know of it, and have other doors."""
    return Row(anonymous, 404, 403, 404, 403, owner, harmless)


def _seen_by_officers(owner: Wanted, *, anonymous: Wanted = 401) -> Row:
    """An applicant's own object that officers may see once it was sent."""
    return Row(anonymous, 404, REACHES, 404, 404, owner)


def _desk(*, anonymous: Wanted = 401) -> Row:
    """An officer's view of an object. Its applicant has other doors."""
    return Row(anonymous, 404, REACHES, 404, 404, 404)


def _supervisors_desk(*, anonymous: Wanted = 401) -> Row:
    """What a supervisor does with an object that every officer may see."""
    return Row(anonymous, 404, 403, 404, 403, 404, supervisor=REACHES)


def _page(row: Row) -> Row:
    """The same on a page: whoever is not signed in is led to the login page."""
    return replace(row, anonymous=LOGIN)


ANYBODY = Row(REACHES, REACHES, REACHES, REACHES, REACHES)
SECRET = Row(
    404, 404, 404, 404, 404
)  # an unguessable id in the path is the right itself; a wrong one is nothing
SECRET_FORM = Row(422, 422, 422, 422, 422)
SIGNED_IN = Row(401, REACHES, REACHES, REACHES, REACHES)
SIGNED_IN_PAGE = Row(LOGIN, REACHES, REACHES, REACHES, REACHES)
OWN_THING = Row(401, 404, 404, 404, 404, REACHES)
OWN_THING_PAGE = Row(LOGIN, 404, 404, 404, 404, REACHES)
APPLICANTS = Row(401, REACHES, 403, 403, 403)
APPLICANTS_PAGE = Row(LOGIN, REACHES, 403, 403, 403)
OFFICERS = Row(401, 403, REACHES, 403, REACHES)
OFFICERS_PAGE = Row(LOGIN, 403, REACHES, 403, REACHES)
SUPERVISORS = Row(401, 403, 403, 403, 403, supervisor=REACHES)
EXAM_READERS = Row(401, 403, REACHES, 403, examiner=REACHES)
EXAMINERS = Row(401, 403, 403, 403, examiner=REACHES)
EXAM_READ = Row(401, 404, REACHES, 404, examiner=REACHES)  # of one session
EXAM_RUN = Row(401, 404, 403, 404, examiner=REACHES)
UNANNOUNCED = Row(404, 404, 404, 404, 404)  # a session that was not published yet

_V1 = "/api/v1"
_NUMBER = "/requests/<number:number>"
_DOCUMENT = f"{_NUMBER}/documents/<uuid:document_id>"
_DESK = f"/office{_NUMBER}"
_SESSION = "/office/exam-sessions/<uuid:session_id>"
_HALL = "/office/exams/<uuid:session_id>"

_API = {
    "GET /captchas/new": ANYBODY,
    "GET /captchas/<word:captcha_id>/audio": SECRET,
    "POST /registrations": ANYBODY,
    "POST /verifications/<word:verification_id>": SECRET,
    "POST /verifications/<word:verification_id>/resend": SECRET,
    "POST /sessions": ANYBODY,
    "POST /password-resets": ANYBODY,
    "PUT /password-resets/<word:token>": SECRET_FORM,
    "GET /service-types": ANYBODY,
    "GET /service-types/<word:code>": ANYBODY,
    "GET /reference/<word:name>": ANYBODY,
    "GET /openapi.json": ANYBODY,
    "GET /sessions": SIGNED_IN,
    "DELETE /sessions/current": SIGNED_IN,
    "DELETE /sessions/<word:session_id>": OWN_THING,
    "GET /me": SIGNED_IN,
    "PATCH /me": SIGNED_IN,
    "PUT /me/password": SIGNED_IN,
    "POST /me/company": Row(401, 404, 404, 404, 404),
    "GET /notices": SIGNED_IN,
    "POST /notices/<uuid:notice_id>/read": OWN_THING,
    "GET /events": SIGNED_IN,
    "GET /requests": APPLICANTS,
    "POST /requests": APPLICANTS,
    f"GET {_NUMBER}": _mine(200),
    f"PATCH {_NUMBER}": _mine(409),
    f"DELETE {_NUMBER}": _mine(409),
    f"GET {_NUMBER}/checks": _mine(200),
    f"POST {_NUMBER}/submit": _mine(409),
    f"POST {_NUMBER}/withdraw": _mine(409, "draft"),
    f"POST {_NUMBER}/documents": _mine(409),
    f"POST {_NUMBER}/confirm-attendance": _mine(409),
    f"GET {_NUMBER}/print.pdf": _seen_by_officers(REACHES),
    f"GET {_NUMBER}/admission-slip.pdf": _seen_by_officers(409),
    "GET /documents/<uuid:document_id>": _seen_by_officers(200),
    "PATCH /documents/<uuid:document_id>": _mine(409),
    "DELETE /documents/<uuid:document_id>": _mine(409),
    "POST /documents/<uuid:document_id>/complete": _mine(409),
    "GET /documents/<uuid:document_id>/content": _seen_by_officers(302),
    "GET /office/requests": OFFICERS,
    "POST /office/requests/next": OFFICERS,
    f"GET {_DESK}": _desk(),
    f"POST {_DESK}/claim": _desk(),
    f"POST {_DESK}/unassign": _desk(),
    f"POST {_DESK}/notes": _desk(),
    f"POST {_DESK}/approve": _desk(),
    f"POST {_DESK}/reject": _desk(),
    f"POST {_DESK}/recommend": _desk(),
    f"POST {_DESK}/return": _desk(),
    f"POST {_DESK}/assign": _supervisors_desk(),
    f"POST {_DESK}/reopen": _supervisors_desk(),
    "GET /office/officers": SUPERVISORS,
    "GET /office/holidays": Row(401, 403, REACHES, REACHES, REACHES, examiner=REACHES),
    "POST /office/holidays": Row(401, 403, 403, REACHES, 403, examiner=403),
    "GET /exam-announcements": ANYBODY,
    "GET /exam-announcements/<uuid:session_id>": UNANNOUNCED,
    "GET /office/exam-sessions": EXAM_READERS,
    "POST /office/exam-sessions": EXAMINERS,
    f"GET {_SESSION}": EXAM_READ,
    f"PATCH {_SESSION}": EXAM_RUN,
    f"GET {_SESSION}/candidates": EXAM_READ,
    f"POST {_SESSION}/publish": EXAM_RUN,
    f"POST {_SESSION}/nominate": EXAM_RUN,
    f"POST {_SESSION}/close": EXAM_RUN,
    f"POST {_SESSION}/cancel": EXAM_RUN,
    f"POST {_SESSION}/attendance": EXAM_RUN,
    f"PUT {_SESSION}/results": EXAM_RUN,
    f"POST {_SESSION}/results/import": EXAM_RUN,
    f"POST {_SESSION}/results/confirm": EXAM_RUN,
    f"POST {_SESSION}/publish-results": EXAM_RUN,
    f"GET {_SESSION}/attendance-sheet.pdf": EXAM_READ,
    f"GET {_SESSION}/final-list.pdf": EXAM_READ,
}

_PAGES = {
    "GET /": ANYBODY,
    "GET /api/docs": ANYBODY,
    "GET /demo/clock": ANYBODY,
    "POST /demo/clock": ANYBODY,
    "GET /captcha": ANYBODY,
    "GET /captcha/<word:captcha_id>/audio": SECRET,
    "GET /guide": ANYBODY,
    "GET /healthz": ANYBODY,
    "GET /readyz": ANYBODY,
    "GET /login": ANYBODY,
    "POST /login": ANYBODY,
    "POST /logout": ANYBODY,
    "GET /password-resets/<word:token>": ANYBODY,
    "POST /password-resets/<word:token>": SECRET_FORM,
    "GET /password/forgot": ANYBODY,
    "POST /password/forgot": ANYBODY,
    "GET /password/reset/<word:token>": ANYBODY,
    "POST /password/reset/<word:token>": SECRET_FORM,
    "GET /password/sent": ANYBODY,
    "GET /register": ANYBODY,
    "GET /register/<any(office, candidate):kind>": ANYBODY,
    "POST /register/<any(office, candidate):kind>": ANYBODY,
    "GET /register/done": ANYBODY,
    "GET /services/<word:code>": ANYBODY,
    "GET /session-ended": ANYBODY,
    "GET /static/<word:version>/<path:filename>": ANYBODY,
    "GET /support": ANYBODY,
    "GET /terms": ANYBODY,
    "GET /verified": ANYBODY,
    "GET /verify/<word:verification_id>": SECRET,
    "POST /verify/<word:verification_id>": SECRET,
    "POST /verify/<word:verification_id>/resend": SECRET,
    "GET /account": SIGNED_IN_PAGE,
    "POST /account": SIGNED_IN_PAGE,
    "POST /account/company": Row(LOGIN, 404, 404, 404, 404),
    "GET /account/password": SIGNED_IN_PAGE,
    "POST /account/password": SIGNED_IN_PAGE,
    "POST /account/sessions/<word:session_id>/end": OWN_THING_PAGE,
    "GET /live": SIGNED_IN_PAGE,
    "GET /notices": SIGNED_IN_PAGE,
    "POST /notices/<uuid:notice_id>/read": OWN_THING_PAGE,
    "POST /session/extend": SIGNED_IN,
    "GET /terms/accept": SIGNED_IN_PAGE,
    "POST /terms/accept": SIGNED_IN_PAGE,
    "GET /requests": APPLICANTS_PAGE,
    "GET /requests/cards": APPLICANTS_PAGE,
    "GET /services": APPLICANTS_PAGE,
    "POST /services/<word:code>/requests": APPLICANTS_PAGE,
    f"GET {_NUMBER}": _mine(200, anonymous=LOGIN),
    f"POST {_NUMBER}/autosave": _mine(409),
    f"GET {_NUMBER}/check": _mine(anonymous=LOGIN),
    f"GET {_NUMBER}/confirm-attendance": _mine(200, anonymous=LOGIN),
    f"POST {_NUMBER}/confirm-attendance": _mine(409, anonymous=LOGIN),
    f"GET {_NUMBER}/admission-slip.pdf": _seen_by_officers(409, anonymous=LOGIN),
    f"GET {_NUMBER}/continue": _mine(anonymous=LOGIN),
    f"GET {_NUMBER}/delete": _mine(200, anonymous=LOGIN),
    f"POST {_NUMBER}/delete": _mine(409, anonymous=LOGIN),
    f"GET {_DOCUMENT}": _seen_by_officers(302, anonymous=LOGIN),
    f"POST {_DOCUMENT}/complete": _mine(),
    f"POST {_DOCUMENT}/remove": _mine(409, anonymous=LOGIN),
    f"POST {_DOCUMENT}/rename": _mine(409, anonymous=LOGIN),
    f"GET {_DOCUMENT}/state": _seen_by_officers(200),
    f"POST {_NUMBER}/documents/<word:slot>": _mine(409, anonymous=LOGIN),
    f"POST {_NUMBER}/documents/<word:slot>/start": _mine(409),
    f"GET {_NUMBER}/print.pdf": _seen_by_officers(REACHES, anonymous=LOGIN),
    f"GET {_NUMBER}/sent": _mine(200, anonymous=LOGIN),
    f"GET {_NUMBER}/slots/<word:slot>": _mine(200, anonymous=LOGIN),
    f"GET {_NUMBER}/status": _mine(200, anonymous=LOGIN),
    f"GET {_NUMBER}/steps/<word:step>": _mine(anonymous=LOGIN),
    f"POST {_NUMBER}/steps/<word:step>": _mine(409, anonymous=LOGIN),
    f"POST {_NUMBER}/submit": _mine(anonymous=LOGIN),
    f"GET {_NUMBER}/withdraw": _mine(200, anonymous=LOGIN),
    f"POST {_NUMBER}/withdraw": _mine(409, "draft", anonymous=LOGIN),
    "GET /office": OFFICERS_PAGE,
    "POST /office/next": OFFICERS_PAGE,
    f"GET {_DESK}": _desk(anonymous=LOGIN),
    f"GET {_DESK}/approve": _desk(anonymous=LOGIN),
    f"POST {_DESK}/approve": _desk(anonymous=LOGIN),
    f"POST {_DESK}/claim": _desk(anonymous=LOGIN),
    f"GET {_DESK}/documents/<uuid:document_id>": _desk(anonymous=LOGIN),
    f"GET {_DESK}/documents/<uuid:document_id>/pages/<int:page_number>": _desk(anonymous=LOGIN),
    f"POST {_DESK}/notes": _desk(anonymous=LOGIN),
    f"GET {_DESK}/reject": _desk(anonymous=LOGIN),
    f"POST {_DESK}/reject": _desk(anonymous=LOGIN),
    f"GET {_DESK}/return": _desk(anonymous=LOGIN),
    f"POST {_DESK}/return": _desk(anonymous=LOGIN),
    f"GET {_DESK}/recommend": _desk(anonymous=LOGIN),
    f"POST {_DESK}/recommend": _desk(anonymous=LOGIN),
    f"GET {_DESK}/assign": _supervisors_desk(anonymous=LOGIN),
    f"POST {_DESK}/assign": _supervisors_desk(anonymous=LOGIN),
    f"GET {_DESK}/reopen": _supervisors_desk(anonymous=LOGIN),
    f"POST {_DESK}/reopen": _supervisors_desk(anonymous=LOGIN),
    f"POST {_DESK}/unassign": _desk(anonymous=LOGIN),
    "GET /exam-announcements": ANYBODY,
    "GET /exam-announcements/<uuid:session_id>": UNANNOUNCED,
    "GET /office/exams": _page(EXAM_READERS),
    "GET /office/exams/new": _page(EXAMINERS),
    "POST /office/exams/new": _page(EXAMINERS),
    f"GET {_HALL}": _page(EXAM_READ),
    f"GET {_HALL}/attendance-sheet.pdf": _page(EXAM_READ),
    f"GET {_HALL}/final-list.pdf": _page(EXAM_READ),
    **{
        f"{method} {_HALL}/{page}": _page(EXAM_RUN)
        for page in (
            "edit",
            "publish",
            "nominate",
            "close",
            "cancel",
            "attendance",
            "results",
            "results/confirm",
            "results/publish",
        )
        for method in ("GET", "POST")
    },
    f"POST {_HALL}/results/import": _page(EXAM_RUN),
}

TABLE: dict[str, Row] = {
    **{
        f"{method} {_V1}{rule}": row
        for (method, rule), row in ((k.split(" ", 1), r) for k, r in _API.items())
    },
    **_PAGES,
}
