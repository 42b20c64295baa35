"""What Oracle's refusals mean: one table for records, one rule for whole requests. Pure.

An error is JSON (`o:errorDetails` with `o:errorCode`, `o:errorPath`; a batch names the failing part)
or, from older services and proxies, plain text; both are read. Codes of digits are those of ADF
Business Components (`JBO-27014`), `ORA-` ones come from the database, others from the product
(`HZ-…`, `MOO-…`); what is not in the tables needs a person, as it is a refusal all the same.
A status of 4xx is definite: nothing happened. After 500, 502 and 504 nobody knows, unless the
answer names a code of the tables: then the framework itself rolled the request back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from adapters.http import Answer, retry_after
from adapters.targets.oracle.profile import EntityMap
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Ambiguous, BatchRefused, Deferred, Message, Op, Receipt, Rejected

_SHORTEN = "Shorten it in the ERP or lengthen the field in Oracle."
DEFERRED: Mapping[str, timedelta | None] = {
    "JBO-25014": None,
    "JBO-25019": None,
    "JBO-25020": None,
    "JBO-26030": None,
    "JBO-26061": timedelta(minutes=1),
    "JBO-26080": None,
    "ORA-00054": None,
    "ORA-00060": None,
    "ORA-01013": None,
}
"""Codes after which the same message may succeed later, and when to try: somebody else changed or
locks the record, it was just deleted, the database is busy."""

REJECTED: Mapping[str, str] = {
    "JBO-25013": "Another record already has this key.",
    "JBO-25030": "The record that it belongs to is not there any more.",
    "JBO-25058": "Oracle does not know an attribute of the profile. Test the target.",
    "JBO-26041": "The database refused the record.",
    "JBO-26048": "A constraint of the database refused the record.",
    "JBO-27008": "An attribute of the profile may not be written.",
    "JBO-27009": "An attribute does not take this value.",
    "JBO-27010": f"A value is longer than its attribute takes. {_SHORTEN}",
    "JBO-27011": "A rule of the attribute refused the value.",
    "JBO-27014": "An attribute that Oracle requires is empty.",
    "JBO-27018": "A value has the wrong type for its attribute.",
    "JBO-27019": "An attribute cannot be read.",
    "JBO-27023": "A rule of the object refused the record.",
    "JBO-27024": "A rule of the object refused the record.",
    "JBO-27025": "A rule of the attribute refused the value.",
    "JBO-27027": "A required part of the record is missing.",
    "JBO-29000": "Oracle could not process the record.",
    "ORA-00001": "Another record in Oracle already holds a value that must be unique.",
    "ORA-01400": "An attribute that Oracle requires is empty.",
    "ORA-01438": f"A number is larger than its attribute takes. {_SHORTEN}",
    "ORA-02290": "A constraint of the database refused a value.",
    "ORA-02291": "The record that it refers to is not there.",
    "ORA-02292": "Other records still belong to it.",
    "ORA-12899": f"A value is longer than its attribute takes. {_SHORTEN}",
}
"""Codes that need a person or a change in the ERP; a code not listed is treated alike."""

_CHILDREN = frozenset({"JBO-26048", "ORA-02292"})
_UNKNOWN = frozenset({"JBO-29000"})
"""Said of anything unforeseen: with a status of 5xx it proves nothing."""
_CODE = re.compile(r"\b([A-Z][A-Z0-9]{1,9}(?:[-_][A-Z]+)*-\d{3,8})\b")
_PART = re.compile(r"(?<![A-Za-z0-9])(m\d+)(?:-([A-Z_]+))?(?![A-Za-z0-9])")
_ATTRIBUTE = re.compile(r"\b[Aa]ttribute (\w+)")
_LONGEST = 300


class QueryRefused(TargetUnavailable):
    """One question was refused: what was asked about may not exist; others are not affected."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that Oracle says is wrong."""

    code: str
    """`JBO-27014`, `HTTP_400` where it gives none."""
    text: str
    attribute: str
    """The attribute that it names; empty: none."""
    part: str
    """The part of a batch that it names (`m3`); empty: none."""
    row: str
    """The purpose of the child row that this part writes; empty: the record itself."""


# --- reading errors -------------------------------------------------------------------------------


def problems_of(answer: Answer) -> list[Problem]:
    """What an answer says is wrong, in its order; empty when it says nothing readable."""
    try:
        said = orjson.loads(answer.body) if answer.body[:1] in b"{[" else None
    except orjson.JSONDecodeError:
        said = None
    if isinstance(said, dict):
        return list(_listed(said, answer.status, ""))
    text = answer.body[:2000].decode("utf-8", "replace").strip()
    if not text or text.startswith("<"):
        return []
    return [_problem({"detail": text}, answer.status, "")]


def _listed(said: Mapping[str, Any], status: int, part: str) -> Iterator[Problem]:
    parts, details = said.get("parts"), said.get("o:errorDetails")
    if isinstance(parts, list):
        for each in parts:
            if isinstance(each, dict):
                inner = each.get("payload") if isinstance(each.get("payload"), dict) else each
                yield from _listed(inner or {}, status, str(each.get("id") or ""))
    elif isinstance(details, list) and details:
        for each in details:
            if isinstance(each, dict):
                yield _problem(each, status, part)
    elif {"title", "detail", "o:errorCode"} & said.keys():
        yield _problem(said, status, part)


