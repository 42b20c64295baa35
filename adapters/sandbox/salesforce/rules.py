"""What standard objects do beyond storing fields: computed names, prices, order activation."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from adapters.sandbox.salesforce.options import SalesforceOptions
from adapters.sandbox.salesforce.schema import SObject
from adapters.sandbox.salesforce.store import Row, Store
from adapters.sandbox.salesforce.values import Refusal, accept
from adapters.sandbox.store import Value

Values = dict[str, Value]


class Rules:
    """Looks at a record before it is written and completes it. Raises Refusal."""

    def __init__(self, store: Store, options: SalesforceOptions) -> None:
        self._store = store
        self._options = options
        self._before: dict[str, Callable[[Values, Row | None], None]] = {
            "Contact": self._contact,
            "Order": self._order,
            "OrderItem": self._order_item,
            "PricebookEntry": self._price,
        }

    def complete(self, sobject: SObject, values: Values, before: Row | None) -> None:
        """Fill in what the org computes; refuse what it does not allow."""
        rule = self._before.get(sobject.name)
        if rule is not None:
            rule(values, before)
        elif sobject.custom and values.get("Name") is None:
            values["Name"] = values["Id"]

    def settle(self, row: Row) -> None:
        """After an order line was written or deleted: its order's total."""
        if row.kind.name != "OrderItem":
            return
        order = self._row(row.values.get("OrderId"))
        if order is None:
            return
        total = sum((_number(line, "TotalPrice") for line in self._lines(order)), Decimal(0))
        self._store.replace(order, {**order.values, "TotalAmount": total})

    def _contact(self, values: Values, _before: Row | None) -> None:
        names = (values.get("FirstName"), values.get("LastName"))
        values["Name"] = " ".join(str(name) for name in names if name)

    def _order(self, values: Values, before: Row | None) -> None:
        if values.get("Status") != "Activated":
            return
        if before is None:
            raise Refusal("FAILED_ACTIVATION", "New orders must have a status of Draft.", "Status")
        if not self._lines(before):
            raise Refusal("FAILED_ACTIVATION", "An order must have at least one product.", "Status")

    def _order_item(self, values: Values, _before: Row | None) -> None:
        price = self._row(values.get("PricebookEntryId"))
        if price is not None:
            values["Product2Id"] = price.values.get("Product2Id")
            values["ListPrice"] = price.values.get("UnitPrice")
        total = _of(values, "Quantity") * _of(values, "UnitPrice")
        fields = self._store.schema.objects["OrderItem"].fields
        values["TotalPrice"] = accept(fields["TotalPrice"], total)

    def _price(self, values: Values, before: Row | None) -> None:
        product, book = self._row(values.get("Product2Id")), self._row(values.get("Pricebook2Id"))
        if product is None or book is None:
            return
        values["Name"] = product.values.get("Name")
        values["ProductCode"] = product.values.get("ProductCode")
        if before is not None:
            return
        books = {price.values.get("Pricebook2Id"): price for price in self._prices(product)}
        if book.id in books:
            raise Refusal(
                "DUPLICATE_VALUE", "This price definition already exists in this price book"
            )
        if not self._options.standard_price_first or book.values.get("IsStandard"):
            return
        if not any(self._is_standard(book_id) for book_id in books):
            raise Refusal(
                "STANDARD_PRICE_NOT_DEFINED",
                "Before creating a custom price, create a standard price.",
            )

    def _is_standard(self, book_id: Value) -> bool:
        book = self._row(book_id)
        return book is not None and book.values.get("IsStandard") is True

    def _row(self, record_id: Value) -> Row | None:
        return self._store.row(record_id) if isinstance(record_id, str) else None

    def _lines(self, order: Row) -> list[Row]:
        items = self._store.tables["OrderItem"]
        return items.find("OrderId", order.id)

    def _prices(self, product: Row) -> list[Row]:
        prices = self._store.tables["PricebookEntry"]
        return prices.find("Product2Id", product.id)


def _number(row: Row, name: str) -> Decimal:
    return _of(row.values, name)


def _of(values: Values, name: str) -> Decimal:
    value = values.get(name)
    return value if isinstance(value, Decimal) else Decimal(0)
