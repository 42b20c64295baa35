"""`waybill packs` and `waybill init --pack`."""

from __future__ import annotations

import json
import tomllib

import pytest

from agent.cli.main import main
from agent.packs import names
from tests.wine import has_mode

FINE, WRONG_USE = 0, 2


def test_the_list_names_every_pack(capsys):
    assert main(["packs", "list", "--json"]) == FINE
    found = json.loads(capsys.readouterr().out)
    assert [item["name"] for item in found["items"]] == names()


def test_a_pack_says_what_it_reads_and_what_it_needs(capsys):
    assert main(["packs", "show", "business-central"]) == FINE
    said = capsys.readouterr().out
    assert "https://github.com/microsoft/BCApps" in said
    assert "(needed)" in said
    assert "waybill init --pack business-central --set company=… --set currency=…" in said


def test_an_unknown_pack_is_wrong_use(capsys):
    assert main(["packs", "show", "busines-central"]) == WRONG_USE
    assert "Did you mean business-central?" in capsys.readouterr().err


def test_a_home_begins_with_the_pack(waybill):
    assert waybill(
        "init", "--pack", "business-central", "--set", "company=CRONUS", "--set", "currency=EUR"
    ) == FINE  # fmt: skip
    config = tomllib.loads((waybill.home / "waybill.toml").read_text(encoding="utf-8"))
    assert config["sources"]["customers"]["table"].startswith('"CRONUS$Customer$')
    mapping = waybill.home / "mappings" / "customers.toml"
    assert tomllib.loads(mapping.read_text(encoding="utf-8"))["entity"] == "account"
    assert has_mode(mapping, 0o600)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--pack", "nothing"], "There is no pack 'nothing'."),
        (["--pack", "sap-ecc", "--set", "client"], "a setting is written NAME=VALUE"),
        (["--pack", "sap-ecc"], "client is missing"),
        (["--set", "client=100"], "--set belongs to --pack."),
    ],
)
def test_what_does_not_fit_makes_no_home(waybill, words, said):
    assert waybill("init", *words) == WRONG_USE
    assert said in waybill.err
    assert not waybill.home.exists()


def test_a_home_of_a_pack_with_its_own_layout_begins_with_examples_of_its_files(waybill):
    assert waybill("init", "--pack", "generic-csv", "--set", "folder=/export") == FINE
    found = {path.name for path in (waybill.home / "templates").iterdir()}
    assert {"README.md", "customers.csv", "order_lines.csv"} <= found
