"""One part of a configuration put in, altered or taken out by program, as text.

A part is a source, target, flow, alert or owner (of a kind of records) by its name, a role by who
has it, or the whole of `[agent]` or `[limits]`. What people wrote around it stays: comments, order,
line ends. Whether the outcome is right is not judged here; that what is written means what was
asked is.
"""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from typing import Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Item

from agent.config.report import lines_of
from agent.errors import ConfigError, ConfigProblem

SECTIONS: Final = {
    "source": "sources",
    "target": "targets",
    "flow": "flows",
    "alert": "alerts",
    "ownership": "ownership",
    "role": "roles",
    "agent": "agent",
    "limits": "limits",
}
"""What a part is called, and the section of the file in which it stands."""
WHOLE: Final = frozenset({"agent", "limits"})
LISTED: Final = {"alert": "name", "role": "who"}
"""Parts that stand in a list, and which of their keys they are called by."""

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_WINDOWS_DEVICE = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")

Table = Mapping[str, Any]


def is_name(text: str) -> bool:
    """Whether a source, target or flow may be called so."""
    return bool(_NAME.fullmatch(text)) and not _WINDOWS_DEVICE.fullmatch(text)


def part_of(text: str, part: str, name: str) -> dict[str, Any] | None:
    """What is written of a part; None: there is no such one. Raises TOMLDecodeError."""
    return _found(tomllib.loads(text), part, name)


def replaced(text: str, part: str, name: str, table: Table, new_name: str = "") -> str:
    """The text with this part as `table`, under another name if one is given. Raises ConfigError.

    What other parts say of a name that changes follows it.
    """
    document, table = tomllib.loads(text), _plain(table)
    wanted = copy.deepcopy(document)
    _put(wanted, part, name, table)
    if new_name and new_name != name:
        if _found(document, part, new_name) is not None:
            raise _refused(part, new_name, "this name is taken.")
        _rename(wanted, part, name, new_name)
    if _found(document, part, name) is None:
        target = new_name or name
        after = _inserted(text, part, target, table)
        if _means(after, wanted):
            return after
    for begun in (_extended(text, part, name, table), text):
        with suppress(TOMLKitError, TypeError, ValueError):
            edited = tomlkit.parse(begun)
            _put(edited, part, name, table)
            if new_name and new_name != name:
                _rename(edited, part, name, new_name)
            after = tomlkit.dumps(edited)
            if _means(after, wanted):
                return after
    raise _refused(part, name, "this cannot be changed by program.", "Edit the file by hand.")


def removed(text: str, part: str, name: str) -> str:
    """The text without this part. Raises ConfigError."""
    wanted = tomllib.loads(text)
    if _found(wanted, part, name) is None:
        raise _refused(part, name, f"there is no {part} called so.")
    _take_out(wanted, part, name)
    after = _cut(text, part, name)
    if _means(after, wanted):
        return after
    edited = tomlkit.parse(text)
    _take_out(edited, part, name)
    after = tomlkit.dumps(edited)
    if not _means(after, wanted):
        hint = "Edit the file by hand."
        raise _refused(part, name, "this cannot be changed by program.", hint)
    return after


# --- the meaning ----------------------------------------------------------------------------------


def _found(document: Mapping[str, Any], part: str, name: str) -> dict[str, Any] | None:
    section = document.get(SECTIONS[part])
    if part in WHOLE:
        return section if isinstance(section, dict) else None
    if part in LISTED:
        tables = section if isinstance(section, list) else []
        found = (
            each for each in tables if isinstance(each, dict) and each.get(LISTED[part]) == name
        )
        return next(found, None)
    inner = section.get(name) if isinstance(section, dict) else None
    return inner if isinstance(inner, dict) else None


def _put(document: MutableMapping[str, Any], part: str, name: str, table: Table) -> None:
    """In a plain document and in one with comments alike."""
    section = SECTIONS[part]
    known = _found(document, part, name)
    if known is not None:
        kept = {**table, LISTED[part]: name} if part in LISTED else table
        _merge(known, kept)
    elif part in WHOLE:
        document[section] = _plain(table)
    elif part in LISTED:
        tables = document.setdefault(section, [])
        called = {LISTED[part]: name}
        tables.append(_plain({**called, **table, **called}))  # whatever it says itself
    else:
        document.setdefault(section, {})[name] = _plain(table)


def _merge(known: MutableMapping[str, Any], table: Table) -> None:
    """Only what differs is touched, so that comments beside the rest stay."""
    for key in [key for key in known if key not in table]:
        del known[key]
    for key, value in table.items():
        old = known.get(key)
        if isinstance(old, dict) and isinstance(value, Mapping):
            _merge(old, value)
        elif key not in known or type(old) is bool or type(value) is bool or old != value:
            known[key] = _item(value) if isinstance(known, Item) else _plain(value)


def _take_out(document: MutableMapping[str, Any], part: str, name: str) -> None:
    section = SECTIONS[part]
    if part in WHOLE:
        del document[section]
    elif part in LISTED:
        tables = document[section]
        names = [each.get(LISTED[part]) for each in tables]
        del tables[names.index(name)]
        if not tables:
            del document[section]
    else:
        del document[section][name]
        if not document[section]:
            del document[section]


