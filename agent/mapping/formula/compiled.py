"""From a tree to a function of a record, checked before any record is seen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, DecimalException
from operator import eq, ge, gt, le, lt, ne

from agent.mapping.formula import limits
from agent.mapping.formula.functions import FUNCTIONS
from agent.mapping.formula.parse import parse
from agent.mapping.formula.tree import Call, Column, Constant, Node, Operation, Worth
from agent.mapping.formula.trouble import FormulaError
from agent.mapping.formula.worth import Type, fitting, number, sized, taken, text, truth, type_of
from agent.mapping.options import did_you_mean
from agent.mapping.values import Refused
from agent.model import Value

Tables = Mapping[str, Mapping[str, str]]
"""Lookup tables by name."""
Values = Sequence[Value]
Step = Callable[[Values], Worth]

_CHOOSING = {"IF": (2, 3), "IFS": (2, 50), "SWITCH": (3, 51), "COALESCE": (1, 50),
             "ISBLANK": (1, 1), "LOOKUP": (2, 3), "AND": (1, 50), "OR": (1, 50),
             "NOT": (1, 1)}  # fmt: skip
"""Functions that look at some parts only when they must, and how many parts they have."""

_COMPARISONS: Mapping[str, Callable[..., bool]] = {
    "=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip
_SUMS = {"+": limits.EXACT.add, "-": limits.EXACT.subtract, "*": limits.EXACT.multiply}


@dataclass(frozen=True, eq=False)
class Formula:
    """A formula that was read and found right."""

    text: str
    columns: tuple[str, ...]
    """The only columns that it looks at, each once."""
    gives: Type
    _root: Node
    _tables: Tables

    def bind(self, positions: Mapping[str, int]) -> Step:
        """Its value for records whose columns stand at these positions.

        What comes back is text, number, true or false, a date, or None for blank; calling it
        raises Refused, and nothing else.
        """
        step = _Compiler(positions, self._tables).step(self._root)

        def value(values: Values) -> Worth:
            try:
                found = step(values)
            except DecimalException:
                raise Refused("FORMULA_NUMBER", "makes a number that is too large") from None
            return None if found == "" else found

        return value


def compile_formula(
    text: str, columns: Collection[str] | None = None, tables: Tables | None = None
) -> Formula:
    """Read a formula. `columns` are those that there are, None where nobody knows yet.

    Raises FormulaError.
    """
    root = parse(text, {*FUNCTIONS, *_CHOOSING}, columns)
    named: dict[str, None] = {}
    gives = _Checker(tables or {}, named).type(root)
    return Formula(text, tuple(named), gives, root, tables or {})


class _Checker:
    """Finds before any record is seen what can never work, and which columns are named."""

    def __init__(self, tables: Tables, named: dict[str, None]) -> None:
        self._tables = tables
        self._named = named

    def type(self, node: Node) -> Type:
        match node:
            case Constant(value):
                return type_of(value)
            case Column(name):
                self._named[name] = None
                return Type.ANY
            case Operation(mark, parts):
                return self._operation(mark, parts)
            case Call(name, parts, at):
                return self._call(name, parts, at)

    def _operation(self, mark: str, parts: Sequence[Node]) -> Type:
        found = [self.type(part) for part in parts]
        if mark in ("AND", "OR", "NOT"):
            self._need(Type.BOOLEAN, found, parts, mark)
            return Type.BOOLEAN
        if mark == "&":
            return Type.TEXT
        if mark == "IN" or mark in _COMPARISONS:
            for other, part in zip(found[1:], parts[1:], strict=True):
                if Type.ANY not in (found[0], other) and found[0] != other:
                    raise FormulaError(part.at, f"It compares {found[0]} with {other}.")
            return Type.BOOLEAN
        self._need(Type.NUMBER, found, parts, mark)
        return Type.NUMBER

    def _call(self, name: str, parts: Sequence[Node], at: int) -> Type:
        least, most = _CHOOSING.get(name) or (FUNCTIONS[name].least, FUNCTIONS[name].most)
        if not least <= len(parts) <= most:
            many = f"{least}" if least == most else f"{least} to {most}"
            raise FormulaError(at, f"{name} takes {many} values, here are {len(parts)}.")
        found = [self.type(part) for part in parts]
        if name not in _CHOOSING:
            function = FUNCTIONS[name]
            for place, part in enumerate(parts):
                self._need(function.type_at(place), found[place : place + 1], [part], name)
            return function.gives
        return self._choosing(name, parts, found, at)

    def _choosing(self, name: str, parts: Sequence[Node], found: Sequence[Type], at: int) -> Type:
        match name:
            case "IF":
                self._need(Type.BOOLEAN, found[:1], parts[:1], name)
                return _common(found[1:])
            case "IFS":
                self._need(Type.BOOLEAN, found[: len(found) // 2 * 2 : 2], parts[::2], name)
                return _common([*found[1::2], *([found[-1]] if len(found) % 2 else [])])
            case "SWITCH":
                return _common([*found[2::2], *([found[-1]] if len(found) % 2 == 0 else [])])
            case "COALESCE":
                return _common(found)
            case "LOOKUP":
                self._table(parts[0], at)
                return Type.TEXT if len(parts) == 2 else _common([Type.TEXT, found[2]])
            case "ISBLANK":
                return Type.BOOLEAN
            case _:
                self._need(Type.BOOLEAN, found, parts, name)
                return Type.BOOLEAN

    def _table(self, node: Node, at: int) -> None:
        name = node.value if isinstance(node, Constant) else None
        if not isinstance(name, str):
            raise FormulaError(at, "LOOKUP begins with the name of a table in quotes.")
        if name not in self._tables:
            hint = did_you_mean(name, self._tables) or "Tables are written under [lookups]."
            raise FormulaError(node.at, f"There is no table {name[:60]}.", hint)

    @staticmethod
    def _need(wanted: Type, found: Sequence[Type], parts: Sequence[Node], who: str) -> None:
        for each, part in zip(found, parts, strict=False):
            if wanted is not Type.ANY and each not in (wanted, Type.ANY):
                hint = {Type.NUMBER: "NUMBER reads one from text.",
                        Type.DATE: "DATEVALUE reads one from text."}.get(wanted, "")  # fmt: skip
                raise FormulaError(part.at, f"{who} needs {wanted}, and here is {each}.", hint)


def _common(found: Sequence[Type]) -> Type:
    different = set(found) - {Type.ANY}
    return different.pop() if len(different) == 1 and Type.ANY not in found else Type.ANY


class _Compiler:
    """Makes a function of each part."""

    def __init__(self, positions: Mapping[str, int], tables: Tables) -> None:
        self._positions = positions
        self._tables = tables

    def step(self, node: Node) -> Step:
        match node:
            case Constant(value):
                return lambda _values: value
            case Column(name):
                position = self._positions[name]
                return lambda values: taken(values[position])
            case Operation(mark, parts):
                return self._operation(mark, [self.step(part) for part in parts])
            case Call(name, parts):
                steps = [self.step(part) for part in parts]
                if name in _CHOOSING:
                    return self._choosing(name, steps, node.parts)
                return _called(name, steps, parts)

    def _operation(self, mark: str, steps: Sequence[Step]) -> Step:
        if mark in ("AND", "OR", "NOT"):
            return _logical(mark, steps)
        one, *others = steps
        if mark == "IN":
            return lambda values: _is_in(one(values), [other(values) for other in others])
        if not others:
            return (
                (lambda v: number(one(v)).copy_negate())
                if mark == "-"
                else (lambda v: number(one(v)))
            )
        two = others[0]
        if mark == "&":
            return lambda values: sized(text(one(values)) + text(two(values)))
        if mark in _COMPARISONS:
            return _compared(mark, one, two)
        if mark == "/":
            return lambda values: _divided(number(one(values)), number(two(values)))
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
                return lambda values: next(
                    (found for each in steps if not _is_blank(found := each(values))), None
                )
            case "ISBLANK":
                return lambda values: _is_blank(steps[0](values))
            case "LOOKUP":
                table = self._tables[str(getattr(parts[0], "value", ""))]
                return _looked_up(table, steps[1], steps[2] if len(steps) > 2 else None)
            case _:
                return _logical(name, steps)


def _called(name: str, steps: Sequence[Step], parts: Sequence[Node]) -> Step:
    function = FUNCTIONS[name]
    run = function.run
    pairs = [(function.take_at(place), step) for place, step in enumerate(steps)]
    (take, first), others = pairs[0], pairs[1:]
    if not others:
        return lambda values: run(take(first(values)))
    if all(isinstance(part, Constant) for part in parts[1:]):
        with suppress(Refused):  # else each record is refused, not the formula
            fixed = [take(step(())) for take, step in others]
            return lambda values: run(take(first(values)), *fixed)
    return lambda values: run(*[take(step(values)) for take, step in pairs])


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
    compare = _COMPARISONS[mark]

    def run(values: Values) -> Worth:
        left, right = one(values), two(values)
        if left is None or right is None:
            raise Refused("FORMULA_BLANK", "compares a blank by size")
        _alike(left, right)
        return compare(left, right)

    return run


def _is_in(value: Worth, others: Sequence[Worth]) -> bool:
    return any(_same(value, other) for other in others)


def _divided(value: Decimal, by: Decimal) -> Decimal:
    if not by:
        raise Refused("DIVISION_BY_ZERO", "divides by zero")
    return fitting(_short(limits.DIVISION.divide(value, by)))


def _short(value: Decimal) -> Decimal:
    """At most `DIGITS` places, for a quotient that does not end."""
    if -int(value.as_tuple().exponent) <= limits.DIGITS:
        return value
    return value.quantize(Decimal(1).scaleb(-limits.DIGITS), context=limits.EXACT)


def _first_true(steps: Sequence[Step]) -> Step:
    pairs = list(zip(steps[::2], steps[1::2], strict=False))
    other = steps[-1] if len(steps) % 2 else _blank

    def run(values: Values) -> Worth:
        for test, then in pairs:
            if truth(test(values)):
                return then(values)
        return other(values)

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
        if wanted in table:
            return table[wanted]
        if other is not None:
            return other(values)
        if not wanted:
            return None
        raise Refused("LOOKUP_MISSING", "is not in its lookup table")

    return run
