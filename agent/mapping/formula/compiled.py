"""From a text to a formula, and from a formula to a function of a record."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import DecimalException

from agent.mapping.formula.check import CHOOSING, Tables, check
from agent.mapping.formula.effort import longest_text
from agent.mapping.formula.functions import FUNCTIONS
from agent.mapping.formula.parse import parse
from agent.mapping.formula.steps import Step, Steps, Values, called
from agent.mapping.formula.tree import Call, Column, Constant, Node, Worth
from agent.mapping.formula.trouble import FormulaError
from agent.mapping.formula.worth import Type
from agent.mapping.values import Refused


@dataclass(frozen=True, eq=False)
class Formula:
    """A formula that was read and found right."""

    text: str
    columns: tuple[str, ...]
    """The only columns that it looks at, each once."""
    gives: Type
    _root: Node
    _tables: Tables
    _most: int

    def bind(self, positions: Mapping[str, int]) -> Step:
        """Its value for records whose columns stand at these positions.

        What comes back is text, number, true or false, a date, or None for blank; calling it
        raises Refused, and nothing else.
        """
        step = Steps(positions, self._tables, self._most).step(self._root)

        def value(values: Values) -> Worth:
            try:
                found = step(values)
            except DecimalException:
                raise _too_many_digits() from None
            return None if found == "" else found

        return value


def compile_formula(
    text: str,
    columns: Collection[str] | None = None,
    tables: Tables | None = None,
    later: Collection[str] = (),
) -> Formula:
    """Read a formula. `columns` are those that there are, None where nobody knows yet.

    `later` names tables that are filled when records are mapped. Raises FormulaError.
    """
    root = parse(text, {*FUNCTIONS, *CHOOSING}, columns)
    tables = tables or {}
    gives, named = check(root, tables)
    most = longest_text(root)
    steps = Steps({}, tables, most)
    return Formula(text, named, gives, _folded(root, steps, later), tables, most)


def _folded(node: Node, steps: Steps, later: Collection[str]) -> Node:
    """The same, with what is constant worked out: what never works is told before any record."""
    if isinstance(node, Constant | Column):
        return node
    made = replace(node, parts=tuple([_folded(part, steps, later) for part in node.parts]))
    if isinstance(made, Call) and made.function == "LOOKUP" and _named(made.parts[0]) in later:
        return made
    if all(isinstance(part, Constant) for part in made.parts):
        return Constant(_constant(made, steps), node.at)
    if isinstance(made, Call) and made.function not in CHOOSING:
        called(made, [_nothing] * len(made.parts))
    return made


def _named(node: Node) -> str:
    return str(node.value) if isinstance(node, Constant) else ""


def _constant(node: Node, steps: Steps) -> Worth:
    try:
        found = steps.step(node)(())
    except DecimalException:
        raise FormulaError(node.at, f"It {_too_many_digits().predicate}.") from None
    except Refused as refused:
        raise FormulaError(node.at, f"It {refused.predicate}.") from None
    return None if found == "" else found


def _nothing(_values: Values) -> Worth:
    return None


def _too_many_digits() -> Refused:
    return Refused("FORMULA_NUMBER", "makes a number of too many digits")
