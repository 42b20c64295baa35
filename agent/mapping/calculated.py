"""Fields that a formula makes: `total = { formula = 'ROUND(QTY * PRICE, 2)' }`.

What the formula gives goes through the field's own converter, like a value that was read: nothing
is rounded, cut or guessed on the way into the field.
"""

from __future__ import annotations

from agent.canon import Field
from agent.mapping.compiled import FieldRule
from agent.mapping.converters import converter
from agent.mapping.formula import Formula, FormulaError, compile_formula
from agent.mapping.lookups import Lookups
from agent.mapping.options import Options
from agent.mapping.values import as_it_is


def calculated(field: Field, options: Options, tables: Lookups) -> FieldRule:
    """The rule of a field with a formula."""
    convert = converter(field, options) or as_it_is(field.max_length)
    formula = formula_of(options, tables)
    if formula is None:
        return FieldRule(field)
    return FieldRule(field, formula.columns, convert, formula=formula)


def formula_of(options: Options, tables: Lookups) -> Formula | None:
    """The formula of a table of the document; its problems go to the options."""
    text = options.text("formula")
    try:
        formula = compile_formula(text, tables={name: one.table for name, one in tables.items()})
    except FormulaError as error:
        options.wrong("formula", error.sentence(text), error.hint)
        return None
    if not formula.columns:
        options.wrong("formula", "It looks at no column.", "Write a constant: { constant = … }.")
        return None
    return formula
