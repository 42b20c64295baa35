"""A mapping as a table: columns with samples, fields with rules, one edit at a time, drafts."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from agent.errors import WrongUse
from agent.mapping.automatch.kinds import looks_like
from agent.mapping.formula.functions import FUNCTIONS
from agent.runtime.workshop import MappingSheet
from tests.mapping_shop import CONTRACTS, TEXT, sheet_in


@pytest.fixture
def sheet(tmp_path: Path) -> MappingSheet:
    return sheet_in(tmp_path)


def field(answer: dict, name: str) -> dict:
    return next(one for one in answer["fields"] if one["field"] == name)


def test_a_sheet_shows_columns_with_samples_and_every_field_of_the_kind(
    sheet: MappingSheet,
) -> None:
    answer = sheet.sheet("customers", "", "", "")
    assert answer["columns"] == [
        {"name": "NO", "samples": ["1", "2", "3"], "type": "number"},
        {"name": "NAME", "samples": ["Smith", "Ann & Sons"], "type": "text"},
        {"name": "LIMIT", "samples": ["10,50", "7,00"], "type": "amount"},
    ]
    assert [one["field"] for one in answer["fields"]] == list(CONTRACTS["account"].fields)
    assert field(answer, "name")["way"] == "column"
    assert field(answer, "credit_limit")["rule"] == {"column": "LIMIT", "decimal": ","}
    assert field(answer, "phone")["way"] == "none"
    assert (answer["problems"], answer["draft"]) == ([], TEXT)


def test_every_problem_of_a_draft_is_told_with_its_place(sheet: MappingSheet) -> None:
    draft = TEXT.replace('name = "NAME"', "").replace('decimal = ","', 'decimal = ",", x = 1')
    places = {one["place"] for one in sheet.sheet("customers", draft, "", "")["problems"]}
    assert places == {"fields.name", "fields.credit_limit.x"}


def test_a_mapping_for_a_flow_that_does_not_exist_yet_begins_with_a_source_and_a_kind(
    sheet: MappingSheet,
) -> None:
    answer = sheet.sheet("", "", "s", "account")
    assert {one["way"] for one in answer["fields"]} == {"none"}
    assert "fields" in {one["place"] for one in answer["problems"]}
    assert sheet.sheet("", "", "empty", "account")["columns"] == []
    for source, entity in (("s", "acount"), ("nowhere", "account")):
        with pytest.raises(WrongUse, match="There is no"):
            sheet.sheet("", "", source, entity)


def test_one_edit_changes_one_rule_and_keeps_the_rest_to_the_letter(sheet: MappingSheet) -> None:
    rule = {"formula": 'TRIM(NAME & " ")'}
    edited = sheet.edit(TEXT, "fields.phone", json.dumps(rule))["draft"]
    assert tomllib.loads(edited)["fields"]["phone"] == rule
    assert sheet.edit(edited, "fields.phone", "")["draft"].strip() == TEXT.strip()
    assert sheet.edit(TEXT, "fields.phone", "")["draft"] == TEXT, "there was none"
    changed = sheet.edit(TEXT, "fields.name", '"NAME2"')["draft"]
    assert changed == TEXT.replace('"NAME"', '"NAME2"')
    table = sheet.edit(TEXT, "lookups.units", '{"table": {"ST": "H87"}}')["draft"]
    assert tomllib.loads(table)["lookups"] == {"units": {"table": {"ST": "H87"}}}
    both = sheet.edit(TEXT, "external_id", '["NO", "NAME"]')["draft"]
    assert tomllib.loads(both)["external_id"] == ["NO", "NAME"]


@pytest.mark.parametrize(
    ("draft", "place", "value"),
    [
        (TEXT, "version", "2"),
        (TEXT, "fields", "{}"),
        (TEXT, "external_id.x", "1"),
        (TEXT, "fields.name", "{no json"),
        (TEXT, "fields.name", "null"),
        ("[[[", "fields.name", '"A"'),
        ('fields = "x"', "fields.name", '"A"'),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(
    sheet: MappingSheet, draft: str, place: str, value: str
) -> None:
    with pytest.raises(WrongUse):
        sheet.edit(draft, place, value)


def test_a_draft_is_kept_until_it_is_dropped_and_never_in_force(
    sheet: MappingSheet, tmp_path: Path
) -> None:
    assert sheet.draft("customers")["draft"] == ""
    sheet.keep("customers", TEXT + "# later\n", "anna")
    kept = sheet.draft("customers")
    assert (kept["draft"], kept["by"]) == (TEXT + "# later\n", "anna")
    assert (tmp_path / "a.toml").read_text() == TEXT
    sheet.keep("customers", "", "anna")
    assert sheet.draft("customers")["draft"] == ""
    with pytest.raises(WrongUse, match="no flow"):
        sheet.keep("nowhere", TEXT, "anna")


def test_every_function_is_told_and_most_with_an_example(sheet: MappingSheet) -> None:
    answer = sheet.functions()
    assert {one["name"] for one in answer["functions"]} >= set(FUNCTIONS)
    shown = {one["name"]: one["example"] for one in answer["functions"]}
    assert shown["PAD"]["gives"] == "000041"
    assert len(answer["examples"]) > 15


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["2026-01-31", "2026-02-01"], "date"),
        (["20260131"], "date"),
        (["31.12.26", None], "date"),
        (["000123", "4"], "code"),
        (["1", "2", "-7"], "number"),
        (["1.234,50", "7"], "amount"),
        (["a@b.de"], "e-mail"),
        (["a", "1"], "text"),
        ([None, ""], "blank"),
        ([b"x"], "binary"),
        ([1.5, 2], "amount"),
        ([True], "flag"),
    ],
)
def test_samples_say_in_a_word_what_a_column_looks_like(values: list, kind: str) -> None:
    assert looks_like(values) == kind
