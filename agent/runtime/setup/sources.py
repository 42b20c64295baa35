"""The methods `sources.*`: what there is to read, looked at as the service before it is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from agent.config import Config
from agent.config.model import SOURCE_KEYS
from agent.config.report import Report
from agent.errors import ConfigError, SourceError, WrongUse
from agent.model import Finding, Json, Level
from agent.ports import Source
from agent.queue.reads import Reads
from agent.runtime.setup import folders
from agent.runtime.setup.given import as_object
from agent.runtime.setup.tables import as_table
from agent.runtime.setup.tools import Makers, as_findings
from agent.runtime.status import StatusDesk
from agent.runtime.workshop.samples import nothing_there, records, sample

_LOOKED_AT: Final = 1000
"""Records by which columns are judged."""
_SHOWN: Final = 20
_MOST_SHOWN: Final = 200
_WATCHED: Final = {
    "files": "Changes of the folder, and a look every {every}.",
    "odbc": "A look every {every}.",
    "group": "When the source that it groups is read.",
}


@dataclass(frozen=True, slots=True)
class SourceDesk:
    """Answers `sources.*`."""

    config: Config
    makers: Makers
    status: StatusDesk
    reads: Reads
    open_source: Callable[[str], Source]
    """A new adapter of a configured source."""

    def list(self, shown: Mapping[str, Any]) -> dict[str, Json]:
        """Every configured source; `shown`: what the status says of sources, by name."""
        return {"items": [self._item(name, shown.get(name, {})) for name in self.config.sources]}

    def look(self, kind: str, settings: str, rows: int) -> dict[str, Json]:
        """The first rows of a source that is not saved, and what is proposed for it."""
        given = without_ours(as_object(settings), SOURCE_KEYS)
        empty: dict[str, Json] = {"columns": [], "rows": [], "proposals": {}, "findings": []}
        findings: list[Finding] = []
        try:
            model = self._class(kind)
            proposals = dict(self.makers.propose(kind, given))
            if proposals.pop("unsure", False):
                findings.append(_UNSURE)
            empty["proposals"] = proposals
            with_all = _under(given, proposals)
            source = self.makers.source(kind, validated(model, with_all), "new")
            try:
                return self._looked(source, rows, proposals, findings)
            finally:
                source.close()
        except (SourceError, ConfigError, ValueError) as error:
            return {**empty, "findings": as_findings([*findings, *_said(error)])}

    def preview(self, name: str, rows: int) -> dict[str, Json]:
        """The first rows of a configured source."""
        if name not in self.config.sources:
            raise WrongUse(f"There is no source called {name!r}.")
        source = self.open_source(name)
        try:
            return self._looked(source, rows, {}, [])
        except SourceError as error:
            empty: dict[str, Json] = {"columns": [], "rows": [], "proposals": {}}
            return {**empty, "findings": as_findings(_said(error))}
        finally:
            source.close()

    def test(self, kind: str, settings: str) -> dict[str, Json]:
        """What the source itself finds, as the service sees it."""
        given = without_ours(as_object(settings), SOURCE_KEYS)
        try:
            source = self.makers.source(kind, validated(self._class(kind), given), "new")
            try:
                return {"findings": as_findings(source.check())}
            finally:
                source.close()
        except (SourceError, ConfigError, ValueError) as error:
            return {"findings": as_findings(_said(error))}

    def drivers(self) -> dict[str, Json]:
        """ODBC drivers and data sources as the service sees them. Raises SourceUnavailable."""
        found = self.makers.installed()
        return {name: list[Json](items) for name, items in found.items()}

    def tables(self, settings: str) -> dict[str, Json]:
        """The tables of a database that is not configured yet. Raises SourceError."""
        given = without_ours(as_object(settings), SOURCE_KEYS)
        try:
            return {"tables": [dict(each) for each in self.makers.tables(given)]}
        except ValueError as error:
            raise WrongUse(_said(error)[0].text) from error

    def folders(self, path: str) -> dict[str, Json]:
        """A folder as the service sees it. Raises SourceUnavailable."""
        return folders.listed(path)

    # --- inside -----------------------------------------------------------------------------------

    def _class(self, kind: str) -> type[BaseModel]:
        found = self.makers.kinds.sources.get(kind)
        if found is None:
            known = ", ".join(self.makers.kinds.sources)
            raise WrongUse(f"There is no kind of source {kind[:40]!r}. There are: {known}.")
        return found

    def _looked(
        self, source: Source, rows: int, proposals: Mapping[str, Json], before: Sequence[Finding]
    ) -> dict[str, Json]:
        show = max(1, min(rows or _SHOWN, _MOST_SHOWN))
        with sample(source, 0) as read:
            if read is None:
                raise nothing_there("this one")
            table, findings = as_table(read.columns, records(read, _LOOKED_AT), show)
            name = read.name
        return {
            **table,
            "name": name,
            "proposals": dict(proposals),
            "findings": as_findings([*before, *findings]),
        }

    def _item(self, name: str, shown: Mapping[str, Any]) -> Json:
        source = self.config.sources[name]
        settings: Any = source.settings
        every = source.every.total_seconds()
        watched = _WATCHED.get(source.kind, _WATCHED["odbc"]).format(every=_said_time(every))
        rows = self._rows(name)
        state = shown.get("state", "served")
        reason = shown.get("reason")
        flows = [flow.name for flow in self.config.flows.values() if flow.source == name]
        return {
            "name": name,
            "kind": source.kind,
            "place": place_of(settings),
            "watched": watched,
            "every": every,
            "last_read": shown.get("last_read"),
            "last_file": shown.get("last_file"),
            "rows": rows,
            "state": state,
            "reason": reason,
            "flows": list[Json](flows),
            "readable": False if reason else True if rows is not None else None,
        }

    def _rows(self, name: str) -> int | None:
        """How many records the last read held; None: there was none."""
        stream = self.status.store.stream_id(name)
        ended = (read for read in self.reads.latest([stream], 5) if read.ended)
        last = next(ended, None)
        number = None if last is None else last.counts.get("records")
        return number if isinstance(number, int) else None


_UNSURE = Finding(
    Level.WARNING, "KEY_UNSURE", "No column tells every row from every other.",
    "Choose the columns that identify a row together.",
)  # fmt: skip


def place_of(settings: Any) -> str:
    """Where a source reads, in one text."""
    folder = getattr(settings, "folder", None)
    if folder:
        return f"{folder}{'' if str(folder).endswith(('/', chr(92))) else '/'}{settings.pattern}"
    if of := getattr(settings, "of", None):
        return f"rows of {of}"
    words = getattr(settings, "connection", None) or {}
    data = getattr(settings, "dsn", None) or words.get("database") or words.get("server") or ""
    return ", ".join(
        part for part in (str(data), getattr(settings, "table", None) or "query") if part
    )


def without_ours(given: Mapping[str, Any], ours: frozenset[str]) -> dict[str, Any]:
    """The adapter's part of settings, without what was left empty."""
    return {key: value for key, value in given.items() if key not in ours and value is not None}


