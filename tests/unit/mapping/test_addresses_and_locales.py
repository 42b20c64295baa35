"""Addresses in their usual form, and numbers and dates as a language writes them."""

import time

import pytest
from babel import localedata
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import ConfigError
from agent.mapping import locales
from agent.mapping.moments import format_directives
from agent.model import Draft, Problem, Scalar
from tests.unit.mapping.helpers import code_of, contract_of, one, plan_of

TEXT = {"type": "text", "max_length": 80}
MONEY = {"type": "decimal", "places": 2}
DATE = {"type": "date"}


def made(rule: str, value: str, land: str = "") -> Draft | Problem:
    plan = plan_of(
        'version = 1\nentity = "thing"\nexternal_id = "ID"\non_leave = "leave"\n'
        f"[fields]\nf = {rule}\n",
        contract_of({"f": TEXT}),
    )
    found = plan.bind(["ID", "C", "LAND"])(("X1", value, land))
    assert isinstance(found, (Draft, Problem))
    return found


def becomes(rule: str, value: str, land: str = "") -> Scalar:
    """The value, which was noted where it is written otherwise than it was read."""
    found = made(rule, value, land)
    assert isinstance(found, Draft), found
    changed = found.fields["f"] != (value.strip() or None)
    assert [note.code for note in found.notes] == ["ADDRESS_NORMALISED"] * changed
    assert len(value) < 4 or all(value not in note.reason for note in found.notes)
    return found.fields["f"]


STATE = '{ column = "C", convert = "state", country = { column = "LAND", else = "US" } }'
NAMED = '{ column = "C", convert = "state", country = "AU", form = "name" }'
CODE = '{ column = "C", convert = "postal_code", country = { column = "LAND", else = "DE" } }'
ZEROS = CODE.removesuffix(" }") + ", zeros = true }"


@pytest.mark.parametrize(
    ("rule", "value", "land", "expected"),
    [
        (STATE, "CA", "US", "CA"),
        (STATE, "california", "USA", "CA"),
        (STATE, " New  York ", "", "NY"),
        (STATE, "N.Y.", "United States", "NY"),
        (STATE, "Québec", "CA", "QC"),
        (STATE, "wa", "AU", "WA"),
        (STATE, "Western Australia", "Australien", "WA"),
        (STATE, "Bayern", "DE", "Bayern"),
        (STATE, "", "US", None),
        (NAMED, "nsw", "", "New South Wales"),
        (NAMED, "Victoria", "", "Victoria"),
        (CODE, "80331", "DE", "80331"),
        (CODE, "D-80331", "", "80331"),
        (CODE, "DE-80331", "", "80331"),
        (CODE, "sw1a1aa", "GB", "SW1A 1AA"),
        (CODE, "SW1A  1AA", "United Kingdom", "SW1A 1AA"),
        (CODE, "k1a0b1", "CA", "K1A 0B1"),
        (CODE, "1234ab", "NL", "1234 AB"),
        (CODE, "123456789", "US", "12345-6789"),
        (CODE, "12345", "US", "12345"),
        (CODE, "11455", "SE", "114 55"),
        (CODE, "00950", "PL", "00-950"),
        (CODE, "8000", "CH", "8000"),
        (CODE, "0110", "NZ", "0110"),
        (CODE, "anything 1", "JP", "anything 1"),
        (ZEROS, "1067", "DE", "01067"),
        (ZEROS, "2101", "US", "02101"),
        (ZEROS, "800", "AU", "0800"),
    ],
)
def test_a_part_of_an_address_is_written_in_its_usual_form(
    rule: str, value: str, land: str, expected: Scalar
) -> None:
    assert becomes(rule, value, land) == expected


@pytest.mark.parametrize(
    ("rule", "value", "land", "code"),
    [
        (STATE, "Bavaria", "US", "STATE_UNKNOWN"),
        (STATE, "NSW", "CA", "STATE_UNKNOWN"),
        (STATE, "x" * 10_000, "US", "STATE_UNKNOWN"),
        (CODE, "1067", "DE", "POSTAL_CODE_INVALID"),
        (CODE, "803311", "DE", "POSTAL_CODE_INVALID"),
        (CODE, "CH-80331", "DE", "POSTAL_CODE_INVALID"),
        (CODE, "AB1", "GB", "POSTAL_CODE_INVALID"),
        (CODE, "٨٠٣٣١", "DE", "POSTAL_CODE_INVALID"),
        (ZEROS, "٨٠٣", "DE", "POSTAL_CODE_INVALID"),
        (ZEROS, "803310", "DE", "POSTAL_CODE_INVALID"),
    ],
)
def test_what_cannot_be_right_is_refused(rule: str, value: str, land: str, code: str) -> None:
    found = made(rule, value, land)
    assert isinstance(found, Problem)
    assert (found.code, found.field) == (code, "f")
    assert value not in found.reason


