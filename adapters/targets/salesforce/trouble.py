"""What Salesforce's refusals mean: one table for records, one for whole requests. Pure.

A record's `success: false` is definite: nothing happened to it. A request's status is not always:
500, 502 and 504 after a write leave its effect unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from adapters.http import Answer, retry_after
from adapters.targets.salesforce.profile import Profile
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import (
    Ambiguous,
    BatchRefused,
    Deferred,
    Message,
    Parent,
    Receipt,
    Rejected,
    WaitingFor,
)

_FOREIGN_KEY = re.compile(r"Foreign key external ID: (.*) not found for field \S+ in entity (\w+)")

_RECORD_ID = re.compile(r'"[Ii]d":"([A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?)"')

DEFERRED: Mapping[str, timedelta | None] = {
    "UNABLE_TO_LOCK_ROW": None,
    "ENTITY_IS_DELETED": None,
    "PROCESSING_HALTED": None,
    "ALL_OR_NONE_OPERATION_ROLLED_BACK": None,
    "QUERY_TIMEOUT": None,
    "TOO_MANY_APEX_REQUESTS": timedelta(minutes=5),
    "LIMIT_EXCEEDED": timedelta(minutes=15),
    "API_CURRENTLY_DISABLED": timedelta(minutes=15),
    "SERVER_UNAVAILABLE": None,
    "REQUEST_LIMIT_EXCEEDED": timedelta(minutes=15),
    "STORAGE_LIMIT_EXCEEDED": timedelta(hours=1),
}
"""Record codes after which the same message may succeed later, and when to try."""

REJECTED: Mapping[str, str] = {
    "APEX_DATA_ACCESS_RESTRICTION": "Code in the org may not read what it needs.",
    "CANNOT_EXECUTE_FLOW_TRIGGER": "A flow in the org failed on it.",
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": "Automation in the org refused it.",
    "CIRCULAR_DEPENDENCY": "The records refer to each other in a circle that the org refuses.",
    "DELETE_FAILED": "Other records still belong to it.",
    "DEPENDENCY_EXISTS": "Something in the org still depends on it.",
    "DUPLICATES_DETECTED": "A duplicate rule of the org found a similar record. Link that one to the "
    "ERP's record, or set allow_duplicates in the target's settings.",
    "DUPLICATE_EXTERNAL_ID": "Several records in the org hold this external id.",
    "DUPLICATE_VALUE": "Another record in the org already holds a value that must be unique.",
    "ENTITY_IS_LOCKED": "The record is locked there, by an approval for instance.",
    "FAILED_ACTIVATION": "The order cannot be activated as it is.",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": "A validation rule of the org refused it.",
    "FIELD_FILTER_VALIDATION_EXCEPTION": "A look-up filter of the org refused a reference.",
    "FIELD_INTEGRITY_EXCEPTION": "The org does not accept this value in this field.",
    "INACTIVE_OWNER_OR_USER": "The record belongs to a user who is not active any more.",
    "INSUFFICIENT_ACCESS": "The user may not change this record.",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": "The user may not refer to this record.",
    "INSUFFICIENT_ACCESS_OR_READONLY": "The user may not change this record.",
    "INVALID_CROSS_REFERENCE_KEY": "A reference points at a record of the wrong kind.",
    "INVALID_EMAIL_ADDRESS": "The org does not accept this e-mail address.",
    "INVALID_FIELD": "The org does not know a field of the profile.",
    "INVALID_FIELD_FOR_INSERT_UPDATE": "A field of the profile may not be written.",
    "INVALID_ID_FIELD": "A record id is not valid.",
    "INVALID_OPERATION": "The org does not allow this for the record as it is.",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": "The value is not in the field's picklist.",
    "INVALID_STATUS": "The org does not allow this state of the record.",
    "INVALID_TYPE": "The org does not know the object.",
    "INVALID_TYPE_ON_FIELD_IN_RECORD": "The value has the wrong type for the field.",
    "JSON_PARSER_ERROR": "The org could not read the record.",
    "MALFORMED_ID": "A record id is not valid.",
    "MALFORMED_QUERY": "The org could not read the request.",
    "MISSING_ARGUMENT": "The external id is empty.",
    "NUMBER_OUTSIDE_VALID_RANGE": "The number is too large for the field.",
    "REQUIRED_FIELD_MISSING": "A field that the org requires is empty.",
    "STANDARD_PRICE_NOT_DEFINED": "The product has no entry in the standard price book.",
    "STRING_TOO_LONG": "A text is too long for its field.",
    "TRANSFER_REQUIRES_READ": "The owner may not read the record.",
}
"""Record codes that need a person or a change in the ERP; a code not listed is treated alike."""

_OWN_CODES = {"DELETE_FAILED": "HAS_CHILDREN", "DUPLICATE_EXTERNAL_ID": "EXTERNAL_ID_AMBIGUOUS"}
_UNKNOWN = frozenset({"UNKNOWN_EXCEPTION"})
_RANK: Sequence[type[Receipt]] = (Rejected, Ambiguous, WaitingFor, Deferred)


def failed(errors: Sequence[Mapping[str, Any]], message: Message, profile: Profile) -> Receipt:
    """The receipt of one refused record; of several errors the most lasting one counts."""
    found = [_judged(error, message, profile) for error in errors]
    found.sort(key=lambda receipt: _RANK.index(type(receipt)))
    return found[0] if found else Ambiguous("Salesforce refused the record without a reason.")


def _judged(error: Mapping[str, Any], message: Message, profile: Profile) -> Receipt:
    code = str(error.get("statusCode") or error.get("errorCode") or "UNKNOWN_EXCEPTION")
    text = str(error.get("message") or "")
    if code in _UNKNOWN:
        return Ambiguous(f"Salesforce failed internally ({code}).")
    if parent := _missing_parent(text, message, profile):
        return WaitingFor(parent)
    if code == "DUPLICATE_VALUE" and text.startswith("Duplicate external id specified"):
        return Deferred("SAME_RECORD_IN_BATCH", "Another change of this record goes first.")
    if code in DEFERRED:
        return Deferred(code, f"Salesforce could not do it now ({code}).", DEFERRED[code])
    names = error.get("fields")
    field = _canonical(names, message, profile) if isinstance(names, list) else ""
    said = without_values(text, message)
    reason = f"{REJECTED.get(code, 'Salesforce refused it.')} Salesforce says: {said}"
    if similar := _similar(error):
        reason += f" Similar there: {', '.join(similar)}."
    return Rejected(_OWN_CODES.get(code, code), reason, field)


def _similar(error: Mapping[str, Any]) -> list[str]:
    """The ids of the records that a duplicate rule found, where the org tells them.

    The key is spelt `duplicateResut` in some versions; its inside is not documented for
    collections, so that ids are taken wherever they stand in it.
    """
    told = [value for key, value in error.items() if key.startswith("duplicateRes")]
    return list(dict.fromkeys(_RECORD_ID.findall(orjson.dumps(told).decode())))[:3]


def _missing_parent(text: str, message: Message, profile: Profile) -> Parent | None:
    found = _FOREIGN_KEY.search(text)
    if found is None:
        return None
    external_id, sobject = found[1].casefold(), found[2].casefold()
    entity = profile.entities[message.entity]
    for name, field in entity.fields.items():
        value = message.fields.get(name)
        if field.kind == "ref" and isinstance(value, str) and value.casefold() == external_id:
            parent = profile.entities[field.parent]
            if parent.sobject.casefold() == sobject:
                return Parent(name, field.parent, value)
    return None


def _canonical(names: Sequence[object], message: Message, profile: Profile) -> str:
    """Our name for the first field that Salesforce names, or Salesforce's where we have none."""
    entity = profile.entities[message.entity]
    ours = {field.name: name for name, field in entity.fields.items()}
    return next((ours.get(str(name), str(name)) for name in names), "")


