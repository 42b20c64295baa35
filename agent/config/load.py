"""From a file to a `Config`, or to all its problems at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from agent.config import secrecy
from agent.config.alerts import ALERT_KEYS, AlertConfig
from agent.config.digests import digests
from agent.config.migrate import brought
from agent.config.model import (
    SOURCE_KEYS,
    TARGET_KEYS,
    VERSION,
    WHOLE,
    AgentConfig,
    Config,
    FlowConfig,
    Kinds,
    Limits,
    OwnershipConfig,
    SourceConfig,
    TargetConfig,
)
from agent.config.parts import is_name
from agent.config.report import Place, Report, did_you_mean
from agent.config.roles import RoleConfig, check_roles
from agent.config.watch import SEVERITIES, EscalationConfig, ReasonConfig
from agent.errors import ConfigError, ConfigProblem

MAX_BYTES = 1024 * 1024
_SECTIONS = ("version", *WHOLE, "sources", "targets", "flows")
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")

Model = TypeVar("Model", bound=BaseModel)


def load(path: Path, kinds: Kinds) -> Config:
    """Load a configuration. Raises ConfigError with every problem found."""
    return parse(read(path), path, kinds)


def read(path: Path) -> str:
    """The text of a configuration file. Raises ConfigError."""
    try:
        if not path.is_file():
            raise _unreadable(path, "there is no such file.", "`waybill init` makes one.")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, f"it cannot be read: {error.strerror}.") from error
    if len(content) > MAX_BYTES:
        raise _unreadable(path, "it is larger than 1 MB; this is no configuration.")
    try:
        return content.decode("utf-8-sig")  # some editors begin a file with a mark
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable(path, "it is not UTF-8.", "Save it as UTF-8.", line) from error


def parse(text: str, path: Path, kinds: Kinds) -> Config:
    """Make a configuration of a text that stands, or is to stand, at `path`."""
    path = path.absolute()
    text = brought(text)
    tables = _tables(text, path)
    report = Report(str(path), text)
    secrets = secrecy.check(tables, report)
    _check_frame(tables, report)
    agent = _checked(("agent",), _table(tables, ("agent",), report), AgentConfig, report)
    limits = _checked(("limits",), _table(tables, ("limits",), report), Limits, report)
    sources = dict(_adapters(tables, "sources", kinds.sources, SourceConfig, report))
    targets = dict(_adapters(tables, "targets", kinds.targets, TargetConfig, report))
    flows = dict(_flows(tables, path.parent, kinds, report))
    ownership = dict(_ownership(tables, kinds, report))
    reasons = dict(_reasons(tables, kinds, report))
    escalations = tuple(_escalations(tables, kinds, report))
    alerts = tuple(_alerts(tables, kinds, report))
    roles = tuple(_roles(tables, kinds, report))
    if report.problems or agent is None or limits is None:
        raise ConfigError(sorted(report.problems, key=lambda problem: problem.line))
    return Config(
        path=path,
        agent=agent,
        limits=limits,
        sources=sources,
        targets=targets,
        flows=flows,
        ownership=ownership,
        reasons=reasons,
        escalations=escalations,
        alerts=alerts,
        roles=roles,
        secrets=secrets,
        target_secrets={name: secrecy.names(tables["targets"][name]) for name in targets},
        warnings=tuple(report.warnings),
        digests=dict(digests(tables, WHOLE)),
    )


def _tables(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        reason = _AT_LINE.sub("", str(error)).strip().rstrip(".") + "."
        backslash = "\\" in str(error) or "escape" in str(error).lower()
        hint = "Windows paths go in single quotes: 'D:\\ERP\\export'." if backslash else ""
        raise _unreadable(path, reason, hint, int(at[1]) if at else text.count("\n") + 1) from error
    except RecursionError:
        raise _unreadable(path, "brackets are nested too deep.") from None


def _unreadable(path: Path, text: str, hint: str = "", line: int = 0) -> ConfigError:
    return ConfigError([ConfigProblem(path.name, text, hint, str(path), line)])


def _check_frame(tables: Mapping[str, Any], report: Report) -> None:
    for key in tables.keys() - set(_SECTIONS):
        report.problem((key,), "this key is not known.", did_you_mean(key, _SECTIONS))
    version = tables.get("version")
    if version is None:
        report.problem(("version",), "this is missing.", f"Write version = {VERSION} at the top.")
    elif version != VERSION or isinstance(version, bool):
        report.problem(("version",), f"this Waybill understands version {VERSION} only.")


def _table(tables: Mapping[str, Any], place: Place, report: Report) -> dict[str, Any]:
    """The table at a place; an empty one where there is none."""
    table = tables.get(str(place[-1]), {})
    if isinstance(table, dict):
        return table
    report.problem(place, "this must be a table.", f"Write [{'.'.join(map(str, place))}].")
    return {}


def _checked(
    place: Place,
    table: Mapping[str, Any],
    model: type[Model],
    report: Report,
    also: Mapping[str, Any] | None = None,
) -> Model | None:
    """The table as its model; None if it has problems. `also`: what is not written in it."""
    try:
        return model.model_validate({**table, **(also or {})})
    except ValidationError as error:
        report.invalid(place, table, model, error)
        return None


class _Entry(NamedTuple):
    """One named table of a section."""

    name: str
    place: Place
    table: dict[str, Any]


def _named(tables: Mapping[str, Any], section: str, report: Report) -> Iterator[_Entry]:
    for name in _table(tables, (section,), report):
        place = (section, name)
        if not is_name(name):
            report.problem(
                place,
                "this cannot be a name.",
                "Names have small letters, digits, - and _, at most 64, and begin with a letter "
                "or digit; con, nul and the like are Windows' own.",
            )
        yield _Entry(name, place, _table(tables[section], place, report))


def _kind(
    table: Mapping[str, Any], kinds: Mapping[str, type[BaseModel]], place: Place, report: Report
) -> type[BaseModel] | None:
    kind = table.get("kind")
    if isinstance(kind, str) and kind in kinds:
        return kinds[kind]
    text = "this is missing." if kind is None else "there is no such kind."
    report.problem((*place, "kind"), text, did_you_mean(str(kind or ""), kinds))
    return None


class _NoSettings(BaseModel):
    """Stands in for settings that have problems, so that our own part is checked all the same."""


def _adapters(
    tables: Mapping[str, Any],
    section: str,
    classes: Mapping[str, type[BaseModel]],
    model: type[Model],
    report: Report,
) -> Iterator[tuple[str, Model]]:
    """Sources or targets: our part by our model, the rest by the adapter's."""
    ours = SOURCE_KEYS if section == "sources" else TARGET_KEYS
    for name, place, table in _named(tables, section, report):
        settings_class = _kind(table, classes, place, report)
        settings: BaseModel | None = None
        if settings_class is not None:
            theirs = {key: value for key, value in table.items() if key not in ours}
            settings = _checked(place, theirs, settings_class, report)
        own = {key: value for key, value in table.items() if key in ours}
        also = {"kind": str(table.get("kind")), "name": name, "settings": settings or _NoSettings()}
        adapter = _checked(place, own, model, report, also)
        if adapter is not None and settings is not None:
            yield name, adapter


