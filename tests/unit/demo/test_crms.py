"""The tables of the CRMs: nothing of the sample ERP is left out unsaid, and odd values are differences."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from agent import resources
from agent.clock import SystemClock
from agent.demo import exports, tables
from agent.demo.compare import same
from agent.demo.crms import CRMS
from agent.demo.crms.shape import Place, day, flag, number
from agent.demo.ends import KINDS, Records, erp_records
from agent.demo.erp import FILES, TABLES, Erp
from agent.demo.options import SMALL


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Records]:
    folder: Path = tmp_path_factory.mktemp("erp")
    erp = Erp(SMALL, Random(1), files_only=False)
    (folder / "exports").mkdir()
    exports.export(erp, folder / "exports", FILES)
    tables.create(folder / "erp.db")
    tables.store(erp, folder / "erp.db", TABLES, SystemClock())
    return {name: erp_records(kind, folder) for name, kind in KINDS.items()}


@pytest.mark.parametrize("crm", CRMS)
def test_every_field_of_the_erp_has_a_place_or_a_reason(crm: str, rows: dict[str, Records]) -> None:
    shape = CRMS[crm]
    said = {kind: set(next(iter(records.values()))) for kind, records in rows.items()}
    placed = {kind: set(place.fields) for kind, place in shape.places.items()}
    for lacking in shape.lacks:
        kind, _, name = lacking.partition(".")
        placed[kind].add(name)
    assert placed == said


@pytest.mark.parametrize("crm", CRMS)
def test_every_crm_has_a_block_of_configuration(crm: str) -> None:
    block = resources.FOLDER / "sample-erp" / "targets" / f"{crm}.toml"
    assert f'kind = "{crm}"' in block.read_text(encoding="utf-8")


def test_a_field_that_is_not_kept_is_left_out_of_what_the_erp_says() -> None:
    row = {"name": "A", "industry": "Handel"}
    assert CRMS["salesforce"].kept("account", row) == row
    assert CRMS["sap"].kept("account", row) == {"name": "A"}
    assert CRMS["sap"].kept("contact", row) == row


def test_a_record_out_of_use_is_not_seen() -> None:
    place = Place("X", {"name": "Name"}, gone=("Status", "4"))
    assert place.seen({"Name": "A", "Status": "4"}) is None
    assert place.seen({"Name": "A", "Status": "2"}) == {"name": "A"}


@pytest.mark.parametrize(
    ("read", "raw", "meant"),
    [
        (number("x"), "12.50", Decimal("12.5")),
        (number("x"), "", None),
        (number("x"), None, None),
        (flag("x"), "true", True),
        (flag("x"), "false", False),
        (flag("x", true="Y", false="N"), "N", False),
        (day("x"), "2026-11-02T00:00:00.0000000Z", "2026-11-02"),
        (day("x"), None, None),
    ],
)
def test_values_on_the_wire_are_read_as_the_erp_says_them(
    read: object, raw: object, meant: object
) -> None:
    assert callable(read)
    assert same(meant, read({"x": raw}))


@pytest.mark.parametrize(
    ("read", "raw"),
    [
        (number("x"), "twelve"),
        (flag("x"), "yes"),
        (flag("x"), True),
        (day("x"), "2026-11-02T10:00:00Z"),
        (day("x"), "2026-11-02"),
    ],
)
def test_a_value_of_another_form_stays_as_it_is(read: object, raw: object) -> None:
    assert callable(read)
    assert read({"x": raw}) == raw


def test_a_key_is_read_back_from_the_form_in_which_dynamics_keeps_it() -> None:
    key = CRMS["dynamics"].key
    assert [key("K100"), key("EUR_2FP-1"), key("P-1_2FS__DC_D")] == ["K100", "EUR/P-1", "P-1/SÜD"]


def test_a_hubspot_link_that_is_not_the_parent_that_is_named_is_a_difference() -> None:
    contact = CRMS["hubspot"].places["contact"].fields["account"]
    assert callable(contact)
    assert contact({"erp_account": "K1", "companies.erp_id": ["K1"]}) == "K1"
    assert contact({}) is None
    for wrong in (
        {"erp_account": "K1"},
        {"erp_account": "K1", "companies.erp_id": ["K2"]},
        {"companies.erp_id": ["K2"]},
    ):
        assert not same("K1", contact(wrong))
        assert not same(None, contact(wrong))


def test_an_order_of_oracle_is_told_from_a_quote_of_the_same_number() -> None:
    shape = CRMS["oracle"]
    order = shape.places["invoice"].fields["order"]
    assert callable(order)
    assert [shape.key("ERP_ORDER:O1"), shape.key("ERP:O1"), shape.key("K1")] == [
        "O1",
        "ERP:O1",
        "K1",
    ]
    assert order({"ERP_Order_Id_c.key": "ERP_ORDER:O1"}) == "O1"
    assert order({"ERP_Order_Id_c.key": "ERP:O1"}) == "ERP:O1"


def test_an_account_of_oracle_has_one_billing_address() -> None:
    city = CRMS["oracle"].places["account"].fields["billing_city"]
    assert callable(city)
    bern = {"AddressType": "BILL_TO", "City": "Bern"}
    wien = {"AddressType": "SHIP_TO", "City": "Wien"}
    assert city({"Address": [wien, bern]}) == "Bern"
    assert city({"Address": [wien]}) is None
    assert not same("Bern", city({"Address": [bern, bern]}))
