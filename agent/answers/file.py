"""From an answer file to what a home is to hold, or to all its problems at once."""

from __future__ import annotations

import copy
import hashlib
import socket
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent import home as homes
from agent import packs
from agent.answers import recovery_file
from agent.answers.values import FromWhere, Given, fetched
from agent.config import Config
from agent.config.load import read as read_text
from agent.config.report import Report, lines_of
from agent.errors import ConfigError, ConfigProblem, WaybillError

SETUP = "setup"
_REFUSED = "The answers have problems; nothing was set up."
_ALLOWED = ("mappings", "contracts", "lookups", "templates", "certificates")
"""Folders of a home that an answer file may put files into."""
_MOST_BYTES = 64 * 1024 * 1024

Judge = Callable[[Path, Path, str], Config]
"""(home, path of its configuration, text) -> the configuration; raises ConfigError."""


class _Setup(BaseModel):
    """`[setup]`: what is not configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    pack: str = Field("", description="A pack to begin with; what else stands here goes over it.")
    pack_settings: dict[str, str] = Field({}, description="The settings of the pack.")
    recovery_key_file: str = Field("", description="Where the recovery key is written, once.")
    recovery_key_for: str = Field("", description="A public key (PEM) that it is sealed for.")
    secrets: dict[str, FromWhere] = Field({}, description="By name: { file = } or { env = }.")
    mappings: dict[str, dict[str, Any]] = Field(
        {}, description="By file name: { file = }, or the mapping itself."
    )
    files: dict[str, str] = Field({}, description="Other files: place in the home = where it is.")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a home is to hold."""

    configuration: str
    files: Mapping[str, bytes]
    """Beside the configuration, by path within the home."""
    secrets: Mapping[str, Given] = field(repr=False)
    recovery_key_file: Path | None
    recovery_key_for: Path | None

    @property
    def digest(self) -> str:
        """Tells whether two runs had the same answers; says nothing of secrets."""
        said = hashlib.sha256(self.configuration.encode())
        for name, content in sorted(self.files.items()):
            said.update(f"\n{name}\n{len(content)}\n".encode() + content)
        return said.hexdigest()


def read(
    path: Path, environ: Mapping[str, str], judge: Judge, key_file: Path | None = None
) -> Answers:
    """The answers at `path`. Raises ConfigError with every problem.

    `key_file`: where the recovery key goes, whatever the answers say.
    """
    text = read_text(path)
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        problem = ConfigProblem(path.name, f"It is no TOML: {error}.", file=str(path))
        raise ConfigError([problem], _REFUSED) from None
    report = Report(str(path), text)
    setup = _setup_of(tables, report)
    folder = path.absolute().parent
    filled = _pack_of(setup, report)
    configuration = _configuration(text, tables, filled)
    files = dict(_files(setup, folder, tomllib.loads(configuration), report, filled))
    secrets = dict(_secrets(setup, folder, environ, report))
    where = key_file or (folder / setup.recovery_key_file if setup.recovery_key_file else None)
    seal_for = folder / setup.recovery_key_for if setup.recovery_key_for else None
    _check_key(where, seal_for, report)
    answers = Answers(configuration, files, secrets, where, seal_for)
    config = _judged(answers, judge, path, lines_of(text), report)
    for name in sorted(config.secrets - set(setup.secrets)) if config else ():
        report.problem(
            (SETUP, "secrets"),
            f"the configuration refers to secret:{name}, and nothing says where it is.",
            f'Write {name} = {{ file = "…" }} or {{ env = "…" }} there.',
        )
    if report.problems:
        raise ConfigError(sorted(report.problems, key=lambda problem: problem.line), _REFUSED)
    return answers


def _setup_of(tables: Mapping[str, Any], report: Report) -> _Setup:
    table = tables.get(SETUP, {})
    try:
        return _Setup.model_validate(table)
    except ValidationError as error:
        report.invalid((SETUP,), table if isinstance(table, dict) else {}, _Setup, error)
        return _Setup.model_validate({})


def _pack_of(setup: _Setup, report: Report) -> packs.Filled | None:
    if not setup.pack:
        return None
    try:
        return packs.fill(packs.load(setup.pack), setup.pack_settings, socket.gethostname())
    except WaybillError as error:
        report.problem((SETUP, "pack"), error.title, error.hint)
        return None


def _configuration(text: str, tables: Mapping[str, Any], filled: packs.Filled | None) -> str:
    """The answers without `[setup]`, comments and order kept; over the pack, if there is one."""
    wanted = {name: value for name, value in tables.items() if name != SETUP}
    if filled is not None:
        return _over(filled.configuration, wanted)
    named = "name" in wanted.get("agent", {}) if isinstance(wanted.get("agent", {}), dict) else True
    document = tomlkit.parse(text)
    for each in (document, wanted):
        each.pop(SETUP, None)
        if not named:
            agent = each.setdefault("agent", {})
            agent["name"] = socket.gethostname() or "waybill"
    made = tomlkit.dumps(document)
    try:
        is_same = tomllib.loads(made) == wanted
    except tomllib.TOMLDecodeError:
        is_same = False
    return made if is_same else tomlkit.dumps(wanted)