def without_values(text: str, message: Message) -> str:
    """Salesforce's sentence with this record's own values blanked."""
    values = {str(v) for v in message.fields.values() if v is not None and not isinstance(v, bool)}
    for value in sorted({*values, message.external_id}, key=len, reverse=True):
        if len(value) > 1:
            text = re.sub(re.escape(value), "…", text, flags=re.IGNORECASE)
    return text[:300] or "nothing more."


# --- whole requests -------------------------------------------------------------------------------


def errors_of(answer: Answer) -> list[Mapping[str, Any]]:
    """The `[{errorCode, message}]` of an answer; empty when it has none."""
    try:
        parsed = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return []
    items = parsed if isinstance(parsed, list) else [parsed]
    return [item for item in items if isinstance(item, dict) and "errorCode" in item]


def stop(answer: Answer, now: datetime) -> None:
    """Raise for an answer that concerns the whole target: nothing happened. Else return."""
    errors = errors_of(answer)
    code = str(errors[0]["errorCode"]) if errors else ""
    text = str(errors[0].get("message", "")) if errors else ""
    if code == "REQUEST_LIMIT_EXCEEDED":
        raise _limited(text)
    if answer.status == 410 or code == "UNSUPPORTED_API_VERSION":
        raise retired()
    if answer.status == 403:
        raise TargetAuthError(
            f"Salesforce refused the request ({code or 'no code'}).",
            code="PERMISSION_DENIED",
            hint="Check the integration user's permissions and the app's policies.",
        )
    if answer.status in {420, 429, 503} or (answer.status == 400 and "Access Declined" in text):
        raise TargetUnavailable(
            f"Salesforce is not available ({answer.status} {code}).".replace(" )", ")"),
            code="SERVER_UNAVAILABLE" if answer.status == 503 else "TOO_MANY_REQUESTS",
            hint="Nothing happened; it is tried again.",
            retry_after=retry_after(answer.headers, now),
        )


