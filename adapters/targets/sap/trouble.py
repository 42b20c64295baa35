"""What SAP's refusals mean: one table for records, one for whole requests. Pure.

SAP words its refusals and rarely numbers them: the `code` of an error is empty or an internal one, so
the words decide, in English, which every request asks for. An error is XML even where JSON was asked
for; both are read. The answer to a change set is definite, but for a 5xx inside it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from adapters.http import Answer, retry_after
from adapters.targets.sap.profile import EntityMap
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Ambiguous, BatchRefused, Deferred, Message, Receipt, Rejected

_PAUSE = timedelta(seconds=30)
"""How long to wait after a 429 that does not say: SAP publishes no rate, only advice on threads."""
_XML = re.compile(r"<(?:\w+:)?(code|message)\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?\1>)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Said:
    """What an error body says."""

    code: str = ""
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.code or self.text)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One row of the table: what these words mean. `field` groups the property they name."""

    words: re.Pattern[str]
    code: str
    reason: str
    again: bool = False
    """Whether the same message may succeed later."""


def _row(words: str, code: str, reason: str, *, again: bool = False) -> Meaning:
    return Meaning(re.compile(words, re.IGNORECASE | re.DOTALL), code, reason, again)


DUPLICATE = "DUPLICATES_DETECTED"
MEANINGS: Sequence[Meaning] = (
    _row(
        r"\block(ed)?\b.*\bby\b|\bis locked\b|currently (being )?(locked|processed|edited)",
        "RECORD_LOCKED",
        "Somebody else is changing this record.",
        again=True,
    ),
    _row(r"\balready exists?\b|\bduplicate", DUPLICATE, "There is such a record already."),
    _row(
        r"property '?(?P<field>\w+)'? (was )?not found|(unknown|invalid) property '?(?P<field2>\w+)",
        "FIELD_UNKNOWN",
        "The tenant does not know a property of the profile.",
    ),
    _row(
        r"(property|field|attribute) '?(?P<field>\w+)'? .*"
        r"(not (be )?(updat|chang|creat|writ|modif)\w*|read.?only)",
        "FIELD_READ_ONLY",
        "A property of the profile may not be written.",
    ),
    _row(
        r"(exceeds|longer than|maximum).*length|too long|length .*(exceed|maximum)",
        "STRING_TOO_LONG",
        "A text is too long for its property.",
    ),
    _row(
        r"(enter|specify) an? (valid|correct) ",
        "INVALID_VALUE",
        "SAP does not take this value.",
    ),
    _row(
        r"mandatory|is required|must (be entered|not be empty)|enter an? |specify an? ",
        "REQUIRED_FIELD_MISSING",
        "A field that SAP requires is empty.",
    ),
    _row(
        r"no authori[sz]ation|not authori[sz]ed|missing authori[sz]ation",
        "PERMISSION_DENIED",
        "The technical user may not change this record.",
    ),
    _row(
        r"(code|value|party|account|product|currency|unit)\b.*"
        r"(does not exist|is not (valid|allowed|defined|maintained))|invalid (value|code)|not a valid",
        "INVALID_VALUE",
        "SAP does not know this value.",
    ),
    _row(
        r"status .*(does not|not) (allow|permit)|action .*not (allowed|possible|enabled)|"
        r"(completed|cancell?ed|closed) .*(cannot|not) be",
        "STATUS_FORBIDS",
        "The record's status does not allow the change.",
    ),
    _row(
        r"(conversion|format|parse|parsing|malformed|type).*(error|fail|invalid|mismatch)|"
        r"(error|failed|cannot).*(pars|conver|deseriali[sz])",
        "INVALID_VALUE",
        "SAP could not read a value.",
    ),
)
"""What refusals say, the first that fits; what fits none is `SAP_REFUSED`, for a person."""

STATUSES: Mapping[int, tuple[str, str, bool]] = {
    401: ("PERMISSION_DENIED", "The technical user may not change this record.", False),
    403: ("PERMISSION_DENIED", "The technical user may not change this record.", False),
    404: ("RECORD_GONE", "The record went away between looking and writing.", True),
    405: ("OPERATION_FORBIDDEN", "SAP does not allow this operation on the collection.", False),
    408: ("TIMED_OUT", "SAP ran out of time.", True),
    409: ("CONFLICT", "Somebody else is changing this record.", True),
    412: ("CHANGED_MEANWHILE", "The record was changed between looking and writing.", True),
    413: ("TOO_LARGE", "The record is larger than SAP takes.", False),
    415: ("SAP_REFUSED", "SAP does not take this form.", False),
    422: ("VALIDATION_FAILED", "A validation of the tenant refused it.", False),
    423: ("RECORD_LOCKED", "Somebody else is changing this record.", True),
    428: ("CHANGED_MEANWHILE", "SAP asks for the record's version.", True),
    429: ("TOO_MANY_REQUESTS", "SAP asks for a pause.", True),
    501: ("OPERATION_FORBIDDEN", "SAP does not offer this operation.", False),
    503: ("SERVER_UNAVAILABLE", "SAP could not do it now.", True),
}
"""What the status of one record's answer means where its words say nothing: code, reason, again."""


