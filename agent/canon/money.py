"""Which fields are financial: money, what it is worth, and the terms on which it is owed. Pure.

The ERP keeps the books. What it owns of these is never edited on the way: it is put right in the
ERP, or by a mapping that two people answer for.
"""

from __future__ import annotations

from agent.canon.contract import Contract
from agent.canon.field import Field, Kind
from agent.canon.ownership import Ownership, Side

TERMS = frozenset({"credit_hold", "payment_terms", "payment_days"})
"""Fields that are no amount and decide about money all the same, in every contract."""


def financial(contract: Contract, owner: Ownership) -> frozenset[str]:
    """The financial fields of this kind that the ERP owns."""
    return frozenset(
        name
        for name, field in contract.fields.items()
        if _is_financial(field) and owner.of(name).master is Side.ERP
    ) | frozenset(
        # Who owns an amount owns the currency that says what it is worth.
        field.currency
        for field in contract.fields.values()
        if field.currency and owner.of(field.name).master is Side.ERP
    )


def _is_financial(field: Field) -> bool:
    if field.kind is Kind.DECIMAL:
        return bool(field.currency)
    return field.kind is Kind.PERCENT or field.list == "iso-4217" or field.name in TERMS
