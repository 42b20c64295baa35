"""Kinds of records as people call them."""

from __future__ import annotations

from PySide6.QtCore import QObject


class Words(QObject):
    """Several of a kind: what is set up are many."""

    def kind(self, entity: str) -> str:
        """`account`: customers."""
        names = {
            "account": self.tr("Customers"),
            "acceptance": self.tr("Acceptances"),
            "billing_schedule": self.tr("Billing schedules"),
            "contact": self.tr("Contacts"),
            "contract": self.tr("Contracts"),
            "credit_note": self.tr("Credit notes"),
            "inventory": self.tr("Stock"),
            "invoice": self.tr("Invoices"),
            "invoice_line": self.tr("Invoice lines"),
            "opportunity": self.tr("Opportunities"),
            "order": self.tr("Orders"),
            "order_line": self.tr("Order lines"),
            "payment": self.tr("Payments"),
            "price_book": self.tr("Price lists"),
            "price_book_entry": self.tr("Prices"),
            "product": self.tr("Products"),
            "quote": self.tr("Quotes"),
            "quote_line": self.tr("Quote lines"),
            "service_case": self.tr("Service cases"),
            "shipment": self.tr("Shipments"),
            "shipment_line": self.tr("Shipment lines"),
            "subscription": self.tr("Subscriptions"),
            "tax_line": self.tr("Tax lines"),
        }
        return names.get(entity, entity.replace("_", " "))