def validated(model: type[BaseModel], given: Mapping[str, Any]) -> BaseModel:
    """Settings of this class. Raises ConfigError with every problem."""
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        report = Report("", "")
        report.invalid((), given, model, error)
        raise ConfigError(report.problems) from error


def _under(given: Mapping[str, Any], proposals: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, and under it what is proposed."""
    whole = dict(proposals)
    for key, value in given.items():
        below = whole.get(key)
        empty = value in ("", [], {})
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            whole[key] = {**below, **value}
        elif not (empty and key in whole):
            whole[key] = value
    return whole


def _said(error: Exception) -> list[Finding]:
    if isinstance(error, ConfigError):
        return [
            Finding(Level.ERROR, problem.code or error.code, problem.text, problem.hint,
                    params={"field": problem.place, **problem.params})
            for problem in error.problems
        ]  # fmt: skip
    if isinstance(error, SourceError):
        return [Finding(Level.ERROR, error.code, error.title, error.hint, params=error.params)]
    return [Finding(Level.ERROR, "CONFIG_INVALID", "These settings do not belong together.")]


def _said_time(seconds: float) -> str:
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds >= length and seconds % length == 0:
            number = int(seconds // length)
            return unit if number == 1 else f"{number} {unit}s"
    return "second" if seconds == 1 else f"{seconds:g} seconds"
