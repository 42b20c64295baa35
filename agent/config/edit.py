"""Changing the configuration by program: comments and order stay, a bad result is refused."""

from __future__ import annotations

import copy
import stat
import tomllib
from collections.abc import Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit

from agent import durable
from agent.config.load import parse, read
from agent.config.model import Config, Kinds
from agent.errors import ConfigError, ConfigProblem
from agent.model import Json

Change = Callable[[MutableMapping[str, Any]], None]

_REFUSED = "Nothing was changed: the configuration would have problems."


def set_value(path: Path, place: Sequence[str], value: Json, kinds: Kinds) -> Config:
    """Write a value at a place (`("flows", "customers", "paused")`); returns what is then loaded.

    Raises ConfigError and leaves the file as it is when the result would not load.
    """

    def assign(root: MutableMapping[str, Any]) -> None:
        node = root
        for key in place[:-1]:
            if key not in node:
                node[key] = {}
            node = node[key]
        node[place[-1]] = value

    return _edit(path, place, assign, kinds)


def unset_value(path: Path, place: Sequence[str], kinds: Kinds) -> Config:
    """Remove a key or a whole table; returns what is then loaded. Raises ConfigError."""

    def remove(root: MutableMapping[str, Any]) -> None:
        node = root
        for key in place[:-1]:
            node = node[key]
        del node[place[-1]]

    return _edit(path, place, remove, kinds)


def _edit(path: Path, place: Sequence[str], change: Change, kinds: Kinds) -> Config:
    path = path.resolve()  # a link stays a link
    before = read(path)
    parse(before, path, kinds)  # a file with problems is a person's to put right
    document, wanted = tomlkit.parse(before), copy.deepcopy(tomllib.loads(before))
    try:
        change(document)
        change(wanted)
        after = tomlkit.dumps(document)
        same = tomllib.loads(after) == wanted
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _refused(path, place, "there is no such place, or no such value there.") from error
    if not same:
        raise _refused(path, place, "this cannot be changed by program.", "Edit the file by hand.")
    try:
        config = parse(after, path, kinds)
    except ConfigError as error:
        raise ConfigError(error.problems, _REFUSED) from error
    replace_text(path, place, before, after)
    return config


def replace_text(path: Path, place: Sequence[str], before: str, after: str) -> None:
    """Write a text that is known to be right over the one it was made of. Raises ConfigError."""
    path = path.resolve()
    try:
        if read(path) != before:
            raise _refused(path, place, "somebody else changed the file meanwhile.", "Try again.")
        durable.write(path, after.encode(), stat.S_IMODE(path.stat().st_mode))
    except OSError as error:
        raise _refused(path, place, f"the file cannot be written: {error.strerror}.") from error


def _refused(path: Path, place: Sequence[str], text: str, hint: str = "") -> ConfigError:
    return ConfigError([ConfigProblem(".".join(place), text, hint, str(path))], _REFUSED)
