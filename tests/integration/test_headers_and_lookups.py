"""One export of order lines becomes orders and their lines; a table of the ERP is looked up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import app, keys
from agent.clock import SystemClock
from agent.errors import ConfigError
from agent.model import Json
from agent.queue.desk import Desk
from agent.queue.states import OPEN
from agent.runtime.agent import Agent
from agent.runtime.assemble import Parts
from agent.runtime.workshop.bench import Workbench

CONFIG = """
version = 1
[limits]
reserve_bytes = 0

[sources.lines]
kind = "files"
folder = "../export"
pattern = "LINES.CSV"
content = "full"
format = { kind = "delimited", delimiter = ";" }
key = ["ORDNO", "POS"]
ready = { quiet = "0s" }
every = "1s"

[sources.terms]
kind = "files"
folder = "../export"
pattern = "TERMS.CSV"
content = "full"
format = { kind = "delimited", delimiter = ";" }
key = ["CODE"]
ready = { quiet = "0s" }
every = "1s"

[sources.orders]
kind = "group"
of = "lines"
key = ["ORDNO"]
every = "1s"
[sources.orders.columns]
CUSTNO = { same = "CUSTNO" }
DATE = { same = "DATE" }
TERMS = { same = "TERMS" }
TOTAL = { same = "TOTAL" }
TAX = { same = "TAX" }
NET = { sum = "AMOUNT", decimal = "," }
LINES = { count = true }

[targets.crm]
kind = "webhook"
url = "https://localhost:1/"
secret = "secret:crm"

[flows.orders]
source = "orders"
target = "crm"
entity = "order"
mapping = "mappings/orders.toml"

[flows.lines]
source = "lines"
target = "crm"
entity = "order_line"
mapping = "mappings/lines.toml"
"""
ORDERS = """
version = 1
entity = "order"
external_id = "ORDNO"
on_leave = "leave"
[lookups.terms]
source = "terms"
key = "CODE"
value = "TEXT"
[fields]
account = "CUSTNO"
number = "ORDNO"
order_date = "DATE"
status = { constant = "confirmed" }
currency = { constant = "EUR" }
payment_terms = { column = "TERMS", lookup = "terms" }
net = "NET"
tax = { column = "TAX", decimal = "," }
total = { column = "TOTAL", decimal = "," }
"""
LINES = """
version = 1
entity = "order_line"
external_id = ["ORDNO", "POS"]
on_leave = "delete"
[fields]
order = "ORDNO"
number = "POS"
quantity = "QTY"
amount = { column = "AMOUNT", decimal = "," }
"""
HEAD = "ORDNO;POS;CUSTNO;DATE;TERMS;QTY;AMOUNT;TAX;TOTAL"
ROWS = [
    "1001;10;K1;2026-01-31;30;1;100,00;28,50;178,50",
    "1001;20;K1;2026-01-31;30;2;50,00;28,50;178,50",
    "1002;10;K2;2026-02-01;14;1;10,00;1,90;12,00",
]
TERMS = ["CODE;TEXT", "30;30 days", "14;14 days"]


class Home:
    def __init__(self, folder: Path) -> None:
        self.home, self.exports = folder / "home", folder / "export"
        (self.home / "mappings").mkdir(parents=True)
        self.exports.mkdir()
        self.write("waybill.toml", CONFIG)
        self.write("mappings/orders.toml", ORDERS)
        self.write("mappings/lines.toml", LINES)
        keys.initialise(self.home)
        keys.set_secret(self.home, "crm", "whsec_" + "a2lsbHBvaW50cyBhcmUgbm90IHNlY3JldA==")
        self.agent: Agent | None = None
        self.parts: Parts | None = None

    def write(self, name: str, text: str) -> None:
        (self.home / name).write_text(text, encoding="utf-8")

    def export(self, name: str, *lines: str) -> None:
        self.exports.joinpath(name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def open(self) -> Agent:
        config = app.configured(self.home, self.home / "waybill.toml")[0]
        self.agent, self.parts = app.build(self.home, config, SystemClock(), threading.Event())
        return self.agent

    def close(self) -> None:
        if self.agent is not None:
            self.agent.close()
            self.agent = None

    def look(self, *sources: str) -> None:
        """Every source is looked at, as its worker does it."""
        assert self.agent is not None
        for name in sources or self.agent.sources:
            self.agent.sources[name].step()

    def queued(self) -> dict[str, dict[str, Json]]:
        """What would be sent: external id -> fields; the newest of each."""
        assert self.agent is not None
        found = Desk(self.agent.store).entries(OPEN, limit=1000)
        return {item.external_id: item.fields | {"code": item.code} for item in found}

    def reasons(self) -> set[str]:
        assert self.agent is not None
        return {each.code for each in self.agent.sources["orders"].conditions.list()}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path)
    yield made
    made.close()


def test_one_export_of_lines_becomes_orders_with_exact_sums_and_their_lines(home: Home) -> None:
    home.export("LINES.CSV", HEAD, *ROWS)
    home.export("TERMS.CSV", *TERMS)
    agent = home.open()
    assert set(agent.sources) == {"lines", "orders"}, "a table that is only looked up has no stream"
    home.look()
    queued = home.queued()
    assert set(queued) == {"1001", "1002", "1001/10", "1001/20", "1002/10"}
    assert queued["1001"]["net"] == "150.00"
    assert queued["1001"]["payment_terms"] == "30 days"
    assert queued["1002"]["code"] == "TOTAL_WRONG", (
        "10.00 + 1.90 is not 12.00, found before sending"
    )
    (read,) = agent.sources["orders"].reads.latest([agent.streams[-1].id], 1)
    assert read.counts["part_of"] == len(ROWS)
    assert read.counts["rows"] == 2


def test_a_table_that_changes_maps_its_records_again_also_over_a_restart(home: Home) -> None:
    home.export("LINES.CSV", HEAD, *ROWS[:2])
    home.export("TERMS.CSV", *TERMS)
    home.open()
    home.look()
    home.close()
    home.export("TERMS.CSV", "CODE;TEXT", "30;one month", "14;14 days")
    home.open()
    home.look()
    assert home.queued()["1001"]["payment_terms"] == "one month"


def test_orders_wait_for_a_table_that_is_not_there_and_lines_go_on(home: Home) -> None:
    home.export("LINES.CSV", HEAD, *ROWS[:2])
    home.open()
    home.look()
    assert set(home.queued()) == {"1001/10", "1001/20"}
    assert home.reasons() == {"LOOKUP_UNREADABLE"}
    home.export("TERMS.CSV", *TERMS)
    home.look()
    assert "1001" in home.queued()
    assert home.reasons() == set()


def test_a_preview_looks_things_up_as_the_route_does(home: Home) -> None:
    home.export("LINES.CSV", HEAD, *ROWS[:2])
    home.export("TERMS.CSV", *TERMS)
    home.open()
    assert home.parts is not None
    found = Workbench(home.parts.workshop).preview("orders", "", limit=10, show=5, back=0)
    assert found["items"][0]["fields"]["payment_terms"] == "30 days"
    assert found["items"][0]["fields"]["net"] == "150.00"


HEADERS = """
[sources.headers]
kind = "files"
folder = "../export"
pattern = "HEADERS.CSV"
content = "full"
format = { kind = "delimited", delimiter = ";" }
key = ["ORDNO"]
ready = { quiet = "0s" }
every = "1s"