def retired() -> TargetUnavailable:
    """The org no longer (or not yet) serves the configured version."""
    return TargetUnavailable(
        "Salesforce does not serve the configured API version.",
        code="API_VERSION_RETIRED",
        hint="Set api_version to one that the org offers. Nothing is lost meanwhile.",
    )


def _limited(text: str) -> TargetUnavailable:
    if text.startswith("Concurrent"):
        return TargetUnavailable(
            "Salesforce runs too many long requests at once.",
            code="TOO_MANY_REQUESTS",
            hint="It is tried again shortly; use fewer senders if this stays.",
            retry_after=timedelta(seconds=30),
        )
    return TargetUnavailable(
        "The org's API requests of the last 24 hours are used up.",
        code="QUOTA_EXHAUSTED",
        hint="Delivery goes on when the quota frees up; buy more or send less often.",
        retry_after=timedelta(minutes=15),
    )


def refused(answer: Answer, batch: Sequence[Message], profile: Profile) -> list[Receipt]:
    """One receipt each for a write that was answered with anything but results."""
    errors = errors_of(answer)
    code = str(errors[0]["errorCode"]) if errors else f"HTTP_{answer.status}"
    if 200 <= answer.status < 400 or answer.status >= 500 or answer.status == 408:
        reason = f"BAD_RESPONSE: Salesforce answered {answer.status} where results belong."
        return [Ambiguous(reason)] * len(batch)
    if answer.status == 404:
        reason = "The org does not offer this object under this external id field."
        wait = timedelta(minutes=15)
        return [Deferred("OBJECT_MISSING", reason, wait)] * len(batch)
    if answer.status in {409, 412, 428} or code in DEFERRED:
        reason = f"Salesforce could not do it now ({answer.status})."
        return [Deferred(code, reason, DEFERRED.get(code))] * len(batch)
    if len(batch) == 1 and errors:
        return [failed(errors, batch[0], profile)]
    if len(batch) == 1:
        return [Rejected(code, f"Salesforce refused the request ({answer.status}).")]
    return [BatchRefused(code, f"Salesforce refused the whole request ({answer.status})")] * len(
        batch
    )
