"""What HubSpot's refusals mean: one table for records, one for whole requests. Pure.

An error of a 207 is definite: nothing happened to that record. A request's status is not always:
500, 502 and 504 after a write leave its effect unknown. "All fields should be treated as optional":
https://developers.hubspot.com/docs/api-reference/error-handling
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from adapters.http import Answer, retry_after
from adapters.targets.hubspot.profile import Profile
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Ambiguous, BatchRefused, Deferred, Message, Receipt, Rejected

_WAIT = timedelta(minutes=15)
_LOCKED = timedelta(seconds=2)
_SETUP = "Run `waybill test` and `waybill setup` for this target."

DEFERRED: Mapping[str, tuple[str, timedelta | None]] = {
    "RATE_LIMITS": ("The account's limit is reached.", None),
    "LOCKED": ("Another operation holds the record.", _LOCKED),
    "MIGRATION": ("HubSpot is moving the account to another data center.", timedelta(hours=1)),
    "MISSING_SCOPES": ("The app lacks a scope for this object.", _WAIT),
    "TIMEOUT": ("HubSpot ran out of time.", None),
    "SERVICE_UNAVAILABLE": ("HubSpot is not available.", None),
}
"""Categories after which the same message may succeed later: why, and when to try."""

REJECTED: Mapping[str, str] = {
    "CONFLICT": "Another record in HubSpot already holds a value that must be unique.",
    "OBJECT_NOT_FOUND": "HubSpot does not know the record.",
    "OBJECT_ALREADY_EXISTS": "There is such a record already.",
    "VALIDATION_ERROR": "HubSpot does not accept the record.",
    # Errors of single properties, in the message of a VALIDATION_ERROR.
    "PROPERTY_DOESNT_EXIST": "The account does not have a property of the profile.",
    "READ_ONLY_VALUE": "HubSpot computes this property itself.",
    "INVALID_OPTION": "The value is not among the property's options.",
    "INVALID_EMAIL": "HubSpot does not accept this e-mail address.",
    "INVALID_LONG": "The value is not a number that the property takes.",
    "INVALID_DOUBLE": "The value is not a number that the property takes.",
    "INVALID_INTEGER": "The value is not a whole number.",
    "INVALID_NUMBER": "The value is not a number that the property takes.",
    "INVALID_DATE": "The value is not a date.",
    "INVALID_BOOLEAN": "The value is neither yes nor no.",
    "INVALID_PHONE_NUMBER": "HubSpot does not accept this phone number.",
    "INVALID_OWNER_ID": "There is no such owner.",
    "INVALID_URL": "HubSpot does not accept this address.",
    "VALUE_TOO_LONG": "The text is too long for its property.",
    "REQUIRED_PROPERTY": "A property that the account requires is empty.",
    "REQUIRED_FIELD": "A property that the account requires is empty.",
    "UNIQUE_VALUE_CONFLICT": "Another record already holds a value that must be unique.",
}
"""Codes that need a person or a change in the ERP; a code not listed is treated alike."""

_UNKNOWN = frozenset({"INTERNAL_ERROR", "UNKNOWN_ERROR"})
_LIST = re.compile(r"\[\s*\{.*\}\s*\]", re.DOTALL)
_POLICIES: Mapping[str, tuple[str, str, timedelta]] = {
    "DAILY": ("QUOTA_EXHAUSTED", "The account's API calls of today are used up.", _WAIT),
    "SECONDLY": (
        "TOO_MANY_REQUESTS",
        "Too many searches in one second.",
        timedelta(seconds=1),
    ),
}


def errors_of(answer: Answer) -> Mapping[str, Any]:
    """The error envelope of an answer; empty when it has none."""
    try:
        said = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return {}
    known = ("category", "errorType", "policyName", "message")
    return said if isinstance(said, dict) and any(name in said for name in known) else {}


def failed(error: Mapping[str, Any], message: Message, profile: Profile) -> Receipt:
    """The receipt of one refused record."""
    category = str(error.get("category") or "UNKNOWN_ERROR")
    if category in _UNKNOWN:
        return Ambiguous(f"HubSpot failed internally ({category}).")
    if category in DEFERRED:
        reason, wait = DEFERRED[category]
        return Deferred(category, reason, wait)
    code, field, text = category, "", str(error.get("message") or "")
    for wrong in _properties(error):
        code = str(wrong.get("error") or wrong.get("code") or code)
        field, text = _canonical(wrong, message, profile), str(wrong.get("message") or text)
        break
    said = without_values(text, message)
    known = REJECTED.get(code) or REJECTED.get(category) or "HubSpot refused it."
    return Rejected(code, f"{known} HubSpot says: {said}", field)


def _properties(error: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The errors of single properties: in `errors`, or as JSON inside the message."""
    inside = _LIST.search(str(error.get("message") or ""))
    try:
        found = orjson.loads(inside[0]) if inside else []
    except orjson.JSONDecodeError:
        found = []
    for each in [*found, *(error.get("errors") or ())]:
        if isinstance(each, dict) and ("error" in each or "code" in each):
            yield each