def _problem(said: Mapping[str, Any], status: int, part: str) -> Problem:
    text = str(said.get("detail") or said.get("title") or "")
    path = str(said.get("o:errorPath") or "")
    code = str(said.get("o:errorCode") or "").strip()
    if code.isdecimal():
        code = f"JBO-{code}"
    if not code and (found := _CODE.search(text)):
        code = found[1]
    named = _PART.search(part) or _PART.search(path)
    last = path.rstrip("/").rpartition("/")[2]
    if not last.isidentifier() or _PART.fullmatch(last):
        found = _ATTRIBUTE.search(text)
        last = found[1] if found else ""
    place, row = (named[1], named[2] or "") if named else ("", "")
    return Problem(code or f"HTTP_{status}", text, last, place, row)


# --- whole requests -------------------------------------------------------------------------------


def stop(answer: Answer, now: datetime) -> None:
    """Raise for an answer that concerns the whole target: nothing happened. Else return."""
    if answer.status == 403:
        raise TargetAuthError(
            "Oracle refused the request (403).",
            code="PERMISSION_DENIED",
            hint="Give the integration user the roles and privileges for the REST resources; "
            "network rules of the environment can refuse an address too.",
        )
    if answer.status in {429, 503}:
        asked = retry_after(answer.headers, now)
        raise TargetUnavailable(
            f"Oracle is not available now ({answer.status}).",
            code="TOO_MANY_REQUESTS" if answer.status == 429 else "SERVER_UNAVAILABLE",
            hint="Nothing happened; it is tried again. A maintenance window can last hours.",
            retry_after=asked or (timedelta(seconds=30) if answer.status == 429 else None),
        )


def query_refused(answer: Answer, what: str) -> QueryRefused:
    """A question that Oracle will not answer."""
    problems = problems_of(answer)
    code = problems[0].code if problems else f"HTTP_{answer.status}"
    if answer.status == 404:
        return QueryRefused(
            f"Oracle does not offer {what}, or hides it from the user.",
            code="OBJECT_MISSING",
            hint="Publish the object, or give the integration user its privileges; test the target.",
        )
    return QueryRefused(
        f"Oracle refused a question about {what} ({answer.status} {code}).",
        code="QUERY_REFUSED",
        hint="An attribute of the profile may be missing there; test the target.",
    )


# --- writes ---------------------------------------------------------------------------------------


def refused(
    answer: Answer, batch: Mapping[int, Message], entity: EntityMap, *, single: bool
) -> dict[int, Receipt]:
    """One receipt each, by position, for a write that was not answered with success.

    A batch is all or none: the failing part's message gets its own receipt, and the others are told
    that nothing happened to them.
    """
    problems = problems_of(answer)
    definite = 400 <= answer.status < 500 and answer.status != 408
    known = [p for p in problems if p.code in {*DEFERRED, *REJECTED} - _UNKNOWN]
    if not definite and not (answer.status >= 500 and known):
        reason = f"BAD_RESPONSE: Oracle answered {answer.status} where results belong."
        return dict.fromkeys(batch, Ambiguous(reason))
    if single or len(batch) == 1:
        ((position, message),) = batch.items()
        return {position: judged(problems, answer.status, message, entity)}
    by_position: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.part and int(problem.part[1:]) in batch:
            by_position.setdefault(int(problem.part[1:]), []).append(problem)
    code = problems[0].code if problems else f"HTTP_{answer.status}"
    others = BatchRefused(code, f"Oracle did none of the batch ({answer.status} {code}).")
    receipts: dict[int, Receipt] = dict.fromkeys(batch, others)
    for position, some in by_position.items():
        receipts[position] = judged(some, answer.status, batch[position], entity)
    return receipts


def judged(
    problems: Sequence[Problem], status: int, message: Message, entity: EntityMap
) -> Receipt:
    """The receipt of one refused message; of several problems the most lasting one counts.

    What is not there is looked up again: a delete then finds that it is done.
    """
    lasting = [p for p in problems if p.code not in DEFERRED]
    if status in {404, 409, 412, 428} or (problems and not lasting):
        code = problems[0].code if problems else f"HTTP_{status}"
        reason = f"Oracle could not do it now ({status} {code})."
        return Deferred(code, reason, DEFERRED.get(code))
    if not lasting:
        return Rejected(f"HTTP_{status}", f"Oracle refused the request ({status}).")
    # The codes of the tables say more than the general one that often stands beside them.
    first = min(lasting, key=lambda p: (p.code not in REJECTED, p.code in _UNKNOWN))
    code = first.code
    if message.op is Op.DELETE and code in _CHILDREN:
        return Rejected("HAS_CHILDREN", "Other records in Oracle still belong to it.")
    reason = REJECTED.get(code, "Oracle refused it.")
    said = without_values(first.text, message)
    return Rejected(code, f"{reason} Oracle says: {said}", _canonical(first, entity))


def _canonical(problem: Problem, entity: EntityMap) -> str:
    """Our name for the attribute, or Oracle's where we have none."""
    named = [
        (name, f) for name, f in entity.fields.items() if f.name == problem.attribute and f.name
    ]
    exact = [name for name, each in named if each.row == problem.row]
    return next(iter([*exact, *(name for name, _ in named)]), problem.attribute)


def without_values(text: str, message: Message) -> str:
    """Oracle's sentence with this record's own values blanked."""
    values = {str(v) for v in message.fields.values() if v is not None and not isinstance(v, bool)}
    for value in sorted({*values, message.external_id}, key=len, reverse=True):
        if len(value) > 1:
            text = re.sub(re.escape(value), "…", text, flags=re.IGNORECASE)
    return text[:_LONGEST] or "nothing more."
