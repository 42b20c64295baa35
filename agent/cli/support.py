"""`waybill doctor` and `waybill bundle`: help where something does not work, also without a service."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli import output
from agent.cli.ask import either
from agent.cli.options import AsJson, Home
from agent.errors import WrongUse

_FILES = {"name": "FILE", "bytes": "BYTES", "what": "WHAT"}


def doctor(*, home: Home, as_json: AsJson = False) -> None:
    """Look around the agent: account, folders, clock, disk, keys, proxy, versions."""
    found = either.doctor(home)
    if found is None:
        from agent.support import doctor as look

        found = look(home)
    if as_json:
        output.show_json(found)
    else:
        output.show_findings(found["findings"])
    is_fine = output.is_fine(found["findings"])
    raise typer.Exit(output.FINE if is_fine else output.ATTENTION)


def bundle(
    *,
    home: Home,
    hours: Annotated[
        int, typer.Option("--hours", min=1, max=744, help="Of the last so many.")
    ] = 24,
    names: Annotated[
        bool, typer.Option("--names", help="Show names, paths and hosts as they are.")
    ] = False,
    leave_out: Annotated[
        list[str] | None,
        typer.Option("--leave-out", metavar="FILE", help="Without this; repeatable."),
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Show it; write nothing.")] = False,
    show: Annotated[
        str,
        typer.Option("--show", metavar="FILE", help="Show the text of this file; write nothing."),
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it here (a new zip file).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """A diagnostics bundle: no payloads, no secrets; names, paths and hosts are pseudonyms."""
    asked: dict[str, Any] = {"hours": hours, "strict": not names}
    if preview or show:
        _show(_either(home, "bundle.preview", asked), show, as_json=as_json)
        return
    if out is not None and out.exists():
        raise WrongUse(f"{out} exists already: name a new file.")
    if leave_out:
        asked["leave_out"] = leave_out
    found = _either(home, "bundle.create", asked, out)
    if out is not None and found["path"] != str(out):
        found["path"] = _brought(found["path"], out)
    if as_json:
        output.show_json(found)
        return
    output.say(f"{found['id']}: {found['path']}")
    if found["names"]:
        output.say(f"What its pseudonyms stand for stays here: {found['names']}")


def _either(
    home: Path, method: str, asked: dict[str, Any], out: Path | None = None
) -> dict[str, Any]:
    found = either.bundle(home, method, asked)
    if found is None:
        from agent import support

        if method == "bundle.preview":
            return support.preview(home, asked)
        return support.create(home, asked, out)
    return found


def _show(found: dict[str, Any], name: str, *, as_json: bool) -> None:
    if as_json:
        output.show_json(found)
    elif not name:
        output.show_table(_FILES, found["files"])
    else:
        file = next((one for one in found["files"] if one["name"] == name), None)
        if file is None:
            raise WrongUse(f"The bundle has no file {name!r}.")
        for line in file["text"].splitlines():
            output.say(line)


def _brought(path: str, out: Path) -> str:
    """The service wrote it into its home folder, which is closed to most accounts."""
    try:
        shutil.copyfile(path, out)
    except OSError as error:
        output.complain(
            f"The bundle is {path}, and cannot be copied to {out}: {error.strerror}.", "NOT_COPIED"
        )
        return path
    return str(out)
