"""Real exports travel the whole route: every row arrives once, and the sums are the ERP's."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.integration.agent_home import WEBHOOK, AgentHome
from tests.integration.killpoints import field as world
from tests.integration.killpoints.field import Receiver

pytestmark = pytest.mark.shared

FILES = {
    "BusinessPartners": ["PARTNERID"],
    "Products": ["PRODUCTID"],
    "SalesOrders": ["SALESORDERID"],
    "SalesOrderItems": ["SALESORDERID", "SALESORDERITEM"],
}
FLOWS = {
    "accounts": ("BusinessPartners", "account"),
    "price_lists": ("BusinessPartners", "price_book"),
    "products": ("Products", "product"),
    "prices": ("Products", "price_book_entry"),
    "orders": ("SalesOrders", "order"),
    "items": ("SalesOrderItems", "order_line"),
}
MAPPINGS = {
    "accounts": """
external_id = "PARTNERID"
[fields]
name = { column = "COMPANYNAME", trim = true }
number = "PARTNERID"
phone = "PHONENUMBER"
currency = "CURRENCY"
""",
    "price_lists": """
external_id = "PARTNERID"
[fields]
name = { column = "COMPANYNAME", trim = true }
currency = "CURRENCY"
""",
    "products": """
external_id = "PRODUCTID"
[fields]
name = "PRODUCTID"
unit = "QUANTITYUNIT"
""",
    "prices": """
external_id = ["SUPPLIER_PARTNERID", "PRODUCTID"]
[fields]
price_book = "SUPPLIER_PARTNERID"
product = "PRODUCTID"
unit_price = { column = "PRICE", convert = "decimal", decimal = "." }
currency = "CURRENCY"
""",
    "orders": """
external_id = "SALESORDERID"
[fields]
account = "PARTNERID"
number = "SALESORDERID"
order_date = { column = "CREATEDAT", convert = "date", format = "%Y%m%d" }
status = { column = "LIFECYCLESTATUS", convert = "codes", codes = { C = "closed", I = "confirmed", X = "cancelled" } }
currency = "CURRENCY"
total = { column = "GROSSAMOUNT", convert = "decimal", decimal = "." }
""",
    "items": """
