"""`waybill installation`: what the installers call; a person has no need of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from agent.cli import output
from agent.cli.options import AsJson, Home
from agent.clock import SystemClock
from agent.installation import Answer, Outcome, Wanted, clear, complete

NOT_INSTALLED = 4
"""Exit code of `complete` when the former version stays."""

commands = typer.Typer(hidden=True, help="What Windows' installers call.", no_args_is_help=True)
_Log = Annotated[Path | None, typer.Option("--log", help="Append what is told to this file.")]


@commands.command("complete")
def complete_(
    *,
    home: Home,
    root: Annotated[Path, typer.Option("--root", help="The folder with `versions`.")],
    to: Annotated[str, typer.Option("--to", help="The version that was laid down.")],
    account: Annotated[str, typer.Option("--account")] = "",
    password_file: Annotated[Path | None, typer.Option("--password-file")] = None,
    answers: Annotated[Path | None, typer.Option("--from", help="An answer file.")] = None,
    recovery_key: Annotated[Path | None, typer.Option("--recovery-key-file")] = None,
    service: Annotated[bool, typer.Option("--service/--no-service")] = True,
    log: _Log = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 for what needs a person.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Exit 0: installed; 4: the former version stays."""
    wanted = Wanted(root, to, home, account, password_file, answers, recovery_key, service)
    outcome = complete(wanted, _call, _Teller(log, is_quiet=as_json).tell)
    if as_json:
        output.show_json({"installed": outcome.is_installed, "attention": outcome.attention})
    raise typer.Exit(_code(outcome, strict=strict))


@commands.command("remove")
def remove(*, home: Home, log: _Log = None) -> None:
    """Stop and remove the service. The home folder stays."""
    clear(home, _call, _Teller(log, is_quiet=False).tell)


def _code(outcome: Outcome, *, strict: bool) -> int:
    if not outcome.is_installed:
        return NOT_INSTALLED
    return output.ATTENTION if strict and outcome.attention else output.FINE


class _Teller:
    """Tells on stdout, and in a log with the time."""

    def __init__(self, log: Path | None, *, is_quiet: bool) -> None:
        self._log = log
        self._is_quiet = is_quiet
        self._clock = SystemClock()

    def tell(self, text: str) -> None:
        lines = [line for line in text.splitlines() if line.strip()]
        if not self._is_quiet:
            for line in lines:
                output.say(line)
        if self._log is None:
            return
        try:
            with self._log.open("a", encoding="utf-8") as file:
                for line in lines:
                    file.write(f"{self._clock.now():%Y-%m-%dT%H:%M:%SZ} {output.escape(line)}\n")
        except OSError as error:  # an installation does not fail for its log
            output.complain(f"{self._log} cannot be written: {error.strerror}.", "LOG_NOT_WRITTEN")
            self._log = None


def _call(words: Sequence[str]) -> Answer:
    """One command of this very version. Its stdout is dropped: it may hold a recovery key."""
    program = [sys.executable]
    if not getattr(sys, "frozen", False):
        program += ["-m", "agent.cli"]
    done = subprocess.run(
        [*program, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    return Answer(done.returncode, done.stderr.decode("utf-8", "replace").strip())
