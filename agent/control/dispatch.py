"""From one line of a caller to one line of answer: checks, role, handler, audit. No sockets.

Whatever a line says, the answer is a line: bad requests are named, errors of the house keep their
code, title and hint, and a fault of our own is logged and answered without its text, which could
hold a value. A write that cannot be recorded in the audit is reported, never passed over.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from agent.control import wire
from agent.control.api import METHODS, Method, Param, Role
from agent.errors import ConfigError, NotAllowed, WaybillError, WrongUse
from agent.model import Json

_logger = logging.getLogger(__name__)
_LARGEST_NUMBER = 2**63 - 1
_LONGEST_DECLINED = 64 * 1024

ME: Final = "me"
"""Answered here: the handler knows nothing of roles."""
SUBSCRIBE: Final = "subscribe"

Params = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, by the word of the operating system, and what he may do."""

    name: str
    role: Role
    kinds: frozenset[str] | None = None
    """Only flows of these kinds of records; None: of all."""

    def as_json(self) -> dict[str, Json]:
        """As the caller is told (`answers.You`)."""
        kinds = None if self.kinds is None else list[Json](sorted(self.kinds))
        return {"name": self.name, "role": self.role.name.lower(), "kinds": kinds}


class Reply(NamedTuple):
    """What a line is answered."""

    line: bytes
    begins: dict[str, Json] | None = None
    """The snapshot with which a subscription begins; None: this was none."""


class Write(NamedTuple):
    """A write that was asked for, as the audit is told of it: no value, no secret."""

    caller: Caller
    method: str
    on: str
    """Names of what it was done to; empty unless it was done, since only then they are names."""
    digest: str
    """Of the parameters."""
    result: str
    """`ok`, or the code of the error."""


OnWrite = Callable[[Write], None]


class Handler(Protocol):
    """What the service does for a valid, permitted request."""

    def call(self, method: str, params: Params, caller: Caller) -> Json:
        """The result. Raises WaybillError for what the caller should read."""
        ...


class Dispatcher:
    """Answers lines; safe to share between threads if the handler is."""

    def __init__(self, handler: Handler, on_write: OnWrite) -> None:
        self._handler = handler
        self._on_write = on_write

    def answer(self, line: bytes, caller: Caller) -> bytes:
        """One line for one line; never raises."""
        return self.reply(line, caller).line

    def reply(self, line: bytes, caller: Caller) -> Reply:
        """The same, with what a subscription begins with."""
        try:
            request = wire.decode(line)
        except wire.Malformed as error:
            return Reply(refusal(None, wire.PARSE_ERROR, error))
        try:
            number, method, params = _understood(request)
        except _NotARequest as error:
            return Reply(refusal(error.number, error.kind, error.told))
        return self._answer_method(number, method, params, caller)

    def declined(self, line: bytes, error: WaybillError) -> Reply:
        """A line that is not looked at but for the number under which it must be answered."""
        number: str | int | None = None
        with suppress(wire.Malformed):
            request = wire.decode(line) if len(line) <= _LONGEST_DECLINED else None
            said = request.get("id") if isinstance(request, dict) else None
            if isinstance(said, str | int) and not isinstance(said, bool):
                number = said
        return Reply(refusal(number, wire.REFUSED, error))

    def snapshot(self, caller: Caller) -> Json:
        """What a subscription of this caller would begin with now. Raises WaybillError."""
        return self._handler.call(SUBSCRIBE, {}, caller)

    def _answer_method(self, number: str | int, method: Method, given: Json, who: Caller) -> Reply:
        digest = ""
        params: Params = {}
        try:
            if not method.is_for(who.role):
                raise _not_for(method, who)
            params = checked(method, given)
            digest = digest_of(method, params)
            if method.name == ME:
                return Reply(_result(number, method, who.as_json()))
            result = self._handler.call(method.name, params, who)
            line = _result(number, method, result)
        except WrongUse as error:
            said, code = refusal(number, wire.INVALID_PARAMS, error), error.code
        except WaybillError as error:
            said, code = refusal(number, wire.REFUSED, error), error.code
        except Exception:
            _logger.exception("the control method %s failed", method.name)
            said, code = refusal(number, wire.INTERNAL, _OUR_FAULT), _OUR_FAULT.code
        else:
            begins = result if method.name == SUBSCRIBE and isinstance(result, dict) else None
            unrecorded = self._record(number, method, who, digest, "ok", on_what(method, params))
            return Reply(unrecorded or line, begins)
        return Reply(self._record(number, method, who, digest, code) or said)

    def _record(
        self,
        number: str | int,
        method: Method,
        who: Caller,
        digest: str,
        result: str,
        on: str = "",
    ) -> bytes | None:
        """Report a write; the answer to give instead when that fails."""
        if not method.writes:
            return None
        try:
            self._on_write(Write(who, method.name, on, digest, result))
        except Exception:
            _logger.exception("the control method %s could not be audited", method.name)
            return refusal(number, wire.INTERNAL, _UNRECORDED)
        return None


class _NotARequest(Exception):
    def __init__(self, number: str | int | None, kind: int, told: WaybillError) -> None:
        self.number, self.kind, self.told = number, kind, told
        super().__init__()


