"""Values on the way through a formula: what they are, and what may stand for what.

Blank is None and the empty text alike. A number stands as text where text is needed, as it is
written; text never stands as a number.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, DecimalException
from enum import StrEnum

from agent.mapping.formula import limits
from agent.mapping.formula.tree import Worth
from agent.mapping.values import Refused, text_of
from agent.model import Value


class Type(StrEnum):
    """What is known of a value before any record is seen."""

    TEXT = "text"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    DATE = "a date"
    ANY = "any value"


def type_of(value: Worth) -> Type:
    """The type of a constant; blank may be anything."""
    match value:
        case None:
            return Type.ANY
        case bool():
            return Type.BOOLEAN
        case str():
            return Type.TEXT
        case Decimal():
            return Type.NUMBER
        case date():
            return Type.DATE


def taken(value: Value) -> Worth:
    """What a record has in a column, as a value of a formula. Raises Refused."""
    match value:
        case None | bool():
            return value
        case str():
            return value if value.strip() else None
        case int() | Decimal():
            return _number_taken(value)
        case date():
            return _date_taken(value)
        case _:
            return text_of(value) or None


def _number_taken(value: int | Decimal) -> Decimal:
    if isinstance(value, int) and value.bit_length() > limits.DIGITS * 4:
        raise Refused("FORMULA_NUMBER", f"has more than {limits.DIGITS} digits")
    return fitting(Decimal(value))


def _date_taken(value: date) -> date:
    if not isinstance(value, datetime):
        return value
    if value.hour or value.minute or value.second or value.microsecond:
        raise Refused("FORMULA_TYPE", "meets a date with a time of day")
    return value.date()


def text(value: Worth) -> str:
    """As text; blank is empty. Raises Refused."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()


def number(value: Worth) -> Decimal:
    """A number; text is none. Raises Refused."""
    if isinstance(value, Decimal):
        return value
    if value is None or value == "":
        raise Refused("FORMULA_BLANK", "needs a number and meets a blank: COALESCE says what then")
    raise Refused("FORMULA_TYPE", "needs a number: NUMBER reads one from text")


def whole(value: Worth) -> int:
    """A whole number from 0 on, as a place or a length. Raises Refused."""
    found = number(value)
    if found != found.to_integral_value() or not 0 <= found <= limits.TEXT:
        raise Refused("FORMULA_NUMBER", f"needs a whole number from 0 to {limits.TEXT}")
    return int(found)


def truth(value: Worth) -> bool:
    """True or false. Raises Refused."""
    if isinstance(value, bool):
        return value
    raise _neither(value, "true or false", "")


def day(value: Worth) -> date:
    """A date. Raises Refused."""
    if isinstance(value, date):
        return value
    raise _neither(value, "a date", ": DATEVALUE reads one from text")


def _neither(value: Worth, wanted: str, how: str) -> Refused:
    if value is None or value == "":
        return Refused("FORMULA_BLANK", f"needs {wanted} and meets a blank")
    return Refused("FORMULA_TYPE", f"needs {wanted}{how}")


def sized(value: Worth, most: int) -> Worth:
    """The same, if it is no text that is too long. Raises Refused."""
    if isinstance(value, str) and len(value) > most:
        raise Refused("FORMULA_SIZE", f"meets or makes a text of more than {most} characters")
    return value


def fitting(value: Decimal) -> Decimal:
    """A number that is not too large and not too fine. Raises Refused."""
    written = str(value)  # much quicker to ask than the number itself
    if value and len(written) <= limits.DIGITS and "E" not in written and written[-1].isdigit():
        return value
    if not value.is_finite():
        raise Refused("FORMULA_NUMBER", "makes something that is no number")
    if not value:
        return value.copy_abs() if str(value).strip("-0.") == "" else _ZERO
    if value.adjusted() >= limits.DIGITS:
        raise Refused("FORMULA_NUMBER", f"makes a number of more than {limits.DIGITS} digits")
    exponent = int(value.as_tuple().exponent)
    if exponent > 0:
        return value.quantize(_ONE, context=limits.EXACT)
    return value if -exponent <= limits.DIGITS else _without_zeros(value)


_ZERO, _ONE, _FINEST = Decimal(0), Decimal(1), Decimal(1).scaleb(-limits.DIGITS)


def _without_zeros(value: Decimal) -> Decimal:
    """The same number, if it has too many places only because of zeros behind. Raises Refused."""
    try:
        return fitting(value.quantize(_FINEST, context=limits.EXACT).normalize(limits.EXACT))
    except DecimalException:
        raise Refused(
            "FORMULA_NUMBER",
            f"makes a number of more than {limits.DIGITS} places: ROUND makes it shorter",
        ) from None
