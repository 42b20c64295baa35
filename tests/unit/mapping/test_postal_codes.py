"""Postal codes and states of each country that is known, and the words for months that exports use."""

import pytest

from agent.mapping.addresses import postal_code, state
from agent.mapping.locales import LANGUAGES, date_format, locale_of, marks, month_word, months


@pytest.mark.parametrize(
    ("country", "written", "usual"),
    [
        *[(land, "1234", "1234") for land in ("AT", "AU", "BE", "CH", "DK", "HU", "LU", "NO", "NZ")],
        *[(land, "12345", "12345") for land in ("DE", "ES", "FI", "FR", "IT", "TR", "MX")],
        ("US", "12345", "12345"), ("US", "12345-6789", "12345-6789"), ("US", "123456789", "12345-6789"),
        ("GB", "m11ae", "M1 1AE"), ("GB", "EC1A1BB", "EC1A 1BB"), ("CA", "k1a0b1", "K1A 0B1"),
        ("NL", "1234ab", "1234 AB"), ("SE", "12345", "123 45"), ("CZ", "12345", "123 45"),
        ("PL", "12345", "12-345"), ("PT", "1234567", "1234-567"), ("BR", "12345678", "12345-678"),
        ("IE", "d6w1234", "D6W 1234"), ("IE", "A65F4E2", "A65 F4E2"), ("JP", "whatever", "whatever"),
        *[(land, f"{car}-1234", "1234") for land, car in (("AT", "A"), ("BE", "B"), ("NO", "N"), ("AT", "AT"))],
        *[(land, f"{car}-12345", "12345") for land, car in (("DE", "D"), ("FR", "F"), ("IT", "I"), ("ES", "E"))],
        ("SE", "S-12345", "123 45"), ("DE", "12 345", "12345"), ("DE", "12\u00a0345", "12345"),
    ],
)  # fmt: skip
def test_a_postal_code_is_written_as_its_country_writes_it(
    country: str, written: str, usual: str
) -> None:
    assert postal_code(zeros=False)(country, written) == usual


@pytest.mark.parametrize(
    ("country", "written"),
    [
        *[(land, "12345") for land in ("AT", "AU", "BE", "CH", "DK", "HU", "LU", "NO", "NZ")],
        *[(land, "1234") for land in ("DE", "ES", "FI", "FR", "IT", "TR", "MX", "US", "SE", "PL", "CZ")],
        ("NL", "0123AB"), ("BR", "1234567"), ("PT", "12345678"), ("GB", "1AA1AA"), ("DE", "A-12345"),
        ("IE", "D6X1234"), ("US", "1234567"),
    ],
)  # fmt: skip
def test_what_is_no_postal_code_of_its_country_is_none(country: str, written: str) -> None:
    assert postal_code(zeros=False)(country, written) is None


@pytest.mark.parametrize(
    ("country", "written", "usual"),
    [("DE", "1", "00001"), ("CH", "12", "0012"), ("US", "501", "00501"), ("SE", "1234", "012 34"),
     ("PL", "950", "00-950"), ("BR", "1234567", "01234-567"), ("CZ", "1", "000 01"),
     ("NL", "123AB", None), ("PT", "123456", None), ("GB", "1", None)],
)  # fmt: skip
def test_zeros_in_front_are_filled_in_where_there_are_only_digits(
    country: str, written: str, usual: str | None
) -> None:
    assert postal_code(zeros=True)(country, written) == usual


def test_a_state_is_its_code_or_its_name() -> None:
    assert state("code")("US", "new york") == "NY"
    assert state("name")("US", "ny") == "New York"
    assert state("name")("CA", "nl") == "Newfoundland and Labrador"
    assert state("code")("AU", "NT") == "NT"
    assert state("code")("US", "NT") is None
    assert state("code")("DE", "NT") == "NT"


@pytest.mark.parametrize(
    ("language", "word", "number"),
    [("de", "mrz", 3), ("de", "Maerz", 3), ("de", "Jän.", 1), ("de", "Jaen", 1), ("de", "jaenner", 1),
     ("de", "Feber", 2), ("en", "Sept", 9), ("en", "sep.", 9), ("fr", "Déc.", 12), ("de", "Dezember", 12),
     ("pl", "stycznia", 1), ("pl", "styczeń", 1)],
)  # fmt: skip
def test_a_month_is_known_in_full_and_short(language: str, word: str, number: int) -> None:
    assert months(language)[month_word(word)] == number


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_locale_is_known_by_its_language(language: str) -> None:
    assert locale_of(language) is not None


@pytest.mark.parametrize(
    ("name", "decimal", "thousands", "form"),
    [("de", ",", ".", "%d.%m.%Y"), ("en-US", ".", ",", "%m/%d/%Y"), ("de_CH", ".", "'", "%d.%m.%Y"),
     ("fr", ",", " ", "%d/%m/%Y"), ("sv", ",", " ", "%Y-%m-%d")],
)  # fmt: skip
def test_a_locale_says_marks_and_dates(name: str, decimal: str, thousands: str, form: str) -> None:
    locale = locale_of(name)
    assert locale is not None
    assert (marks(locale), date_format(locale)) == ((decimal, thousands), form)


@pytest.mark.parametrize("name", ["ja", "xx", "", "de-", "a/b"])
def test_what_is_no_locale_of_a_known_language_is_none(name: str) -> None:
    assert locale_of(name) is None
