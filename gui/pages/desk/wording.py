"""How the pages of daily work name things: kinds of records, sides, numbers, durations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QObject

from gui.bridge import Bridge
from gui.session import Session

_CRMS: Final = {
    "salesforce": "Salesforce",
    "hubspot": "HubSpot",
    "dynamics": "Dynamics 365",
    "sap": "SAP Sales Cloud",
    "oracle": "Oracle Sales",
}


class Wording(QObject):
    """Business words for what the service sends; one for each page."""

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__()
        self._bridge = bridge
        self._session = session

    # --- names ------------------------------------------------------------------------------------

    def kind(self, entity: str) -> str:
        """`account` as people call it."""
        names = {
            "account": self.tr("Customer"),
            "contact": self.tr("Contact"),
            "product": self.tr("Product"),
            "price_book": self.tr("Price list"),
            "price_book_entry": self.tr("Price"),
            "order": self.tr("Order"),
            "order_line": self.tr("Order line"),
            "invoice": self.tr("Invoice"),
            "invoice_line": self.tr("Invoice line"),
            "credit_note": self.tr("Credit note"),
            "payment": self.tr("Payment"),
            "inventory": self.tr("Stock"),
            "shipment": self.tr("Shipment"),
            "shipment_line": self.tr("Shipment line"),
            "quote": self.tr("Quote"),
            "quote_line": self.tr("Quote line"),
            "opportunity": self.tr("Opportunity"),
            "subscription": self.tr("Subscription"),
            "service_case": self.tr("Service case"),
        }
        return names.get(entity, entity.replace("_", " "))

    def side(self, flow: str) -> str:
        """Where the records of a flow go: `Salesforce`, or the target's own name."""
        status = self._bridge.status or {}
        target = next((f["target"] for f in status.get("flows", ()) if f["name"] == flow), "")
        if not target:
            return self.tr("the CRM")
        targets = status.get("targets", ())
        kinds = [each["kind"] for each in targets]
        kind = next((each["kind"] for each in targets if each["name"] == target), "")
        title = _CRMS.get(kind, target)
        return title if kinds.count(kind) < 2 else f"{title} ({target})"

    def owner(self, owner: str) -> str:
        """Who can put it right."""
        names = {
            "erp_data": self.tr("Who keeps the data in the ERP"),
            "mapping": self.tr("Who keeps the mapping"),
            "crm_admin": self.tr("Who administers the CRM"),
            "operator": self.tr("You, here"),
        }
        return names.get(owner, owner)

    def state(self, state: str) -> str:
        """Where an entry stands."""
        names = {
            "parked": self.tr("Needs attention"),
            "waiting": self.tr("Waiting"),
            "sending": self.tr("Being sent"),
            "delivered": self.tr("Delivered"),
            "superseded": self.tr("Replaced by a newer version"),
            "set aside": self.tr("Set aside"),
            "held": self.tr("Held"),
        }
        return names.get(state, state)

    def act(self, what: str) -> str:
        """What somebody did with a record."""
        names = {
            "edited": self.tr("Edited"),
            "set aside": self.tr("Set aside"),
            "taken back": self.tr("Taken back"),
            "replayed": self.tr("Sent again"),
        }
        return names.get(what, what)

    # --- numbers ----------------------------------------------------------------------------------

    def number(self, value: int) -> str:
        """`12,300` or `12.300`."""
        return self._session.number(int(value))

    def records(self, count: int) -> str:
        """`1 record`, `212 records`."""
        if count == 1:
            return self.tr("1 record")
        return self.tr("{count} records").format(count=self.number(count))

    def amounts(self, amounts: Mapping[str, Any] | None) -> str:
        """`EUR 12,300.00`, the currencies one after the other."""
        told = []
        for currency, amount in (amounts or {}).items():
            told.append(f"{currency} {self.amount(amount)}")
        return ", ".join(told)

    def amount(self, amount: object) -> str:
        """A decimal number as people write it here; as it is, if it is none."""
        text = str(amount)
        whole, _, places = text.partition(".")
        if not whole.lstrip("-").isdecimal() or (places and not places.isdecimal()):
            return text
        grouped = self._session.locale.toString(int(whole))
        return f"{grouped}{self._session.locale.decimalPoint()}{places}" if places else grouped

    def since(self, instant: str | None) -> str:
        """When it began, in local time."""
        return self._session.when(instant)


def shown(value: object) -> str:
    """A value of a message as people read and write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
