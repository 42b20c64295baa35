"""Telephone numbers as people write them, into international form.

The rules of each country come from Google's libphonenumber (https://github.com/google/libphonenumber).
A number without a country code needs to be told its country: by the mapping, or by a column of the
same row. What cannot be a number there is refused, and an extension is dropped only where the
mapping says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from agent.mapping.values import Altered, Refused, key_text
from agent.model import Scalar, Value

FORMATS = ("e164", "international")
_INVALID = "PHONE_INVALID"


@cache
def regions() -> frozenset[str]:
    """The countries whose numbers are known, as ISO 3166-1 has them."""
    import phonenumbers  # heavy, and many mappings have no telephone number

    return frozenset(phonenumbers.SUPPORTED_REGIONS)


@dataclass(frozen=True, slots=True)
class Phone:
    """What makes a telephone number of a column, and the country of another one if it is named."""

    column: str
    country: str = ""
    country_column: str = ""
    form: str = "e164"
    drop_extension: bool = False
    strict: bool = False
    """Whether the number must be in use by its country's plan, not only of a possible length."""
    blank: frozenset[str] = frozenset()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it looks at."""
        return (self.column, self.country_column) if self.country_column else (self.column,)

    def bind(self, positions: Mapping[str, int]) -> Callable[[Sequence[Value]], Scalar]:
        """Its value for records whose columns stand at these positions. Raises Refused."""
        number = positions[self.column]
        region = positions[self.country_column] if self.country_column else None

        def value(values: Sequence[Value]) -> Scalar:
            text = key_text(values[number])
            if text is None or text in self.blank:
                return None
            return self._written(text, self._region(values, region))

        return value

    def _region(self, values: Sequence[Value], place: int | None) -> str | None:
        said = key_text(values[place]) if place is not None else None
        return said if said in regions() else self.country or None

    def _written(self, text: str, region: str | None) -> str:
        import phonenumbers

        try:
            number = phonenumbers.parse(text[:64], region)
        except phonenumbers.NumberParseException as error:
            lacks = error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
            why = "names no country: `country` says whose it is" if lacks and not region else (
                "is no phone number"
            )  # fmt: skip
            raise Refused(_INVALID, why) from None
        known = phonenumbers.is_valid_number if self.strict else phonenumbers.is_possible_number
        if len(text) > 64 or not known(number):
            raise Refused(_INVALID, "cannot be a phone number of its country")
        if number.extension and self.form == "e164" and not self.drop_extension:
            raise Refused(
                _INVALID,
                "has an extension, which the international form cannot hold:"
                ' extension = "drop" leaves it out',
            )
        dropped = bool(self.drop_extension and number.extension)
        if dropped:
            number.extension = None
        form = phonenumbers.PhoneNumberFormat
        chosen = form.E164 if self.form == "e164" else form.INTERNATIONAL
        written = str(phonenumbers.format_number(number, chosen))
        if dropped:
            said = "had an extension, which was left out as its mapping says"
            raise Altered("EXTENSION_DROPPED", said, written)
        return written
