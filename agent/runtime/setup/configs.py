"""The methods `config.*`: the configuration by its parts, checked as a whole, written with care."""

from __future__ import annotations

import json
import re
import threading
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from agent.audit import Audit
from agent.config import (
    AgentConfig,
    AlertConfig,
    Config,
    FlowConfig,
    Limits,
    OwnershipConfig,
    RoleConfig,
    SourceConfig,
    TargetConfig,
)
from agent.config.edit import replace_text
from agent.config.load import read
from agent.config.parts import LISTED, SECTIONS, WHOLE, part_of, removed, replaced
from agent.config.secrecy import masked
from agent.errors import ConfigError, ConfigProblem, WrongUse
from agent.model import Json
from agent.runtime.desk import OnAct
from agent.runtime.setup.forms import Field, fields_of
from agent.runtime.setup.given import as_object
from agent.runtime.setup.tools import Tools

CHANGE: Final = "config.change"
"""What the audit calls a part that was written, altered or taken out."""
_OURS: Final[Mapping[str, type[BaseModel]]] = {
    "source": SourceConfig, "target": TargetConfig, "alert": AlertConfig,
}  # fmt: skip
_ALONE: Final[Mapping[str, type[BaseModel]]] = {
    "agent": AgentConfig, "limits": Limits, "flow": FlowConfig, "ownership": OwnershipConfig,
    "role": RoleConfig,
}  # fmt: skip
_FRAME: Final = ("name", "kind", "settings", "who")
_TITLES: Final = {
    "files": "Files in a folder",
    "odbc": "Database table (ODBC)",
    "group": "Records made of several rows",
    "dynamics": "Microsoft Dynamics 365",
    "hubspot": "HubSpot",
    "idoc": "SAP IDoc files",
    "oracle": "Oracle Sales",
    "rest": "REST API",
    "salesforce": "Salesforce",
    "sap": "SAP Sales Cloud",
    "webhook": "Webhook",
    "smtp": "Mail",
    "system": "Log of the operating system",
    "heartbeat": "Heartbeat",
    "agent": "This agent",
    "limits": "Limits",
    "flow": "Flow",
    "ownership": "Master of a kind of records",
    "role": "Role",
}


class Kept(NamedTuple):
    """What the queue keeps of a source, target or flow."""

    entries: int
    """All that were ever made: its memory goes by its name."""
    still_open: int
    """Of these, what is not final yet."""


