"""SOQL, the part that an integration uses, from text to a tree.

SELECT fields (paths over parents) or COUNT(), FROM one object, WHERE with AND, OR, NOT and
parentheses, ORDER BY, LIMIT. What Salesforce would refuse is refused with its code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal as Word
from typing import NamedTuple

from adapters.sandbox.wire import ApiError

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>'(?:[^'\\]|\\.)*')
    | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
    | (?P<date>\d{4}-\d\d-\d\d)
    | (?P<number>[+-]?\d+(?:\.\d+)?)
    | (?P<name>[A-Za-z][\w.]*)
    | (?P<sign><=|>=|!=|<>|=|<|>|\(|\)|,)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_COMPARISONS = frozenset({"=", "!=", "<>", "<", ">", "<=", ">="})
_MOST_CHARACTERS = 100_000

LiteralKind = Word["string", "datetime", "date", "number", "boolean", "null"]


class Literal(NamedTuple):
    """A value in a query."""

    kind: LiteralKind
    value: str | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison. `operator` is in capitals: `=`, `IN`, `NOT IN`, `LIKE`."""

    path: str
    operator: str
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """All of the parts (`AND`) or any of them (`OR`)."""

    word: str
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """The opposite."""

    part: Condition


Condition = Test | Both | Negation


class Order(NamedTuple):
    """One sort key."""

    path: str
    descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. No `paths` means COUNT()."""

    paths: tuple[str, ...]
    object: str
    where: Condition | None
    order: tuple[Order, ...]
    limit: int | None


class _Token(NamedTuple):
    kind: str
    text: str


def malformed(message: str) -> ApiError:
    """A query that cannot be read."""
    return ApiError(400, "MALFORMED_QUERY", message)


def parse(text: str) -> Query:
    """Read a query. Raises ApiError MALFORMED_QUERY."""
    if len(text) > _MOST_CHARACTERS:
        raise ApiError(
            400, "QUERY_TOO_COMPLICATED", "SOQL statements cannot be longer than 100,000"
        )
    return _Parser(_tokens(text)).query()


def quote(text: str) -> str:
    """A text as a SOQL string."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _tokens(text: str) -> list[_Token]:
    tokens, at, end = [], 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise malformed(f"line 1:{at} no viable alternative at character '{text[at]}'")
        kind = str(found.lastgroup)
        tokens.append(_Token(kind, found[kind]))
        at = found.end()
    return tokens


class _Parser:
    """One pass over the tokens, left to right."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def query(self) -> Query:
        self._expect("SELECT")
        paths = self._selection()
        self._expect("FROM")
        name = self._name()
        where = self._condition() if self._accept("WHERE") else None
        order: list[Order] = []
        if self._accept("ORDER"):
            self._expect("BY")
            order.append(self._sort_key())
            while self._accept(","):
                order.append(self._sort_key())
        limit = int(self._take("number")) if self._accept("LIMIT") else None
        if self._at < len(self._tokens):
            raise self._unexpected()
        return Query(paths, name, where, tuple(order), limit)

    def _selection(self) -> tuple[str, ...]:
        first = self._name()
        if first.upper() == "COUNT" and self._accept("("):
            self._expect(")")
            return ()
        paths = [first]
        while self._accept(","):
            paths.append(self._name())
        return tuple(paths)

    def _condition(self) -> Condition:
        parts = [self._negated()]
        word = next((word for word in ("AND", "OR") if self._is(word)), "")
        while word and self._accept(word):
            parts.append(self._negated())
        if self._is("AND") or self._is("OR"):  # mixed without parentheses
            raise self._unexpected()
        return Both(word, tuple(parts)) if word else parts[0]

    def _negated(self) -> Condition:
        if self._accept("NOT"):
            return Negation(self._negated())
        if self._accept("("):
            inside = self._condition()
            self._expect(")")
            return inside
        return self._test()

    def _test(self) -> Test:
        path = self._name()
        if self._accept("NOT"):
            self._expect("IN")
            return Test(path, "NOT IN", self._list())
        if self._accept("IN"):
            return Test(path, "IN", self._list())
        if self._accept("LIKE"):
            return Test(path, "LIKE", (self._literal(),))
        sign = self._take("sign")
        if sign not in _COMPARISONS:
            raise malformed(f"unexpected token: '{sign}'")
        return Test(path, "!=" if sign == "<>" else sign, (self._literal(),))

    def _list(self) -> tuple[Literal, ...]:
        self._expect("(")
        values = [self._literal()]
        while self._accept(","):
            values.append(self._literal())
        self._expect(")")
        return tuple(values)

    def _literal(self) -> Literal:
        kind, text = self._peek()
        lower = text.lower()
        self._at += 1
        if kind == "string":
            return Literal("string", re.sub(r"\\(.)", _unescape, text[1:-1], flags=re.DOTALL))
        if kind == "number":
            return Literal("number", Decimal(text))
        if kind in ("date", "datetime"):
            return Literal("date" if kind == "date" else "datetime", text)
        if lower in ("true", "false"):
            return Literal("boolean", lower == "true")
        if lower == "null":
            return Literal("null", None)
        self._at -= 1
        raise self._unexpected()

    def _sort_key(self) -> Order:
        path = self._name()
        descending = self._accept("DESC") or (self._accept("ASC") and False)
        nulls_last = False
        if self._accept("NULLS"):
            nulls_last = self._accept("LAST")
            if not nulls_last:
                self._expect("FIRST")
        return Order(path, descending, nulls_last)

    def _name(self) -> str:
        return self._take("name")

    def _take(self, kind: str) -> str:
        token = self._peek()
        if token.kind != kind:
            raise self._unexpected()
        self._at += 1
        return token.text

    def _is(self, word: str) -> bool:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return token is not None and token.kind != "string" and token.text.upper() == word

    def _accept(self, word: str) -> bool:
        found = self._is(word)
        self._at += found
        return found

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            raise self._unexpected()

    def _peek(self) -> _Token:
        if self._at >= len(self._tokens):
            raise self._unexpected()
        return self._tokens[self._at]

    def _unexpected(self) -> ApiError:
        shown = self._tokens[self._at].text if self._at < len(self._tokens) else "<EOF>"
        return malformed(f"unexpected token: '{shown}'")


def _unescape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[1].lower(), found[1])
