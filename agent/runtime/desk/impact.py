"""What is at stake where a record does not arrive: which customer, which document, how much. Pure.

Which fields say so is stated by the contract. These are business values: they are made when somebody
who may see them asks, and are kept nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from agent.canon import Contract
from agent.model import Json, Scalar


@dataclass(frozen=True, slots=True)
class Impact:
    """What one record is about; empty where the record does not say."""

    entity: str = ""
    customer: str = ""
    document: str = ""
    amount: Decimal | None = None
    currency: str = ""

    def as_json(self) -> dict[str, Json]:
        """For the face."""
        return {
            "impact": self.sentence(),
            "customer": self.customer,
            "document": self.document,
            "amount": None if self.amount is None else f"{self.amount:f}",
            "currency": self.currency,
        }

    def sentence(self) -> str:
        """`invoice R17 of C001, 1,190.00 EUR`; empty where nothing is known."""
        parts = [self.entity.replace("_", " "), self.document]
        if self.customer and self.customer != self.document:
            parts += ["of" if self.document else "", self.customer]
        said = " ".join(part for part in parts if part)
        if self.amount is None or not self.currency:
            return said
        return f"{said}, {self.amount:,f} {self.currency}"


def impact_of(contract: Contract, fields: Mapping[str, Scalar], external_id: str) -> Impact:
    """What a record with these fields is about. An amount without a currency is none."""
    about = contract.impact
    currency = _text(fields, about.currency)
    amount = _amount(fields.get(about.amount)) if about.amount and about.currency else None
    return Impact(
        contract.name,
        _text(fields, about.customer),
        _text(fields, about.document) or external_id,
        amount,
        currency if amount is not None else "",
    )


def _text(fields: Mapping[str, Scalar], name: str) -> str:
    value = fields.get(name) if name else None
    return "" if value is None else str(value)


def _amount(value: Scalar) -> Decimal | None:
    if not isinstance(value, str):
        return None
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
