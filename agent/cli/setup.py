"""`waybill init`: a home folder with a configuration to fill in and its keys."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path

from agent.cli import output
from agent.cli.options import AsJson, Home
from agent.errors import WaybillError, WrongUse

_TEMPLATE = Path(__file__).resolve().parents[2] / "resources" / "templates" / "waybill.toml"
_NAME_IN_TEMPLATE = 'name = "waybill"'

_KEEP_IT = """\
Write it down or put it into a password safe, away from this machine. It is shown only now.
Without it, nobody can open this agent's queue and secrets if its own key is lost (another
machine, another account, a reinstalled system). Whoever has it can read them."""


def init(*, home: Home, as_json: AsJson = False) -> None:
    """Make a new home folder and show its recovery key, once."""
    from agent.keys import initialise

    was_there = _refuse_used(home)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
        (home / "mappings").mkdir(mode=0o700)
        (home / "waybill.toml").write_text(_configuration(), encoding="utf-8")
        (home / "waybill.toml").chmod(0o600)
        key = initialise(home)
    except BaseException as error:
        _undo(home, was_there=was_there)
        if isinstance(error, OSError):
            raise _cannot_make(home, error) from error
        raise
    if as_json:
        output.show_json({"home": str(home), "recovery_key": key})
        return
    output.say(f"{home} is ready. The recovery key of this agent:")
    output.say("")
    for line in key.splitlines():
        output.say(f"    {line}")
    output.say("")
    for line in _KEEP_IT.splitlines():
        output.say(line)
    output.say("")
    output.say(f"Next: fill in {home / 'waybill.toml'}, then: waybill check --home {home}")


def _refuse_used(home: Path) -> bool:
    """Whether the (empty) folder is there already; a used one is never touched."""
    try:
        if not home.exists():
            return False
        if home.is_dir() and not any(home.iterdir()):
            return True
    except OSError as error:
        raise _cannot_make(home, error) from error
    raise WrongUse(
        f"{home} exists and is not empty.",
        code="HOME_EXISTS",
        hint="Name another folder with --home. Waybill never writes over a home folder.",
    )


def _undo(home: Path, *, was_there: bool) -> None:
    """Leave no half-made home behind, or the next try would be refused."""
    if not home.is_dir():
        return
    for entry in home.iterdir() if was_there else ():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    if not was_there:
        shutil.rmtree(home, ignore_errors=True)


def _configuration() -> str:
    here = json.dumps(socket.gethostname() or "waybill", ensure_ascii=False)
    template = _TEMPLATE.read_text(encoding="utf-8")
    return template.replace(_NAME_IN_TEMPLATE, f"name = {here}", 1)


def _cannot_make(home: Path, error: OSError) -> WaybillError:
    return WaybillError(
        f"The home folder {home} cannot be made: {error.strerror or 'unknown reason'}.",
        code="HOME_NOT_MADE",
        hint="Use an account that may write there, or name another folder with --home.",
    )
