"""How large anything in a formula may become. Nothing here depends on the machine's speed."""

from __future__ import annotations

from decimal import (
    ROUND_05UP,
    ROUND_HALF_UP,
    Context,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)

LENGTH = 2000
"""Characters of a formula."""
NODES = 400
"""Parts of a formula: values, columns, operators, calls."""
DEPTH = 50
"""Brackets, calls and signs within each other."""
HEIGHT = 100
"""Operators one after another, and all that is within each other: what reading it recurses."""
TEXT = 32_767
"""Characters of any text on the way: what a cell of a spreadsheet holds."""
SEARCHED = 255
"""Characters of a text that is searched for: longer ones make a search slow."""
WORK = 1_000_000
"""Characters that a formula may go through for one record, all its parts together."""
SHORT = 256
"""Characters that any formula takes: `NODES` of them cannot take long."""
DIGITS = 40
"""Digits of any number on the way before the point, and behind it."""
QUOTIENT = 20
"""Places, and digits, that a quotient that does not end has at least."""

EXACT = Context(
    prec=4 * DIGITS + 2, Emax=999, Emin=-999, traps=[InvalidOperation, Overflow, Inexact]
)
"""Sums, products and remainders of numbers within `DIGITS` are exact in it, or refused."""
ROUNDING = Context(
    prec=4 * DIGITS + 2,
    rounding=ROUND_HALF_UP,
    Emax=999,
    Emin=-999,
    traps=[InvalidOperation, Overflow],
)
"""For what is asked to round."""
DIVISION = Context(
    prec=2 * DIGITS,
    rounding=ROUND_05UP,
    Emax=999,
    Emin=-999,
    traps=[InvalidOperation, Overflow, DivisionByZero],
)
"""Cuts a quotient so that rounding it afterwards, in any direction, is as if it had not been cut."""
