"""Templates with placeholders: `{external_id}`, `{fields.name}`. Nothing is ever evaluated. Pure.

In JSON a text that is one placeholder becomes the value itself (`"{fields.active}"` -> true,
`"{fields}"` -> every field, `"{fields.total:number}"` -> 12.50 as a number); a member whose one
placeholder names a field that the message does not carry is left out. `{{` and `}}` are braces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import JsonValue

from agent.model import Message, Op, Scalar

RECORD = frozenset({"id", "op", "entity", "contract", "external_id", "revision", "fields"})
"""What a message offers; each of its fields too, as `fields.NAME`."""
BATCH = frozenset({"id", "entity", "records"})
"""What a request of several messages offers."""

_PLACE = re.compile(r"\{\{|\}\}|\{([a-z_]+(?:\.[a-z0-9_]+)?)(:number)?\}|[{}]")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)


class Missing(Exception):
    """The message does not carry this field."""


class NotANumber(Exception):
    """A field that is to be a number is none: `name`."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


@dataclass(frozen=True, slots=True)
class Values:
    """What placeholders stand for."""

    named: Mapping[str, Any]
    fields: Mapping[str, Scalar]

    def of(self, name: str) -> Any:
        """The value behind a placeholder. Raises Missing."""
        head, _, field = name.partition(".")
        if not field:
            return self.named[head]
        if field not in self.fields:
            raise Missing(field)
        return self.fields[field]


def of_message(message: Message) -> Values:
    """What one message offers."""
    fields = {} if message.op is Op.DELETE else dict(message.fields)
    named = {
        "id": message.id,
        "op": message.op.value,
        "entity": message.entity,
        "contract": message.contract,
        "external_id": message.external_id,
        "revision": message.revision,
        "fields": fields,
    }
    return Values(named, fields)


def placeholders(template: JsonValue) -> Iterator[str]:
    """The names in a template, at any depth. Raises ValueError for what is no template."""
    if isinstance(template, str):
        yield from _named(template)
    elif isinstance(template, (dict, list)):
        for inner in template.values() if isinstance(template, dict) else template:
            yield from placeholders(inner)


def _named(text: str) -> Iterator[str]:
    for found in _PLACE.finditer(text):
        if found[0] in "{}":
            raise ValueError(f'a single "{found[0]}" in {text!r}: write {found[0] * 2}')
        if found[1] is not None:
            yield found[1]


def text(template: str, values: Values, quoted: Callable[[str], str] = str) -> str:
    """The template with its values in it, each passed through `quoted`; null and missing: empty."""

    def place(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0][0]
        try:
            return quoted(_plain(values.of(found[1])))
        except Missing:
            return ""

    return _PLACE.sub(place, template)


def tree(template: JsonValue, values: Values) -> Any:
    """The template as a JSON value. Raises Missing for a text that is only a missing field."""
    if isinstance(template, dict):
        return dict(_members(template, values))
    if isinstance(template, list):
        return [tree(inner, values) for inner in template]
    if not isinstance(template, str):
        return template
    whole = _PLACE.fullmatch(template)
    if whole is None or whole[1] is None:
        return text(template, values)
    value = values.of(whole[1])
    return _number(whole[1], value) if whole[2] else value


def _members(template: Mapping[str, JsonValue], values: Values) -> Iterator[tuple[str, Any]]:
    for name, inner in template.items():
        try:
            yield name, tree(inner, values)
        except Missing:
            continue


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _number(name: str, value: object) -> object:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return orjson.Fragment(value.encode())
    raise NotANumber(name.removeprefix("fields."))
