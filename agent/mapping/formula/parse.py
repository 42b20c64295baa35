"""From words to a tree: operators by their rank, as in a spreadsheet.

From weak to strong: OR, AND, NOT, comparisons and IN, & (joins text), + and -, * and /, minus sign.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from types import MappingProxyType

from agent.mapping.formula import limits
from agent.mapping.formula.tokens import Kind, Token, tokens
from agent.mapping.formula.tree import Call, Column, Constant, Node, Operation, height_over
from agent.mapping.formula.trouble import FormulaError
from agent.mapping.options import did_you_mean

_RANKS: Mapping[str, int] = MappingProxyType(
    {
        "OR": 1,
        "AND": 2,
        **dict.fromkeys(("=", "<>", "<", "<=", ">", ">=", "IN"), 4),
        "&": 5,
        "+": 6,
        "-": 6,
        "*": 7,
        "/": 7,
    }
)
_NOT, _COMPARED, _SIGN = 3, 4, 8
_CONSTANTS = {"TRUE": True, "FALSE": False, "BLANK": None}
_WORDS = frozenset({"AND", "OR", "NOT", "IN", *_CONSTANTS})
_AFTERWARDS = {",": "Numbers are written with a point: 1.19.", "NOT": "Write NOT x IN (...)."}
"""Hints for what stands where nothing can follow."""


def parse(text: str, functions: Collection[str], columns: Collection[str] | None) -> Node:
    """The tree of a formula. `columns` are those that there are, None where nobody knows.

    Raises FormulaError.
    """
    return _Reader(text, functions, columns).whole()


class _Reader:
    def __init__(
        self, text: str, functions: Collection[str], columns: Collection[str] | None
    ) -> None:
        self._words = tokens(text)
        self._next = 0
        self._functions = functions
        self._columns = columns
        self._loose = {name.strip().casefold() for name in columns or ()}
        self._nodes = 0
        self._depth = 0

    def whole(self) -> Node:
        if self._word.kind is Kind.MARK and self._word.text == "=":
            self._take()  # spreadsheet users begin so
        node = self._expression(0)
        if self._word.kind is not Kind.END:
            raise FormulaError(
                self._word.at,
                "The formula should end here, or an operator follow.",
                _AFTERWARDS.get(self._word.text.upper(), ""),
            )
        return node

    # --- parts ------------------------------------------------------------------------------------

    def _expression(self, weakest: int) -> Node:
        self._depth += 1
        if self._depth > limits.DEPTH:
            raise FormulaError(self._word.at, f"It is nested deeper than {limits.DEPTH} levels.")
        left = self._one()
        while (mark := self._operator()) and _RANKS[mark] > weakest:
            word = self._take()
            if mark == "IN":
                left = self._operation("IN", (left, *self._listed()), word)
            else:
                left = self._operation(mark, (left, self._expression(_RANKS[mark])), word)
            if _RANKS[mark] == _COMPARED and _RANKS.get(self._operator() or "") == _COMPARED:
                raise FormulaError(
                    self._word.at, "Two comparisons do not follow each other.", "Join them: AND."
                )
        self._depth -= 1
        return left

    def _one(self) -> Node:
        word = self._take()
        match word.kind:
            case Kind.NUMBER:
                return self._number(word)
            case Kind.TEXT:
                return self._made(Constant(word.text or None, word.at))
            case Kind.COLUMN:
                return self._column(word)
            case Kind.NAME:
                return self._named(word)
            case Kind.MARK if word.text == "(":
                inner = self._expression(0)
                self._expect(")")
                return inner
            case Kind.MARK if word.text in ("-", "+"):
                return self._operation(word.text, (self._expression(_SIGN),), word)
            case _:
                raise FormulaError(word.at, "A value, a column or a function is missing.")

    def _named(self, word: Token) -> Node:
        name = word.text.upper()
        if name == "NOT" and not self._is("("):
            return self._operation("NOT", (self._expression(_NOT),), word)
        if self._is("("):
            return self._call(word, name)
        if name in _CONSTANTS:
            return self._made(Constant(_CONSTANTS[name], word.at))
        if name in _WORDS:
            raise FormulaError(word.at, f"{name} needs something before it.")
        return self._column(word)

    def _call(self, word: Token, name: str) -> Node:
        if name not in self._functions:
            hint = did_you_mean(name[:30], self._functions)
            raise FormulaError(word.at, f"There is no function {name[:30]}.", hint)
        parts = self._listed()
        return self._made(Call(name, parts, word.at, height_over(parts)))

    def _operation(self, mark: str, parts: tuple[Node, ...], word: Token) -> Node:
        return self._made(Operation(mark, parts, word.at, height_over(parts)))

    def _listed(self) -> tuple[Node, ...]:
        self._expect("(")
        parts: list[Node] = []
        if not self._is(")"):
            parts.append(self._expression(0))
            while self._is(","):
                self._take()
                parts.append(self._expression(0))
        self._expect(")")
        return tuple(parts)

    def _number(self, word: Token) -> Node:
        if len(word.text.replace(".", "")) > limits.DIGITS:
            raise FormulaError(word.at, f"A number has at most {limits.DIGITS} digits.")
        return self._made(Constant(Decimal(word.text), word.at))

    def _column(self, word: Token) -> Node:
        if self._columns is not None and word.text.casefold() not in self._loose:
            hint = did_you_mean(word.text[:60], self._columns)
            if word.text.upper() in self._functions:
                hint = f"{word.text.upper()} is a function: brackets follow it."
            raise FormulaError(word.at, f"There is no column {word.text[:60]}.", hint)
        return self._made(Column(word.text, word.at))

    # --- words ------------------------------------------------------------------------------------

    @property
    def _word(self) -> Token:
        return self._words[self._next]

    def _take(self) -> Token:
        word = self._word
        self._next += word.kind is not Kind.END
        return word

    def _is(self, mark: str) -> bool:
        return self._word.kind is Kind.MARK and self._word.text == mark

    def _expect(self, mark: str) -> None:
        if not self._is(mark):
            raise FormulaError(self._word.at, f"{mark} is missing.")
        self._take()

    def _operator(self) -> str | None:
        word = self._word
        if word.kind is Kind.NAME:
            return name if (name := word.text.upper()) in ("AND", "OR", "IN") else None
        return word.text if word.kind is Kind.MARK and word.text in _RANKS else None

    def _made(self, node: Node) -> Node:
        self._nodes += 1
        if self._nodes > limits.NODES:
            raise FormulaError(node.at, f"It has more than {limits.NODES} parts.")
        if node.height > limits.HEIGHT:
            raise FormulaError(
                node.at,
                f"More than {limits.HEIGHT} operators follow each other.",
                "CONCAT, JOIN and SUM take up to 50 parts.",
            )
        return node
