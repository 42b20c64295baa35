"""One more word in a mapping: where it goes, and that nothing else is touched."""

from __future__ import annotations

import tomllib

import pytest

from agent import resources
from agent.errors import WrongUse
from agent.mapping import parse
from agent.model import Draft, Problem
from agent.runtime.workshop.entries import spot_of_field, spot_of_table, with_entry

TEXT = """# what the ERP calls things
version = 1
entity = "account"
external_id = "NO"
on_leave = "leave"

[fields]
name = "NAME"
billing_country = { column = "LAND", convert = "country" }   # two letters
industry = "BRANCH"        # as in the old system
phone = { column = "TEL", convert = "phone", country = "DE" }
number = { formula = 'UPPER(NO)' }
billing_city = { column = "CITY", lookup = "cities" }
billing_state = { column = "STATE", lookup = "states" }
shipping_country = { column = "LAND2", convert = "country", codes = { D = "DE" } }  # ours

[lookups.cities]
csv = "cities.csv"
key = "CODE"
value = "NAME"

# kept by Anna
[lookups.states]
table = { BY = "Bayern", BW = "Baden" }   # short
fold = true
"""
CITIES = "CODE;NOTE;NAME\r\nM;;München\r\n".encode()


def added(field: str, key: str, value: str) -> tuple[str, dict[str, bytes]]:
    document = tomllib.loads(TEXT)
    made = with_entry(TEXT, {"cities.csv": CITIES}, spot_of_field(document, field), key, value)
    return made.text, dict(made.files)


def differing(after: str) -> list[str]:
    """Lines that are not in the old text."""
    old = TEXT.splitlines()
    return [line for line in after.splitlines() if line.strip() and line not in old]


def test_a_code_beside_a_standard_goes_to_the_field_and_keeps_its_comment() -> None:
    after, _ = added("billing_country", "D", "DE")
    (line,) = differing(after)
    assert line.startswith("billing_country")
    assert line.endswith("# two letters")
    assert tomllib.loads(after)["fields"]["billing_country"]["codes"] == {"D": "DE"}


def test_a_code_goes_to_the_codes_that_are_there() -> None:
    after, _ = added("shipping_country", "A", "AT")
    (line,) = differing(after)
    assert line.endswith("# ours")
    assert tomllib.loads(after)["fields"]["shipping_country"]["codes"] == {"D": "DE", "A": "AT"}


def test_a_word_goes_to_the_table_in_the_document() -> None:
    after, files = added("billing_state", "HE", "Hessen")
    (line,) = differing(after)
    assert line.endswith("# short")
    assert "# kept by Anna" in after
    assert files == {}


def test_a_word_goes_to_the_file_of_its_table_in_its_own_writing() -> None:
    after, files = added("billing_city", "K;1", "Köln")
    assert after == TEXT
    assert files["cities.csv"] == CITIES + '"K;1";;Köln\r\n'.encode()


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_a_file_keeps_its_encoding_and_gets_the_line_end_that_it_lacks(encoding: str) -> None:
    said = "utf-8" if encoding == "utf-8-sig" else encoding
    text = TEXT.replace('value = "NAME"\n', f'value = "NAME"\nencoding = "{said}"\n')
    spot = spot_of_table(tomllib.loads(text), "cities")
    content = "CODE;NAME\nM;München".encode(encoding)
    made = with_entry(text, {"cities.csv": content}, spot, "K", "Köln")
    assert made.files["cities.csv"] == "CODE;NAME\nM;München\nK;Köln\n".encode(encoding)


def test_a_column_as_it_is_gets_a_table_that_keeps_every_other_word() -> None:
    after, _ = added("industry", "BAU", "Construction")
    contract = resources.contracts()["account"]
    mapper = parse(tomllib.loads(after), contract, beside=lambda _: CITIES).bind(
        ["NO", "NAME", "LAND", "BRANCH", "TEL", "CITY", "STATE", "LAND2"]
    )
    for word, meaning in (("BAU", "Construction"), ("IT", "IT"), ("", None)):
        made = mapper(["1", "Ace", "DE", word, "", "M", "BY", "DE"])
        assert isinstance(made, Draft), made
        assert made.fields["industry"] == meaning
    assert "# as in the old system" in after
    assert isinstance(mapper(["1", "Ace", "D", "IT", "", "M", "BY", "DE"]), Problem)


@pytest.mark.parametrize(("field", "key"), [("billing_state", "bY"), ("shipping_country", "D")])
def test_a_word_that_means_something_already_is_refused(field: str, key: str) -> None:
    with pytest.raises(WrongUse, match="says already"):
        added(field, key, "else")
    with pytest.raises(WrongUse, match="says already"):
        added("billing_city", "M", "else")


@pytest.mark.parametrize("field", ["number", "phone"])
def test_what_no_single_word_decides_is_left_to_the_mapping(field: str) -> None:
    with pytest.raises(WrongUse):
        added(field, "x", "y")


def test_a_blank_meaning_and_an_unknown_table_are_refused() -> None:
    with pytest.raises(WrongUse, match="blank"):
        added("industry", "BAU", "  ")
    with pytest.raises(WrongUse, match="no lookup table"):
        spot_of_table(tomllib.loads(TEXT), "units")


def test_a_table_that_a_source_holds_is_put_right_there() -> None:
    text = TEXT + '[lookups.terms]\nsource = "terms"\nkey = "K"\nvalue = "V"\n'
    with pytest.raises(WrongUse, match="is read from the source terms"):
        spot_of_table(tomllib.loads(text), "terms")