def test_what_cannot_be_right_is_kept_and_counted_where_the_mapping_says_so() -> None:
    found = made(CODE.removesuffix(" }") + ', otherwise = "keep" }', "unknown", "DE")
    assert isinstance(found, Draft)
    assert found.fields["f"] == "unknown"
    assert [note.code for note in found.notes] == ["DEFAULTED"]


PLAIN = '{ column = "C", convert = "address" }'
STREET = '{ column = "C", convert = "address", part = "street", number = "last" }'
NUMBER = '{ column = "C", convert = "address", part = "number", number = "last" }'
FIRST = '{ column = "C", convert = "address", part = "number", number = "first" }'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Hauptstr. 12", "Hauptstr. 12"),
        ("  Hauptstr.   12\t", "Hauptstr. 12"),
        ("Haus A \r\n\r\n Hof  3", "Haus A\nHof 3"),
        ("   ", None),
    ],
)
def test_a_street_loses_needless_blanks_and_nothing_else(value: str, expected: Scalar) -> None:
    assert becomes(PLAIN, value) == expected


@pytest.mark.parametrize(
    ("value", "street", "number"),
    [
        ("Hauptstr. 12 a", "Hauptstr.", "12 a"),
        ("Straße des 17. Juni 135", "Straße des 17. Juni", "135"),
        ("Am Markt 3-5", "Am Markt", "3-5"),
        ("Kerkstraat, 7b", "Kerkstraat", "7b"),
        ("Am Markt", "Am Markt", None),
        ("12", "12", None),
        ("Weg " * 200 + "5", "Weg " * 200 + "5", None),
    ],
)
def test_street_and_number_together_are_the_whole(value: str, street: str, number: Scalar) -> None:
    field = contract_of({"f": TEXT | {"max_length": 2000}})
    head = 'version = 1\nentity = "thing"\nexternal_id = "ID"\non_leave = "leave"\n[fields]\nf = '
    found = [
        plan_of(head + rule, field).bind(["ID", "C"])(("X", value)) for rule in (STREET, NUMBER)
    ]
    assert [draft.fields["f"] for draft in found if isinstance(draft, Draft)] == [street, number]


def test_a_number_may_stand_first() -> None:
    assert made(FIRST, "221B Baker Street").fields["f"] == "221B"
    street = FIRST.replace('part = "number"', 'part = "street"')
    assert made(street, "221B Baker Street").fields["f"] == "Baker Street"


@given(st.text(max_size=400), st.sampled_from(["", "US", "GB", "DE", "Atlantis"]))
def test_no_text_makes_an_address_fail_in_another_way(text: str, land: str) -> None:
    for rule in (STATE, CODE, ZEROS, PLAIN, STREET, NUMBER, FIRST):
        made(rule, text, land)


def test_long_hostile_texts_cost_nothing() -> None:
    began = time.perf_counter()
    for text in ("1 " * 2000, "a " * 2000, "1-" * 2000, " " * 100_000, "1" * 100_000, "1,1 " * 900):
        for rule in (STATE, CODE, ZEROS, PLAIN, STREET, NUMBER, FIRST):
            made(rule, text, "GB")
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ('{ column = "C", convert = "state" }', "It is needed"),
        ('{ column = "C", convert = "postal_code", country = "XX" }', "ISO 3166-1"),
        ('{ column = "C", convert = "state", country = "US", form = "long" }', "one of"),
        ('{ column = "C", convert = "address", part = "street" }', "number = "),
        ('{ column = "C", convert = "address", number = "last" }', "number = "),
        ('{ column = "C", convert = "postal_code", country = "US", pad = true }', "means nothing"),
    ],
)
def test_a_rule_for_addresses_that_is_not_right_is_a_problem(rule: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        made(rule, "x")


# --- locales --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "value", "expected"),
    [
        ("de", "1.234,5", "1234.50"),
        ("de-CH", "1’234.50", "1234.50"),
        ("de_CH", "1'234.50", "1234.50"),
        ("en-NZ", "1,234.5", "1234.50"),
        ("fr", "1 234,5", "1234.50"),
        ("fr", "1\u202f234,5", "1234.50"),
        ("pl", "1\u00a0234,5", "1234.50"),
    ],
)
def test_a_number_is_read_as_its_locale_writes_it(locale: str, value: str, expected: str) -> None:
    assert one(MONEY, f'{{ column = "C", locale = "{locale}" }}')(value) == expected


