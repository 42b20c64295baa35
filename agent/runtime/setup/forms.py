"""What a form asks, made of the classes of settings: names, kinds, defaults, help. Pure.

The description of a setting is its help. Tables within tables become dotted names. Where one of
several tables may be written (`sign_in` by `flow`), a choice says which one, and each field names
the choice under which it is asked (`when`); the same name may then come twice, under two choices.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from pathlib import PurePath
from typing import Annotated, Any, Final, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from agent.config.schedule import When
from agent.config.units import size
from agent.model import Json

_FOLDERS: Final = frozenset({"folder", "archive"})
_EVERYDAY: Final = frozenset(
    {
        *("folder", "pattern", "content", "format", "kind", "delimiter", "encoding", "header"),
        *("key", "dsn", "connection", "user", "password", "table", "query", "by", "column"),
        *("changes", "url", "sign_in", "flow", "environment", "name", "timezone", "when"),
        *("paused", "severity", "host", "port", "security", "sender", "to", "first_link"),
        *("match", "country", "entity", "mapping", "source", "target", "proxy", "every"),
    }
)
"""Settings that most people are asked; others that are not needed stand under "advanced"."""
_WORDS: Final = {
    "api": "API", "ca": "CA", "crm": "CRM", "dsn": "DSN", "id": "ID", "odbc": "ODBC",
    "url": "URL", "erp": "ERP",
}  # fmt: skip


class Under(NamedTuple):
    """Under which choice a field is asked."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a form asks."""

    name: str
    title: str
    help: str
    type: str
    required: bool
    default: Json = None
    choices: tuple[str, ...] = ()
    advanced: bool = False
    when: Under | None = None

    def with_choices(self, choices: tuple[str, ...]) -> Field:
        """The same, where it is one of these."""
        return replace(self, type="choice", choices=choices)

    def as_json(self) -> dict[str, Json]:
        """As faces get it."""
        under = self.when
        when: Json = None if under is None else {"name": under.name, "value": under.value}
        return {
            "name": self.name,
            "title": self.title,
            "help": self.help,
            "type": self.type,
            "required": self.required,
            "default": self.default,
            "choices": list[Json](self.choices),
            "advanced": self.advanced,
            "when": when,
        }


class _Around(NamedTuple):
    """What holds for every field of a table."""

    prefix: str = ""
    required: bool = True
    advanced: bool = False
    when: Under | None = None


class _Meant(NamedTuple):
    """What an annotation means, without `None` and what only validates."""

    bare: tuple[Any, ...]
    """Plain types; several where a value may be one of several."""
    metadata: tuple[Any, ...]


def fields_of(model: type[BaseModel], leave_out: Sequence[str] = ()) -> tuple[Field, ...]:
    """What a form for a table of this class asks, in the order of the class."""
    return tuple(_fields(model, _Around(), frozenset(leave_out)))


def title_of(name: str) -> str:
    """The name of a setting as a person reads it: `client_id` -> `Client ID`."""
    words = name.rsplit(".", 1)[-1].split("_")
    said = [_WORDS.get(word, word) for word in words]
    return " ".join([said[0][:1].upper() + said[0][1:], *said[1:]])


def as_setting(value: object) -> Json:
    """A default as a person would write it: `10s`, a path, a list."""
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, When):
        return value.text
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [as_setting(each) for each in value]
    if isinstance(value, dict):
        return {str(key): as_setting(inner) for key, inner in value.items()}
    return value if isinstance(value, str | int | float | bool) else None


# --- inside ---------------------------------------------------------------------------------------


def _fields(
    model: type[BaseModel], around: _Around, leave_out: frozenset[str] = frozenset()
) -> Iterator[Field]:
    for key, info in model.model_fields.items():
        name = info.alias or key
        if name in leave_out:
            continue
        meant = _meant(info.annotation, tuple(info.metadata))
        tables = [each for each in meant.bare if _is_table(each)]
        required = info.is_required() and around.required
        inside = _Around(
            f"{around.prefix}{name}.",
            required,
            around.advanced or not (info.is_required() or name in _EVERYDAY),
            around.when,
        )
        if len(tables) > 1:
            yield from _one_of(name, info, tables, inside)
        elif tables and len(meant.bare) == 1:
            yield from _fields(tables[0], inside)
        elif tables:
            yield from _words_or_table(name, info, meant, inside)
        else:
            yield _plain(name, info, meant, inside)


def _plain(name: str, info: FieldInfo, meant: _Meant, inside: _Around) -> Field:
    kind, choices = _kind(name, meant)
    return _field(name, info, inside, kind, choices)


def _field(
    name: str, info: FieldInfo, inside: _Around, kind: str, choices: tuple[str, ...] = ()
) -> Field:
    given = info.get_default(call_default_factory=True) if not info.is_required() else None
    default = None if given is PydanticUndefined else as_setting(given)
    if kind == "size" and isinstance(default, int):
        default = _size(default)
    return Field(
        inside.prefix.rstrip("."), title_of(name), (info.description or "").strip(), kind,
        inside.required, default, choices, inside.advanced and not inside.required, inside.when,
    )  # fmt: skip