def _canonical(wrong: Mapping[str, Any], message: Message, profile: Profile) -> str:
    """Our name for the property that HubSpot names, or HubSpot's where we have none."""
    named = wrong.get("name")
    context = wrong.get("context")
    if not named and isinstance(context, dict):
        names = context.get("propertyName") or [""]
        named = names[0] if isinstance(names, list) and names else names
    fields = profile.entities[message.entity].fields
    ours = {field.name: name for name, field in fields.items()}
    return ours.get(str(named or ""), str(named or ""))


def without_values(text: str, message: Message) -> str:
    """HubSpot's sentence with this record's own values blanked."""
    values = {str(v) for v in message.fields.values() if v is not None and not isinstance(v, bool)}
    for value in sorted({*values, message.external_id}, key=len, reverse=True):
        if len(value) > 1:
            text = re.sub(re.escape(value), "…", text, flags=re.IGNORECASE)
    return text[:300] or "nothing more."


# --- whole requests -------------------------------------------------------------------------------


def stop(answer: Answer, now: datetime) -> None:
    """Raise for an answer that concerns the whole target: nothing happened. Else return."""
    status = answer.status
    if status == 429:
        raise _limited(errors_of(answer), answer, now)
    if status == 403 and errors_of(answer).get("category") != "MISSING_SCOPES":
        raise TargetAuthError(
            "HubSpot refused the request (403).",
            code="PERMISSION_DENIED",
            hint="Check the app's scopes, and that its account is active.",
        )
    if status == 477:
        raise TargetUnavailable(
            "HubSpot is moving the account to another data center.",
            code="ACCOUNT_MIGRATES",
            hint="Nothing happened; it is tried again.",
            retry_after=retry_after(answer.headers, now) or timedelta(hours=1),
        )
    if status in {503, 521, 522, 523, 525, 526}:
        raise TargetUnavailable(
            f"HubSpot is not available ({status}).",
            code="SERVER_UNAVAILABLE",
            hint="Nothing happened; it is tried again.",
            retry_after=retry_after(answer.headers, now),
        )


def _limited(error: Mapping[str, Any], answer: Answer, now: datetime) -> TargetUnavailable:
    policy = str(error.get("policyName") or "")
    text = str(error.get("message") or "").lower()
    if not policy:
        policy = "DAILY" if "daily" in text else "SECONDLY" if " secondly" in text else ""
    code, title, wait = _POLICIES.get(
        policy,
        ("TOO_MANY_REQUESTS", "Too many requests in ten seconds.", timedelta(seconds=10)),
    )
    hint = "It is tried again shortly; configure a lower rate if other apps share the account."
    if code == "QUOTA_EXHAUSTED":
        hint = (
            "It begins anew at midnight in the account's time zone; send less often, or buy more."
        )
    wait = max(retry_after(answer.headers, now) or wait, timedelta(seconds=1))
    return TargetUnavailable(title, code=code, hint=hint, retry_after=wait)


def refused(answer: Answer, batch: Sequence[Message], profile: Profile) -> list[Receipt]:
    """One receipt each for a write that was answered with anything but results."""
    error, status = errors_of(answer), answer.status
    if 200 <= status < 400 or status >= 500 or status == 408:
        reason = f"BAD_RESPONSE: HubSpot answered {status} where results belong."
        return [Ambiguous(reason)] * len(batch)
    alike = everyone(status, error)
    if alike is not None:
        return [alike] * len(batch)
    if len(batch) == 1 and error:
        return [failed(error, batch[0], profile)]
    code = str(error.get("category") or f"HTTP_{status}")
    reason = f"HubSpot refused the whole request ({status})."
    if len(batch) == 1:
        return [Rejected(code, reason)]
    return [BatchRefused(code, reason)] * len(batch)


def everyone(status: int, error: Mapping[str, Any]) -> Receipt | None:
    """What a refusal says of all records alike: the object, not one of them, is the trouble."""
    category, text = str(error.get("category") or ""), str(error.get("message") or "")
    if status == 423:
        return Deferred("LOCKED", DEFERRED["LOCKED"][0], _LOCKED)
    if category in DEFERRED:
        reason, wait = DEFERRED[category]
        return Deferred(category, reason, wait)
    if status == 404 or "infer object type" in text:
        reason = f"The account does not have this object. {_SETUP}"
        return Deferred("OBJECT_MISSING", reason, _WAIT)
    if "non-unique" in text:
        reason = f"The property for the ERP's key is missing or not unique. {_SETUP}"
        return Deferred("KEY_NOT_UNIQUE", reason, _WAIT)
    return None
