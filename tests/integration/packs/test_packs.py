"""Each pack: a home made of it checks, maps every row, and fills the practice CRM."""

from __future__ import annotations

import os
import re
import sqlite3
import threading
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox import Sandbox
from agent import app, keys, packs
from agent.clock import SystemClock
from agent.control.client import Client
from agent.demo.worker import odbc_driver
from agent.model import Checkpoint, Draft, LeftOut, Raw, Record
from agent.ports import Read
from tests.integration.agent_home import AgentHome
from tests.integration.packs import database, world

DRIVER = odbc_driver(app.odbc_drivers())
LINKED = {"account", "contact", "product"}
"""Kinds that people keep by hand where there is no Waybill yet."""


@dataclass
class Case:
    """A pack, its ERP as a database or as files, and a home made by `waybill init --pack`."""

    pack: packs.Pack
    erp: Any
    home: Path
    waybill: AgentHome


@pytest.fixture(scope="module")
def business() -> world.World:
    return world.made()


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "crm", seed=1) as running:
        yield running


@pytest.fixture(params=packs.names())
def case(request, tmp_path, business) -> Iterator[Case]:
    """A home made of the pack, on a database or on files."""
    pack = packs.load(request.param)
    erp = import_module("tests.integration.packs.erps." + pack.name.replace("-", "_"))
    settings = {key: setting.default or "" for key, setting in pack.settings.items()}
    if "folder" in settings:
        (tmp_path / "export").mkdir()
        given = {"folder": str(tmp_path / "export"), **getattr(erp, "SETTINGS", {})}
        erp.export(business, tmp_path / "export")
    elif DRIVER:
        given = erp.SETTINGS
        rows = erp.rows(business)
        database.build(tmp_path / "erp.db", packs.tables(pack), settings | given, rows)
    else:
        pytest.skip("no SQLite ODBC driver (libsqliteodbc)")
    waybill = made_of(pack, given, tmp_path)
    translate(waybill.home / "waybill.toml", getattr(erp, "SPOKEN", ()))
    yield Case(pack, erp, waybill.home, waybill)
    waybill.close()


def made_of(pack: packs.Pack, given: Mapping[str, str], folder: Path) -> AgentHome:
    """`waybill init --pack`, and the test's ERP in place of the real one."""
    waybill = AgentHome.__new__(AgentHome)
    waybill.home, waybill.errors = folder / "home", folder / "stderr"
    words = [word for key, value in given.items() for word in ("--set", f"{key}={value}")]
    code, _, said = waybill.waybill("init", "--pack", pack.name, *words)
    assert (code, said) == (0, "")
    connect(waybill.home / "waybill.toml", pack, folder / "erp.db")
    waybill.client, waybill.process = Client(waybill.home, timeout=10), None
    return waybill


def connect(configuration: Path, pack: packs.Pack, erp: Path) -> None:
    """Name the generated database, and do not wait long for files to be whole."""
    text = configuration.read_text(encoding="utf-8")
    connection = f'connection = {{ driver = "{DRIVER}", database = "{erp}" }}\n'
    text, count = re.subn(r"dsn = .*\nuser = .*\npassword = .*\n", connection, text)
    assert count == (0 if "folder" in pack.settings else len(pack.kinds))
    text = text.replace('kind = "files"\n', 'kind = "files"\nready = { quiet = "100ms" }\n')
    configuration.write_text(text, encoding="utf-8")


def translate(configuration: Path, spoken: Iterable[tuple[str, str]]) -> None:
    """Say in SQLite's words what its SQL has no other word for; each pack names it."""
    text = configuration.read_text(encoding="utf-8")
    for theirs, ours in spoken:
        text, count = re.subn(theirs, ours, text)
        assert count, theirs
    configuration.write_text(text, encoding="utf-8")


def test_every_row_of_the_erp_becomes_what_the_crm_takes(case, business):
    expected = {**business.counts(), **getattr(case.erp, "COUNTS", {})}
    assert drafts(case.home) == {kind: expected[kind] for kind in case.pack.kinds}


