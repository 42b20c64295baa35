"""What Dataverse's refusals mean, for one record and for whole requests. Pure.

A record's status of 4xx is definite: nothing happened to it. A request's status is not always: 500,
502 and 504 after a write leave its effect unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from adapters.http import Answer, retry_after
from adapters.targets.dynamics import codes
from adapters.targets.dynamics.profile import Profile
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import (
    Ambiguous,
    BatchRefused,
    Deferred,
    Delivered,
    Message,
    Op,
    Parent,
    Receipt,
    Rejected,
    WaitingFor,
)

_ABSENT = re.compile(r"specified key values does not exist in (\w+) entity", re.IGNORECASE)
_QUOTED = re.compile(r"'([A-Za-z][A-Za-z0-9_.@]*)'")
_LIMITED = timedelta(seconds=60)


class Fault(NamedTuple):
    """The `{error: {code, message}}` of an answer; empty where it has none."""

    code: str
    text: str


def fault(answer: Answer) -> Fault:
    """What an answer says went wrong, its code in small letters."""
    try:
        error = orjson.loads(answer.body)["error"]
        return Fault(str(error.get("code") or "").lower(), str(error.get("message") or ""))
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return Fault("", "")


# --- one record -----------------------------------------------------------------------------------


def receipt(answer: Answer, message: Message, profile: Profile, now: datetime) -> Receipt:
    """What became of one record that was answered for itself."""
    if answer.status in {200, 201, 204}:
        return Delivered()
    if answer.status >= 500 and answer.status != 503:
        return Ambiguous(f"Dataverse failed internally ({answer.status}).")
    error = fault(answer)
    wait = retry_after(answer.headers, now)
    if answer.status in {429, 503} or error.code in codes.LIMITS:
        known = codes.DEFERRED.get(error.code)
        reason = known.reason if known else f"Dataverse could not do it now ({answer.status})."
        return Deferred(known.code if known else "SERVER_BUSY", reason, wait or _LIMITED)
    if not 400 <= answer.status < 500:
        return Ambiguous(f"BAD_RESPONSE: Dataverse answered {answer.status} for a record.")
    return _judged(answer.status, error, message, profile)


def _judged(status: int, error: Fault, message: Message, profile: Profile) -> Receipt:
    missing = error.code == codes.PARENT_MISSING or _ABSENT.search(error.text) is not None
    if message.op is Op.DELETE and (status == 404 or missing) and error.code != codes.NO_TABLE:
        return Delivered()
    if missing:
        return _missing(error, message, profile)
    later = codes.DEFERRED.get(error.code)
    if later is None and error.text.startswith("The key in the request URI is not valid"):
        later = codes.DEFERRED["0x80060890"]
    if later is not None:
        return Deferred(later.code, later.reason, later.wait)
    if status == 412:
        return Deferred("KEY_RACE", "The record changed at the same moment.")
    return _said(_never(status, error, message), error, message, profile)


def _never(status: int, error: Fault, message: Message) -> codes.Never:
    if message.op is Op.DELETE and status == 405:
        return codes.REJECTED["0x80040227"]
    code = _own(error.code) or f"HTTP_{status}"
    return codes.REJECTED.get(error.code, codes.Never(code, "Dataverse refused it."))


def _own(code: str) -> str:
    """A code of Dataverse in the form of ours; empty where it says nothing (`0x0`)."""
    return code.upper().replace("0X", "DV_") if code.strip("0x") else ""


def _said(never: codes.Never, error: Fault, message: Message, profile: Profile) -> Rejected:
    field = _canonical(error.text, message, profile)
    words = without_values(error.text, message)
    code = f" ({error.code})" if error.code else ""
    return Rejected(never.code, f"{never.reason} Dataverse says{code}: {words}", field)


def _missing(error: Fault, message: Message, profile: Profile) -> Receipt:
    parent = _missing_parent(error.text, message, profile)
    if parent is not None:
        return WaitingFor(parent)
    return Deferred("PARENT_UNKNOWN", "A record that this one names by its ERP key is not there.")


def _missing_parent(text: str, message: Message, profile: Profile) -> Parent | None:
    found = _ABSENT.search(text)
    wanted = found[1].casefold() if found else ""
    for name, item in profile.entities[message.entity].fields.items():
        value = message.fields.get(name)
        if item.kind == "ref" and isinstance(value, str):
            table = profile.entities[item.parent].table
            if not wanted or table.casefold() == wanted:
                return Parent(name, item.parent, value)
    return None


def _canonical(text: str, message: Message, profile: Profile) -> str:
    """Our name for the first column that Dataverse names; empty where it names none of ours."""
    ours = {item.name: name for name, item in profile.entities[message.entity].fields.items()}
    named = (found.partition("@")[0].rpartition(".")[2] for found in _QUOTED.findall(text))
    return next((ours[column] for column in named if column in ours), "")


def without_values(text: str, message: Message) -> str:
    """Dataverse's sentence with this record's own values blanked."""
    values = {str(v) for v in message.fields.values() if v is not None and not isinstance(v, bool)}
    for value in sorted({*values, message.external_id}, key=len, reverse=True):
        if len(value) > 1:
            text = re.sub(re.escape(value), "…", text, flags=re.IGNORECASE)
    return text[:300] or "nothing more."


# --- whole requests -------------------------------------------------------------------------------


def stop(answer: Answer, now: datetime) -> None:
    """Raise for an answer that concerns the whole target: nothing happened. Else return."""
    error = fault(answer)
    if answer.status == 429 or error.code in codes.LIMITS:
        known = codes.DEFERRED.get(error.code)
        raise TargetUnavailable(
            f"Dataverse asks to slow down. {known.reason if known else ''}".strip(),
            code=known.code if known else "TOO_MANY_REQUESTS",
            hint="Nothing happened; it goes on by itself. If it stays, use fewer senders.",
            retry_after=retry_after(answer.headers, now) or _LIMITED,
        )
    if answer.status == 503:
        raise TargetUnavailable(
            "Dataverse is not available (503).",
            code="SERVER_UNAVAILABLE",
            hint="Nothing happened; it is tried again.",
            retry_after=retry_after(answer.headers, now),
        )
    if error.code == "0x8004a104":
        raise TargetUnavailable(
            "The environment is disabled or in administration mode.",
            code="ENVIRONMENT_DISABLED",
            hint="Everything is kept; enable the environment in the Power Platform admin centre.",
            retry_after=codes.SLOWER,
        )
    if error.code in codes.NOT_A_USER or (answer.status == 403 and not _knows(error)):
        raise TargetAuthError(
            "The environment does not let the app in.",
            code="PERMISSION_DENIED",
            hint="Create an application user for the app in the environment, enable it and give "
            "it a security role.",
        )


def _knows(error: Fault) -> bool:
    """Whether a refusal has a code of a record: then it is judged there."""
    return error.code in codes.DEFERRED or error.code in codes.REJECTED


def refused(
    answer: Answer, batch: Sequence[Message], profile: Profile, now: datetime
) -> list[Receipt]:
    """One receipt each for a write that was answered as a whole, and not with success.

    For several records a definite refusal is `BatchRefused`: everything was rolled back.
    """
    if 200 <= answer.status < 400 or answer.status >= 500 or answer.status == 408:
        reason = f"BAD_RESPONSE: Dataverse answered {answer.status} where results belong."
        return [Ambiguous(reason)] * len(batch)
    error = fault(answer)
    if answer.status == 413 or error.code == "0x8004418a":
        return [_too_large(len(batch))] * len(batch)
    if len(batch) == 1:
        return [receipt(answer, batch[0], profile, now)]
    code = _own(error.code) or f"HTTP_{answer.status}"
    reason = f"Dataverse refused the whole request ({answer.status})."
    return [BatchRefused(code, reason)] * len(batch)


def _too_large(count: int) -> Receipt:
    if count == 1:
        return Rejected("RECORD_TOO_LARGE", "The record is too large for one request.")
    return BatchRefused("REQUEST_TOO_LARGE", "So many records are too large for one request.")


def unsupported(answer: Answer) -> bool:
    """Whether the table does not take UpsertMultiple at all."""
    error = fault(answer)
    if error.code == codes.NO_TABLE:
        return "UpsertMultiple" in error.text
    return answer.status in {400, 404, 501} and error.code in codes.UNSUPPORTED


def of_table(answer: Answer) -> Deferred | None:
    """What a refusal means that no record of the table escapes: no right, no key, no table."""
    error = fault(answer)
    later = codes.DEFERRED.get(error.code)
    if later is None or later.wait != codes.SLOWER or unsupported(answer):
        return None
    return Deferred(later.code, later.reason, later.wait)


def answered(answer: Answer) -> Mapping[str, Any]:
    """The object that an answer holds. Raises TargetUnavailable for anything else."""
    try:
        said = orjson.loads(answer.body) if answer.is_json else None
    except orjson.JSONDecodeError:
        said = None
    if not isinstance(said, dict):
        raise bad_answer()
    return said


def bad_answer() -> TargetUnavailable:
    """A read was answered with something else than what belongs there."""
    return TargetUnavailable(
        "Dataverse answered a query in a form that makes no sense.",
        code="BAD_RESPONSE",
        hint="A proxy or sign-in page may stand in between. Nothing was changed.",
    )
