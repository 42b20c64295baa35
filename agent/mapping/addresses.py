"""Parts of addresses as people write them, into the usual form of their country.

    state = { column = "REGION", convert = "state", country = { column = "LAND", else = "US" } }
    postal_code = { column = "PLZ", convert = "postal_code", country = "DE", zeros = true }
    street = { column = "STR", convert = "address" }
    street = { column = "STR", convert = "address", part = "street", number = "last" }

States are those of the United States, Canada and Australia (USPS Publication 28, Canada Post,
Australia Post; the codes of ISO 3166-2), postal codes those of the countries in `_FORMS` (Universal
Postal Union, addressing sheets of each). What belongs to another country goes as it is. Whatever is
written in another way than it was read is counted; what cannot be right is refused, unless the
mapping says otherwise = "keep".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from agent.canon import Field
from agent.mapping.countries import code_of
from agent.mapping.letters import words_of
from agent.mapping.values import Altered, Convert, Refused, key_text, sound, text_of
from agent.model import Scalar, Value

FORMS = ("code", "name")
PARTS = ("street", "number")
SIDES = ("last", "first")
OTHERWISE = ("refuse", "keep")

_STATES: Mapping[str, str] = MappingProxyType(
    {
        "US": "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado"
        "|CT Connecticut|DE Delaware|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois"
        "|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MD Maryland"
        "|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana"
        "|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York"
        "|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania"
        "|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah"
        "|VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming"
        "|DC District of Columbia|AS American Samoa|GU Guam|MP Northern Mariana Islands"
        "|PR Puerto Rico|VI Virgin Islands|AA Armed Forces Americas|AE Armed Forces Europe"
        "|AP Armed Forces Pacific",
        "CA": "AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick"
        "|NL Newfoundland and Labrador|NS Nova Scotia|NT Northwest Territories|NU Nunavut"
        "|ON Ontario|PE Prince Edward Island|QC Quebec|SK Saskatchewan|YT Yukon",
        "AU": "ACT Australian Capital Territory|NSW New South Wales|NT Northern Territory"
        "|QLD Queensland|SA South Australia|TAS Tasmania|VIC Victoria|WA Western Australia",
    }
)


@dataclass(frozen=True, slots=True)
class _Form:
    """How a country writes postal codes: what they are without blanks and dashes, and with."""

    bare: re.Pattern[str]
    written: str
    digits: int = 0
    """How many digits there are, where there is nothing else."""


def _digits(count: int, written: str = r"\g<0>") -> _Form:
    return _Form(re.compile(f"[0-9]{{{count}}}"), written, count)


_FOUR, _FIVE = _digits(4), _digits(5)
_FORMS: Mapping[str, _Form] = MappingProxyType(
    {
        **dict.fromkeys(("AT", "AU", "BE", "CH", "DK", "HU", "LU", "NO", "NZ"), _FOUR),
        **dict.fromkeys(("DE", "ES", "FI", "FR", "IT", "TR", "MX"), _FIVE),
        "US": _Form(re.compile("([0-9]{5})([0-9]{4})?"), "", 5),
        "GB": _Form(re.compile("([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})"), r"\1 \2"),
        "CA": _Form(re.compile("([A-Z][0-9][A-Z])([0-9][A-Z][0-9])"), r"\1 \2"),
        "NL": _Form(re.compile("([1-9][0-9]{3})([A-Z]{2})"), r"\1 \2"),
        "SE": _Form(re.compile("([0-9]{3})([0-9]{2})"), r"\1 \2", 5),
        "CZ": _Form(re.compile("([0-9]{3})([0-9]{2})"), r"\1 \2", 5),
        "PL": _Form(re.compile("([0-9]{2})([0-9]{3})"), r"\1-\2", 5),
        "PT": _Form(re.compile("([0-9]{4})([0-9]{3})"), r"\1-\2"),
        "BR": _Form(re.compile("([0-9]{5})([0-9]{3})"), r"\1-\2", 8),
        "IE": _Form(re.compile("([A-Z][0-9][0-9W])([0-9A-Z]{4})"), r"\1 \2"),
    }
)
_CARS = {"DE": "D", "AT": "A", "FR": "F", "IT": "I", "BE": "B", "ES": "E", "SE": "S", "NO": "N"}
"""What stands before a postal code in an older fashion: D-80331."""
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class AddressPart:
    """A state or a postal code, with the country that says how it is written."""

    column: str
    make: Callable[[str, str], str | None]
    """(country, text) -> its usual form; None where it cannot be right."""
    code: str
    said: str
    country: str = ""
    country_column: str = ""
    keep: bool = False
    blank: frozenset[str] = frozenset()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it looks at."""
        return (self.column, self.country_column) if self.country_column else (self.column,)

    def bind(self, positions: Mapping[str, int]) -> Callable[[Sequence[Value]], Scalar]:
        """Its value for records whose columns stand at these positions. Raises Refused."""
        place = positions[self.column]
        land = positions[self.country_column] if self.country_column else None

        def value(values: Sequence[Value]) -> Scalar:
            text = key_text(values[place])
            if text is None or text in self.blank:
                return None
            said = key_text(values[land]) if land is not None else None
            country = (code_of(said) if said else None) or self.country
            return self._usual(country, text)

        return value

    def _usual(self, country: str, text: str) -> str:
        found = self.make(country, text) if len(text) <= _LONGEST else None
        if found == text:
            return text
        if found is not None:
            raise _altered(found)
        if not self.keep:
            raise Refused(self.code, self.said)
        raise Altered("DEFAULTED", "cannot be right and was kept, as its mapping says", text)


