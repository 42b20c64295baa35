"""What travels: a request, an answer, JSON with exact decimals, and the two ways to fail.

No sockets here: everything behind the server can be called without one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson

JSON_TYPE = "application/json;charset=UTF-8"


class ApiError(Exception):
    """A refusal of a whole request, as Salesforce words it."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        super().__init__(f"{status} {code}")

    def answer(self) -> Response:
        """The answer that a client sees."""
        body = [{"message": self.message, "errorCode": self.code}]
        return Response(self.status, dumps(body), self.headers)


class Cut(Exception):
    """The connection is to be reset without an answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. Header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """The body as JSON, with decimals as `Decimal`."""
        return loads(self.body)


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON_TYPE


def loads(text: bytes) -> Any:
    """Parse JSON; refuse it as Salesforce does."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        at = ""
        if isinstance(error, json.JSONDecodeError):
            at = f" at [line:{error.lineno}, column:{error.colno}]"
        raise ApiError(400, "JSON_PARSER_ERROR", f"The HTTP body is not valid JSON{at}") from None


def dumps(value: Any) -> bytes:
    """Write JSON; decimals become JSON numbers, exactly."""
    return orjson.dumps(value, default=_exact)


def answer(value: Any, status: int = 200) -> Response:
    """An answer with a JSON body."""
    return Response(status, dumps(value))


def number_text(value: Decimal) -> str:
    """A decimal as Salesforce prints it: `12.5`, `100.0`, `0.0`."""
    text = format(value.normalize(), "f")
    return text if "." in text else f"{text}.0"


def _exact(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(number_text(value).encode())
    raise TypeError(type(value).__name__)


def _no_constant(text: str) -> None:
    raise ValueError(text)