def _understood(request: Json) -> tuple[str | int, Method, Json]:
    """Id, method and parameters of a JSON-RPC 2.0 request."""
    if not isinstance(request, dict):
        told = wire.Malformed("A request must be one JSON object; batches are not taken.")
        raise _NotARequest(None, wire.INVALID_REQUEST, told)
    number = request.get("id")
    if isinstance(number, bool) or not isinstance(number, str | int):
        told = wire.Malformed("A request must carry an id: a text or a whole number.")
        raise _NotARequest(None, wire.INVALID_REQUEST, told)
    name = request.get("method")
    if request.get("jsonrpc") != "2.0" or not isinstance(name, str):
        told = wire.Malformed('A request must say "jsonrpc": "2.0" and name its method.')
        raise _NotARequest(number, wire.INVALID_REQUEST, told)
    if name not in METHODS:
        raise _NotARequest(number, wire.UNKNOWN_METHOD, _UNKNOWN_METHOD)
    return number, METHODS[name], request.get("params", {})


def _not_for(method: Method, who: Caller) -> NotAllowed:
    needed, role = method.role.name.lower(), who.role.name.lower()
    return NotAllowed(
        f"{method.name} is for the role {needed}; {who.name} has the role {role}."
        if who.role is not Role.AUDITOR
        else f"{who.name} is an auditor, who changes nothing: {method.name} is not for auditors.",
        hint="Ask an administrator of this machine for the role.",
        params={"method": method.name, "needed": needed, "role": role, "name": who.name},
    )


_UNKNOWN_METHOD = WrongUse(
    "The service does not know this method.",
    code="UNKNOWN_METHOD",
    hint="The service may be older than what asks it: update it.",
)
_OUR_FAULT = WaybillError(
    "The service met a fault of its own and could not answer.",
    code="INTERNAL",
    hint="Its log tells more; the data in the queue is not affected.",
)
_UNRECORDED = WaybillError(
    "The request was processed, but it could not be recorded in the audit.",
    code="AUDIT_FAILED",
    hint="See the service's log, then `waybill audit verify`.",
)
_TOO_LARGE = WrongUse(
    "The answer is too large to be sent at once.",
    code="ANSWER_TOO_LARGE",
    hint="Ask for less: use --limit, or name a flow or source.",
)


def refusal(number: str | int | None, code: int, error: WaybillError) -> bytes:
    """An error as a line."""
    title = error.title
    if isinstance(error, ConfigError):
        title = "\n".join([title, *map(str, error.problems)])
    data: dict[str, Json] = {
        "code": error.code, "title": title, "hint": error.hint, "params": dict(error.params)
    }  # fmt: skip
    body: dict[str, Json] = {"code": code, "message": error.title, "data": data}
    return wire.encode({"jsonrpc": "2.0", "id": number, "error": body})


def _result(number: str | int, method: Method, result: Json) -> bytes:
    line = wire.encode({"jsonrpc": "2.0", "id": number, "result": result})
    if len(line) <= wire.MAX_LINE:
        return line
    if method.writes:  # it has happened: say so rather than failing it
        return wire.encode({"jsonrpc": "2.0", "id": number, "result": {"too_large": True}})
    raise _TOO_LARGE


def digest_of(method: Method, params: Params) -> str:
    """What the audit keeps of parameters: nothing that could be read back, no secret at all."""
    known = {name: value for name, value in params.items() if not method.params[name].secret}
    ordered = wire.encode(dict(sorted(known.items())))
    return hashlib.sha256(ordered).hexdigest()


_NAMING = (
    "part", "kind", "name", "flow", "source", "target", "version", "id", "ref", "refs", "code",
)  # fmt: skip
"""Parameters that say on what something was done, in the order in which they are told."""
_TOLD_REFS = 5


def on_what(method: Method, params: Params) -> str:
    """What a write was done to, by the names that its parameters gave."""
    found = [params[name] for name in _NAMING if name in params and not method.params[name].secret]
    words = [_several(value) if isinstance(value, list) else str(value) for value in found]
    return " ".join(words)


def _several(refs: list[Json]) -> str:
    more = len(refs) - _TOLD_REFS
    told = ", ".join(str(ref) for ref in refs[:_TOLD_REFS])
    return told + (f" and {more} more" if more > 0 else "")


def checked(method: Method, given: Json) -> Params:
    """The parameters, known to be the method's own and of its kinds. Raises WrongUse."""
    if not isinstance(given, dict):
        raise WrongUse(f"{method.name}: parameters must be an object.")
    if unknown := sorted(given.keys() - method.params.keys()):
        raise WrongUse(f"{method.name} has no parameter {unknown[0][:40]!a}.")
    for name, param in method.params.items():
        value = given.get(name)
        if value is None and param.required:
            raise WrongUse(f"{method.name} needs the parameter {name!r}.")
        if value is not None and not _fits(param, value):
            raise WrongUse(f"{method.name}: {name!r} must be {_KINDS[param.kind]}.")
    return {name: value for name, value in given.items() if value is not None}


_KINDS = {
    "text": "a valid text",
    "integer": "a whole number, not negative",
    "flag": "true or false",
    "texts": "a list of texts",
}


def _fits(param: Param, value: Json) -> bool:
    if param.kind == "text":
        return _is_text(value)
    if param.kind == "integer":
        if isinstance(value, bool) or not isinstance(value, int):
            return False
        return 0 <= value <= _LARGEST_NUMBER
    if param.kind == "flag":
        return isinstance(value, bool)
    return isinstance(value, list) and all(_is_text(item) for item in value)


def _is_text(value: Json) -> bool:
    # A lone surrogate is no text: no store and no encoding would take it.
    return isinstance(value, str) and not any("\ud800" <= char <= "\udfff" for char in value)