def _flows(
    tables: Mapping[str, Any], folder: Path, kinds: Kinds, report: Report
) -> Iterator[tuple[str, FlowConfig]]:
    seen: dict[tuple[str, ...], str] = {}
    for entry in _named(tables, "flows", report):
        name, place, table = entry
        also: dict[str, Any] = {"name": name}
        if isinstance(table.get("mapping"), str):
            also["mapping"] = folder / table["mapping"]
        if "name" in table:
            report.problem((*place, "name"), "this key is not known.", "The table's name is it.")
        _check_references(entry, tables, kinds, report)
        _check_mapping(entry, folder, report)
        flow = _checked(place, table, FlowConfig, report, also)
        if flow is None:
            continue
        _check_link(flow, place, kinds, report)
        same = seen.setdefault((flow.source, flow.entity, flow.target), name)
        if same != name:
            report.warning(
                place,
                f"{same} brings the same entity from the same source to the same target.",
                "Their records will claim the same external ids.",
            )
        yield name, flow


def _ownership(
    tables: Mapping[str, Any], kinds: Kinds, report: Report
) -> Iterator[tuple[str, OwnershipConfig]]:
    """Who is master of which kind; that the names exist is all that is known of them here."""
    for name, place, table in _named(tables, "ownership", report):
        if kinds.entities and name not in kinds.entities:
            hint = did_you_mean(name, kinds.entities)
            report.problem(place, f"there is no entity {name}.", hint)
        owner = _checked(place, table, OwnershipConfig, report)
        if owner is None:
            continue
        known = kinds.fields.get(name, owner.fields)
        for field in owner.fields:
            if field not in known:
                hint = did_you_mean(field, known)
                report.problem((*place, "fields", field), f"{name} has no such field.", hint)
        yield name, owner


def _reasons(
    tables: Mapping[str, Any], kinds: Kinds, report: Report
) -> Iterator[tuple[str, ReasonConfig]]:
    """What an installation says of single codes."""
    table = _table(tables, ("reasons",), report)
    for code in table:
        place = ("reasons", code)
        said = _checked(place, _table(table, place, report), ReasonConfig, report)
        _check_code(code, place, kinds, report)
        if said is not None:
            yield code, said


def _check_code(code: str, place: Place, kinds: Kinds, report: Report) -> None:
    if not _CODE.fullmatch(code):
        report.problem(place, "this is no code.", "They look like TOTAL_WRONG.")
    elif kinds.codes and code not in kinds.codes:
        hint = did_you_mean(code, kinds.codes)
        report.warning(place, f"{code} is no code of Waybill's own; a target may have it.", hint)


