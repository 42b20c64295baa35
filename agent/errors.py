"""Every error that Waybill raises on purpose, drawn at its top.

    WaybillError
    |-- ConfigError            the configuration is wrong: every problem at once
    |-- SourceError
    |   |-- SourceUnavailable  the world failed for now: tried again, a condition meanwhile
    |   `-- SourceChanged      a person must look before this stream is read on
    |-- TargetError
    |   |-- TargetUnavailable  nothing happened: the whole target waits
    |   `-- TargetAuthError    sign-in failed: the target pauses, the queue keeps filling
    |-- StoreError
    |   |-- StoreBusy          another process holds this home folder
    |   |-- StoreFull          no room: sources pause, delivery goes on
    |   |-- StoreTooNew        written by a newer Waybill
    |   `-- StoreDamaged       unreadable, or older than its high-water mark
    |-- CryptoError
    |   |-- KeyUnavailable     the master key is missing or cannot be unwrapped
    |   |-- KeyMismatch        the key belongs to another installation
    |   |-- Damaged            sealed bytes that do not open in their context
    |   `-- SecretMissing      a `secret:NAME` that nobody has set
    |-- AlertFailed            a message to people did not go out
    |-- ServiceRefused         the system's service manager did not do what was asked
    `-- ControlError
        |-- ServiceUnreachable nobody answers on the control socket
        |-- NotAllowed         the caller's role does not permit this
        `-- WrongUse           the request itself is wrong

Each carries a stable `code`, a `title` (what happened, for a person), a `hint` (what to do), and
`params`: the names and numbers of its text, so that a face can say it in another language.
None ever carries a secret or a value of business data; identities are names of sources, files,
tables, targets, and external ids only where a person asked for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta


class WaybillError(Exception):
    """Base of all. `str()` gives one readable sentence with the code in brackets."""

    code = "WAYBILL"
    title = "Something went wrong."
    hint = ""

    def __init__(
        self,
        title: str = "",
        *,
        code: str = "",
        hint: str = "",
        params: Mapping[str, str] | None = None,
    ) -> None:
        self.title = title or self.title
        self.code = code or self.code
        self.hint = hint or self.hint
        self.params: Mapping[str, str] = dict(params or {})
        super().__init__(self.title)

    def __str__(self) -> str:
        return f"{self.title} [{self.code}]"


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One problem of a configuration: where (`flows.customers.source`), what, what to do."""

    place: str
    text: str
    hint: str = ""
    file: str = ""
    line: int = 0
    code: str = ""
    """Its own, where it has one; otherwise that of the error."""
    params: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: " if self.file and self.line else ""
        where = where or (f"{self.file}: " if self.file else "")
        return f"{where}{self.place}: {self.text}" + (f" {self.hint}" if self.hint else "")


class ConfigError(WaybillError):
    """The configuration is wrong. Carries every problem found, not only the first."""

    code = "CONFIG_INVALID"
    title = "The configuration has problems; the last good one stays in force."

    def __init__(self, problems: Sequence[ConfigProblem], title: str = "") -> None:
        self.problems = tuple(problems)
        super().__init__(title)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {problem}" for problem in self.problems)])


class SourceError(WaybillError):
    """Something about reading from the ERP."""

    code = "SOURCE"


class SourceUnavailable(SourceError):
    """The source cannot be read now; nothing is lost, it is tried again."""

    code = "SOURCE_UNAVAILABLE"

    def __init__(
        self,
        title: str = "",
        *,
        code: str = "",
        hint: str = "",
        params: Mapping[str, str] | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        self.retry_after = retry_after
        super().__init__(title, code=code, hint=hint, params=params)


class SourceChanged(SourceError):
    """The source is not what it was (columns, order, identity): a person must look first."""

    code = "SOURCE_CHANGED"


class TargetError(WaybillError):
    """Something about a destination as a whole."""

    code = "TARGET"


class TargetUnavailable(TargetError):
    """Nothing happened and nothing can happen now: the whole target waits."""

    code = "TARGET_UNAVAILABLE"

    def __init__(
        self,
        title: str = "",
        *,
        code: str = "",
        hint: str = "",
        params: Mapping[str, str] | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        self.retry_after = retry_after
        super().__init__(title, code=code, hint=hint, params=params)


class TargetAuthError(TargetError):
    """Sign-in failed. The target pauses; everything for it keeps queueing."""

    code = "TARGET_AUTH"


class StoreError(WaybillError):
    """Something about the local store."""

    code = "STORE"


class StoreBusy(StoreError):
    """Another process holds this home folder."""

    code = "HOME_IN_USE"


class StoreFull(StoreError):
    """No room for more. Sources pause, delivery goes on, nothing is dropped."""

    code = "DISK_FULL"


class StoreTooNew(StoreError):
    """The store was written by a newer Waybill."""

    code = "SCHEMA_TOO_NEW"


class StoreDamaged(StoreError):
    """The store cannot be read, or is older than its high-water mark."""

    code = "STORE_DAMAGED"


class CryptoError(WaybillError):
    """Something about keys or sealed data."""

    code = "CRYPTO"


class KeyUnavailable(CryptoError):
    """The master key is missing or cannot be unwrapped."""

    code = "KEY_UNAVAILABLE"


class KeyMismatch(CryptoError):
    """The key belongs to another installation."""

    code = "KEY_MISMATCH"


class Damaged(CryptoError):
    """Sealed bytes that do not open in their context."""

    code = "ROW_TAMPERED"
    title = "A sealed entry does not open: it was damaged or moved."


class SecretMissing(CryptoError):
    """A secret that the configuration names and nobody has set."""

    code = "SECRET_MISSING"


class AlertFailed(WaybillError):
    """A message to people did not go out; the route itself is not concerned."""

    code = "ALERT_FAILED"


class ServiceRefused(WaybillError):
    """The service manager of this machine did not do what was asked; the queue is as it was."""

    code = "SERVICE_MANAGER"


class ControlError(WaybillError):
    """Something between a face and the service."""

    code = "CONTROL"


class ServiceUnreachable(ControlError):
    """Nobody answers on the control socket."""

    code = "SERVICE_UNREACHABLE"


class NotAllowed(ControlError):
    """The caller's role does not permit this."""

    code = "NOT_ALLOWED"


class WrongUse(ControlError):
    """The request itself is wrong."""

    code = "WRONG_USE"
