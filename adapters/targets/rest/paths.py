"""JSONPath (RFC 9535) as a configuration value: compiled once, read with exact numbers. Pure."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import jsonpath
from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema


class Path:
    """One JSONPath. Its text is checked when it is made. Raises ValueError."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._compiled = jsonpath.compile(text)
        except jsonpath.JSONPathError as error:
            raise ValueError(f"{text}: no JSONPath ({type(error).__name__})") from None

    def __repr__(self) -> str:
        return f"Path({self.text!r})"

    def all(self, document: Any) -> list[Any]:
        """Every value there, in the order of the document."""
        if not isinstance(document, (dict, list)):
            return [document] if self.text == "$" else []
        try:
            return list(self._compiled.findall(document))
        except jsonpath.JSONPathError:  # what it compares does not fit this document
            return []

    def first(self, document: Any) -> Any:
        """The first value there; None where there is none."""
        return next(iter(self.all(document)), None)

    def text_of(self, document: Any) -> str:
        """The first value there as text: empty for none, null, and what is no plain value."""
        found = self.first(document)
        if isinstance(found, bool):
            return "true" if found else "false"
        return str(found) if isinstance(found, (str, int, Decimal)) else ""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: object, _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        made = core_schema.no_info_after_validator_function(cls, core_schema.str_schema())
        return core_schema.union_schema([core_schema.is_instance_schema(cls), made])


def parsed(body: bytes) -> Any:
    """JSON with decimals kept exact. Raises ValueError."""
    return json.loads(body, parse_float=Decimal)
