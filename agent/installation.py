"""What follows when an installer has laid a version down, and what comes before it takes it away.

Windows' installers only copy files and call `waybill installation complete`; what there is to decide
is decided here, once for both of them. An installation never fails because the service cannot start:
the files stay, the reason is told and logged, and `waybill doctor` gives it again.

The program folder (`root`) holds `versions/V/…`, `current` (a text: the version that counts) and
`bin/waybill.cmd`, which runs that version whichever it is. Each step is a call of the new version's
own `waybill`, as a person could make it; secrets are in files whose names are handed on, and what
`init` writes to its stdout is never logged, because it may be a recovery key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent import durable
from agent.upgrade.layout import Root

COMMAND: Final = Path("bin") / "waybill.cmd"
_READABLE: Final = 0o644
_COMMAND_TEXT: Final = """\
@echo off
rem Runs the installed version of Waybill that counts.
setlocal
set /p VERSION=<"%~dp0..\\current"
"%~dp0..\\versions\\%VERSION%\\waybill.exe" %*
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one call of `waybill`."""

    code: int
    complaint: str = ""
    """What it wrote to stderr."""


Call = Callable[[Sequence[str]], Answer]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the installer was asked for."""

    root: Path
    version: str
    home: Path
    account: str = ""
    """Empty: the service's own virtual account."""
    password_file: Path | None = None
    answers: Path | None = None
    recovery_key: Path | None = None
    is_service: bool = True
    """False: only the programs, for a machine that needs the window alone."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the installation amounted to."""

    is_installed: bool
    """False: the former version runs on, and nothing of it was touched."""
    attention: str = ""
    """What a person should see to; empty when all is well."""


def complete(wanted: Wanted, call: Call, tell: Tell) -> Outcome:
    """Make the version that was laid down the one that counts, and have its service run."""
    former = current(wanted.root)
    if not wanted.is_service:
        point(wanted.root, wanted.version)
        tell(f"Version {wanted.version} is installed, without a service.")
        return Outcome(is_installed=True)
    if former and former != wanted.version and _is_home(wanted.home):
        return _upgrade(wanted, former, call, tell)
    point(wanted.root, wanted.version)
    attention = _home(wanted, call, tell) or _service(wanted, call, tell)
    return Outcome(is_installed=True, attention=attention)


def clear(home: Path, call: Call, tell: Tell) -> Outcome:
    """Stop and remove the service, before its files go. The home folder stays as it is."""
    for words, done in (
        (["service", "stop"], "The service is stopped."),
        (["service", "remove"], "The service is removed."),
    ):
        answer = call(words)
        tell(answer.complaint if answer.code else done)
    tell(f"Queue, configuration and keys stay in {home}.")
    return Outcome(is_installed=False)


def current(root: Path) -> str:
    """The version that counts; empty when none does."""
    return Root(root, windows=True).current()


def point(root: Path, version: str) -> None:
    """Let this version count from now on, and have the command that runs it. Raises WaybillError."""
    Root(root, windows=True).point(version)
    command = root / COMMAND
    command.parent.mkdir(exist_ok=True)
    text = _COMMAND_TEXT.replace("\n", "\r\n")
    durable.write(command, text.encode("ascii"), _READABLE)


def _upgrade(wanted: Wanted, former: str, call: Call, tell: Tell) -> Outcome:
    tell(f"Version {former} is here; upgrading to {wanted.version}.")
    words = ["upgrade", "apply", "--root", str(wanted.root), "--home", str(wanted.home)]
    answer = call([*words, "--to", wanted.version])
    if answer.code == 0:
        tell(f"Version {wanted.version} runs.")
        return Outcome(is_installed=True)
    counts = current(wanted.root)
    is_new = counts == wanted.version
    kept = "" if is_new else f" Version {counts or former} stays the one that counts."
    attention = f"The upgrade to {wanted.version} needs a person.{kept}\n{answer.complaint}"
    tell(attention)
    return Outcome(is_installed=is_new, attention=attention)


def _home(wanted: Wanted, call: Call, tell: Tell) -> str:
    """Make the home folder, unless it is there or the service is to make an empty one."""
    if _is_home(wanted.home):
        tell(f"The home folder {wanted.home} is there already; it stays as it is.")
        return ""
    if wanted.answers is None and wanted.recovery_key is None:
        # The service makes a home of an empty folder; installing it lets it in and all others out.
        try:
            wanted.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            attention = f"The home folder {wanted.home} cannot be made: {error.strerror}."
            tell(attention)
            return attention
        return ""
    words = ["init", "--home", str(wanted.home)]
    if wanted.answers is not None:
        words += ["--from", str(wanted.answers)]
    if wanted.recovery_key is not None:
        words += ["--recovery-key-file", str(wanted.recovery_key)]
    answer = call(words)
    if answer.code == 0:
        tell(f"The home folder {wanted.home} is made.")
        return ""
    attention = (
        f"The home folder was not made, so the service was not started.\n{answer.complaint}\n"
        "Mend that and run the installer again, with the same words."
    )
    tell(attention)
    return attention


def _service(wanted: Wanted, call: Call, tell: Tell) -> str:
    words = ["service", "install", "--again", "--home", str(wanted.home)]
    if wanted.account:
        words += ["--account", wanted.account]
    if wanted.password_file is not None:
        words += ["--password-file", str(wanted.password_file)]
    start = ["service", "start", "--home", str(wanted.home)]
    for step, done in ((words, "The service is set up."), (start, "It runs.")):
        answer = call(step)
        if answer.code:
            attention = (
                f"Waybill is installed, but its service does not run.\n{answer.complaint}\n"
                "`waybill doctor` says the same and more; then: waybill service start"
            )
            tell(attention)
            return attention
        tell(done)
    return ""


def _is_home(home: Path) -> bool:
    return (home / "waybill.toml").exists() or (home / "keys").exists()
