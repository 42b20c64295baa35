"""What is wrong with a formula, for the person who wrote it."""

from __future__ import annotations


class FormulaError(Exception):
    """A formula that cannot be used. `position` counts characters from 0."""

    def __init__(self, position: int, text: str, hint: str = "") -> None:
        self.position = position
        self.text = text
        self.hint = hint
        super().__init__(text)

    def sentence(self, formula: str) -> str:
        """What is wrong and where, with the place of it quoted."""
        before = formula[: self.position]
        line, column = before.count("\n") + 1, self.position - (before.rfind("\n") + 1) + 1
        where = f"line {line}, character {column}" if "\n" in formula else f"character {column}"
        rest = formula[self.position : self.position + 20].split("\n", maxsplit=1)[0]
        near = f" (at “{rest}”)" if rest else " (at its end)"
        return f"{self.text} It is {where}{near}."