@pytest.mark.parametrize("case", ["epicor-kinetic"], indirect=True)
def test_an_invoice_that_is_posted_later_is_among_the_changes_with_its_older_lines(case, tmp_path):
    config, _ = app.configured(case.home, app.config_path(case.home))
    agent, parts = app.build(case.home, config, SystemClock(), threading.Event())
    invoices, lines = parts.sources["invoices"], parts.sources["invoice_lines"]
    with closing(agent):
        all_invoices, since_invoice = finished(invoices.read(None))
        all_lines, since_line = finished(lines.read(None))
        with closing(sqlite3.connect(tmp_path / "erp.db")) as erp, erp:
            erp.execute(
                "UPDATE InvcHead SET Posted = 1, SysRevID = 99000000 WHERE InvoiceNum = 7998"
            )
        changed_invoices, _ = finished(invoices.read(since_invoice))
        changed_lines, _ = finished(lines.read(since_line))
    assert "7998" in changed_invoices
    assert len(changed_invoices) < len(all_invoices)
    assert "7998" in changed_lines
    assert len(changed_lines) < len(all_lines)


def finished(read: Read | None) -> tuple[list[str], Checkpoint]:
    """The invoice of each record of a read, and where the next one starts."""
    assert read is not None
    with closing(read):
        column = read.columns.index("InvoiceNum")
        found = [str(record.values[column]) for record in records(read)]
        return found, read.end().checkpoint


def test_every_row_of_the_templates_becomes_what_the_crm_takes(tmp_path):
    for pack in map(packs.load, packs.names()):
        templates = packs.fill(pack, {"folder": "x"}, "a").templates if own(pack) else {}
        if not templates:
            continue
        folder = tmp_path / pack.name
        folder.mkdir()
        waybill = made_of(pack, {"folder": str(folder / "home" / "templates")}, folder)
        rows = {  # all lines but the first: no value of a template has a line end in it
            name: text.count("\n") - 1 for name, text in templates.items() if name.endswith(".csv")
        }
        for path in (waybill.home / "templates").iterdir():
            os.utime(path, (0, 0))  # as if they had lain there for long
        made = drafts(waybill.home)
        assert len(made) == len(rows)
        assert sum(made.values()) == sum(rows.values())
        waybill.close()


def own(pack: packs.Pack) -> bool:
    """Whether the layout is the pack's own."""
    return (pack.folder / "templates").is_dir()


def drafts(home: Path) -> dict[str, int]:
    """Read each source to its end and map every record: how many of each kind came of it."""
    config, _ = app.configured(home, app.config_path(home))
    agent, parts = app.build(home, config, SystemClock(), threading.Event())
    made: Counter[str] = Counter()
    with ExitStack() as stack:
        stack.callback(agent.close)
        for name, flow in parts.flows.items():
            read = parts.sources[config.flows[name].source].read(None)
            assert read is not None
            stack.callback(read.close)
            mapper = flow.bind(read.columns)
            for record in records(read):
                draft = mapper(record.values)
                assert isinstance(draft, (Draft, LeftOut)), (name, draft, record.values)
                made[flow.entity] += isinstance(draft, Draft)
            assert read.end().complete
    return dict(made)


def records(read: Read) -> Iterator[Record]:
    for page in read.pages():
        for record in read.parse([Raw(data, page.place(i)) for i, data in enumerate(page.records)]):
            assert isinstance(record, Record), record
            yield record


def test_a_home_made_of_the_pack_checks_and_the_whole_erp_arrives_in_the_crm(
    case, sandbox, business
):
    delivering(case.home, sandbox)
    code, found, said = case.waybill.waybill("check", "--json")
    assert (code, said) == (0, ""), found
    assert [each for each in found["findings"] if each["level"] not in ("ok", "info")] == []
    case.waybill.start()
    link(case)
    status = case.waybill.until(
        lambda status: status["idle"] or status["counts"]["parked"], "it never ends", within=60
    )
    assert status["counts"]["parked"] == 0, case.waybill.waybill("exceptions", "list")[1]
    case.waybill.until_idle()
    expected = {**business.counts(), **getattr(case.erp, "COUNTS", {})}
    found = {kind: len(sandbox.records(RESOURCE[kind])) for kind in case.pack.kinds}
    assert found == {kind: expected[kind] for kind in case.pack.kinds}
    own_sums = case.erp.sums(business) if hasattr(case.erp, "sums") else {}
    assert sums(sandbox, case.pack.kinds) == {
        field: value
        for field, value in {**told(business), **own_sums}.items()
        if field[0] in case.pack.kinds
    }
    for kind, (external_id, fields) in case.erp.SAMPLES.items():
        record = sandbox.records(RESOURCE[kind])[external_id]
        assert {name: str(record[name]) for name in fields} == fields, (kind, record)