class ConfigDesk:
    """Answers `config.*`. Threads may share it; one change at a time."""

    def __init__(
        self, tools: Tools, audit: Audit, act: OnAct, kept: Callable[[str, str], Kept]
    ) -> None:
        """`kept`: what the queue keeps of a part, by its kind and name."""
        self._tools = tools
        self._audit = audit
        self._act = act
        self._kept = kept
        self._lock = threading.Lock()

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self._tools.config

    def kinds(self, part: str) -> Json:
        """What forms ask, kind by kind."""
        _known(part)
        found: list[Json] = []
        for kind, settings in self._classes(part).items():
            fields = fields_of(settings, _FRAME if part in _ALONE else ())
            if part in _OURS:
                ours = fields_of(_OURS[part], _FRAME)
                fields = (*fields, *ours)
            title = title_of_kind(kind)
            shown = [self._with_names(each, part).as_json() for each in fields]
            found.append({"kind": kind, "title": title, "fields": list[Json](shown)})
        return {"kinds": found}

    def list(self) -> Json:
        """The file as it is written, part by part."""
        path = self._tools.config.path
        tables = masked(tomllib.loads(_toml(read(path))))
        shown: dict[str, Json] = {}
        for section in ("sources", "targets", "flows", "ownership"):
            named = tables.get(section, {})
            shown[section] = [_part(name, table) for name, table in named.items()]
        for part, key in LISTED.items():
            shown[SECTIONS[part]] = [
                _part(str(table.get(key)), {k: v for k, v in table.items() if k != key})
                for table in tables.get(SECTIONS[part], [])
            ]
        return {
            **shown,
            "agent": _plain(tables.get("agent", {})),
            "limits": _plain(tables.get("limits", {})),
            "path": str(path),
            "changed": list[Json](self._changed()),
        }

    def check(self, part: str, name: str, settings: str) -> Json:
        """What would be wrong; nothing is written."""
        try:
            before = read(self._tools.config.path)
            self._tools.judge(self._after(before, part, name, settings, ""))
        except ConfigError as error:
            return problems_of(error, part, name)
        return {"problems": []}

    def put(self, part: str, name: str, settings: str, rename: str, who: str) -> Json:
        """Write a part, or say what is wrong with it."""
        if rename and rename != name and self._kept(part, name).entries:
            raise WrongUse(
                f"What was read and sent goes by the name {name}: under another one everything "
                "would be read and compared anew.",
                code="NAME_IN_USE",
                params={"name": name},
                hint="Keep the name.",
            )
        return self._write(
            part, name, who, lambda text: self._after(text, part, name, settings, rename)
        )

    def remove(self, part: str, name: str, who: str, *, anyway: bool = False) -> Json:
        """Take a part out, or say what stands against it; `anyway`: also if records wait for it."""
        if _known(part) in WHOLE:
            raise WrongUse(f"{part} cannot be removed: what it does not say has its default.")
        waiting = 0 if anyway else self._kept(part, name).still_open
        if waiting:
            raise WrongUse(
                f"{waiting:,} records of {name} are in the queue and would stay there.",
                code="STILL_WAITING",
                hint="Let them be delivered, or set them aside; or remove it anyway.",
                params={"name": name, "number": str(waiting)},
            )
        return self._write(part, name, who, lambda text: removed(text, part, name))

    # --- inside -----------------------------------------------------------------------------------

    def _write(self, part: str, name: str, who: str, change: Callable[[str], str]) -> Json:
        path = self._tools.config.path
        with self._lock:
            try:
                before = read(path)
                after = change(before)
                self._tools.judge(after)
                replace_text(path, (SECTIONS[part], name), before, after)
            except ConfigError as error:
                return problems_of(error, part, name)
        if before != after:
            differing = _differing(before, after, part, name)
            self._act(who, CHANGE, f"{part} {name}".strip(), differing)
            self._tools.take_over()
        return {"problems": []}

    def _after(self, before: str, part: str, name: str, settings: str, rename: str) -> str:
        _named(part, name)
        return replaced(_toml(before), part, name, as_object(settings), rename)

    def _classes(self, part: str) -> Mapping[str, type[BaseModel]]:
        kinds = self._tools.makers.kinds
        if part in _ALONE:
            return {part: _ALONE[part]}
        return {"source": kinds.sources, "target": kinds.targets, "alert": kinds.alerts}[part]

    def _with_names(self, field: Field, part: str) -> Field:
        """A field that names another part, with what there is to choose."""
        config = self._tools.config
        names = {
            ("flow", "source"): config.sources,
            ("flow", "target"): config.targets,
            ("flow", "entity"): self._tools.makers.kinds.entities,
            ("source", "of"): config.sources,
        }.get((part, field.name))
        return field if names is None else field.with_choices(tuple(names))

    def _changed(self) -> Iterator[Json]:
        last: dict[str, dict[str, Json]] = {}
        for record in self._audit.records():
            if record.action == CHANGE:
                part, _, name = record.object.partition(" ")
                said: dict[str, Json] = {"part": part, "name": name}
                last[record.object] = said | {"at": record.at, "by": record.actor}
        yield from last.values()


def title_of_kind(kind: str) -> str:
    """What a kind is called by people."""
    return _TITLES.get(kind, kind)


def _known(part: str) -> str:
    if part not in SECTIONS:
        known = ", ".join(SECTIONS)
        raise WrongUse(f"There is no part {part[:40]!r} of a configuration. There are: {known}.")
    return part


def _named(part: str, name: str) -> None:
    if _known(part) not in WHOLE and not name:
        raise WrongUse(f"name is needed: what is the {part} called?")


def _toml(text: str) -> str:
    """The text, known to be TOML. Raises ConfigError."""
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        said = "The file is no TOML now, so nothing can be changed by program."
        problem = ConfigProblem("waybill.toml", said, "Put it right by hand: waybill check")
        raise ConfigError([problem]) from error
    return text


def _part(name: str, table: Mapping[str, Any]) -> Json:
    return {"name": name, "kind": str(table.get("kind") or ""), "settings": _plain(table)}


def _plain(value: Any) -> Json:
    """What TOML holds as JSON holds it: dates become texts."""
    plain: Json = json.loads(json.dumps(value, default=str))
    return plain


def problems_of(error: ConfigError, part: str, name: str) -> Json:
    """The problems of a configuration as an answer, each with the field of the part it is at."""
    begins = _place(part, name)
    return {
        "problems": [
            {
                "place": problem.place,
                "field": begins.sub("", problem.place) if begins.match(problem.place) else "",
                "text": problem.text,
                "hint": problem.hint,
                "code": problem.code or error.code,
                "params": dict(problem.params),
            }
            for problem in error.problems
        ]
    }


def _place(part: str, name: str) -> re.Pattern[str]:
    """How the place of a problem within a part begins."""
    inner = "" if part in WHOLE else r"[0-9]+\." if part in LISTED else rf"{re.escape(name)}\."
    return re.compile(rf"^{SECTIONS[part]}\.{inner}")


def _differing(before: str, after: str, part: str, name: str) -> dict[str, str]:
    """Which settings differ, by name, for the audit; no value."""
    old, new = part_of(before, part, name) or {}, part_of(after, part, name) or {}
    keys = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
    return {"settings": ", ".join(keys)} if keys else {}
