"""Formulas: what a spreadsheet user writes to make one field of several columns. Pure and bounded.

    IF(LAND = "DE", TRIM(NAME1 & " " & NAME2), NAME1)
    ROUND(NUMBER([NETTO EUR], ",", ".") * 1.19, 2)

A formula is text, read by a grammar of its own (`tokens`, `parse`) into a tree that is checked
before any record is seen (`check`), worked out where it is constant (`compiled`), and then becomes
functions (`steps`). It reaches the columns that it names and the tables that it was given, and
nothing else: there is no loop, no attribute, no definition, no recursion. Length, size, depth and
every value on the way are limited (`limits`), texts the more the formula does with them (`effort`),
so that no formula takes long whatever it says.

What holds:

- Numbers are decimals; a float never enters. Sums, products and remainders are exact or refused. A
  quotient that does not end is cut so that rounding it afterwards is as if it had not been.
- Text is no number until `NUMBER` says how it is written, for "1.234" is two different numbers in
  two countries.
- Blank is empty text: it joins as nothing and equals "". In arithmetic it is a problem, not zero.
- A record's problem never holds a value. Codes: FORMULA_TYPE, FORMULA_BLANK, FORMULA_NUMBER,
  FORMULA_SIZE, DIVISION_BY_ZERO, LOOKUP_MISSING, and those of the converters.
"""

from agent.mapping.formula.compiled import Formula, compile_formula
from agent.mapping.formula.trouble import FormulaError
from agent.mapping.formula.worth import Type, truth

__all__ = ["Formula", "FormulaError", "Type", "compile_formula", "truth"]