def _rename(document: MutableMapping[str, Any], part: str, name: str, new_name: str) -> None:
    section = document[SECTIONS[part]]
    if part in LISTED:
        _found(document, part, name)[LISTED[part]] = new_name  # type: ignore[index] # it was just put in
        return
    if part in WHOLE:
        raise _refused(part, name, "this has no name.")
    table = section[name]
    del section[name]
    section[new_name] = table
    followers = {
        "source": (("flows", "source"), ("sources", "of")),
        "target": (("flows", "target"),),
    }
    for others, key in followers.get(part, ()):
        for other in document.get(others, {}).values():
            if other.get(key) == name:
                other[key] = new_name


def _means(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return _bare(tomllib.loads(text)) == _bare(wanted)
    except tomllib.TOMLDecodeError:
        return False


def _bare(document: Mapping[str, Any]) -> dict[str, Any]:
    """Without sections that say nothing."""
    return {key: value for key, value in document.items() if value not in ({}, [])}


def _plain(value: Any) -> Any:
    """A copy without anything that is empty by not being given."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


# --- the text -------------------------------------------------------------------------------------


def _item(value: Any) -> Item:
    """A value as people write it: tables in one line, Windows paths in single quotes."""
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        for key, inner in value.items():
            if inner is not None:
                inline[str(key)] = _item(inner)
        return inline
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        for inner in value:
            array.append(_item(inner))
        return array
    if isinstance(value, str):
        plain = "\\" in value and "'" not in value and value.isprintable()
        return tomlkit.string(value, literal=plain)
    made: Item = tomlkit.item(value)
    return made


def _written(part: str, name: str, table: Table) -> list[str]:
    head = SECTIONS[part] if part in WHOLE else f"{SECTIONS[part]}.{name}"
    document = tomlkit.document()
    if part in LISTED:
        document[LISTED[part]] = _item(name)
    for key, value in table.items():
        if value is not None:
            document[str(key)] = _item(value)
    header = f"[[{SECTIONS[part]}]]" if part in LISTED else f"[{head}]"
    return [header, *tomlkit.dumps(document).rstrip("\n").split("\n")]


def _inserted(text: str, part: str, name: str, table: Table) -> str:
    """A new table behind the last one of its section, or at the end."""
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    blocks = [block for block in _blocks(lines) if block[0].split(".")[0] == SECTIONS[part]]
    at = max((_end(lines, block) for block in blocks), default=len(lines))
    new = ["", *_written(part, name, table)]
    rest = lines[at:]
    if rest and rest[0].strip():
        new.append("")
    return ending.join([*lines[:at], *new, *rest, ""])


def _extended(text: str, part: str, name: str, table: Table) -> str:
    """The text with what a table says anew behind what it says already; it may not be TOML."""
    known = _found(tomllib.loads(text), part, name)
    fresh = {key: value for key, value in table.items() if key not in (known or ())}
    head = SECTIONS[part] if part in WHOLE else f"{SECTIONS[part]}.{name}"
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").split("\n")
    block = next((block for block in _blocks(lines) if block[0] == head), None)
    if not fresh or block is None or part in LISTED:
        return text
    at = _end(lines, block)
    after = ending.join([*lines[:at], *_written(part, name, fresh)[1:], *lines[at:]])
    try:
        tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        return text
    return after


def _cut(text: str, part: str, name: str) -> str:
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").split("\n")
    blocks = _blocks(lines)
    if part in LISTED:
        document = tomllib.loads(text)
        at = [each.get(LISTED[part]) for each in document[SECTIONS[part]]].index(name)
        heads = [number for number, block in enumerate(blocks) if block[0] == SECTIONS[part]]
        if at >= len(heads):
            return text
        first = heads[at]
        path = SECTIONS[part]
        mine = [blocks[first]]
        for block in blocks[first + 1 :]:
            if not block[0].startswith(f"{path}."):
                break
            mine.append(block)
    else:
        path = SECTIONS[part] if part in WHOLE else f"{SECTIONS[part]}.{name}"
        mine = [b for b in blocks if b[0] == path or b[0].startswith(f"{path}.")]
    for block in reversed(mine):
        end = _end(lines, block)
        start = block[1]
        if end < len(lines) and not lines[end].strip() and start and not lines[start - 1].strip():
            end += 1
        del lines[start:end]
    return ending.join(lines)


Block = tuple[str, int, int]
"""Dotted name of a table, the line of its header, the line after its last one."""


def _blocks(lines: list[str]) -> list[Block]:
    heads: list[tuple[str, int]] = []
    for number, line in enumerate(lines):
        if found := _HEADER.match(line):
            keys = next(iter(lines_of(f"[{found[2]}]")), ())
            heads.append((".".join(keys), number))
    ends = [*(number for _, number in heads[1:]), len(lines)][: len(heads)]
    return [(name, start, end) for (name, start), end in zip(heads, ends, strict=True)]


def _end(lines: list[str], block: Block) -> int:
    """The line after what belongs to a table: blank lines and comments behind it are another's."""
    _, start, end = block
    said = [n for n in range(start, end) if lines[n].strip() and lines[n].strip()[0] != "#"]
    after = said[-1] + 1
    while after < end and lines[after].strip().startswith("#"):
        after += 1  # directly beneath a value: it is about this table
    return min(end, after)


def _refused(part: str, name: str, text: str, hint: str = "") -> ConfigError:
    place = ".".join(filter(None, (SECTIONS[part], name if part not in WHOLE else "")))
    problem = ConfigProblem(place, text, hint)
    return ConfigError([problem], "Nothing was changed: the configuration would have problems.")
