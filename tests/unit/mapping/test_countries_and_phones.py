"""Countries, currencies and phone numbers as ERPs write them; what is not certain is refused."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import resources
from agent.errors import ConfigError
from agent.mapping import parse
from agent.model import Draft, LeftOut, Problem

CONTRACTS = resources.contracts()
COLUMNS = ("NO", "NAME", "LAND", "CURR", "TEL")
HEAD = 'version = 1\nentity = "account"\nexternal_id = "NO"\non_leave = "leave"\n[fields]\nname = "NAME"\n'


def made(rule: str, **columns: str | None) -> Draft | LeftOut | Problem:
    plan = parse(tomllib.loads(HEAD + rule), CONTRACTS["account"], "m.toml")
    row = {"NO": "1", "NAME": "Smith"} | columns
    return plan.bind(COLUMNS)([row.get(name) for name in COLUMNS])


def field(rule: str, **columns: str | None) -> object:
    draft = made(rule, **columns)
    assert isinstance(draft, Draft), draft
    return draft.fields[rule.split(" ", maxsplit=1)[0]]


def code(rule: str, **columns: str | None) -> str:
    problem = made(rule, **columns)
    assert isinstance(problem, Problem)
    assert all(
        value not in problem.reason for value in columns.values() if value and len(value) > 2
    )
    return problem.code


def wrong(rule: str) -> str:
    with pytest.raises(ConfigError) as error:
        made(rule)
    return "\n".join(map(str, error.value.problems))


LAND = 'billing_country = { column = "LAND", convert = "country" }'
OWN = 'billing_country = { column = "LAND", convert = "country", codes = { D = "DE", UK = "GB" }, blank = ["--"] }'
CURR = 'currency = { column = "CURR", convert = "currency" }'
TEL = 'phone = { column = "TEL", convert = "phone", country = "DE" }'
BY_LAND = (
    'phone = { column = "TEL", convert = "phone", country = { column = "LAND", else = "DE" } }'
)


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("DE", "DE"),
        ("de", "DE"),
        ("DEU", "DE"),
        ("276", "DE"),
        ("Deutschland", "DE"),
        ("GERMANY", "DE"),
        ("Allemagne", "DE"),
        ("Alemania", "DE"),
        ("Germania", "DE"),
        ("Duitsland", "DE"),
        ("Österreich", "AT"),
        ("Oesterreich", None),
        ("New Zealand", "NZ"),
        ("United Kingdom", "GB"),
        ("Elfenbeinküste", None),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_a_country_is_known_by_its_codes_and_its_names(written: str, means: str | None) -> None:
    if means or not written:
        assert field(LAND, LAND=written) == means
    else:
        assert code(LAND, LAND=written) == "COUNTRY_UNKNOWN"


def test_codes_of_the_erp_are_known_only_where_the_mapping_lists_them() -> None:
    assert code(LAND, LAND="D") == "COUNTRY_UNKNOWN"
    assert field(OWN, LAND="D") == "DE"
    assert field(OWN, LAND="UK") == "GB"
    assert field(OWN, LAND="--") is None
    assert "none of the field's codes" in wrong(OWN.replace('"GB"', '"XX"'))


@pytest.mark.parametrize(
    ("written", "means"), [("EUR", "EUR"), ("eur", "EUR"), ("€", "EUR"), ("DEM", "DEM")]
)
def test_a_currency_is_known_by_code_or_by_a_mark_of_its_own(written: str, means: str) -> None:
    assert field(CURR, CURR=written) == means


@pytest.mark.parametrize("written", ["$", "kr", "EURO", "??"])
def test_a_mark_of_several_currencies_is_refused(written: str) -> None:
    assert code(CURR, CURR=written) == "CURRENCY_UNKNOWN"


def test_country_and_currency_go_into_their_own_fields_only() -> None:
    assert "no field of the list iso-3166-1" in wrong(
        'currency = { column = "CURR", convert = "country" }'
    )


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("089 / 12 34 56", "+4989123456"),
        ("+49 (0)89 123456", "+4989123456"),
        ("0049 89 123456", "+4989123456"),
        ("+64 9 555 0123", "+6495550123"),
        ("+61 2 5550 1234", "+61255501234"),
        ("", None),
    ],
)
def test_a_phone_number_becomes_international(written: str, means: str | None) -> None:
    assert field(TEL, TEL=written) == means


@pytest.mark.parametrize(
    ("land", "written", "means"),
    [
        ("NZ", "09 555 0123", "+6495550123"),
        ("AU", "(02) 5550 1234", "+61255501234"),
        (None, "089 123456", "+4989123456"),
        ("??", "089 123456", "+4989123456"),
    ],
)
def test_the_country_of_a_number_may_stand_in_another_column(
    land: str | None, written: str, means: str
) -> None:
    assert field(BY_LAND, LAND=land, TEL=written) == means


def test_a_number_without_any_country_is_refused_and_says_what_to_state() -> None:
    problem = made('phone = { column = "TEL", convert = "phone" }', TEL="089 123456")
    assert isinstance(problem, Problem)
    assert problem.code == "PHONE_INVALID"
    assert "`country`" in problem.reason


@pytest.mark.parametrize("written", ["n/a", "1", "089 12345678901234567890", "x" * 5000])
def test_what_cannot_be_a_number_is_refused(written: str) -> None:
    assert code(TEL, TEL=written) == "PHONE_INVALID"


def test_an_extension_is_dropped_only_where_the_mapping_says_so() -> None:
    assert code(TEL, TEL="089 123456 ext. 12") == "PHONE_INVALID"
    drops = TEL.replace(" }", ', extension = "drop" }')
    assert field(drops, TEL="089 123456 ext. 12") == "+4989123456"
    shown = TEL.replace(" }", ', form = "international" }')
    assert field(shown, TEL="089 123456 ext. 12") == "+49 89 123456 ext. 12"


def test_strict_numbers_must_be_in_use() -> None:
    strict = TEL.replace(" }", ", strict = true }")
    assert field(TEL, TEL="+1 555 555 0100") == "+15555550100"
    assert code(strict, TEL="+1 555 555 0100") == "PHONE_INVALID"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (TEL.replace('"DE"', '"GERMANY"'), "ISO 3166-1 code"),
        (TEL.replace('"DE"', '{ colum = "LAND" }'), "Did you mean 'column'?"),
        (TEL.replace(" }", ', form = "short" }'), "one of e164, international"),
        ('active = { column = "TEL", convert = "phone" }', "no text and no phone number"),
    ],
)
def test_a_wrong_rule_for_phones_is_told_with_a_hint(rule: str, said: str) -> None:
    assert said in wrong(rule)


@given(st.text(max_size=80), st.text(max_size=4))
def test_no_text_makes_a_phone_number_raise(written: str, land: str) -> None:
    found = made(BY_LAND, TEL=written, LAND=land)
    if isinstance(found, Draft) and (phone := found.fields["phone"]) is not None:
        assert isinstance(phone, str)
        assert phone.startswith("+")
        again = made(BY_LAND, TEL=phone, LAND=land)
        assert isinstance(again, Draft)
        assert again.fields["phone"] == phone
