"""Collecting problems: each with its place, its line, and what was probably meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from agent.errors import ConfigProblem

Place = tuple[str | int, ...]

_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"^\s*\[\[?\s*({_DOTTED})\s*\]")
_ASSIGNMENT = re.compile(rf"^\s*({_DOTTED})\s*=")


class Report:
    """The problems of one file."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.problems: list[ConfigProblem] = []
        self.warnings: list[ConfigProblem] = []
        self._lines = lines_of(text)

    def problem(self, place: Place, text: str, hint: str = "") -> None:
        """Something that must be put right before the configuration is used."""
        self.problems.append(self._at(place, text, hint))

    def warning(self, place: Place, text: str, hint: str = "") -> None:
        """Something that is allowed and probably not meant."""
        self.warnings.append(self._at(place, text, hint))

    def invalid(
        self, place: Place, table: Mapping[str, Any], model: type[BaseModel], error: ValidationError
    ) -> None:
        """The problems that pydantic found in the table at `place`, but where one is known."""
        known = {problem.place for problem in self.problems}
        for item in error.errors(include_url=False, include_input=False):
            inner = _within(table, item["loc"])
            here = ".".join(map(str, (*place, *inner)))
            if here in known or (inner and any(other.startswith(here + ".") for other in known)):
                continue
            if item["type"] == "extra_forbidden":
                names = _fields_at(model, inner[:-1])
                hint = did_you_mean(str(inner[-1]), names)
                self.problem((*place, *inner), "this key is not known.", hint)
            elif item["type"] == "missing":
                self.problem((*place, *inner), "this is missing.")
            elif item["type"] == "union_tag_invalid":
                key = item["ctx"]["discriminator"].strip("'")
                text = f"this should be one of {item['ctx']['expected_tags']}."
                self.problem((*place, *inner, key), text)
            else:
                text = re.sub(r"^(Value error|Assertion failed), ", "", item["msg"])
                text = re.sub(r"^Input should", "this should", text)
                self.problem((*place, *inner), text.rstrip(".") + ".")

    def _at(self, place: Place, text: str, hint: str) -> ConfigProblem:
        name = ".".join(map(str, place))
        return ConfigProblem(name, text, hint, self.file, self._line(place))

    def _line(self, place: Place) -> int:
        """The line of the place, or of the nearest table around it; 0 if there is none."""
        keys = tuple(map(str, place))
        around = (keys[:length] for length in range(len(keys), 0, -1))
        return next((self._lines[part] for part in around if part in self._lines), 0)


def did_you_mean(name: str, known: Collection[str]) -> str:
    """The likeliest of the known names, or all of them if they are few."""
    close = difflib.get_close_matches(name.lower(), sorted(known), n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known: {', '.join(sorted(known))}." if 0 < len(known) <= 12 else ""


def lines_of(text: str) -> dict[tuple[str, ...], int]:
    """Where each table and each key of a TOML text is written. Good enough to point at."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = _keys(header[1])
            found.setdefault(table, number)
        elif assignment := _ASSIGNMENT.match(line):
            found.setdefault(table + _keys(assignment[1]), number)
    return found


def _keys(dotted: str) -> tuple[str, ...]:
    return tuple(key.strip("\"'") for key in re.findall(_KEY, dotted))


def _within(table: Mapping[str, Any], location: Sequence[str | int]) -> Place:
    """Pydantic's location without what is not written in the table: names of union members."""
    place: list[str | int] = []
    node: Any = table
    for index, part in enumerate(location):
        if isinstance(node, Mapping) and part in node:
            node = node[str(part)]
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        elif index < len(location) - 1 or not isinstance(node, Mapping):
            continue
        place.append(part)
    return tuple(place)


def _fields_at(model: type[BaseModel], place: Place) -> set[str]:
    """Names that may be written at a place of a model's table."""
    models = {model}
    for part in place:
        if isinstance(part, str):
            fields = [
                info.annotation
                for item in models
                for name, info in item.model_fields.items()
                if part in {name, info.alias}
            ]
            models = {inner for field in fields for inner in _models_in(field)}
    return {info.alias or name for item in models for name, info in item.model_fields.items()}


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