def _escalations(
    tables: Mapping[str, Any], kinds: Kinds, report: Report
) -> Iterator[EscalationConfig]:
    """When exceptions are raised; every name in a rule exists."""
    names: set[str] = set()
    for number, table in enumerate(_list(tables, "escalation", report)):
        place = ("escalation", number)
        rule = _checked(place, table, EscalationConfig, report)
        if rule is None:
            continue
        if rule.name in names:
            report.problem(
                (*place, "name"), "two rules are called that; they are told apart by it."
            )
        names.add(rule.name)
        _check_rule(rule, place, tables, kinds, report)
        yield rule


def _alerts(tables: Mapping[str, Any], kinds: Kinds, report: Report) -> Iterator[AlertConfig]:
    """Who is told: our part by our model, the rest by that of the kind; no name twice."""
    named = (tables.get(section) for section in ("sources", "targets"))
    taken = {name for table in named if isinstance(table, dict) for name in table}
    for number, table in enumerate(_list(tables, "alerts", report)):
        place = ("alerts", number)
        settings_class = _kind(table, kinds.alerts, place, report)
        theirs = {key: value for key, value in table.items() if key not in ALERT_KEYS}
        own = {key: value for key, value in table.items() if key in ALERT_KEYS}
        settings = settings_class and _checked(place, theirs, settings_class, report)
        also = {"kind": str(table.get("kind")), "settings": settings or _NoSettings()}
        alert = _checked(place, own, AlertConfig, report, also)
        if alert is None or settings is None:
            continue
        if alert.name in taken:
            report.problem((*place, "name"), "this name is taken.", "`waybill test` goes by it.")
        taken.add(alert.name)
        yield alert


def _roles(tables: Mapping[str, Any], kinds: Kinds, report: Report) -> list[RoleConfig]:
    """Who may do what with the service."""
    checked = (
        _checked(("roles", number), table, RoleConfig, report)
        for number, table in enumerate(_list(tables, "roles", report))
    )
    roles = [role for role in checked if role is not None]
    check_roles(roles, kinds.entities, report)
    return roles


def _list(tables: Mapping[str, Any], section: str, report: Report) -> list[dict[str, Any]]:
    said = tables.get(section, [])
    if isinstance(said, list) and all(isinstance(each, dict) for each in said):
        return said
    report.problem((section,), "this must be a list of tables.", f"Write [[{section}]].")
    return []


def _check_rule(
    rule: EscalationConfig, place: Place, tables: Mapping[str, Any], kinds: Kinds, report: Report
) -> None:
    """What a rule names exists."""
    flows = tables.get("flows")
    known: dict[str, Collection[str]] = {
        "severity": SEVERITIES,
        "entity": kinds.entities or rule.entity,
        "flow": flows if isinstance(flows, dict) else (),
    }
    for key, words in known.items():
        for word in sorted(getattr(rule, key) - set(words)):
            hint = did_you_mean(word, words)
            report.problem((*place, key), f"there is no {key} {word[:64]}.", hint)
    for code in sorted(rule.code):
        _check_code(code, (*place, "code"), kinds, report)
    if rule.quiet is not None and (rule.quiet.since is None) != (rule.quiet.until is None):
        report.problem((*place, "quiet"), "since and until belong together.")


def _check_references(
    flow: _Entry, tables: Mapping[str, Any], kinds: Kinds, report: Report
) -> None:
    """What a flow refers to exists, were it with problems of its own."""
    known: dict[str, Collection[str]] = {
        key: section if isinstance(section := tables.get(key + "s", {}), dict) else ()
        for key in ("source", "target")
    }
    if kinds.entities:
        known["entity"] = kinds.entities
    for key, names in known.items():
        wanted = flow.table.get(key)
        if isinstance(wanted, str) and wanted not in names:
            hint = did_you_mean(wanted, names)
            report.problem((*flow.place, key), f"there is no {key} {wanted}.", hint)


def _check_mapping(flow: _Entry, folder: Path, report: Report) -> None:
    mapping = flow.table.get("mapping")
    if isinstance(mapping, str) and not _is_file(folder / mapping):
        hint = f"It is looked for at {folder / mapping}."
        report.problem((*flow.place, "mapping"), "there is no such file.", hint)


def _check_link(flow: FlowConfig, place: Place, kinds: Kinds, report: Report) -> None:
    known = kinds.fields.get(flow.entity)
    for name in flow.first_link.match if flow.first_link and known else ():
        if known and name not in known:
            hint = did_you_mean(name, known)
            at = (*place, "first_link", "match")
            report.problem(at, f"{flow.entity} has no field {name}.", hint)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long, or with a zero in it
        return False
