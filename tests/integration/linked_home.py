"""A home folder whose CRM is not empty: the sandbox with what people typed, an ERP with the rest."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from adapters.sandbox import Sandbox
from agent import keys
from agent.control.client import Client
from tests.integration.agent_home import AgentHome
from tests.two_sides import Fields

COLUMNS = {
    "name": "NAME", "phone": "PHONE", "billing_street": "STREET", "billing_postal_code": "ZIP",
    "billing_city": "CITY", "billing_country": "COUNTRY",
}  # fmt: skip
THEIRS = {
    "name": "Name", "phone": "Phone", "billing_street": "BillingStreet",
    "billing_postal_code": "BillingPostalCode", "billing_city": "BillingCity",
    "billing_country": "BillingCountry",
}  # fmt: skip
_CONFIG = """version = 1
[agent]
name = "linked"
[limits]
reserve_bytes = 0
[ownership.account]
master = "erp"
[targets.crm]
kind = "salesforce"
url = "{url}"
ca_file = "{ca}"
settles_within = "1s"
lag = "0s"
sign_in = {{ flow = "client_credentials", client_id = "{id}", client_secret = "secret:crm" }}
[sources.customers]
kind = "files"
folder = "../export"
pattern = "customers.csv"
content = "full"
format = {{ kind = "delimited", delimiter = ";" }}
key = ["NO"]
ready = {{ quiet = "0s" }}
every = "1s"
[flows.customers]
source = "customers"
target = "crm"
entity = "account"
mapping = "mappings/customers.toml"
first_link = {{ match = [{match}], country = "DE" }}
"""
_MAPPING = 'version = 1\nentity = "account"\nexternal_id = "NO"\non_leave = "delete"\n[fields]\n'


class LinkedHome(AgentHome):
    """An agent whose only flow is linked before it is delivered."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.exports = folder / "export"
        self.exports.mkdir(parents=True)
        (self.home / "mappings").mkdir(parents=True)
        self.home.chmod(0o700)
        config = _CONFIG.format(
            url=sandbox.url, ca=sandbox.ca_file, id=sandbox.client_id,
            match=", ".join(f'"{name}"' for name in COLUMNS),
        )  # fmt: skip
        (self.home / "waybill.toml").write_text(config, encoding="utf-8")
        fields = "".join(f'{name} = "{column}"\n' for name, column in COLUMNS.items())
        (self.home / "mappings" / "customers.toml").write_text(_MAPPING + fields, encoding="utf-8")
        keys.initialise(self.home)
        keys.set_secret(self.home, "crm", sandbox.client_secret)
        self.client = Client(self.home, timeout=30)
        self.process = None
        self.errors = folder / "stderr"

    def write(self, accounts: Mapping[str, Fields]) -> None:
        """A full export."""
        text = io.StringIO()
        sheet = csv.writer(text, delimiter=";", lineterminator="\n")
        sheet.writerow(["NO", *COLUMNS.values()])
        for key, fields in accounts.items():
            sheet.writerow([key, *(fields[name] or "" for name in COLUMNS)])
        fresh = self.exports / ".customers.tmp"
        fresh.write_text(text.getvalue(), encoding="utf-8")
        fresh.replace(self.exports / "customers.csv")

    def until_read(self, accounts: int) -> None:
        """Once everything is queued."""
        self.client.call("scan")
        self.until(
            lambda s: s["counts"]["captured"] >= accounts and not s["counts"]["behind"],
            "it is not read", within=90,
        )  # fmt: skip

    def until_link(self, state: str, within: float = 90.0) -> dict[str, object]:
        """Once the link is in this state."""
        self.until(
            lambda _: self.client.call("link.show", {"flow": "customers"})["state"] == state,
            f"the link is not {state}", within=within,
        )  # fmt: skip
        return self.client.call("link.show", {"flow": "customers"})

    def items(self, kind: str = "") -> list[dict[str, object]]:
        """All items of the link, or those of a kind."""
        found, after = [], 0
        while after is not None:
            asked = {"flow": "customers", "kind": kind, "after": after, "limit": 500}
            page = self.client.call("link.show", asked)
            found += page["items"]
            after = page["next"]
        return found


def enter(sandbox: Sandbox, fields: Fields) -> str:
    """A person types a record into the CRM."""
    return sandbox.enter("Account", {THEIRS[n]: v for n, v in fields.items() if v})


def keys_of(sandbox: Sandbox) -> dict[str, str]:
    """The external id on each account of the CRM, empty where there is none."""
    return {id_: str(f.get("ERP_Id__c") or "") for id_, f in sandbox.every("Account").items()}
