"""`waybill`: runs one command, and what becomes of its errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from agent.cli import output
from agent.cli.fault import as_fault
from agent.control.api import default_home
from agent.errors import ConfigError, NotAllowed, ServiceUnreachable, WaybillError, WrongUse


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code and never raises for a person."""
    given = list(sys.argv[1:] if words is None else words)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a letter that a terminal lacks is no fault
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(given)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader of our output has seen enough; Python would flush again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return output.ATTENTION
    except KeyboardInterrupt:
        return output.INTERRUPTED
    except WaybillError as error:
        return _tell(error, as_json="--json" in given)
    except PermissionError as error:
        return _tell(_closed(error), as_json="--json" in given)
    except Exception as error:  # noqa: BLE001 nobody is shown a traceback
        return _tell(as_fault(error, given), as_json="--json" in given)


def _run(words: Sequence[str]) -> int:
    if words[:1] == ["status"] and (home := _plain_home([w for w in words[1:] if w != "--json"])):
        from agent.cli.ask.glance import glance

        return glance(home, as_json="--json" in words)
    if words[:1] == ["run"] and (home := _plain_home(words[1:])):
        from agent.service.foreground import run

        return run(home)
    from agent.cli.table import table

    try:
        table(words)(list(words), prog_name="waybill")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else output.ATTENTION
    return output.FINE


def _plain_home(rest: Sequence[str]) -> Path | None:
    """The home of a command that is given nothing else: it needs no parser to be loaded."""
    if not rest:
        return default_home()
    if len(rest) == 2 and rest[0] == "--home" and not rest[1].startswith("-"):
        return Path(rest[1])
    return None


def _closed(error: PermissionError) -> NotAllowed:
    """A command that needs the home folder itself, typed by somebody who may only ask."""
    path = str(error.filename or "what this command needs")
    return NotAllowed(
        f"This account may not use {path}.",
        hint="Use the service's own account or an administrator's (sudo).",
        params={"path": path},
    )


def _tell(error: WaybillError, *, as_json: bool) -> int:
    title = error.title
    if isinstance(error, ConfigError):
        title = "\n".join([title, *(f"  {problem}" for problem in error.problems)])
    if as_json:
        body = {
            "code": error.code, "title": title, "hint": error.hint, "params": dict(error.params)
        }  # fmt: skip
        output.show_json({"error": body})
    output.complain(title, error.code, error.hint)
    if isinstance(error, ServiceUnreachable):
        return output.UNREACHABLE
    return output.WRONG_USE if isinstance(error, WrongUse) else output.ATTENTION
