"""Which converter a rule of a mapping document asks for, with its options.

Every kind of field has a converter of its own; `convert` in a rule may name it, and `codes` where a
table turns the codes of the ERP into text or codes of the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel import Locale

from agent.canon import Field, Kind
from agent.mapping import addresses, countries, locales, moments, numbers, words
from agent.mapping.options import Options
from agent.mapping.values import Convert, Refused, as_it_is
from agent.model import Json, Scalar

_NAMES: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.TEXT: ("text", "codes", "address"),
        Kind.INTEGER: ("integer",),
        Kind.DECIMAL: ("decimal",),
        Kind.BOOLEAN: ("boolean",),
        Kind.DATE: ("date",),
        Kind.INSTANT: ("instant",),
        Kind.REF: ("text", "codes"),
        Kind.CODE: ("text", "codes", "country", "currency"),
        Kind.PHONE: ("text", "codes"),
        Kind.EMAIL: ("text", "codes"),
        Kind.URL: ("text", "codes"),
        Kind.PERCENT: ("decimal",),
    }
)
"""What `convert` may say for each kind of field; the first is what it means without."""


def converter(field: Field, options: Options) -> Convert | None:
    """The converter of a rule; None for a text column as it is. Problems go to the options."""
    name = options.choice("convert", _NAMES[field.kind]) or _NAMES[field.kind][0]
    return _MAKERS[name](field, options)


def default(field: Field) -> Convert | None:
    """The converter of a column as it is; None for text."""
    match field.kind:
        case Kind.TEXT:
            return None
        case Kind.INTEGER:
            return numbers.integer(numbers.NumberStyle())
        case Kind.DECIMAL | Kind.PERCENT:
            return numbers.decimal(numbers.NumberStyle(), field.places)
        case Kind.BOOLEAN:
            return words.plain_boolean()
        case Kind.DATE:
            return moments.day(moments.MomentStyle(moments.ISO_DATE))
        case Kind.INSTANT:
            return moments.instant(moments.MomentStyle(moments.ISO_INSTANT))
        case Kind.REF | Kind.CODE | Kind.PHONE | Kind.EMAIL | Kind.URL:
            return words.key(field)


def _text(field: Field, options: Options) -> Convert | None:
    style = words.TextStyle(
        trim=options.flag("trim"),
        case=options.choice("case", words.CASES),
        truncate=options.flag("truncate"),
        from_float=options.flag("from_float"),
        blank=frozenset(options.texts("blank")),
    )
    if style.truncate and field.kind is not Kind.TEXT:
        options.wrong("truncate", f"{field.name} is no free text: what is cut off would be wrong.")
        style = words.TextStyle()
    if field.kind is Kind.TEXT and style == words.TextStyle():
        return None
    return words.text(field, style)


def _codes(field: Field, options: Options) -> Convert:
    table, other = options.pairs("codes"), options.text("other") or None
    blank = frozenset(options.texts("blank"))
    if not table and options.has("codes"):
        options.wrong("codes", "It must list at least one code.")
    targets = [(f"codes.{code}", text) for code, text in table.items()]
    for place, text in targets + ([("other", other)] if other else []):
        try:
            if not words.text(field, words.TextStyle())(text):
                options.wrong(place, "It must not be blank; `blank` lists what becomes null.")
        except Refused as refused:
            options.wrong(place, f"What it becomes {refused.predicate}.")
    for code in blank & set(table):
        options.wrong("blank", f"It lists '{code}', and so does codes.")
    return words.codes(table, other, blank)


def _listed(
    make: Callable[[Field, Mapping[str, str], frozenset[str]], Convert], wanted: str
) -> Callable[[Field, Options], Convert]:
    """A converter of words that a standard lists, beside those that the mapping lists."""

    def made(field: Field, options: Options) -> Convert:
        if field.list != wanted:
            options.wrong("convert", f"{field.name} is no field of the list {wanted}.")
        own = options.pairs("codes") if options.has("codes") else {}
        for word, code in own.items():
            if code not in field.codes:
                options.wrong(f"codes.{word}", "What it becomes is none of the field's codes.")
        return make(field, own, frozenset(options.texts("blank")))

    return made


def _locale(options: Options, instead: Sequence[str]) -> Locale | None:
    """The locale of a rule, which stands for these options."""
    text = options.text("locale")
    if not text:
        return None
    locale = locales.locale_of(text)
    if locale is None:
        known = ", ".join(locales.LANGUAGES)
        options.wrong("locale", "It must be a language such as de, or en-NZ.", f"Known: {known}.")
    for option in instead:
        if options.has(option):
            options.wrong(option, "`locale` says it already.")
    return locale


def _address(field: Field, options: Options) -> Convert:
    part, side = options.choice("part", addresses.PARTS), options.choice("number", addresses.SIDES)
    if bool(part) != bool(side):
        options.wrong("part", 'It needs number = "first" or "last" beside it, and the reverse.')
    return addresses.address(field, part, side, frozenset(options.texts("blank")))


def _number_style(options: Options) -> numbers.NumberStyle:
    usual = (".", "")
    if locale := _locale(options, ("decimal", "thousands")):
        usual = locales.marks(locale)
    marks = {
        "decimal": options.text("decimal", usual[0]),
        "thousands": options.text("thousands", usual[1]),
    }
    for key, mark in marks.items():
        if mark and (len(mark) > 1 or mark.isalnum() or mark in "+-()"):
            options.wrong(key, "It must be one character that is neither digit, letter nor sign.")
    if marks["decimal"] == marks["thousands"]:
        options.wrong("thousands", "It must differ from `decimal`.")
    return numbers.NumberStyle(
        decimal=marks["decimal"],
        thousands=marks["thousands"],
        round=options.flag("round"),
        trailing_minus=options.flag("trailing_minus"),
        parentheses=options.flag("parentheses"),
        from_float=options.flag("from_float"),
        blank=frozenset(options.texts("blank")),
    )


def _decimal(field: Field, options: Options) -> Convert:
    return numbers.decimal(_number_style(options), field.places)


def _integer(_field: Field, options: Options) -> Convert:
    return numbers.integer(_number_style(options))


def _boolean(_field: Field, options: Options) -> Convert:
    blank = frozenset(options.texts("blank"))
    given = [options.has("true"), options.has("false")]
    true, false = frozenset(options.texts("true")), frozenset(options.texts("false"))
    if not any(given):
        return words.plain_boolean(blank)
    if not (true and false):
        options.wrong("", "It needs words for both, `true` and `false`.", '"" stands for blank.')
    if (true & false) or (blank & (true | false)):
        options.wrong("", "A word of `true`, `false` and `blank` may be in one of them only.")
    return words.boolean(true, false, blank=blank)


def _date(_field: Field, options: Options) -> Convert:
    locale = _locale(options, ())
    usual = locales.date_format(locale) if locale else moments.ISO_DATE
    style = moments.MomentStyle(
        _format(options, usual),
        language=locale.language if locale else "en",
        truncate=options.flag("truncate"),
        blank=frozenset(options.texts("blank")),
    )
    return moments.day(style)


def _instant(_field: Field, options: Options) -> Convert:
    form, name = _format(options, moments.ISO_INSTANT), options.text("timezone")
    locale = _locale(options, ())
    zone = None
    if name:
        try:
            zone = ZoneInfo(name)
        except (ValueError, LookupError, OSError):
            options.wrong("timezone", "It must be a timezone such as Europe/Berlin, or UTC.")
    elif "z" not in moments.format_directives(form):
        options.wrong("timezone", "It is needed where the format has no offset (%z).")
    style = moments.MomentStyle(
        form,
        language=locale.language if locale else "en",
        timezone=zone,
        ambiguous=options.choice("ambiguous", ("earlier", "later")),
        truncate=options.flag("truncate"),
        blank=frozenset(options.texts("blank")),
    )
    return moments.instant(style)


def _format(options: Options, default_format: str) -> str:
    form = options.text("format", default_format)
    try:
        moments.format_directives(form)
    except ValueError as error:
        options.wrong("format", str(error))
        return default_format
    return form


_MAKERS: Mapping[str, Callable[[Field, Options], Convert | None]] = MappingProxyType(
    {
        "address": _address,
        "text": _text,
        "codes": _codes,
        "integer": _integer,
        "decimal": _decimal,
        "boolean": _boolean,
        "date": _date,
        "instant": _instant,
        "country": _listed(countries.country, "iso-3166-1"),
        "currency": _listed(countries.currency, "iso-4217"),
    }
)


def constant(field: Field, value: Json) -> Scalar:
    """A constant as a wire value. Raises Refused."""
    if not isinstance(value, (str, int)):
        raise Refused("", "must be a text in quotes, an integer, true or false")
    found = (default(field) or as_it_is(field.max_length))(value)
    if found is None:
        raise Refused("", "is blank")
    return found
