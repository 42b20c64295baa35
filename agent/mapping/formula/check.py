"""What can be known of a formula before any record is seen: its columns, its types, its mistakes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from agent.mapping.formula.functions import FUNCTIONS
from agent.mapping.formula.tree import Call, Column, Constant, Node, Operation
from agent.mapping.formula.trouble import FormulaError
from agent.mapping.formula.worth import Type, type_of
from agent.mapping.options import did_you_mean

Tables = Mapping[str, Mapping[str, str]]
"""Lookup tables by name."""

CHOOSING: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "IF": (2, 3),
        "IFS": (2, 50),
        "SWITCH": (3, 51),
        "COALESCE": (1, 50),
        "ISBLANK": (1, 1),
        "LOOKUP": (2, 3),
        "AND": (1, 50),
        "OR": (1, 50),
        "NOT": (1, 1),
    }
)
"""Functions that look at some parts only when they must, and how many parts they have."""

COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})


def check(root: Node, tables: Tables) -> tuple[Type, tuple[str, ...]]:
    """What a formula gives, and the columns that it looks at. Raises FormulaError."""
    named: dict[str, None] = {}
    gives = _Checker(tables, named).type(root)
    return gives, tuple(named)


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
        if mark == "IN" or mark in COMPARISONS:
            self._alike(found[0], found[1:], parts[1:])
            return Type.BOOLEAN
        self._need(Type.NUMBER, found, parts, mark)
        return Type.NUMBER

    def _call(self, name: str, parts: Sequence[Node], at: int) -> Type:
        least, most = CHOOSING.get(name) or (FUNCTIONS[name].least, FUNCTIONS[name].most)
        if not least <= len(parts) <= most:
            many = f"{least}" if least == most else f"{least} to {most}"
            raise FormulaError(at, f"{name} takes {many} values, here are {len(parts)}.")
        found = [self.type(part) for part in parts]
        if name not in CHOOSING:
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
                cases = slice(1, len(parts) - 1, 2)
                self._alike(found[0], found[cases], parts[cases])
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
    def _alike(one: Type, found: Sequence[Type], parts: Sequence[Node]) -> None:
        for other, part in zip(found, parts, strict=True):
            if Type.ANY not in (one, other) and one != other:
                raise FormulaError(part.at, f"It compares {one} with {other}.")

    @staticmethod
    def _need(wanted: Type, found: Sequence[Type], parts: Sequence[Node], who: str) -> None:
        for each, part in zip(found, parts, strict=False):
            if wanted is not Type.ANY and each not in (wanted, Type.ANY):
                hint = _READERS.get(wanted, "") if each is Type.TEXT else ""
                raise FormulaError(part.at, f"{who} needs {wanted}, and here is {each}.", hint)


def _common(found: Sequence[Type]) -> Type:
    different = set(found) - {Type.ANY}
    return different.pop() if len(different) == 1 and Type.ANY not in found else Type.ANY


_READERS = {Type.NUMBER: "NUMBER reads one from text.", Type.DATE: "DATEVALUE reads one from text."}