def said(answer: Answer) -> Said:
    """The code and the words of an error body, JSON or XML; empty when it is neither."""
    text = answer.body.decode("utf-8", "replace")
    if text.lstrip().startswith("{"):
        return _from_json(answer.body)
    if "<error" not in text and ":error" not in text:
        return Said()
    found = {
        name: html.unescape(value or "").strip() for name, value in reversed(_XML.findall(text))
    }
    return Said(found.get("code", "")[:80], found.get("message", ""))


def _from_json(body: bytes) -> Said:
    try:
        error = orjson.loads(body).get("error", {})
        message = error.get("message", "")
        words = message.get("value", "") if isinstance(message, dict) else message
        return Said(str(error.get("code") or "")[:80], str(words or ""))
    except (orjson.JSONDecodeError, AttributeError):
        return Said()


def failed(answer: Answer, message: Message, entity: EntityMap) -> Receipt:
    """The receipt of one record whose change set was answered with a refusal."""
    words = said(answer)
    if answer.status in {500, 502, 504} or not 400 <= answer.status < 600:
        return Ambiguous(f"SAP failed internally ({answer.status}).")
    meant = next((row for row in MEANINGS if row.words.search(words.text)), None)
    code, reason, again = STATUSES.get(answer.status, ("", "", False))
    if meant is not None and not (again and answer.status != 409):
        code, reason, again = meant.code, meant.reason, meant.again
    if again:
        return Deferred(code, f"{reason} ({answer.status})")
    field = _named(meant, words.text, entity) if meant is not None else ""
    own = f" SAP says: {without_values(words.text, message)}"
    return Rejected(code or "SAP_REFUSED", f"{reason or 'SAP refused it.'}{own}", field)


def _named(meant: Meaning, text: str, entity: EntityMap) -> str:
    """Our name for the property that a refusal names, or SAP's where we have none."""
    found = meant.words.search(text)
    groups = found.groupdict() if found else {}
    name = groups.get("field") or groups.get("field2")
    if not name:
        ours = (n for n, f in entity.fields.items() if f.name and re.search(rf"\b{f.name}\b", text))
        return next(ours, "")
    return next((n for n, f in entity.fields.items() if f.name == name), name)


def without_values(text: str, message: Message) -> str:
    """SAP's sentence with this record's own values blanked."""
    values = {str(v) for v in message.fields.values() if v is not None and not isinstance(v, bool)}
    for value in sorted({*values, message.external_id}, key=len, reverse=True):
        if len(value) > 1:
            text = re.sub(re.escape(value), "…", text, flags=re.IGNORECASE)
    return text[:300] or "nothing more."


# --- whole requests -------------------------------------------------------------------------------


def needs_token(answer: Answer) -> bool:
    """Whether a request was refused only because its CSRF token is missing or over."""
    if answer.status != 403:
        return False
    asked = answer.headers.get("x-csrf-token", "").lower() == "required"
    return asked or "csrf" in said(answer).text.lower() or b"CSRF" in answer.body


def stop(answer: Answer, now: datetime) -> None:
    """Raise for an answer that concerns the whole target: nothing happened. Else return."""
    if answer.status == 401:
        raise TargetAuthError(
            "SAP no longer accepts the sign-in.",
            code="AUTH_REFUSED",
            hint="Check user and password of the communication arrangement, and that the user is "
            "not locked; on-premise, that it is a user of the client that `client` names.",
        )
    if answer.status == 403:
        raise TargetAuthError(
            "SAP refused the request.",
            code="PERMISSION_DENIED",
            hint="Check that the communication arrangement offers the OData service and that the "
            "user may write to it; on-premise, that a role gives it S_SERVICE for the service.",
        )
    if answer.status in {429, 503}:
        raise TargetUnavailable(
            f"SAP is not available ({answer.status}).",
            code="SERVER_UNAVAILABLE" if answer.status == 503 else "TOO_MANY_REQUESTS",
            hint="Nothing happened; it is tried again.",
            retry_after=retry_after(answer.headers, now)
            or (_PAUSE if answer.status == 429 else None),
        )


def refused(answer: Answer, batch: Sequence[Message]) -> list[Receipt]:
    """One receipt each for a write that was answered with anything but an answer per record."""
    if 200 <= answer.status < 400 or answer.status >= 500 or answer.status == 408:
        reason = f"BAD_RESPONSE: SAP answered {answer.status} where results belong."
        return [Ambiguous(reason)] * len(batch)
    if answer.status == 404:
        reason = "The tenant does not offer the OData service of the configuration."
        return [Deferred("SERVICE_MISSING", reason, timedelta(minutes=15))] * len(batch)
    if answer.status in {409, 412, 428}:
        return [Deferred("CONFLICT", f"SAP could not do it now ({answer.status}).")] * len(batch)
    code = f"HTTP_{answer.status}"
    if len(batch) == 1:
        words = without_values(said(answer).text, batch[0])
        return [Rejected(code, f"SAP refused the request. SAP says: {words}")]
    reason = f"SAP refused the whole request ({answer.status})."
    return [BatchRefused(code, reason)] * len(batch)


def bad_answer() -> TargetUnavailable:
    """A read was answered with something else than what belongs there."""
    return TargetUnavailable(
        "SAP answered a query in a form that makes no sense.",
        code="BAD_RESPONSE",
        hint="A proxy or sign-in page may stand in between. Nothing was changed.",
    )