def test_a_number_of_another_locale_is_refused() -> None:
    german = one(MONEY, '{ column = "C", locale = "de" }')
    assert code_of(german("1,234.50")) == "NOT_A_NUMBER"
    assert code_of(german("1.5")) == "NOT_A_NUMBER"


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        ('locale = "de"', "31.01.2026", "2026-01-31"),
        ('locale = "en-NZ"', "31/01/2026", "2026-01-31"),
        ('locale = "en-US"', "1/31/2026", "2026-01-31"),
        ('locale = "sv"', "2026-01-31", "2026-01-31"),
        ('locale = "de", format = "%d. %B %Y"', "31. März 2026", "2026-03-31"),
        ('locale = "de", format = "%d. %B %Y"', "31. MAERZ 2026", "2026-03-31"),
        ('locale = "de", format = "%d.%b.%Y"', "31.Mrz.2026", "2026-03-31"),
        ('locale = "fr", format = "%d %B %Y"', "15 août 2026", "2026-08-15"),
        ('locale = "fr", format = "%d %b %Y"', "15 févr. 2026", "2026-02-15"),
        ('locale = "es", format = "%d de %B de %Y"', "1 de enero de 2026", "2026-01-01"),
        ('locale = "pl", format = "%d %B %Y"', "1 stycznia 2026", "2026-01-01"),
        ('locale = "fi", format = "%d. %B %Y"', "1. tammikuuta 2026", "2026-01-01"),
        ('format = "%d-%b-%Y"', "31-JAN-2026", "2026-01-31"),
        ('format = "%d %B %Y"', "31 January 2026", "2026-01-31"),
    ],
)
def test_a_date_is_read_as_its_locale_writes_it(rule: str, value: str, expected: str) -> None:
    assert one(DATE, f'{{ column = "C", {rule} }}')(value) == expected


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ('locale = "de", format = "%d %B %Y"', "1 January 2026"),
        ('format = "%d %B %Y"', "1 Januar 2026"),
        ('locale = "de"', "01/31/2026"),
        ('locale = "de"', "31.01.26"),
        ('locale = "en-US"', "31/01/2026"),
    ],
)
def test_a_date_of_another_locale_is_refused(rule: str, value: str) -> None:
    assert code_of(one(DATE, f'{{ column = "C", {rule} }}')(value)) == "NOT_A_DATE"


def test_an_instant_takes_the_names_of_its_months_from_its_locale() -> None:
    rule = '{ column = "C", format = "%d. %B %Y %H:%M", locale = "de", timezone = "Europe/Berlin" }'
    assert one({"type": "instant"}, rule)("31. Januar 2026 10:00") == "2026-01-31T09:00:00Z"


def test_no_name_means_two_months_in_one_language_and_every_month_has_one() -> None:
    for language in locales.LANGUAGES:
        names = locales.months(language)
        assert set(names.values()) == set(range(1, 13)), language
        assert all(name.isascii() and name for name in names), language


def test_every_locale_of_a_known_language_has_marks_and_a_format() -> None:
    known = [
        name
        for name in localedata.locale_identifiers()
        if name.split("_")[0] in locales.LANGUAGES and locales.locale_of(name)
    ]
    assert len(known) > 100
    for name in known:
        locale = locales.locale_of(name)
        assert locale is not None
        decimal, thousands = locales.marks(locale)
        assert decimal in ",.", name
        assert thousands in ".,' ", name
        assert decimal != thousands, name
        assert sorted(format_directives(locales.date_format(locale))) == ["Y", "d", "m"], name


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ('{ column = "C", locale = "xx" }', "must be a language"),
        ('{ column = "C", locale = "ja" }', "must be a language"),
        ('{ column = "C", locale = "../../etc/passwd" }', "must be a language"),
        ('{ column = "C", locale = "de", decimal = "," }', "says it already"),
    ],
)
def test_a_locale_that_is_not_known_or_said_twice_is_a_problem(rule: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        one(MONEY, rule)