def _over(base: str, wanted: Mapping[str, Any]) -> str:
    document = tomlkit.parse(base)
    for section, value in copy.deepcopy(dict(wanted)).items():
        if isinstance(value, dict) and isinstance(document.get(section), dict):
            document[section].update(value)
        else:
            document[section] = value
    return tomlkit.dumps(document)


def _files(
    setup: _Setup,
    folder: Path,
    tables: Mapping[str, Any],
    report: Report,
    filled: packs.Filled | None,
) -> Iterator[tuple[str, bytes]]:
    """Everything beside the configuration, by path within the home."""
    for name, text in filled.mappings.items() if filled else ():
        yield f"mappings/{name}", text.encode()
    given = {f"mappings/{name}" for name in setup.mappings} | set(setup.files)
    for name, said in setup.mappings.items():
        place = (SETUP, "mappings", name)
        if isinstance(said.get("file"), str) and len(said) == 1:
            yield from _file(f"mappings/{name}", folder / said["file"], place, report)
        else:
            yield from _placed(f"mappings/{name}", tomlkit.dumps(said).encode(), place, report)
    for name, where in setup.files.items():
        yield from _file(name, folder / where, (SETUP, "files", name), report)
    flows = tables.get("flows", {})
    for name, flow in flows.items() if isinstance(flows, dict) else ():
        mapping = flow.get("mapping") if isinstance(flow, dict) else None
        if isinstance(mapping, str) and mapping not in given and (folder / mapping).is_file():
            yield from _file(mapping, folder / mapping, ("flows", name, "mapping"), report)


def _file(
    name: str, path: Path, place: tuple[str, ...], report: Report
) -> Iterator[tuple[str, bytes]]:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        report.problem(place, f"{path} cannot be read: {error.strerror or 'unknown reason'}.")
        return
    if len(content) > _MOST_BYTES:
        report.problem(place, f"{path} is larger than 64 MB.")
        return
    yield from _placed(name, content, place, report)


def _placed(
    name: str, content: bytes, place: tuple[str, ...], report: Report
) -> Iterator[tuple[str, bytes]]:
    """Only where configuration lies: an answer file never writes over keys or queue."""
    parts = PurePosixPath(name).parts
    if "\\" in name or ".." in parts or len(parts) < 2 or parts[0] not in _ALLOWED:
        known = ", ".join(f"{folder}/" for folder in _ALLOWED)
        report.problem(place, f"files go into {known} of the home.")
        return
    yield name, content


def _secrets(
    setup: _Setup, folder: Path, environ: Mapping[str, str], report: Report
) -> Iterator[tuple[str, Given]]:
    for name, where in setup.secrets.items():
        found, problem, hint = fetched(where, folder, environ)
        if found is None:
            report.problem((SETUP, "secrets", name), problem, hint)
        else:
            yield name, found


def _check_key(where: Path | None, seal_for: Path | None, report: Report) -> None:
    if where is None:
        report.problem(
            (SETUP, "recovery_key_file"),
            "this is missing: it says where the recovery key is written.",
            "It is written once, readable for its owner only; move it away from this machine.",
        )
    if seal_for is not None:
        try:
            recovery_file.public_key(seal_for)
        except WaybillError as error:
            report.problem((SETUP, "recovery_key_for"), error.title)


def _judged(
    answers: Answers, judge: Judge, path: Path, lines: Mapping[tuple[str, ...], int], report: Report
) -> Config | None:
    """The configuration as the agent would load it, tried in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="waybill-answers-") as name:
        folder = Path(name).resolve()
        homes.put(folder, answers.files)
        trial = folder / homes.CONFIG
        homes.put(folder, {homes.CONFIG: answers.configuration.encode()})
        try:
            return judge(folder, trial, answers.configuration)
        except ConfigError as error:
            for problem in error.problems:
                report.problems.append(_as_answered(problem, folder, path, lines))
            return None


def _as_answered(
    problem: ConfigProblem, folder: Path, path: Path, lines: Mapping[tuple[str, ...], int]
) -> ConfigProblem:
    """A problem of the trial with the place in the answers: people never see the trial's folder."""

    def said(text: str) -> str:
        return text.replace(f"{folder}/", "").replace(f"{folder}\\", "")

    if problem.file not in ("", str(folder / homes.CONFIG)):
        return replace(
            problem, file=said(problem.file), text=said(problem.text), hint=said(problem.hint)
        )
    line = next((lines[part] for part in _around(problem.place) if part in lines), 0)
    return replace(
        problem, file=str(path), line=line, text=said(problem.text), hint=said(problem.hint)
    )


def _around(place: str) -> Iterator[tuple[str, ...]]:
    keys = tuple(place.split("."))
    for length in range(len(keys), 0, -1):
        yield keys[:length]
