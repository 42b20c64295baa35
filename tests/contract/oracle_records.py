"""One record of each kind for Oracle, parents first, and how a test sends them."""

from __future__ import annotations

from collections.abc import Mapping

from agent.model import Delivered, Message, Op, Receipt, Scalar
from agent.ports import Target

Fields = Mapping[str, Scalar]
RECORDS: Mapping[str, tuple[str, Fields]] = {
    "account": ("C-1", {
        "name": "Acme", "phone": "+49891234567", "email": "info@acme.example", "active": True,
        "billing_street": "Ring 1", "billing_city": "München", "billing_postal_code": "80331",
        "billing_country": "DE", "shipping_street": "Hafen 2", "shipping_city": "Bremen",
        "shipping_country": "DE", "credit_limit": "12000.50", "credit_hold": False,
    }),
    "contact": ("P-1", {
        "account": "C-1", "first_name": "Anna", "last_name": "O'Hara", "email": "a@acme.example",
    }),
    "product": ("A-1", {
        "name": "Bolt", "code": "A-1", "description": "Bolt M8", "unit": "EA", "active": True,
    }),
    "price_book": ("L-1", {"name": "Retail", "currency": "EUR", "active": True}),
    "price_book_entry": ("L-1/A-1", {
        "price_book": "L-1", "product": "A-1", "unit_price": "9.9500", "unit": "EA",
        "currency": "EUR",
    }),
    "quote": ("X-1", {
        "account": "C-1", "number": "Q 1", "valid_to": "2026-12-31", "currency": "EUR",
        "total": "99.50",
    }),
    "quote_line": ("X-1/10", {
        "quote": "X-1", "product": "A-1", "number": 10, "quantity": "10.0000", "unit": "EA",
        "amount": "99.50",
    }),
    "order": ("X-1", {
        "account": "C-1", "number": "SO 1", "order_date": "2026-11-01", "currency": "EUR",
    }),
    "order_line": ("SO-1/10", {
        "order": "X-1", "product": "A-1", "number": 10, "quantity": "2.0000", "unit": "EA",
    }),
    "invoice": ("I-1", {
        "account": "C-1", "order": "X-1", "number": "I 1", "invoice_date": "2026-11-02",
        "total": "99.50",
    }),
    "invoice_line": ("I-1/1", {"invoice": "I-1", "product": "A-1", "number": 1, "amount": "9.95"}),
    "inventory": ("W/A-1", {"product": "A-1", "warehouse": "W", "on_hand": "5.0000"}),
    "shipment": ("S-1", {"order": "X-1", "number": "S 1", "delivered_date": "2026-11-03"}),
    "payment": ("B-1", {
        "account": "C-1", "invoice": "I-1", "number": "B 1", "payment_date": "2026-11-04",
        "amount": "99.50", "currency": "EUR",
    }),
}  # fmt: skip
"""One of each kind, parents first. The quote and the order share their key on purpose."""


def message(entity: str, op: Op = Op.UPSERT, key: str = "", **fields: Scalar) -> Message:
    external_id, usual = RECORDS[entity]
    given = {} if op is Op.DELETE else {**usual, **fields}
    return Message(f"{op}-{entity}-{key}", op, entity, f"{entity}/1", key or external_id, 1, given)


def one(target: Target, *batch: Message) -> Receipt:
    (receipt,) = target.deliver(batch)
    return receipt


def everything(target: Target) -> None:
    for entity in RECORDS:
        receipt = one(target, message(entity))
        assert isinstance(receipt, Delivered), (entity, receipt)
        assert receipt.remote_id.isdecimal()
