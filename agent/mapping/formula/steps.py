"""From each part of a formula to a function of a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

from agent.mapping.formula import figures, limits
from agent.mapping.formula.check import CHOOSING, COMPARISONS, Tables
from agent.mapping.formula.functions import FUNCTIONS
from agent.mapping.formula.tree import Call, Column, Constant, Node, Operation, Worth
from agent.mapping.formula.trouble import FormulaError
from agent.mapping.formula.worth import fitting, number, sized, taken, text, truth
from agent.mapping.values import Refused
from agent.model import Value

Values = Sequence[Value]
Step = Callable[[Values], Worth]

_BY_SIZE: Mapping[str, Callable[..., bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_SUMS = {"+": limits.EXACT.add, "-": limits.EXACT.subtract, "*": limits.EXACT.multiply}


class Steps:
    """Makes a function of each part, for records whose columns stand at these positions.

    No text on the way has more than `most` characters.
    """

    def __init__(self, positions: Mapping[str, int], tables: Tables, most: int) -> None:
        self._positions = positions
        self._tables = tables
        self._most = most

    def step(self, node: Node) -> Step:
        """The function of one part. Raises FormulaError for what can never work."""
        match node:
            case Constant(value):
                return lambda _values: value
            case Column(name):
                return _column(self._positions[name], self._most)
            case Operation(mark, parts):
                return self._operation(mark, [self.step(part) for part in parts], parts)
            case Call(name, parts):
                steps = [self.step(part) for part in parts]
                if name in CHOOSING:
                    return self._choosing(name, steps, parts)
                made = called(node, steps)
                return _short(made, self._most) if FUNCTIONS[name].grows else made

    def _operation(self, mark: str, steps: Sequence[Step], parts: Sequence[Node]) -> Step:
        if mark in ("AND", "OR", "NOT"):
            return _logical(mark, steps)
        one, *others = steps
        if mark == "IN":
            return _listed(one, others, parts[1:])
        if not others:
            return lambda v: number(one(v)).copy_negate() if mark == "-" else number(one(v))
        two = others[0]
        if mark == "&":
            return _short(lambda values: text(one(values)) + text(two(values)), self._most)
        if mark in COMPARISONS:
            return _compared(mark, one, two)
        if mark == "/":
            return lambda values: figures.divided(number(one(values)), number(two(values)))
        work = _SUMS[mark]
        return lambda values: fitting(work(number(one(values)), number(two(values))))

    def _choosing(self, name: str, steps: Sequence[Step], parts: Sequence[Node]) -> Step:
        match name:
            case "IF":
                test, yes, *no = steps
                other = no[0] if no else _blank
                return lambda values: yes(values) if truth(test(values)) else other(values)
            case "IFS":
                return _first_true(steps)
            case "SWITCH":
                return _switched(steps)
            case "COALESCE":
                return _first_there(steps)
            case "ISBLANK":
                return lambda values: _is_blank(steps[0](values))
            case "LOOKUP":
                table = self._tables[str(getattr(parts[0], "value", ""))]
                found = _looked_up(table, steps[1], steps[2] if len(steps) > 2 else None)
                return _short(found, self._most)
            case _:
                return _logical(name, steps)


def called(call: Call, steps: Sequence[Step]) -> Step:
    """The function of a call. Raises FormulaError for parts in it that can never work."""
    function = FUNCTIONS[call.function]
    takes = [function.take_at(place) for place in range(len(call.parts))]
    fixed = _fixed(call, takes)
    run, take, first = function.run, takes[0], steps[0]
    if function.settled:
        run = _settled(call, run, fixed)
    elif fixed is None:
        pairs = list(zip(takes, steps, strict=True))
        return lambda values: run(*[take(step(values)) for take, step in pairs])
    elif fixed:
        return lambda values: run(take(first(values)), *fixed)
    return lambda values: run(take(first(values)))


def _fixed(call: Call, takes: Sequence[Callable[[Worth], Any]]) -> list[Any] | None:
    """All parts but the first, where they stand in the formula. Raises FormulaError."""
    found: list[Any] = []
    for part, take in zip(call.parts, takes, strict=True):
        if isinstance(part, Constant):
            try:
                found.append(take(part.value))
            except Refused as refused:
                raise FormulaError(part.at, f"{call.function} {refused.predicate}.") from None
    others = [part for part in call.parts[1:] if not isinstance(part, Constant)]
    return None if others else found[len(found) - len(call.parts) + 1 :]


def _settled(call: Call, make: Callable[..., Any], fixed: list[Any] | None) -> Callable[..., Worth]:
    at = call.parts[min(1, len(call.parts) - 1)].at
    if fixed is None:
        raise FormulaError(
            at,
            f"{call.function} needs all but its first value as they are, not from a column.",
            'Write them in quotes: NUMBER(PRICE, ",", ".").',
        )
    try:
        run: Callable[..., Worth] = make(*fixed)
    except Refused as refused:
        raise FormulaError(at, f"{call.function} {refused.predicate}.") from None
    return run


def _column(position: int, most: int) -> Step:
    def read(values: Values) -> Worth:
        value = values[position]
        if type(value) is str and len(value) <= most and value and not value.isspace():
            return value
        return sized(taken(value), most)

    return read


def _short(step: Step, most: int) -> Step:
    """The same, if it makes no text that is too long. Raises Refused."""
    return lambda values: sized(step(values), most)


def _blank(_values: Values) -> Worth:
    return None


def _is_blank(value: Worth) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _logical(mark: str, steps: Sequence[Step]) -> Step:
    if mark == "NOT":
        return lambda values: not truth(steps[0](values))
    if mark == "AND":
        return lambda values: all(truth(step(values)) for step in steps)
    return lambda values: any(truth(step(values)) for step in steps)


def _same(one: Worth, two: Worth) -> bool:
    """Blank equals blank and the empty text; different types never are equal by chance."""
    if isinstance(one, str) and isinstance(two, str):
        return one == two
    one, two = (None if value == "" else value for value in (one, two))
    if one is None or two is None:
        return one is two
    _alike(one, two)
    return one == two


def _alike(one: Worth, two: Worth) -> None:
    if type(one) is type(two):
        return
    kinds = (bool, str, Decimal, date)
    if not any(isinstance(one, kind) and isinstance(two, kind) for kind in kinds):
        raise Refused("FORMULA_TYPE", "compares two different types: NUMBER or TEXT makes them one")


def _compared(mark: str, one: Step, two: Step) -> Step:
    if mark == "=":
        return lambda values: _same(one(values), two(values))
    if mark == "<>":
        return lambda values: not _same(one(values), two(values))
    compare = _BY_SIZE[mark]

    def run(values: Values) -> Worth:
        left, right = one(values), two(values)
        if left in (None, "") or right in (None, ""):
            raise Refused("FORMULA_BLANK", "compares a blank by size")
        _alike(left, right)
        return compare(left, right)

    return run


def _listed(one: Step, others: Sequence[Step], parts: Sequence[Node]) -> Step:
    """Whether a value is in a list: at once where the list is nothing but texts."""
    words = {part.value for part in parts if isinstance(part, Constant)}

    def among(values: Values) -> Worth:
        value = one(values)
        return any(_same(value, other(values)) for other in others)

    if len(words) < len(parts) or not all(isinstance(word, str) for word in words):
        return among

    def run(values: Values) -> Worth:
        value = one(values)
        return value in words if isinstance(value, str) else among(values)

    return run


def _first_true(steps: Sequence[Step]) -> Step:
    pairs = list(zip(steps[::2], steps[1::2], strict=False))
    other = steps[-1] if len(steps) % 2 else _blank

    def run(values: Values) -> Worth:
        for test, then in pairs:
            if truth(test(values)):
                return then(values)
        return other(values)

    return run


def _first_there(steps: Sequence[Step]) -> Step:
    def run(values: Values) -> Worth:
        for step in steps:
            if not _is_blank(found := step(values)):
                return found
        return None

    return run


def _switched(steps: Sequence[Step]) -> Step:
    one, *rest = steps
    pairs = list(zip(rest[::2], rest[1::2], strict=False))
    other = rest[-1] if len(rest) % 2 else _blank

    def run(values: Values) -> Worth:
        value = one(values)
        for case, then in pairs:
            if _same(value, case(values)):
                return then(values)
        return other(values)

    return run


def _looked_up(table: Mapping[str, str], key: Step, other: Step | None) -> Step:
    def run(values: Values) -> Worth:
        wanted = text(key(values)).strip()
        found = table.get(wanted)
        if found is not None:
            return found
        if other is not None:
            return other(values)
        if not wanted:
            return None
        raise Refused("LOOKUP_MISSING", "is not in its lookup table")

    return run
