"""An agent with one flow of invoices, whose mapping has a lookup table in a file."""

from __future__ import annotations

from pathlib import Path

from tests.integration.agent_home import WEBHOOK, AgentHome
from tests.integration.killpoints.field import Received, Receiver

MAPPING = """# invoices of the old system
version = 1
entity = "invoice"
external_id = "NO"
on_leave = "leave"

[fields]
account = "CUST"
number = "NO"
invoice_date = "DATE"
payment_status = { column = "ST", lookup = "states" }   # as in the ERP
currency = { column = "CUR", convert = "currency" }
total = "TOTAL"

[lookups.states]
csv = "states.csv"
key = "CODE"
value = "MEANS"
"""
STATES = "CODE;MEANS\nO;open\n"
SOURCE = """
[sources.accounts]
kind = "files"
folder = '{folder}'
pattern = "*.CSV"
content = "{content}"
order = "name"
format = {{ kind = "delimited", delimiter = ";" }}
key = ["NO"]
ready = {{ quiet = "200ms" }}
every = "1s"

[flows.invoices]
source = "accounts"
target = "crm"
entity = "invoice"
mapping = "mappings/invoices.toml"
"""


class Crm(Received):
    """Keeps what arrived: number of the invoice -> its fields."""

    def _apply(self, key, message):
        self.history.setdefault(key, []).append(message["fields"])


class Invoices(AgentHome):
    """An agent with one flow of invoices."""

    def __init__(self, folder: Path, receiver: Receiver, content: str) -> None:
        receiver.cases["crm"] = Crm()
        super().__init__(folder, WEBHOOK.format(url=receiver.url("crm")))
        text = self.configuration.read_text()
        head = text[: text.index("[sources.")]
        target = WEBHOOK.format(url=receiver.url("crm"))
        extra = "" if "[targets.crm]" in head else target
        source = SOURCE.format(folder=self.exports, content=content)
        self.configuration.write_text(head + extra + source)
        (self.home / "mappings" / "invoices.toml").write_text(MAPPING)
        (self.home / "lookups").mkdir()
        (self.home / "lookups" / "states.csv").write_text(STATES)

    def write(self, name: str, *rows: str) -> None:
        lines = ["NO;CUST;DATE;ST;CUR;TOTAL", *rows]
        (self.exports / name).write_text("\n".join(lines) + "\n")

    def parked(self) -> list[dict]:
        return self.waybill("exceptions", "groups", "--json")[1]["items"]


def row(number: int, state: str = "O", currency: str = "EUR") -> str:
    return f"R{number};C{number % 3};2026-11-01;{state};{currency};{number}0.00"
