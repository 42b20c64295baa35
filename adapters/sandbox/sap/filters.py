"""`$filter`, as far as SAP serves it: comparisons, `startswith`, `endswith`, `and`, `or`.

An `or` joins comparisons of one property only; another one is refused, as SAP's guide says. A
property that is not filterable is refused too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from adapters.sandbox.sap.schema import EntityType, Property
from adapters.sandbox.sap.values import Refusal, accept
from adapters.sandbox.store import Value

_TOKEN = re.compile(
    r"\s*(?:(?P<literal>(?:datetimeoffset|datetime|guid)?'(?:[^']|'')*')"
    r"|(?P<number>-?\d+(?:\.\d+)?[mM]?)|(?P<word>[A-Za-z_]\w*)|(?P<mark>[(),]))"
)
_COMPARE: Mapping[str, Callable[[Value, Value], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "ge": lambda a, b: _order(a) >= _order(b),
    "gt": lambda a, b: _order(a) > _order(b),
    "le": lambda a, b: _order(a) <= _order(b),
    "lt": lambda a, b: _order(a) < _order(b),
}

Test = Callable[[Mapping[str, Value]], bool]


class Condition:
    """One parsed `$filter`."""

    def __init__(self, kind: EntityType, text: str) -> None:
        self._kind = kind
        self._tokens = _tokens(text)
        self._at = 0
        self.equals: tuple[str, frozenset[Value]] | None = None
        """The one property and its values, where the condition begins with such a choice."""
        self.test = self._all()
        if self._at < len(self._tokens):
            raise _broken()

    def _all(self) -> Test:
        tests = [self._any()]
        while self._peek() == "and":
            self._next()
            tests.append(self._any())
        return lambda values: all(test(values) for test in tests)

    def _any(self) -> Test:
        is_first = self._at == 0
        found = [self._one()]
        while self._peek() == "or":
            self._next()
            found.append(self._one())
        if len({name for name, _, _, _ in found}) > 1:
            raise Refusal("Logical OR is only supported for the same property")
        if is_first and all(how == "eq" for _, how, _, _ in found):
            self.equals = (found[0][0], frozenset(value for _, _, value, _ in found))
        tests = [test for _, _, _, test in found]
        return lambda values: any(test(values) for test in tests)

    def _one(self) -> tuple[str, str, Value, Test]:
        word = self._next()
        if word == "(":
            inner = self._one()
            while self._peek() == "or":
                self._next()
                other = self._one()
                inner = _either(inner, other)
            self._expect(")")
            return inner
        if word in {"startswith", "endswith"}:
            self._expect("(")
            place = self._property(self._next())
            self._expect(",")
            value = self._literal(place)
            self._expect(")")
            return place.name, word, value, _affix(word, place.name, str(value or ""))
        place = self._property(word)
        how = self._next()
        compare = _COMPARE.get(how)
        if compare is None:
            raise _broken()
        value = self._literal(place)
        return place.name, how, value, lambda values: compare(values.get(place.name), value)

    def _property(self, name: str) -> Property:
        place = self._kind.properties.get(name)
        if place is None:
            raise Refusal(f"Property '{name}' not found")
        if not place.filterable:
            raise Refusal(f"Property '{name}' is not filterable")
        return place

    def _literal(self, place: Property) -> Value:
        text = self._next()
        if text in {"true", "false"} and place.type == "Boolean":
            return text == "true"
        prefix, quote, rest = text.partition("'")
        if not quote:
            return Decimal(text.rstrip("mM")) if text[:1] in "-0123456789" else accept(place, text)
        inner = rest[:-1].replace("''", "'")
        wanted = {"DateTimeOffset": "datetimeoffset", "DateTime": "datetime", "Guid": "guid"}.get(
            place.type, ""
        )
        if prefix != wanted:
            raise Refusal(f"Invalid literal for property '{place.name}'")
        if place.type == "String":
            return inner or None
        return accept(place, inner)

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise _broken()
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, mark: str) -> None:
        if self._next() != mark:
            raise _broken()


def _either(
    one: tuple[str, str, Value, Test], other: tuple[str, str, Value, Test]
) -> tuple[str, str, Value, Test]:
    if one[0] != other[0]:
        raise Refusal("Logical OR is only supported for the same property")
    return one[0], "or", None, lambda values: one[3](values) or other[3](values)


def _affix(word: str, name: str, part: str) -> Test:
    if word == "startswith":
        return lambda values: str(values.get(name) or "").startswith(part)
    return lambda values: str(values.get(name) or "").endswith(part)


def _order(value: Value) -> tuple[bool, Decimal, str]:
    """Empty first, numbers by size, texts by letters; blanks at a text's end do not count."""
    if isinstance(value, Decimal | int):
        return True, Decimal(value), ""
    return value is not None, Decimal(0), str(value or "").rstrip()


def _tokens(text: str) -> Sequence[str]:
    found: list[str] = []
    at = 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _broken()
        found.append(match[0].strip())
        at = match.end()
    return found


def _broken() -> Refusal:
    return Refusal("Syntax error in the filter expression")
