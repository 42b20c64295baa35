"""Reading mapping files: every problem at once with its place, and a version that means something."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.canon import Contract
from agent.errors import ConfigError, ConfigProblem
from agent.mapping import parse
from agent.model import LeftOut, Problem
from agent.resources import contracts
from tests.unit.mapping.helpers import EVERY_KIND, contract_of

EXAMPLE = """
version = 1
entity = "invoice"
external_id = "INVNO"
on_leave = { set = { payment_status = "paid" } }
leave_out = [ { name = "proforma", column = "TYPE", in = ["P"] } ]
[fields]
account = "CUSTNO"
number = { column = "INVNO", trim = true }
invoice_date = { column = "DATE", convert = "date", format = "%d.%m.%Y", blank = ["00.00.0000"] }
total = { column = "TOTAL", convert = "decimal", decimal = ",", thousands = "." }
payment_status = { column = "ST", convert = "codes", codes = { "1" = "open", "2" = "paid" } }
currency = { constant = "EUR" }
"""


def problems_of(text: str, contract: Contract | None = None) -> list[ConfigProblem]:
    document = tomllib.loads(text)
    with pytest.raises(ConfigError) as caught:
        parse(document, contract or contracts()["invoice"], "mappings/invoices.toml")
    return list(caught.value.problems)


def test_all_problems_come_at_once_with_their_places_and_hints() -> None:
    found = problems_of(
        """
        version = 2
        entity = "invoices"
        external_id = []
        leave_outs = []
        [fields]
        acount = "CUSTNO"
        invoice_date = { column = "DATE", convert = "data" }
        total = { column = "TOTAL", decimals = "," }
        """
    )
    assert {problem.file for problem in found} == {"mappings/invoices.toml"}
    said = {problem.place: f"{problem.text} {problem.hint}" for problem in found}
    assert set(said) == {
        "version", "entity", "external_id", "leave_outs", "on_leave", "fields.acount", "fields.account",
        "fields.number", "fields.invoice_date.convert", "fields.total.decimals",
    }  # fmt: skip
    assert "Did you mean 'leave_out'?" in said["leave_outs"]
    assert "Did you mean 'account'?" in said["fields.acount"]
    assert "Did you mean 'date'?" in said["fields.invoice_date.convert"]
    assert "Did you mean 'decimal'?" in said["fields.total.decimals"]
    assert "required" in said["fields.number"]


EVERY_CONTRACT = contract_of(EVERY_KIND)


@pytest.mark.parametrize(
    ("field", "rule", "place", "said"),
    [
        ("text", "5", "", "must be a column's name"),
        ("text", '""', "", "must be a column's name"),
        ("text", "{}", "", "needs one of"),
        ("text", '{ column = "A", constant = "B" }', "", "needs one of"),
        ("text", '{ column = "A", format = "x" }', ".format", "means nothing here"),
        ("text", '{ column = "A", convert = "decimal" }', ".convert", "one of text, codes"),
        ("text", '{ column = "A", trim = 1 }', ".trim", "true or false"),
        ("text", '{ column = "A", case = "UPPER" }', ".case", "one of upper, lower, title"),
        ("text", '{ column = "A", blank = [0] }', ".blank", "list of texts"),
        ("text", "{ column = 5 }", ".column", "must be a text"),
        ("text", '{ columns = ["A", "B"] }', ".columns", "Only a reference"),
        ("text", '{ constant = ["A"] }', ".constant", "must be a text in quotes"),
        ("text", "{ constant = 1.5 }", ".constant", "must be a text in quotes"),
        ("text", "{ constant = 2024-01-01 }", ".constant", "must be a text in quotes"),
        ("text", '{ constant = " " }', ".constant", "is blank"),
        ("decimal", '{ constant = "1,5" }', ".constant", "is not a number"),
        ("decimal", '{ constant = "1.555" }', ".constant", "decimal places"),
        ("currency", '{ constant = "Euro" }', ".constant", "is no ISO 4217 currency"),
        ("decimal", '{ column = "A", decimal = ",", thousands = "," }', ".thousands", "must differ"),
        ("decimal", '{ column = "A", decimal = "5" }', ".decimal", "one character"),
        ("decimal", '{ column = "A", thousands = "--" }', ".thousands", "one character"),
        ("decimal", '{ column = "A", thousands = "-" }', ".thousands", "one character"),
        ("date", '{ column = "A", format = "%Y%q" }', ".format", "'%q' is unknown"),
        ("date", '{ column = "A", format = "%d.%m" }', ".format", "year, month and day"),
        ("date", '{ column = "A", format = "%d.%m.%Y %d" }', ".format", "same part twice"),
        ("date", '{ column = "A", timezone = "UTC" }', ".timezone", "means nothing here"),
        ("instant", '{ column = "A", timezone = "Mars/Base" }', ".timezone", "must be a timezone"),
        ("instant", '{ column = "A", timezone = "../etc" }', ".timezone", "must be a timezone"),
        ("instant", '{ column = "A", timezone = "Europe" }', ".timezone", "must be a timezone"),
        ("instant", '{ column = "A", format = "%Y-%m-%d" }', ".timezone", "is needed"),
        ("boolean", '{ column = "A", true = ["X"] }', "", "words for both"),
        ("boolean", '{ column = "A", true = ["X"], false = ["X"] }', "", "one of them only"),
        ("code", '{ column = "A", convert = "codes" }', ".codes", "table of texts"),
        ("code", '{ column = "A", convert = "codes", codes = {} }', ".codes", "at least one"),
        ("code", '{ column = "A", convert = "codes", codes = { "1" = "shut" } }', ".codes.1", "none of the codes"),
        ("code", '{ column = "A", convert = "codes", codes = { "1" = "" } }', ".codes.1", "must not be blank"),
        ("code", '{ column = "A", convert = "codes", codes = { "1" = "open" }, other = "x" }', ".other", "none of"),
        ("code", '{ column = "A", convert = "codes", codes = { "1" = "open", " 1" = "paid" } }', ".codes", "twice"),
        ("code", '{ column = "A", convert = "codes", codes = { "1" = "open" }, blank = ["1"] }', ".blank", "so does"),
        ("ref", '{ columns = ["A", "A"] }', ".columns", "twice"),
        ("ref", '{ columns = "" }', ".columns", "must name a column"),
        ("ref", '{ column = "A", itself = "null" }', ".itself", "one of blank"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_named_with_its_place(field: str, rule: str, place: str, said: str) -> None:
    rules = {"must": '"M"', field: rule}
    text = "\n".join(f"{name} = {value}" for name, value in rules.items())
    found = problems_of(
        f'version = 1\nentity = "thing"\nexternal_id = "A"\non_leave = "leave"\n[fields]\n{text}',
        EVERY_CONTRACT,
    )
    assert [problem.place for problem in found] == [f"fields.{field}{place}"]
    assert said in found[0].text


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ('on_leave = "drop"', "on_leave"),
        ("on_leave = { set = {} }", "on_leave"),
        ('on_leave = { set = { name = "x" } }', "on_leave.set.name"),
        ('on_leave = { set = { account = "x" } }', "on_leave.set.account"),
        ('on_leave = { set = { payment_status = "gone" } }', "on_leave.set.payment_status"),
        ('on_leave = { set = { paid = "1.00" }, also = 1 }', "on_leave.also"),
    ],
)
def test_what_happens_to_leavers_must_be_said_and_right(change: str, place: str) -> None:
    line = next(line for line in EXAMPLE.splitlines() if line.startswith("on_leave"))
    found = problems_of(EXAMPLE.replace(line, change))
    assert [problem.place for problem in found] == [place]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ('leave_out = "P"', "leave_out"),
        ('leave_out = ["P"]', "leave_out.1"),
        ('leave_out = [ { name = "a", column = "T" } ]', "leave_out.1.in"),
        ('leave_out = [ { name = "a", column = "T", in = ["P"], not = 1 } ]', "leave_out.1.not"),
        (
            'leave_out = [ { name = "a", column = "T", in = ["P"] }, { name = "a", column = "T", in = ["Q"] } ]',
            "leave_out",
        ),
    ],
)
def test_conditions_must_be_whole(change: str, place: str) -> None:
    line = next(line for line in EXAMPLE.splitlines() if line.startswith("leave_out"))
    assert [problem.place for problem in problems_of(EXAMPLE.replace(line, change))] == [place]


def test_an_empty_file_is_told_everything_that_it_needs() -> None:
    assert [problem.place for problem in problems_of("")] == [
        "version", "entity", "external_id", "on_leave", "fields",
    ]  # fmt: skip


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["column", "columns", "constant", "convert", "codes", "set", "blank", "in", "name"]
            )
            | st.text(max_size=5),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
KEYS = ["version", "entity", "external_id", "on_leave", "leave_out", "fields"]


@given(
    st.dictionaries(st.sampled_from(KEYS), JSON),
    st.dictionaries(st.sampled_from(list(EVERY_KIND)), JSON),
)
def test_no_document_breaks_the_reader(top: dict[str, Any], fields: dict[str, Any]) -> None:
    good = {"version": 1, "entity": "thing", "external_id": "A", "on_leave": "leave"}
    for document in (top, good | {"fields": {"must": "M"} | fields}):
        plan = None
        with suppress(ConfigError):
            plan = parse(document, EVERY_CONTRACT, "f")
        if plan:  # then it works, whatever comes
            assert isinstance(plan.bind(plan.columns_used)([""] * 30), Problem | LeftOut)


def digest_of(text: str) -> bytes:
    return parse(tomllib.loads(text), contracts()["invoice"], "f").version_digest


def test_the_version_does_not_depend_on_comments_order_or_writing() -> None:
    top, fields = EXAMPLE.split("[fields]\n")
    shuffled = "\n".join(reversed(top.strip().splitlines()))
    shuffled += "\n# a comment\n[fields]\n" + "\n".join(reversed(fields.strip().splitlines()))
    assert digest_of(shuffled) == digest_of(EXAMPLE)
    assert digest_of(EXAMPLE.replace('"CUSTNO"', '{ column = "CUSTNO" }')) == digest_of(EXAMPLE)
    assert digest_of(
        EXAMPLE.replace('external_id = "INVNO"', 'external_id = ["INVNO"]')
    ) == digest_of(EXAMPLE)
    swapped = EXAMPLE.replace(
        'convert = "decimal", decimal = ","', 'decimal = ",", convert = "decimal"'
    )
    assert swapped != EXAMPLE
    assert digest_of(swapped) == digest_of(EXAMPLE)


CHANGES = [
    ('"CUSTNO"', '"CUSTOMER"'), ('external_id = "INVNO"', 'external_id = ["INVNO", "TYPE"]'),
    ('external_id = "INVNO"', 'external_id = "invno"'), (", trim = true", ", trim = false"), (", trim = true", ""),
    ("%d.%m.%Y", "%m.%d.%Y"), ('["00.00.0000"]', "[]"), ('thousands = "."', 'thousands = " "'),
    ('"1" = "open"', '"3" = "open"'), ('"2" = "paid"', '"2" = "open"'), ('"EUR"', '"USD"'),
    ('{ set = { payment_status = "paid" } }', '"delete"'), ('{ set = { payment_status = "paid" } }', '"leave"'),
    ('set = { payment_status = "paid" }', 'set = { payment_status = "open" }'), ('in = ["P"]', 'in = ["P", "Q"]'),
    ('column = "TYPE"', 'column = "KIND"'), ('currency = { constant = "EUR" }', ""),
    ('"ST", convert', '"ST", other = "overdue", convert'),
]  # fmt: skip


def test_every_change_of_a_rule_is_a_version_of_its_own() -> None:
    texts = {EXAMPLE.replace(old, new, 1) for old, new in CHANGES} | {EXAMPLE}
    assert len(texts) == len(CHANGES) + 1
    assert len({digest_of(text) for text in texts}) == len(texts)


def test_the_contract_is_part_of_the_version() -> None:
    fields = {"f": {"type": "date"}}
    first, second = contract_of(fields), contract_of(fields)
    second = Contract(second.name, 2, second.fields)
    document = {
        "version": 1,
        "entity": "thing",
        "external_id": "A",
        "on_leave": "leave",
        "fields": {"f": "F"},
    }
    assert parse(document, first).version_digest != parse(document, second).version_digest
