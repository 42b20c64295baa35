"""Auto-match piece by piece: how much a heading says, which rule a column needs, in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from agent.canon import Field, Kind
from agent.mapping.automatch import Synonyms
from agent.mapping.automatch.names import LANGUAGES, Said
from agent.mapping.automatch.shapes import Fit, fit, looks
from agent.model import Json, Value

NAMES: dict[str, Json] = {
    "any": {"phone": {"en": ["Phone No"], "de": ["Telefon"], "erp": ["TELF1"]}},
    "thing": {
        "name": {"de": ["Firmenname"], "fr": ["Raison sociale"]},
        "external_id": {"de": ["Dingnummer"]},
        "broken": {"de": "no list"},
        "phone": {"nl": []},
    },
}
SYNONYMS = Synonyms(NAMES)
TEXT = {"type": "text", "max_length": 40}


def says(heading: str, field: str = "name") -> Said:
    return SYNONYMS.says(heading, "thing", field)


# --- headings


@pytest.mark.parametrize(
    ("heading", "score", "why"),
    [
        ("Name", 1.0, "'Name' is the field's own name"),
        ("thing_name", 1.0, "'thing_name' is the field's own name"),
        ("FirmenName", 1.0, "'FirmenName' is German 'Firmenname'"),
        ("Raison Sociale", 1.0, "'Raison Sociale' is French 'Raison sociale'"),
        ("Firmennamen", 0.8, "'Firmennamen' is almost German 'Firmenname'"),
        ("Kunde Firmenname kurz", 0.6, "'Kunde Firmenname kurz' holds German 'Firmenname'"),
        ("Firmenname kurz", 0.6, "'Firmenname kurz' holds German 'Firmenname'"),
        ("unser Firmenname", 0.6, "'unser Firmenname' holds German 'Firmenname'"),
        ("la raison de la sociale", 0.6, "'la raison de la sociale' holds French 'Raison sociale'"),
        ("Something", 0.0, ""),
        ("", 0.0, ""),
        ("--", 0.0, ""),
    ],
)
def test_a_heading_says_a_name_wholly_almost_or_in_part(
    heading: str, score: float, why: str
) -> None:
    assert says(heading) == Said(score, why)


def test_a_name_of_the_kind_comes_before_one_of_any_kind() -> None:
    assert SYNONYMS.says("Telefon", "other", "phone") == Said(1.0, "'Telefon' is German 'Telefon'")
    assert SYNONYMS.says("TELF1", "other", "phone").why == "'TELF1' is an ERP's own 'TELF1'"
    assert SYNONYMS.says("Telefon", "thing", "phone").score == 1.0, "an empty list names nothing"
    assert SYNONYMS.says("Fone", "other", "phone").score == 0.0


def test_short_words_are_alike_only_when_they_are_the_same() -> None:
    short = Synonyms({"any": {"field": {"en": ["fax"], "de": ["Land"]}}})
    assert short.says("fax", "x", "field").score == 1.0
    assert short.says("faxe", "x", "field").score == 0.0
    assert short.says("Land", "x", "field").score == 1.0
    assert short.says("Landes", "x", "field").score == 0.0, "four letters hold nothing"
    five = Synonyms({"any": {"field": {"en": ["Lands"]}}})
    assert five.says("Landsmann", "x", "field").score == 0.6


def test_a_name_that_is_no_list_is_no_name() -> None:
    assert SYNONYMS.says("no list", "thing", "broken").score == 0.0
    assert Synonyms({"any": 3}).says("a", "b", "c") == Said(0, "")
    assert Synonyms({"any": {"a": 3}}).says("b", "b", "a") == Said(0, "")


def test_languages_have_names_for_people() -> None:
    assert list(LANGUAGES.values()) == [
        "English", "German", "French", "Spanish", "Italian", "Dutch", "an ERP's own",
    ]  # fmt: skip


# --- values


def fitted(kind: Kind, *values: Value, **notes: object) -> Fit:
    found = fit(Field("f", kind, **notes), values)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        (("1.5", "2"), {}),
        (("1,5", "2"), {"decimal": ","}),
        (("1.234,5", "2"), {"decimal": ",", "thousands": "."}),
        (("1,234.5", "2"), {"thousands": ","}),
        (("1 234,5", "2"), {"decimal": ",", "thousands": " "}),
        (("1'234.5", "2"), {"thousands": "'"}),
        (("1.5-", "2"), {"trailing_minus": True}),
        (("1.234,5-", "2"), {"decimal": ",", "thousands": ".", "trailing_minus": True}),
        (("1,234.5-", "2"), {"thousands": ",", "trailing_minus": True}),
    ],
)
def test_a_column_of_numbers_gets_the_style_that_takes_them_all(
    values: tuple[str, ...], rule: dict
) -> None:
    found = fitted(Kind.DECIMAL, *values, places=2)
    assert (found.share, found.rule, found.tried) == (1.0, rule, True)
    how = " with a decimal comma" if "," in rule.get("decimal", "") else ""
    assert found.why == f"2 of 2 samples are numbers{how}"


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("2026-12-31", None), ("20261231", "%Y%m%d"), ("31.12.2026", "%d.%m.%Y"),
        ("31/12/2026", "%d/%m/%Y"), ("12/31/2026", "%m/%d/%Y"), ("31-12-2026", "%d-%m-%Y"),
        ("2026/12/31", "%Y/%m/%d"), ("31.12.26", "%d.%m.%y"), ("31-Dec-2026", "%d-%b-%Y"),
    ],
)  # fmt: skip
def test_a_column_of_dates_gets_the_format_that_takes_them(value: str, form: str | None) -> None:
    found = fitted(Kind.DATE, value)
    assert found.rule == ({"format": form} if form else {})
    assert found.why == "1 of 1 samples are dates" + (f" ({form})" if form else "")
    assert found.doubt == ""


@pytest.mark.parametrize("clock", ["23:59:58", "23:59", "23:59:58.000"])
@pytest.mark.parametrize("between", [" ", "T"])
def test_a_column_of_instants_gets_a_format_and_a_timezone(clock: str, between: str) -> None:
    found = fitted(Kind.INSTANT, f"31.12.2026{between}{clock}")
    form = {8: "%H:%M:%S", 5: "%H:%M", 12: "%H:%M:%S.%f"}[len(clock)]
    assert found.rule == {"format": f"%d.%m.%Y{between}{form}", "timezone": "UTC"}
    assert found.why == f"1 of 1 samples are points in time (%d.%m.%Y{between}{form})"


@pytest.mark.parametrize(
    "none", ["00000000", "0000-00-00", "00.00.0000", "99991231", "9999-12-31", "31.12.9999"]
)
def test_what_erps_write_for_no_date_is_blank_and_no_sample(none: str) -> None:
    found = fitted(Kind.DATE, "20260102", none)
    assert found.rule == {"format": "%Y%m%d", "blank": [none]}
    assert found.why == "1 of 1 samples are dates (%Y%m%d)"
    assert fit(Field("f", Kind.DATE), [none]) == Fit(
        0.5, {"blank": [none]}, "all samples are blank", tried=False
    )
    assert fit(Field("f", Kind.INSTANT), [none]) == fit(Field("f", Kind.DATE), [none])


def test_a_column_without_values_says_little() -> None:
    assert fit(Field("f", Kind.TEXT, max_length=9), []) == Fit(
        0.5, {}, "all samples are blank", tried=False
    )


@pytest.mark.parametrize(
    ("words", "true", "false"),
    [("JN", "J", "N"), ("YN", "Y", "N"), ("10", "1", "0"), ("TF", "T", "F"), ("SN", "S", "N"),
     ("ON", "O", "N"), ("X", "X", "")],
)  # fmt: skip
def test_yes_and_no_are_known_in_several_writings(words: str, true: str, false: str) -> None:
    found = fitted(Kind.BOOLEAN, *words)
    usual = set(words) <= set("JNY10")
    assert found.rule == ({} if usual else {"true": [true], "false": [false]})
    assert found.share == 1.0
    assert found.why == f"{len(words)} of {len(words)} samples are yes or no"


def test_words_that_are_neither_are_no_yes_or_no() -> None:
    assert fit(Field("f", Kind.BOOLEAN), ["A", "B"]) is None


def test_codes_are_known_in_any_case_and_by_name() -> None:
    own = fitted(Kind.CODE, "OPEN", "paid", codes=frozenset({"open", "paid"}))
    assert own.rule == {"convert": "codes", "codes": {"OPEN": "open", "paid": "paid"}}
    assert own.why == "2 of 2 samples are codes that the field knows"
    some = fitted(Kind.CODE, "OPEN", "shut", codes=frozenset({"open"}))
    assert (some.share, some.rule) == (0.5, {"convert": "codes", "codes": {"OPEN": "open"}})
    codes = frozenset({"DE", "FR"})
    land = fitted(Kind.CODE, "Germany", "fr", codes=codes, list="iso-3166-1")
    assert (land.share, land.rule) == (1.0, {"convert": "country"})
    money = fitted(Kind.CODE, "€", codes=frozenset({"EUR"}), list="iso-4217")
    assert (money.share, money.rule) == (1.0, {"convert": "currency"})
    assert fit(Field("f", Kind.CODE, codes=codes), ["?"]) is None


def test_padding_is_trimmed_where_there_is_some() -> None:
    assert fitted(Kind.TEXT, "a ", "b", max_length=9).rule == {}
    assert fitted(Kind.TEXT, "a ", max_length=1).rule == {"trim": True}
    assert fitted(Kind.TEXT, "a", max_length=9).why == "1 of 1 samples are texts that fit"
    assert fit(Field("f", Kind.TEXT, max_length=1), ["ab"]) is None
    assert fitted(Kind.INTEGER, "5", 6, Decimal(7)).why == "3 of 3 samples are whole numbers"


def test_the_plainest_rule_wins_where_several_fit() -> None:
    assert fitted(Kind.DECIMAL, "1", "2", places=2).rule == {}
    assert fitted(Kind.DECIMAL, "1,234", places=3).rule == {"decimal": ","}
    assert fitted(Kind.DATE, date(2026, 1, 2)).rule == {}


def test_only_day_and_month_that_could_change_places_are_doubted() -> None:
    doubt = "every sample could be day/month or month/day: look at the dates"
    assert fitted(Kind.DATE, "03/04/2026").doubt == doubt
    assert fitted(Kind.DATE, "03.04.2026").doubt == ""
    assert fitted(Kind.DATE, "13/04/2026").doubt == ""
    assert fitted(Kind.INSTANT, "03/04/2026 10:00").doubt == ""


@pytest.mark.parametrize(
    ("field", "values", "share", "what"),
    [
        ("email", ("a@b.example", "x"), 0.5, "50% of the samples look like e-mail addresses"),
        ("phone", ("+49 30 123", "(030) 1/2-3"), 1.0, "100% of the samples look like telephone numbers"),
        ("website", ("www.a", "https://b", "c.example", "no"), 0.75,
         "75% of the samples look like web addresses"),
        ("billing_email", ("a@b.example", 5), 0.5, "50% of the samples look like e-mail addresses"),
    ],
)  # fmt: skip
def test_addresses_and_numbers_have_a_look(
    field: str, values: tuple[Value, ...], share: float, what: str
) -> None:
    assert looks(field, values, named=True) == (share, what)


def test_other_fields_have_no_look() -> None:
    assert looks("city", ("a@b.example",), named=True) is None


@pytest.mark.parametrize(
    ("values", "share"),
    [
        (("+49 30 123", "030 4455", "040-221133", "(555) 123-4567", "0301234567"), 1.0),
        (("20261121", "2026-11-21", "21.11.2026", "2026/11/21", "1-2-2026"), 0.0),
        (("1000234", "12345.67", "4711000"), 0.0),
    ],
)
def test_digits_under_a_heading_that_says_nothing_are_not_taken_for_telephone_numbers(
    values: tuple[str, ...], share: float
) -> None:
    said = f"{share:.0%} of the samples look like telephone numbers"
    assert looks("phone", values, named=False) == (share, said)
