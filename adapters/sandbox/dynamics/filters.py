"""`$filter` as far as it is practised: comparisons, and/or/not, In, contains, one step of a path."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

import orjson

from adapters.sandbox.dynamics.schema import TableKind
from adapters.sandbox.dynamics.store import Row, Store
from adapters.sandbox.dynamics.values import folded
from adapters.sandbox.store import Value
from adapters.sandbox.wire import ApiError

_TOKEN = re.compile(
    r"\s*(?:(?P<in>Microsoft\.Dynamics\.CRM\.In\(PropertyName='(?P<col>\w+)',"
    r"PropertyValues=(?P<list>\[.*?\])\))|(?P<text>'(?:[^']|'')*')"
    r"|(?P<word>[\w./:-]+)|(?P<sign>[(),]))"
)
_COMPARED = ("eq", "ne", "gt", "ge", "lt", "le")
Test = Callable[[Row], bool]


def bad(message: str) -> ApiError:
    """A query that the Web API does not understand."""
    return ApiError(400, "0x80060888", message)


class Filter:
    """One `$filter`, parsed. Raises ApiError."""

    def __init__(self, text: str, table: TableKind, store: Store) -> None:
        self._table = table
        self._store = store
        self._tokens = self._split(text)
        self._at = 0
        self.test = self._either()
        if self._at != len(self._tokens):
            raise bad("Syntax error in $filter.")

    def _split(self, text: str) -> list[re.Match[str]]:
        tokens, at = [], 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None:
                raise bad(f"Syntax error at position {at} in $filter.")
            tokens.append(found)
            at = found.end()
        return tokens

    def _next(self) -> str:
        return self._tokens[self._at][0].strip() if self._at < len(self._tokens) else ""

    def _take(self) -> re.Match[str]:
        if self._at >= len(self._tokens):
            raise bad("$filter ends too early.")
        self._at += 1
        return self._tokens[self._at - 1]

    def _either(self) -> Test:
        tests = [self._both()]
        while self._next() == "or":
            self._take()
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._next() == "and":
            self._take()
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._next() == "not":
            self._take()
            inner = self._one()
            return lambda row: not inner(row)
        if self._next() == "(":
            self._take()
            inner = self._either()
            self._expect(")")
            return inner
        token = self._take()
        if token["in"]:
            return self._in(token["col"], orjson.loads(token["list"]))
        if token["word"] in ("contains", "startswith"):
            return self._function(token["word"])
        return self._comparison(token["word"] or "")

    def _in(self, name: str, values: Sequence[str]) -> Test:
        read = self._reader(name)
        wanted = {folded(value) for value in values}
        return lambda row: folded(read(row)) in wanted

    def _function(self, name: str) -> Test:
        self._expect("(")
        read = self._reader(self._take()["word"] or "")
        self._expect(",")
        part = str(folded(_literal(self._take())))
        self._expect(")")
        if name == "contains":
            return lambda row: part in _folded_text(read(row))
        return lambda row: _folded_text(read(row)).startswith(part)

    def _comparison(self, path: str) -> Test:
        read = self._reader(path)
        sign = self._take()["word"] or ""
        if sign not in _COMPARED:
            raise bad(f"Operator {sign} is not known.")
        value = _literal(self._take())
        if sign in ("eq", "ne"):
            wanted = folded(value)
            return lambda row: (folded(read(row)) == wanted) == (sign == "eq")
        return lambda row: _ordered(read(row), sign, value)

    def _reader(self, path: str) -> Callable[[Row], Value]:
        name, step, further = path.partition("/")
        if step:
            if name not in self._table.navigation:
                raise bad(f"Could not find a property named '{name}'.")
            leads = self._table.navigation[name]
            return lambda row: self._beyond(row, leads.column, further)
        table = self._table
        if name == table.id:
            return lambda row: row.id
        column = name.removeprefix("_").removesuffix("_value") if name.startswith("_") else name
        if column not in table.columns and column not in table.lookups:
            raise ApiError(
                400,
                "0x0",
                f"Could not find a property named '{name}' on type "
                f"'Microsoft.Dynamics.CRM.{table.name}'.",
            )
        return lambda row: row.values.get(column)

    def _beyond(self, row: Row, column: str, name: str) -> Value:
        other = self._store.row(str(row.values.get(column)))
        if other is None:
            return None
        return other.id if name == other.kind.id else other.values.get(name)

    def _expect(self, sign: str) -> None:
        if self._take()[0].strip() != sign:
            raise bad(f"'{sign}' expected in $filter.")


def _literal(token: re.Match[str]) -> Value:
    if token["text"]:
        return token["text"][1:-1].replace("''", "'")
    word = token["word"] or ""
    fixed: dict[str, Value] = {"null": None, "true": True, "false": False}
    if word in fixed:
        return fixed[word]
    return Decimal(word) if re.fullmatch(r"-?\d+(\.\d+)?", word) else word


def _folded_text(value: Value) -> str:
    return "" if value is None else str(folded(value))


def _ordered(held: Value, sign: str, value: Value) -> bool:
    if held is None or value is None:
        return False
    if isinstance(value, Decimal):
        left, right = Decimal(str(held)), value
    else:
        left, right = str(folded(held)), str(folded(value))  # type: ignore[assignment] # both sides change together
    tests = {"gt": left > right, "ge": left >= right, "lt": left < right, "le": left <= right}
    return tests[sign]