[flows.headers]
source = "headers"
target = "crm"
entity = "order"
mapping = "mappings/headers.toml"
"""
ADDED_UP = """
version = 1
entity = "order"
external_id = "ORDNO"
on_leave = "leave"
[lookups.line_sums]
source = "orders"
key = "ORDNO"
value = "NET"
[[checks]]
name = "lines add up"
field = "total"
formula = 'NUMBER(TOTAL, ",") - NUMBER(TAX, ",") - NUMBER(LOOKUP("line_sums", ORDNO)) = 0'
severity = "warning"
[fields]
account = "CUSTNO"
number = "ORDNO"
order_date = "DATE"
status = { constant = "confirmed" }
currency = { constant = "EUR" }
total = { column = "TOTAL", decimal = "," }
"""


def test_headers_and_lines_of_two_exports_are_held_against_each_other(home: Home) -> None:
    flow = CONFIG.index("[flows.orders]"), CONFIG.index("[flows.lines]")
    home.write("waybill.toml", CONFIG[: flow[0]] + CONFIG[flow[1] :] + HEADERS)
    home.write("mappings/headers.toml", ADDED_UP)
    home.export("LINES.CSV", HEAD, *ROWS)
    home.export("HEADERS.CSV", "ORDNO;CUSTNO;DATE;TAX;TOTAL",
                "1001;K1;2026-01-31;28,50;178,50", "1002;K2;2026-02-01;1,90;12,00")  # fmt: skip
    agent = home.open()
    home.look()
    assert {"1001", "1002"} <= set(home.queued())
    headers = agent.sources["headers"]
    (read,) = headers.reads.latest([headers.plan.id], 1)
    assert read.warned == {"headers": {"CHECK_FAILED total": ["1002"]}}
    assert "DATA_WARNINGS" in {each.code for each in headers.conditions.list()}
    home.close()
    home.export("LINES.CSV", HEAD, *ROWS[:2], ROWS[2].replace("10,00", "10,10"))
    agent = home.open()
    home.look()
    headers = agent.sources["headers"]
    (read,) = headers.reads.latest([headers.plan.id], 1)
    assert read.warned == {}, "the lines were corrected, and that was noticed from the other side"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('of = "lines"', 'of = "nothing"', "no source nothing"),
        ('key = ["ORDNO", "POS"]', 'key = ["ORDNO", "POS"]\nsettle = "delete"', "takes its files"),
        (
            'pattern = "LINES.CSV"\ncontent = "full"',
            'pattern = "LINES.CSV"\ncontent = "changes"',
            "holds changes",
        ),
        (
            'pattern = "TERMS.CSV"\ncontent = "full"',
            'pattern = "TERMS.CSV"\ncontent = "changes"',
            "holds changes",
        ),
    ],
)
def test_what_could_not_be_whole_is_refused_when_the_configuration_is_read(
    home: Home, old: str, new: str, why: str
) -> None:
    assert old in CONFIG
    home.write("waybill.toml", CONFIG.replace(old, new))
    with pytest.raises(ConfigError) as refused:
        home.open()
    assert any(why in str(problem) for problem in refused.value.problems)


def test_a_table_in_a_source_that_there_is_not_is_a_problem_of_the_mapping(home: Home) -> None:
    home.write("mappings/orders.toml", ORDERS.replace('source = "terms"', 'source = "termz"'))
    with pytest.raises(ConfigError) as refused:
        home.open()
    assert any("no source termz" in str(problem) for problem in refused.value.problems)