def state(form: str) -> Callable[[str, str], str | None]:
    """A state by its code or name, as its code or name."""

    def make(country: str, text: str) -> str | None:
        if country not in _STATES:
            return text
        found = _states(country).get("".join(words_of(text)))
        if found is None:
            return None
        return found[FORMS.index(form)]

    return make


def postal_code(*, zeros: bool) -> Callable[[str, str], str | None]:
    """A postal code as its country writes it; with `zeros` leading ones are filled in."""

    def make(country: str, text: str) -> str | None:
        form = _FORMS.get(country)
        if form is None:
            return text
        bare = _bare(country, text)
        if zeros and form.digits and bare.isascii() and bare.isdecimal():
            bare = bare.zfill(form.digits)
        match = form.bare.fullmatch(bare)
        if match is None:
            return None
        if country == "US":
            return "-".join(part for part in match.groups() if part)
        return match.expand(form.written)

    return make


def address(field: Field, part: str, side: str, blank: frozenset[str]) -> Convert:
    """A street without needless blanks, or one part of it where the mapping asks for one."""
    pattern = _NUMBER_FIRST if side == "first" else _NUMBER_LAST

    def convert(value: Value) -> Scalar:
        text = text_of(value)
        if text is None or text.strip() in blank or not text.strip():
            return None
        lines = [" ".join(line.split()) for line in sound(text, _MOST).splitlines()]
        plain = "\n".join(line for line in lines if line)
        wanted = _part(plain, part, pattern) if part else plain
        if wanted is None:
            return None
        wanted = sound(wanted, field.max_length)
        if part or wanted == text.strip():
            return wanted
        raise _altered(wanted)

    return convert


_NUMBER = r"[0-9]{1,6} ?[A-Za-z]?(?: ?[-/+] ?[0-9]{1,6} ?[A-Za-z]?)?"
_NUMBER_LAST = re.compile(rf"(?P<street>\S.*?),? (?P<number>{_NUMBER})")
_NUMBER_FIRST = re.compile(rf"(?P<number>{_NUMBER}),? (?P<street>\S.*)")
_MOST = 4000
_SPLIT = 300
"""A longer text is no street with a number."""


def _part(text: str, part: str, pattern: re.Pattern[str]) -> str | None:
    """Street or number: together they are the whole; without a number it is all street."""
    match = pattern.fullmatch(text) if len(text) <= _SPLIT else None
    if match is None:
        return text if part == "street" else None
    return match[part]


def _bare(country: str, text: str) -> str:
    text = text.upper()
    for before in (country, _CARS.get(country, country)):
        text = text.removeprefix(f"{before}-")
    return re.sub("[ \u00a0-]", "", text)


@cache
def _states(country: str) -> Mapping[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for said in _STATES[country].split("|"):
        code, name = said.split(" ", 1)
        for word in (code, name):
            found["".join(words_of(word))] = (code, name)
    return found


def _altered(value: str) -> Altered:
    return Altered("ADDRESS_NORMALISED", "was written in its usual form", value)
