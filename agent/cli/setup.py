"""`waybill init`: a home folder with a configuration to fill in and its keys."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from agent.cli import output
from agent.cli.options import AsJson, Home
from agent.errors import WaybillError, WrongUse

_TEMPLATE = Path(__file__).resolve().parents[2] / "resources" / "templates" / "waybill.toml"
_NAME_IN_TEMPLATE = 'name = "waybill"'

_KEEP_IT = """\
Write it down or put it into a password safe, away from this machine. It is shown only now.
Without it, nobody can open this agent's queue and secrets if its own key is lost (another
machine, another account, a reinstalled system). Whoever has it can read them."""


@dataclass(frozen=True, slots=True)
class _Texts:
    """What the new home begins with."""

    configuration: str
    mappings: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)


def init(
    *,
    home: Home,
    pack: Annotated[
        str, typer.Option("--pack", help="Begin with a pack: `waybill packs list`.")
    ] = "",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A setting of the pack; repeatable."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a new home folder and show its recovery key, once."""
    from agent.keys import initialise

    texts = _texts(pack, settings or [])
    was_there = _refuse_used(home)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
        _write(home, texts)
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


def _write(home: Path, texts: _Texts) -> None:
    files = {home / "waybill.toml": texts.configuration}
    (home / "mappings").mkdir(mode=0o700)
    for folder, named in (("mappings", texts.mappings), ("templates", texts.templates)):
        files |= {home / folder / name: text for name, text in named.items()}
    for path, text in files.items():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)


def _texts(pack: str, settings: Sequence[str]) -> _Texts:
    """The texts of a pack, or the template. Raises WrongUse."""
    if not pack:
        if settings:
            raise WrongUse("--set belongs to --pack.", hint="`waybill packs list` shows all packs.")
        return _Texts(_configuration())
    from agent import packs

    given = dict(_pair(word) for word in settings)
    filled = packs.fill(packs.load(pack), given, socket.gethostname())
    return _Texts(filled.configuration, filled.mappings, filled.templates)


def _pair(word: str) -> tuple[str, str]:
    name, is_there, value = word.partition("=")
    if not is_there:
        raise WrongUse(f"--set {word}: a setting is written NAME=VALUE.")
    return name.strip(), value


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
