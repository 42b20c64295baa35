"""Fields that are made of several columns, by a formula or as a phone number.

    total = { formula = 'ROUND(QTY * PRICE, 2)' }
    phone = { column = "TEL", convert = "phone", country = { column = "LAND", else = "DE" } }

What the formula gives goes through the field's own converter, like a value that was read: nothing
is rounded, cut or guessed on the way into the field.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from agent.canon import Field, Kind
from agent.mapping import addresses, words
from agent.mapping.compiled import FieldRule
from agent.mapping.converters import converter
from agent.mapping.formula import Formula, FormulaError, Type, compile_formula
from agent.mapping.lookups import Lookups, filled
from agent.mapping.options import Options
from agent.mapping.phones import FORMATS, Phone, regions
from agent.mapping.values import as_it_is

ADDRESS_PARTS = ("state", "postal_code")


def calculated(field: Field, options: Options, tables: Lookups) -> FieldRule:
    """The rule of a field with a formula."""
    convert = converter(field, options) or as_it_is(field.max_length)
    formula = _formula_of(options, tables, _NEVER.get(field.kind, ()))
    if formula is None:
        return FieldRule(field)
    return FieldRule(field, formula.columns, convert, calculation=formula)


def condition(options: Options, tables: Lookups) -> Formula | None:
    """A formula that is true or false; its problems go to the options."""
    return _formula_of(options, tables, (Type.TEXT, Type.NUMBER, Type.DATE))


_NEVER: Mapping[Kind, tuple[Type, ...]] = MappingProxyType(
    {
        **dict.fromkeys((Kind.INTEGER, Kind.DECIMAL, Kind.PERCENT), (Type.BOOLEAN, Type.DATE)),
        Kind.BOOLEAN: (Type.DATE,),
        Kind.DATE: (Type.BOOLEAN,),
        Kind.INSTANT: (Type.BOOLEAN, Type.DATE),
    }
)
"""What a field of this kind can be made of in no record."""


def _formula_of(options: Options, tables: Lookups, never: Collection[Type]) -> Formula | None:
    """The formula of a table of the document; its problems go to the options."""
    text = options.text("formula")
    if not text:
        return None
    try:
        words = {name: one.words() for name, one in tables.items()}
        formula = compile_formula(text, tables=words, later=filled(tables))
    except FormulaError as error:
        options.wrong("formula", error.sentence(text), error.hint)
        return None
    if formula.gives in never:
        options.wrong("formula", f"It gives {formula.gives}, which is of no use here.")
        return None
    if not formula.columns:
        options.wrong("formula", "It looks at no column.", "Write a constant: { constant = … }.")
        return None
    return formula


def phone(field: Field, options: Options) -> FieldRule:
    """The rule of a field with a phone number."""
    options.choice("convert", ("phone",))
    country, country_column = _country(options)
    rule = Phone(
        options.text("column"),
        country,
        country_column,
        options.choice("form", FORMATS) or "e164",
        drop_extension=options.choice("extension", ("drop",)) == "drop",
        strict=options.flag("strict"),
        blank=frozenset(options.texts("blank")),
    )
    if field.kind not in (Kind.TEXT, Kind.PHONE):
        options.wrong("convert", f"{field.name} is no text and no phone number.")
        return FieldRule(field)
    if field.kind is Kind.PHONE and rule.form != "e164":
        options.wrong("form", f"{field.name} is always e164.")
    return FieldRule(field, rule.columns, words.key(field), calculation=rule)


def address_part(field: Field, options: Options) -> FieldRule:
    """The rule of a field with a state or a postal code."""
    what = options.choice("convert", ADDRESS_PARTS)
    country, country_column = _country(options)
    if what == "state":
        make = addresses.state(options.choice("form", addresses.FORMS) or "code")
        flaw = ("STATE_UNKNOWN", "is no state of its country by this code or name")
    else:
        make = addresses.postal_code(zeros=options.flag("zeros"))
        flaw = ("POSTAL_CODE_INVALID", "is no postal code of its country")
    rule = addresses.AddressPart(
        options.text("column"),
        make,
        *flaw,
        country,
        country_column,
        keep=options.choice("otherwise", addresses.OTHERWISE) == "keep",
        blank=frozenset(options.texts("blank")),
    )
    if not (country or country_column):
        options.wrong("country", 'It is needed: "US", or { column = "LAND", else = "US" }.')
    if field.kind is not Kind.TEXT:
        options.wrong("convert", f"{field.name} is no text.")
        return FieldRule(field)
    return FieldRule(field, rule.columns, as_it_is(field.max_length), calculation=rule)


def _country(options: Options) -> tuple[str, str]:
    """The country that numbers without one belong to, and the column that says it."""
    if not isinstance(said := options.raw("country"), dict):
        country, column = options.text("country"), ""
    else:
        inner = Options(said, f"{options.place}.country", options.problems)
        column, country = inner.text("column"), inner.text("else")
        if not column:
            inner.wrong("column", "It names the column with the country's ISO code.")
        inner.done()
    if country and country not in regions():
        options.wrong("country", "It must be an ISO 3166-1 code such as DE, NZ or AU.")
    return country, column
