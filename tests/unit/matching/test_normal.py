"""Writings of one value meet; other values do not."""

import pytest

from agent.matching import normal
from agent.matching.normal import Street


@pytest.mark.parametrize(
    "text",
    ["Müller & Söhne GmbH", "Mueller und Soehne G.m.b.H.", "MÜLLER + SÖHNE Gesellschaft mbH",
     "Müller & Söhne, Gesellschaft mit beschränkter Haftung"],
)  # fmt: skip
def test_a_company_is_one_however_it_is_written(text: str) -> None:
    found = normal.company(text)
    assert (found.words, found.form) == (("mueller", "soehne"), "gmbh")


@pytest.mark.parametrize(
    ("text", "form", "words"),
    [
        ("Acme Ltd.", "ltd", ("acme",)),
        ("Acme Pty Ltd", "pty ltd", ("acme",)),
        ("Acme, Inc.", "inc", ("acme",)),
        ("Acme GmbH & Co. KG", "gmbh & co kg", ("acme",)),
        ("Acme GmbH Maschinenbau", "gmbh", ("acme", "maschinenbau")),
        ("Acme Sp. z o.o.", "sp zoo", ("acme",)),
        ("Acme s.r.o.", "sro", ("acme",)),
        ("Dupont S.à r.l.", "sarl", ("dupont",)),
        ("Acme", "", ("acme",)),
        ("AG", "", ("ag",)),
        ("Ab Co Handel", "", ("ab", "co", "handel")),
        ("株式会社", "", ()),
    ],
)  # fmt: skip
def test_a_legal_form_is_taken_off_where_it_is_one(text, form, words) -> None:
    found = normal.company(text)
    assert (found.form, found.words) == (form, words)


@pytest.mark.parametrize(
    "text", ["+49 89 123456", "089/123456", "(089) 12 34 56", "0049-89-123456", "+49 (0)89 123456"]
)
def test_a_telephone_number_is_one_however_it_is_written(text: str) -> None:
    assert normal.phone(text, "DE") == "+4989123456"


def test_a_number_without_a_country_keeps_its_digits_and_words_are_no_number() -> None:
    assert normal.phone("089/123456", "") == "89123456"
    assert normal.phone("ask Ms Meier", "DE") == ""
    assert normal.phone("1" * 1000, "") == ""


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Hauptstraße 12", "Haupt Str. 12"),
        ("Hauptstrasse 12", "HAUPTSTR. 12"),
        ("12 High Street", "12 High St"),
        ("Marktplatz 3 a", "Marktpl. 3a"),
    ],
)
def test_a_street_is_one_however_it_is_written(one: str, two: str) -> None:
    assert normal.street(one) == normal.street(two)
    assert normal.street(one).house


def test_another_house_is_another_place() -> None:
    assert normal.street("Ring 12") == Street("ring", "12")
    assert normal.street("Ring 12") != normal.street("Ring 12a")


def test_what_is_written_around_a_value_does_not_count() -> None:
    assert normal.email(" Info@Acme.DE ") == "info@acme.de"
    assert normal.email("none") == ""
    assert normal.website("https://www.acme.de/start?x=1") == normal.website("ACME.de") == "acme.de"
    assert normal.tax("DE 123 456 789") == normal.tax("123456789") == "123456789"
    assert normal.tax("n/a") == ""
    assert normal.number("000-123") == normal.number("123")
    assert normal.postal_code("D-80331") == normal.postal_code("80331")
    assert normal.country("de") == "DE"
    assert normal.country("Deutschland") == ""
