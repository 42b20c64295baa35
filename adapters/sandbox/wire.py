"""What travels: a request, an answer, JSON with exact decimals, and the two ways to fail.

No sockets here: everything behind the server can be called without one.
"""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

import orjson

JSON_TYPE = "application/json;charset=UTF-8"


class ApiError(Exception):
    """A refusal of a whole request, before a CRM has worded it.

    `details` are what one CRM's wording needs beyond these (see `Dialect.worded`).
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.details = dict(details or {})
        super().__init__(f"{status} {code}")

    def answer(self) -> Response:
        """The plain answer: of the sandbox's own pages, and where no CRM was reached."""
        body = {"error": self.code, "message": self.message}
        return Response(self.status, dumps(body), self.headers)


class NotJson(ApiError):
    """The body of a request is no JSON."""

    def __init__(self, at: str = "") -> None:
        super().__init__(400, "NOT_JSON", f"The HTTP body is not valid JSON{at}")


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
    """Parse JSON. Raises NotJson."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        at = ""
        if isinstance(error, json.JSONDecodeError):
            at = f" at [line:{error.lineno}, column:{error.colno}]"
        raise NotJson(at) from None


def dumps(value: Any) -> bytes:
    """Write JSON; decimals become JSON numbers, exactly."""
    return orjson.dumps(value, default=_exact)


def answer(value: Any, status: int = 200) -> Response:
    """An answer with a JSON body."""
    return Response(status, dumps(value))


def number_text(value: Decimal) -> str:
    """A decimal as a JSON number: `12.5`, `100.0`, `0.0`."""
    text = format(value.normalize(), "f")
    return text if "." in text else f"{text}.0"


def word(random: Random, length: int) -> str:
    """Letters and digits, for tokens and secrets."""
    return "".join(random.choices(string.ascii_letters + string.digits, k=length))


def _exact(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(number_text(value).encode())
    raise TypeError(type(value).__name__)


def _no_constant(text: str) -> None:
    raise ValueError(text)
