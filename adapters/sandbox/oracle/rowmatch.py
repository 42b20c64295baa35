"""The conditions of `q` from framework version 2 on: parsed, then asked of rows. Pure.

`A = 'x' and (B > 5 or C is not null) and D in ('a','b') and Child.E like 'f%'`
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from adapters.sandbox.store import Value

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*(?:\.\w+)?)|(?P<sign><=|>=|<>|!=|=|<|>|\(|\)|,))",
    re.ASCII,
)
_SIGNS = frozenset({"=", "!=", "<>", "<", ">", "<=", ">="})


class Unreadable(Exception):
    """The condition is not one."""


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison: attribute (`Child.Attribute` for a child's), sign, values."""

    name: str
    sign: str
    values: tuple[Value, ...] = ()

    def holds(self, value: Value) -> bool:
        """Whether a value meets it. Nothing meets a comparison with no value, as in SQL."""
        if self.sign in {"null", "not null"}:
            return (value is None) == (self.sign == "null")
        if value is None:
            return False
        if self.sign == "in":
            return any(_key(value) == _key(each) for each in self.values)
        if self.sign == "like":
            pattern = re.escape(str(self.values[0])).replace("%", ".*")
            return re.fullmatch(pattern, str(value), re.DOTALL) is not None
        return _compared(self.sign, _key(value), _key(self.values[0]))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of them."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of them."""

    parts: tuple[Condition, ...]


Condition = Test | AnyOf | AllOf


def parse(text: str) -> Condition:
    """A condition. Raises Unreadable."""
    tokens: list[tuple[str, str]] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise Unreadable(text[at : at + 1])
        tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
        at = found.end()
    parser = _Parser(tokens)
    condition = parser.any_of()
    if parser.tokens:
        raise Unreadable(parser.tokens[0][1])
    return condition


def names(condition: Condition) -> list[str]:
    """Every attribute that a condition asks for."""
    if isinstance(condition, Test):
        return [condition.name]
    return [name for part in condition.parts for name in names(part)]


def holds(condition: Condition, test: Callable[[Test], bool]) -> bool:
    """Whether a row meets it, of which `test` knows single comparisons."""
    if isinstance(condition, Test):
        return test(condition)
    inner = (holds(part, test) for part in condition.parts)
    return any(inner) if isinstance(condition, AnyOf) else all(inner)


def needed(condition: Condition) -> Mapping[str, Sequence[Value]]:
    """Values of which one must stand in an attribute, for each comparison that must hold."""
    if isinstance(condition, Test):
        return {condition.name: condition.values} if condition.sign in {"=", "in"} else {}
    if isinstance(condition, AnyOf):
        return {}
    found: dict[str, Sequence[Value]] = {}
    for part in condition.parts:
        found.update(needed(part))
    return found


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens

    def any_of(self) -> Condition:
        parts = [self._all_of()]
        while self._word("or"):
            parts.append(self._all_of())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all_of(self) -> Condition:
        parts = [self._one()]
        while self._word("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _one(self) -> Condition:
        if self._sign("("):
            inner = self.any_of()
            self._must(")")
            return inner
        name = self._next("name")
        if self._word("is"):
            negated = self._word("not")
            if not self._word("null"):
                raise Unreadable(name)
            return Test(name, "not null" if negated else "null")
        if self._word("in"):
            self._must("(")
            values = [self._value()]
            while self._sign(","):
                values.append(self._value())
            self._must(")")
            return Test(name, "in", tuple(values))
        if self._word("like"):
            return Test(name, "like", (self._value(),))
        sign = self._next("sign")
        if sign not in _SIGNS:
            raise Unreadable(sign)
        return Test(name, "!=" if sign == "<>" else sign, (self._value(),))

    def _value(self) -> Value:
        if not self.tokens:
            raise Unreadable("")
        kind, text = self.tokens.pop(0)
        if kind == "text":
            return text[1:-1].replace(text[0] * 2, text[0])
        if kind == "number":
            return Decimal(text)
        if text.lower() in {"true", "false"}:
            return text.lower() == "true"
        raise Unreadable(text)

    def _word(self, word: str) -> bool:
        return self._take("name", lambda text: text.lower() == word)

    def _sign(self, sign: str) -> bool:
        return self._take("sign", lambda text: text == sign)

    def _take(self, kind: str, fits: Callable[[str], bool]) -> bool:
        if self.tokens and self.tokens[0][0] == kind and fits(self.tokens[0][1]):
            self.tokens.pop(0)
            return True
        return False

    def _must(self, sign: str) -> None:
        if not self._sign(sign):
            raise Unreadable(sign)

    def _next(self, kind: str) -> str:
        if not self.tokens or self.tokens[0][0] != kind:
            raise Unreadable(kind)
        return self.tokens.pop(0)[1]


_Plain = str | Decimal | bool


def _key(value: Value) -> _Plain:
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return "" if value is None else value


def _compared(sign: str, left: _Plain, right: _Plain) -> bool:
    if type(left) is not type(right):
        return sign == "!="
    if sign in {"=", "!="}:
        return (left == right) == (sign == "=")
    order = (left > right) - (left < right)  # type: ignore[operator] # of one type, as said above
    return {"<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0}[sign]
