"""Auto-match: from headings and samples to a draft of a mapping, with its evidence."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import resources
from agent.errors import ConfigError
from agent.mapping import parse
from agent.mapping.automatch import Match, Matches, Synonyms, automatch
from agent.mapping.letters import words_of
from agent.model import Draft, Json, Value

CONTRACTS = resources.contracts()
DOCUMENT = tomllib.loads(resources.text("synonyms.toml"))
SYNONYMS = Synonyms(DOCUMENT)

CUSTOMERS = ("KDNR", "NAME1", "TEL", "LAND", "LIMIT", "SALDO", "SPERRE", "INTERN")
CUSTOMER_ROWS = [
    (f"{1000 + i}", f"Firma {i}", f"+49 30 {i}23456", "DE", "1.000,50", "12,00-", "J", "x")
    for i in range(20)
]


def matched(
    entity: str, headings: tuple[str, ...], rows: list[tuple[Value, ...]], key: tuple[str, ...] = ()
) -> dict[str, Match]:
    found = automatch(CONTRACTS[entity], headings, rows, SYNONYMS, key=key)
    return {match.field: match for match in found.fields}


def customers() -> Matches:
    return automatch(CONTRACTS["account"], CUSTOMERS, CUSTOMER_ROWS, SYNONYMS, key=("KDNR",))


def test_german_headings_find_their_fields() -> None:
    assert {match.field: match.column for match in customers().fields} == {
        "name": "NAME1",
        "number": "KDNR",
        "phone": "TEL",
        "billing_country": "LAND",
        "credit_limit": "LIMIT",
        "balance": "SALDO",
        "credit_hold": "SPERRE",
    }


@pytest.mark.parametrize(
    ("language", "headings"),
    [
        ("fr", ("Code client", "Raison sociale", "Téléphone", "Ville")),
        ("es", ("Código cliente", "Razón social", "Teléfono", "Ciudad")),
        ("it", ("Codice cliente", "Ragione sociale", "Telefono", "Città")),
        ("nl", ("Klantnummer", "Bedrijfsnaam", "Telefoon", "Plaats")),
        ("erp", ("KUNNR", "NAME1", "TELF1", "ORT01")),
        ("en", ("CustomerNo", "company_name", "Phone No.", "CITY")),
    ],
)
def test_headings_are_known_in_several_languages(language: str, headings: tuple[str, ...]) -> None:
    rows: list[tuple[Value, ...]] = [
        (f"C{i}", f"Name {i}", f"+4930123{i:03}", "Köln") for i in range(5)
    ]
    found = matched("account", headings, rows)
    columns = [found[name].column for name in ("number", "name", "phone", "billing_city")]
    assert columns == list(headings), language


def test_a_match_carries_the_rule_that_its_samples_need() -> None:
    fields = {match.field: match for match in customers().fields}
    assert fields["balance"].as_written() == {
        "column": "SALDO",
        "convert": "decimal",
        "decimal": ",",
        "thousands": ".",
        "trailing_minus": True,
    }
    assert fields["name"].as_written() == "NAME1"


def test_a_draft_is_a_mapping_that_maps_the_samples() -> None:
    plan = parse(customers().document("account"), CONTRACTS["account"])
    mapper = plan.bind(CUSTOMERS)
    drafts = [mapper(row) for row in CUSTOMER_ROWS]
    assert all(isinstance(draft, Draft) for draft in drafts)


def test_a_draft_deletes_nothing_until_a_person_says_so() -> None:
    assert customers().document("account")["on_leave"] == "leave"


def test_evidence_says_in_words_what_a_match_rests_on() -> None:
    (name,) = [match for match in customers().fields if match.field == "credit_limit"]
    assert name.evidence == (
        "'LIMIT' is German 'Limit'",
        "1 of 1 samples are numbers with a decimal comma",
    )


def test_the_external_id_is_the_key_that_tells_records_apart() -> None:
    found = customers().external_id
    assert found is not None
    assert found.column == "KDNR"
    assert "no two samples are the same" in found.evidence


def test_a_column_with_repeated_values_is_no_external_id() -> None:
    rows: list[tuple[Value, ...]] = [("A1", "one"), ("A1", "two")]
    found = automatch(CONTRACTS["account"], ("Customer No", "Name"), rows, SYNONYMS)
    assert found.external_id is None


def test_columns_without_a_field_and_fields_without_a_column_are_named() -> None:
    rows: list[tuple[Value, ...]] = [("a", "b"), ("c", "d")]
    found = automatch(CONTRACTS["account"], ("Foo", "Bar"), rows, SYNONYMS)
    assert found.unused == ("Foo", "Bar")
    assert found.missing == ("name",)
    assert customers().unused == ("INTERN",)


def test_a_good_name_with_values_that_do_not_fit_is_not_suggested() -> None:
    rows: list[tuple[Value, ...]] = [("soon",), ("later",)]
    assert "due_date" not in matched("invoice", ("Due Date",), rows)


def test_words_that_only_a_person_can_translate_are_a_doubt_not_a_guess() -> None:
    rows: list[tuple[Value, ...]] = [("A",), ("B",), ("A",)]
    found = matched("invoice", ("Payment Status",), rows)["payment_status"]
    assert found.doubts == ("none of its 2 words is known: say what each means",)
    assert found.confidence < 0.5


def test_the_words_that_are_known_are_counted() -> None:
    rows: list[tuple[Value, ...]] = [("D",), ("A",), ("CH",)]
    found = matched("account", ("Land",), rows)["billing_country"]
    assert found.doubts == ("1 of its 3 words is known: say what each other means",)


def test_dates_that_could_be_day_first_or_month_first_are_doubted() -> None:
    rows: list[tuple[Value, ...]] = [("03/04/2026",), ("05/06/2026",)]
    unclear = matched("invoice", ("Invoice Date",), rows)["invoice_date"]
    clear = matched("invoice", ("Invoice Date",), [*rows, ("25/06/2026",)])["invoice_date"]
    assert unclear.doubts
    assert not clear.doubts
    assert unclear.confidence < clear.confidence
    assert clear.rule["format"] == "%d/%m/%Y"


def test_what_an_erp_writes_for_no_date_becomes_blank() -> None:
    rows: list[tuple[Value, ...]] = [("20260401",), ("00000000",)]
    found = matched("invoice", ("DUEDATE",), rows)["due_date"]
    assert found.rule == {"convert": "date", "format": "%Y%m%d", "blank": ["00000000"]}
    assert not found.doubts


def test_a_column_feeds_one_field_the_best() -> None:
    rows: list[tuple[Value, ...]] = [(f"I{i}", f"{i}") for i in range(4)]
    found = matched("invoice", ("Invoice No", "Customer No"), rows)
    assert found["number"].column == "Invoice No"
    assert found["account"].column == "Customer No"


@pytest.mark.parametrize("entity", sorted(set(DOCUMENT) - {"any"}))
def test_every_synonym_belongs_to_a_field_that_exists(entity: str) -> None:
    names: set[str] = set(DOCUMENT[entity])
    assert names <= {*CONTRACTS[entity].fields, "external_id"}


def test_every_general_synonym_belongs_to_a_field_of_some_kind() -> None:
    known = {name for contract in CONTRACTS.values() for name in contract.fields}
    assert set(DOCUMENT["any"]) <= known


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("KundenNr.", ("kunden", "nr")),
        ("Straße", ("strasse",)),
        ("prénom_2", ("prenom", "2")),
        ("", ()),
        ("___", ()),
    ],
)
def test_headings_are_compared_as_words(heading: str, words: tuple[str, ...]) -> None:
    assert words_of(heading) == words


values: st.SearchStrategy[Value] = st.one_of(
    st.none(), st.text(max_size=12), st.integers(), st.booleans(), st.dates(), st.binary(max_size=4),
    st.floats(), st.decimals(),
)  # fmt: skip


@given(
    st.lists(st.text(max_size=12), min_size=3, max_size=3, unique=True),
    st.lists(st.tuples(values, values, values), max_size=8),
    st.sampled_from(sorted(CONTRACTS)),
)
def test_no_headings_and_no_values_make_it_raise(
    headings: list[str], rows: list[tuple[Value, ...]], entity: str
) -> None:
    found = automatch(CONTRACTS[entity], headings, rows, SYNONYMS)
    for match in found.fields:
        assert 0 <= match.confidence <= 1
        assert match.column in headings
    draft: dict[str, Json] = found.document(entity)
    if found.external_id and found.fields:
        try:
            parse(draft, CONTRACTS[entity])
        except ConfigError as error:  # what is missing is named; nothing else is wrong
            places = {problem.place for problem in error.problems}
            assert places <= {f"fields.{name}" for name in found.missing} | {"fields"}