def link(case: Case) -> None:
    """Say yes to each flow of which the CRM might hold records already: this one is empty."""
    flows = tomllib.loads((case.home / "waybill.toml").read_text(encoding="utf-8"))["flows"]
    linked = [name for name, flow in flows.items() if "first_link" in flow]
    assert {flows[name]["entity"] for name in linked} == LINKED & {*case.pack.kinds}
    case.waybill.until(
        lambda status: all(source["last_read"] for source in status["sources"]), "not all is read"
    )
    for name in linked:
        code, found, said = case.waybill.waybill("link", "propose", name, "--json", within=60)
        assert code == 0, said
        assert (found["certain"], found["ambiguous"]) == (0, 0), found
        code, _, said = case.waybill.waybill("link", "approve", name, "--json", within=60)
        assert code == 0, said


def sums(sandbox: Sandbox, kinds: Sequence[str]) -> dict[tuple[str, str], Decimal]:
    """What the CRM holds, added up: a digit that is lost anywhere shows."""
    found = {}
    for kind, field in SUMMED:
        if kind in kinds:
            records = sandbox.records(RESOURCE[kind]).values()
            found[kind, field] = sum((Decimal(str(r[field])) for r in records), Decimal(0))
    return found


def told(business: world.World) -> dict[tuple[str, str], Decimal]:
    """The same sums of the business itself."""
    ordered = [line for order in business.orders for line in order.lines]
    invoiced = [line for invoice in business.invoices for line in invoice.lines]
    nothing = Decimal(0)
    return {
        ("price_book_entry", "UnitPrice"): sum((i.price for i in business.items), nothing),
        ("order_line", "Quantity"): Decimal(sum(line.quantity for line in ordered)),
        ("order_line", "ERP_Amount__c"): sum((line.amount for line in ordered), nothing),
        ("invoice_line", "ERP_Amount__c"): sum((line.amount for line in invoiced), nothing),
        ("inventory", "ERP_On_Hand__c"): Decimal(sum(business.stock.values())),
    }


def delivering(home: Path, sandbox: Sandbox) -> None:
    """Finish the configuration as an administrator would, for the practice CRM."""
    configuration = home / "waybill.toml"
    sign_in = (
        f'sign_in = {{ flow = "client_credentials", client_id = "{sandbox.client_id}", '
        'client_secret = "secret:crm-key" }\nsettles_within = "2s"\n'
        f'ca_file = "{sandbox.ca_file}"'
    )
    text = re.sub(r"sign_in = .*", lambda _: sign_in, configuration.read_text(encoding="utf-8"))
    text = text.replace("https://example.my.salesforce.com", sandbox.url)
    configuration.write_text(text, encoding="utf-8")
    keys.set_secret(home, "crm-key", sandbox.client_secret)


SUMMED = (
    ("price_book_entry", "UnitPrice"),
    ("order_line", "Quantity"),
    ("order_line", "ERP_Amount__c"),
    ("invoice_line", "ERP_Amount__c"),
    ("inventory", "ERP_On_Hand__c"),
)
RESOURCE = {
    "account": "Account", "contact": "Contact", "product": "Product2", "price_book": "Pricebook2",
    "price_book_entry": "PricebookEntry", "order": "Order", "order_line": "OrderItem",
    "invoice": "ERP_Invoice__c", "invoice_line": "ERP_Invoice_Line__c",
    "inventory": "ERP_Stock__c", "shipment": "ERP_Shipment__c",
}  # fmt: skip
