"""How large anything in a formula may become. Nothing here depends on the machine's speed."""

from __future__ import annotations

from decimal import Context, DivisionByZero, InvalidOperation, Overflow

LENGTH = 2000
"""Characters of a formula."""
NODES = 400
"""Parts of a formula: values, columns, operators, calls."""
DEPTH = 50
"""Brackets, calls and operators within each other."""
TEXT = 32_767
"""Characters of any text on the way: what a cell of a spreadsheet holds."""
DIGITS = 40
"""Digits of any number on the way."""

EXACT = Context(prec=2 * DIGITS + 2, Emax=999, Emin=-999, traps=[InvalidOperation, Overflow])
"""Sums and products of numbers within `DIGITS` are exact in it."""
DIVISION = Context(
    prec=DIGITS, Emax=999, Emin=-999, traps=[InvalidOperation, Overflow, DivisionByZero]
)
"""A quotient that does not end is cut at `DIGITS`; a field takes it only after ROUND."""
