"""The shipped packs as data: complete, cited, and filled only with settings that fit."""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path
from string import Template

import pytest

from agent import packs
from agent.errors import WrongUse
from tests.conftest import ROOT

NAMES = packs.names()
GIVEN = {"company": "CRONUS", "currency": "EUR", "client": "100"}
PUBLIC = ("https://", "http://")
OWN = "templates/"
"""Where a layout is described that is the pack's own."""


def settings_of(pack: packs.Pack) -> dict[str, str]:
    """Settings that fit: the defaults, and for what is needed the example or ours."""
    return {
        name: setting.example or GIVEN[name]
        for name, setting in pack.settings.items()
        if setting.default is None
    }


def texts(pack: packs.Pack) -> str:
    files = [pack.flows / "waybill.toml", *(pack.flows / "mappings").glob("*.toml")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("name", NAMES)
def test_every_table_and_column_cites_a_public_page_or_is_the_packs_own(name: str) -> None:
    pack = packs.load(name)
    for table in packs.tables(pack):
        if table.source.startswith(OWN):
            with (pack.folder / table.source).open(encoding="utf-8", newline="") as file:
                assert next(csv.reader(file)) == list(table.columns)
            assert all(column.means for column in table.columns.values())
            continue
        for source in (table.source, *table.also):
            assert source.startswith(PUBLIC), (table.name, source)
        for column in table.columns.values():
            assert column.type
            assert not column.source or column.source.startswith(PUBLIC)


@pytest.mark.parametrize("name", NAMES)
def test_what_columns_of_the_packs_own_mean_stands_beside_the_templates(name: str) -> None:
    pack = packs.load(name)
    own = [table for table in packs.tables(pack) if table.source.startswith(OWN)]
    said = packs.fill(pack, settings_of(pack), "a").templates.get("README.md", "")
    assert bool(own) == bool(said)
    for table in own:
        assert f"## {table.name}*.csv" in said
        for column, told in table.columns.items():
            assert f"| {column} | {told.type} | {told.means} |" in said


@pytest.mark.parametrize("name", NAMES)
def test_no_column_is_cited_that_the_pack_does_not_read(name: str) -> None:
    pack = packs.load(name)
    said = texts(pack)
    unused = [
        (table.name, column)
        for table in packs.tables(pack)
        for column in table.columns
        if column not in table.key and not re.search(rf"(?<!\w){re.escape(column)}(?!\w)", said)
    ]
    assert unused == []


@pytest.mark.parametrize("name", NAMES)
def test_a_pack_is_filled_into_documents_without_placeholders(name: str) -> None:
    pack = packs.load(name)
    filled = packs.fill(pack, settings_of(pack), "ERP-SRV01")
    config = tomllib.loads(filled.configuration)
    assert config["agent"]["name"] == "ERP-SRV01"
    assert [flow["entity"] for flow in config["flows"].values()] == list(pack.kinds)
    for flow in config["flows"].values():
        mapping = tomllib.loads(filled.mappings[Path(flow["mapping"]).name])
        assert mapping["entity"] == flow["entity"]
    assert len(filled.mappings) == len({flow["mapping"] for flow in config["flows"].values()})
    for text in (filled.configuration, *filled.mappings.values()):
        assert "${" not in text


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_used_and_every_placeholder_is_a_setting(name: str) -> None:
    pack = packs.load(name)
    named = {match["braced"] for match in Template.pattern.finditer(texts(pack)) if match["braced"]}
    assert named == set(pack.settings)


@pytest.mark.parametrize("name", NAMES)
def test_the_list_of_packs_says_what_was_validated_of_each(name: str) -> None:
    readme = (ROOT / "resources" / "packs" / "README.md").read_text(encoding="utf-8")
    assert f"`{name}`" in readme


def test_what_is_wrong_with_settings_is_said_all_at_once() -> None:
    pack = packs.load("business-central")
    with pytest.raises(WrongUse) as caught:
        packs.fill(pack, {"compny": "X", "currency": "euro"}, "a")
    said = caught.value.title
    assert caught.value.code == "PACK_SETTINGS"
    assert "'compny'" in said
    assert "Is it company?" in said
    assert "company is missing" in said
    assert "currency does not fit" in said
    assert "euro" not in said


@pytest.mark.parametrize("company", ['A" B', "A' B", "A\\", "A\nB", "A$B", ""])
def test_a_setting_cannot_end_the_text_that_it_stands_in(company: str) -> None:
    with pytest.raises(WrongUse, match="company does not fit"):
        packs.fill(packs.load("business-central"), {"company": company, "currency": "EUR"}, "a")


def test_a_name_of_a_machine_with_quotes_does_no_harm() -> None:
    pack = packs.load("sap-ecc")
    filled = packs.fill(pack, {"client": "100", "company_code": "1000"}, 'A"\nB')
    assert tomllib.loads(filled.configuration)["agent"]["name"] == "AB"


def test_a_pack_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(WrongUse) as caught:
        packs.load("sap-ec")
    assert (caught.value.code, caught.value.hint) == ("PACK_UNKNOWN", "Did you mean sap-ecc?")