def _one_of(
    name: str, info: FieldInfo, tables: Sequence[type[BaseModel]], inside: _Around
) -> Iterator[Field]:
    """A choice between tables, and what each of them asks."""
    key = str(info.discriminator or _told_apart_by(tables))
    if not key:
        yield _field(name, info, inside, "json")
        return
    words = {_word(table, key): table for table in tables}
    default = info.get_default(call_default_factory=True) if not info.is_required() else None
    choice = f"{inside.prefix}{key}"
    yield Field(
        choice, title_of(name), (info.description or "").strip(), "choice", inside.required,
        as_setting(getattr(default, key, None)), tuple(words),
        inside.advanced and not inside.required, inside.when,
    )  # fmt: skip
    for word, table in words.items():
        yield from _fields(table, inside._replace(when=Under(choice, word)), frozenset({key}))


def _words_or_table(name: str, info: FieldInfo, meant: _Meant, inside: _Around) -> Iterator[Field]:
    """A word, or a table instead: the table goes by the name of its first setting."""
    table = next(each for each in meant.bare if _is_table(each))
    words = [word for each in meant.bare if not _is_table(each) for word in _choices(each)]
    instead = next(iter(table.model_fields))
    whole = inside.prefix.rstrip(".")
    yield _field(name, info, inside, "choice", (*words, instead))
    yield from _fields(table, inside._replace(when=Under(whole, instead), required=True))


def _kind(name: str, meant: _Meant) -> tuple[str, tuple[str, ...]]:
    """The kind of a plain field, and its choices."""
    choices = tuple(word for each in meant.bare for word in _choices(each))
    if choices:
        return "choice", choices
    if _is_secret(meant):
        return "secret", ()
    if any(getattr(each, "func", None) is size for each in meant.metadata):
        return "size", ()
    if timedelta in meant.bare:
        return "duration", ()
    if name in _FOLDERS:
        return "folder", ()
    return _by_type(meant), ()


def _by_type(meant: _Meant) -> str:
    first = meant.bare[0]
    if get_origin(first) in (tuple, list, frozenset, set):
        read = any(hasattr(each, "func") for each in meant.metadata)  # its words are read by us
        return "texts" if read or _is_text(get_args(first)[0]) else "json"
    if isinstance(first, type) and not issubclass(first, dict):
        known = ((bool, "flag"), (int, "integer"), (float, "number"), (PurePath, "file"))
        return next((kind for each, kind in known if issubclass(first, each)), "text")
    return "json"


def _meant(annotation: Any, metadata: tuple[Any, ...]) -> _Meant:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return _meant(inner, (*metadata, *_flat(more)))
    if origin in (Union, types.UnionType):
        parts = [_meant(each, ()) for each in get_args(annotation) if each is not type(None)]
        bare = tuple(each for part in parts for each in part.bare)
        more = [each for part in parts for each in part.metadata]
        return _Meant(bare, (*metadata, *more))
    return _Meant((annotation,), metadata)


def _flat(metadata: Sequence[Any]) -> Iterator[Any]:
    for each in metadata:
        yield each
        yield from getattr(each, "metadata", ())  # of a pydantic Field within an annotation


def _is_secret(meant: _Meant) -> bool:
    return any(str(getattr(each, "pattern", "")).startswith("^secret:") for each in meant.metadata)


def _is_table(each: Any) -> bool:
    return isinstance(each, type) and issubclass(each, BaseModel)


def _is_text(each: Any) -> bool:
    return str in _meant(each, ()).bare


def _choices(each: Any) -> tuple[str, ...]:
    if get_origin(each) is Literal:
        return tuple(str(word) for word in get_args(each))
    if isinstance(each, type) and issubclass(each, Enum):
        return tuple(str(one.value) for one in each)
    return ()


def _told_apart_by(tables: Sequence[type[BaseModel]]) -> str:
    """The setting that is another fixed word in each of these tables; empty: there is none."""
    for key in tables[0].model_fields:
        if all(key in table.model_fields and _word(table, key) for table in tables):
            return key
    return ""


def _word(table: type[BaseModel], key: str) -> str:
    """Which word of the discriminator means this table."""
    words = _choices(_meant(table.model_fields[key].annotation, ()).bare[0])
    return words[0] if len(words) == 1 else ""


def _size(value: int) -> str:
    for unit, length in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if value and value % length == 0:
            return f"{value // length}{unit}"
    return f"{value}B"


def _duration(value: timedelta) -> str:
    seconds = value.total_seconds()
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % length == 0:
            return f"{seconds / length:g}{unit}"
    return f"{seconds * 1000:g}ms" if seconds % 1 else f"{seconds:g}s"
