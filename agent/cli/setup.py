"""`waybill init`: a home folder with a configuration to fill in and its keys."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from agent import home as new_home
from agent.cli import output
from agent.cli.keys import show_key
from agent.cli.options import AsJson, Home
from agent.errors import WrongUse


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
    answers: Annotated[
        Path | None,
        typer.Option("--from", metavar="ANSWERS", help="Set up a whole agent by an answer file."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="With --from: only tell what is wrong with it.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="With --from: over a configuration that is there.")
    ] = False,
    recovery_key_file: Annotated[
        Path | None,
        typer.Option("--recovery-key-file", help="Write the recovery key there, not on screen."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a new home folder and show its recovery key, once; or write it to a file."""
    if answers is not None:
        if pack or settings:
            raise WrongUse("--pack and --set stand in the answers: [setup] pack = …")
        _by_answers(home, answers, recovery_key_file, (check, replace), as_json=as_json)
        return
    if check or replace:
        raise WrongUse("--check and --replace belong to --from.")
    key = _begin(home, _texts(pack, settings or []), recovery_key_file)
    _tell(home, key, recovery_key_file, as_json=as_json)


def _begin(home: Path, texts: _Texts, key_file: Path | None) -> str:
    """Make the home; returns its recovery key, which is in the file if one is named."""
    from agent.keys import initialise

    was_there = _refuse_used(home)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
        _write(home, texts)
        key = initialise(home)
        if key_file is not None:
            from agent.answers.recovery_file import write_key_file

            write_key_file(key_file, key, home)
        new_home.give_to_owner(home)
    except BaseException as error:
        _undo(home, was_there=was_there)
        if isinstance(error, OSError):
            raise new_home.cannot_make(home, error) from error
        raise
    return key


def _tell(home: Path, key: str, key_file: Path | None, *, as_json: bool) -> None:
    if as_json:
        told = {"recovery_key_file": str(key_file)} if key_file else {"recovery_key": key}
        output.show_json({"home": str(home), **told})
        return
    if key_file is not None:
        output.say(f"{home} is ready. The recovery key of this agent is in {key_file}.")
    else:
        output.say(f"{home} is ready. The recovery key of this agent:")
        output.say("")
        show_key(key)
    output.say("")
    output.say(f"Next: fill in {home / 'waybill.toml'}, then: waybill check --home {home}")


def _by_answers(
    home: Path, path: Path, key_file: Path | None, how: tuple[bool, bool], *, as_json: bool
) -> None:
    from agent.cli.unattended import prepare

    check, replace = how
    done = prepare(home, path, key_file, check=check, replace=replace)
    if as_json:
        output.show_json(done)
        return
    output.say(f"{path}: {done['said']}")
    for name in ("files", "secrets"):
        for each in done.get(name, ()):
            output.say(f"  {name.removesuffix('s')} {each}")
    if done.get("recovery_key_file"):
        output.say(f"The recovery key is in {done['recovery_key_file']}: keep it elsewhere.")


def _refuse_used(home: Path) -> bool:
    """Whether the (empty) folder is there already; a used one is never touched."""
    try:
        if not home.exists():
            return False
        if home.is_dir() and not any(home.iterdir()):
            return True
    except OSError as error:
        raise new_home.cannot_make(home, error) from error
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
    files = {"waybill.toml": texts.configuration}
    for folder, named in (("mappings", texts.mappings), ("templates", texts.templates)):
        files |= {f"{folder}/{name}": text for name, text in named.items()}
    new_home.write(home, files)


def _texts(pack: str, settings: Sequence[str]) -> _Texts:
    """The texts of a pack, or the template. Raises WrongUse."""
    if not pack:
        if settings:
            raise WrongUse("--set belongs to --pack.", hint="`waybill packs list` shows all packs.")
        return _Texts(new_home.configuration())
    from agent import packs

    given = dict(_pair(word) for word in settings)
    filled = packs.fill(packs.load(pack), given, socket.gethostname())
    return _Texts(filled.configuration, filled.mappings, filled.templates)


def _pair(word: str) -> tuple[str, str]:
    name, is_there, value = word.partition("=")
    if not is_there:
        raise WrongUse(f"--set {word}: a setting is written NAME=VALUE.")
    return name.strip(), value