external_id = ["SALESORDERID", "SALESORDERITEM"]
[fields]
order = "SALESORDERID"
product = "PRODUCTID"
number = { column = "SALESORDERITEM", convert = "integer" }
quantity = { column = "QUANTITY", convert = "decimal", decimal = "." }
unit_price = { column = "NETAMOUNT", convert = "decimal", decimal = "." }
""",
}
ORPHANS = {"0100000040/HB-1175", "0100000041/HB-1176"}


@dataclass
class Recorder:
    """A CRM that keeps the last message of every record, and counts them."""

    requests: int = 0
    refuses: str = ""
    records: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    arrived: Counter[str] = field(default_factory=Counter)
    early: list[str] = field(default_factory=list)

    def on_request(self, _count: int) -> None:
        """Nobody listens here."""

    def take(self, message: dict[str, Any]) -> None:
        self.arrived[message["id"]] += 1
        fields = message["fields"]
        for name in ("account", "price_book", "product", "order"):
            if name in fields and fields[name] not in self.records.get(name, {}):
                self.early.append(f"{message['entity']} {message['external_id']}: {name}")
        self.records.setdefault(message["entity"], {})[message["external_id"]] = fields


def configuration(url: str) -> str:
    target = WEBHOOK.format(url=url).replace("batch = 8", 'batch = 200\npatience = "5s"')
    parts = ['version = 1\n[agent]\nname = "bikes"\n[ownership.account]\nmaster = "erp"\n', target]
    for name, key in FILES.items():
        parts.append(
            f'[sources.{name.lower()}]\nkind = "files"\nfolder = "../export"\npattern = "{name}.csv"\n'
            'content = "full"\nformat = { kind = "delimited", delimiter = "," }\n'
            f'key = {key}\nready = {{ quiet = "0s" }}\nevery = "1s"\n'.replace("'", '"')
        )
    for name, (source, entity) in FLOWS.items():
        parts.append(
            f'[flows.{name}]\nsource = "{source.lower()}"\ntarget = "crm"\nentity = "{entity}"\n'
            f'mapping = "mappings/{name}.toml"\n'
        )
    return "\n".join(parts)


@pytest.fixture
def crm() -> Recorder:
    return Recorder()


@pytest.fixture
def agent(tmp_path: Path, shared: Path, crm: Recorder, receiver: Receiver) -> Iterator[AgentHome]:
    receiver.cases["bikes"] = crm
    made = AgentHome(tmp_path / "agent", WEBHOOK.format(url=receiver.url("bikes")), world.SECRET)
    made.configuration.write_text(configuration(receiver.url("bikes")), encoding="utf-8")
    for name, text in MAPPINGS.items():
        whole = f'version = 1\nentity = "{FLOWS[name][1]}"\non_leave = "delete"\n{text}'
        (made.home / "mappings" / f"{name}.toml").write_text(whole, encoding="utf-8")
    for name in FILES:
        source = shared / "corpora" / "sap-bikes" / f"{name}.csv"
        shutil.copyfile(source, made.exports / f"{name}.csv")
    yield made
    made.close()


def total(records: dict[str, dict[str, Any]], *names: str) -> Decimal:
    """Sum over the records of the product of these fields."""
    found = Decimal(0)
    for fields in records.values():
        value = Decimal(1)
        for name in names:
            value *= Decimal(fields[name])
        found += value
    return found


def test_the_bike_maker_arrives_whole_with_its_sums_and_its_two_orphans_named(agent, crm, shared):
    agent.start()
    agent.until(
        lambda status: (
            status["counts"]["parked"] == len(ORPHANS)
            and not status["counts"]["waiting"] + status["counts"]["sending"]
        ),
        "it does not come to rest",
        within=90,
    )
    counts = {entity: len(records) for entity, records in crm.records.items()}
    assert counts == {
        "account": 40, "price_book": 40, "product": 42, "price_book_entry": 40,
        "order": 334, "order_line": 1930,
    }  # fmt: skip
    assert set(crm.arrived.values()) == {1}
    assert crm.early == []

    assert total(crm.records["order"], "total") == Decimal(20433877)
    assert total(crm.records["order_line"], "unit_price", "quantity") == Decimal("17879642.375")
    assert crm.records["order"]["0500000000"]["account"] == "0100000022"
    assert crm.records["order"]["0500000000"]["order_date"] == "2018-01-11"
    assert crm.records["order_line"]["0500000000/0000000010"]["unit_price"] == "2186.6250"
    assert all(len(id_) == 10 and id_[0] == "0" for id_ in crm.records["account"])
    with (shared / "corpora/sap-bikes/SalesOrders.csv").open(encoding="utf-8", newline="") as file:
        assert {row["SALESORDERID"] for row in csv.DictReader(file)} == crm.records["order"].keys()

    _, parked, _ = agent.waybill("exceptions", "list", "--json")
    assert {item["external_id"] for item in parked["items"]} == ORPHANS
    assert {item["code"] for item in parked["items"]} == {"REFERENCE_MISSING"}
    _, reads, _ = agent.waybill("reads", "list", "--json")
    for read in reads["items"]:
        said = read["counts"]
        assert read["complete"]
        assert said["duplicate"] == said["unreadable"] == said["deleted"] == 0
    assert {read["name"]: read["counts"]["records"] for read in reads["items"]} == {
        "BusinessPartners.csv": 40, "Products.csv": 42, "SalesOrders.csv": 334,
        "SalesOrderItems.csv": 1930,
    }  # fmt: skip


def test_a_supplier_that_appears_clears_its_orphan(agent, crm):
    agent.start()
    agent.until(lambda s: s["counts"]["parked"] == len(ORPHANS), "no orphan is named", within=90)
    partners = agent.exports / "BusinessPartners.csv"
    text = partners.read_text(encoding="utf-8")
    first = text.splitlines()[1]
    assert first.startswith("0100000000,")
    more = text.rstrip("\n") + "\n" + first.replace("0100000000,", "0100000041,", 1) + "\n"
    write(partners, more)
    agent.until(
        lambda s: s["counts"]["parked"] == 1 and s["idle"], "the orphan stays parked", within=60
    )
    assert crm.records["price_book_entry"]["0100000041/HB-1176"]["product"] == "HB-1176"
    _, parked, _ = agent.waybill("exceptions", "list", "--json")
    assert [item["external_id"] for item in parked["items"]] == ["0100000040/HB-1175"]


def write(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
