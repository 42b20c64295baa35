"""The sample ERP: what it holds, and what its people do all day.

Rows are dictionaries by the ERP's own column names, tables are dictionaries by key. Everything is
made with a seeded random, so that a demo can be repeated. What changed since it was last published
is remembered per table (`take_dirty`), for those that are written row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

from agent.demo import words
from agent.demo.options import Size

Row = dict[str, Any]
Key = tuple[str, ...]
Table = dict[Key, Row]

FILES = ("account", "contact", "product", "price_book", "price_book_entry")
TABLES = ("order", "order_line", "invoice", "invoice_line", "inventory", "shipment")

_TODAY = date(2026, 11, 2)
_CENT = Decimal("0.01")


class Erp:
    """All tables of the sample ERP."""

    def __init__(self, size: Size, random: Random, *, files_only: bool) -> None:
        self.kinds = FILES if files_only else FILES + TABLES
        self.tables: dict[str, Table] = {kind: {} for kind in FILES + TABLES}
        self.random = random
        self._dirty: dict[str, set[Key]] = {kind: set() for kind in self.tables}
        self._numbers = count(100_001)
        self._changes = count(1)
        for name, title in words.PRICE_LISTS:
            self.put("price_book", (name,), {"LIST": name, "NAME": title, "CURR": name})
        for _ in range(size.products):
            self.new_product()
        for _ in range(size.accounts):
            self.new_account()
        for _ in range(size.contacts):
            self.new_contact(self.pick("account"))
        if not files_only:
            self._open_shop(size)

    def _open_shop(self, size: Size) -> None:
        for product in self.tables["product"].values():
            for warehouse in words.WAREHOUSES:
                self.put_stock(product["ITEM"], warehouse)
        for _ in range(size.orders):
            self.new_order()
        orders = list(self.tables["order"])
        for key in self.random.sample(orders, size.invoices):
            self.new_invoice(key)
        for _ in range(size.shipments):
            self.new_shipment(self.random.choice(orders))

    # --- rows ---

    def put(self, kind: str, key: Key, row: Row) -> Row:
        """Add or replace a row."""
        self.tables[kind][key] = row
        self._dirty[kind].add(key)
        return row

    def change(self, kind: str, key: Key, **values: object) -> None:
        """Change some columns of a row."""
        row = self.tables[kind][key]
        if "CHANGE_NO" in row:
            values["CHANGE_NO"] = next(self._changes)
        self.put(kind, key, {**row, **values})

    def drop(self, kind: str, key: Key) -> None:
        """Delete a row."""
        del self.tables[kind][key]
        self._dirty[kind].add(key)

    def take_dirty(self, kind: str) -> set[Key]:
        """Keys of the rows that changed since this was last asked."""
        dirty, self._dirty[kind] = self._dirty[kind], set()
        return dirty

    def pick(self, kind: str) -> Key:
        """Any key of a table; of accounts, one that is a real customer."""
        keys = list(self.tables[kind])
        while True:
            key = self.random.choice(keys)
            if self.tables[kind][key].get("TYP") != "I":
                return key

    def some(self, kind: str, number: int) -> list[Key]:
        """Several different keys of a table; of accounts, of real customers."""
        keys = [key for key, row in self.tables[kind].items() if row.get("TYP") != "I"]
        return self.random.sample(keys, min(number, len(keys)))

    # --- what is made ---

    def new_product(self) -> Key:
        """A product with a price in every list."""
        random, item = self.random, f"P-{next(self._numbers)}"
        name = f"{random.choice(words.THINGS)} {random.choice(words.TRAITS)}"
        text = f'{name}\nVerpackt zu {random.randint(2, 50)} Stück, "ab Werk".'
        row = {"ITEM": item, "NAME": name, "TEXT": text, "UNIT": "stk", "ACTIVE": "Y"}
        self.put("product", (item,), row)
        for curr, _ in words.PRICE_LISTS:
            price = Decimal(random.randint(10_000, 9_000_000)).scaleb(-4)
            entry = {"LIST": curr, "ITEM": item, "PRICE": price, "CURR": curr, "VALID": "1"}
            self.put("price_book_entry", (curr, item), entry)
        return (item,)

    def new_account(self) -> Key:
        """A customer; one in fifty is an own branch, one in twenty belongs to a group."""
        random, number = self.random, next(self._numbers)
        land, code, city = random.choice(words.CITIES)
        accounts = self.tables["account"]
        grouped = len(accounts) > 10 and number % 20 == 0
        row = {
            "KDNR": f"K{number}",
            "TYP": "I" if number % 50 == 7 else "K",
            "NAME1": f"{random.choice(words.FIRMS)} {random.choice(words.FORMS)}",
            "KONZERN": self.pick("account")[0] if grouped else "",
            "STRASSE": f"{random.choice(words.STREETS)} {random.randint(1, 199)}",
            "PLZ": code,
            "ORT": city,
            "LAND": land,
            "TEL": random.choice(("-", f"+49 89 {number}", f" 0{number}/11 ")),
            "WEB": f"https://k{number}.{words.MAIL_DOMAIN}",
            "BRANCHE": random.choice(words.BRANCHES),
            "WAEHR": "CHF" if land == "CH" else "EUR",
            "LIMIT": Decimal(random.randint(0, 200)) * 500,
            "SALDO": Decimal(random.randint(-900_000, 5_000_000)).scaleb(-2),
            "ZAHLBED": random.choice(words.TERMS),
            "SPERRE": random.choice(("J", "N", "N", "")),
            "STATUS": random.choice(("A", "A", "A", "X")),
        }
        self.put("account", (str(row["KDNR"]),), row)
        return (str(row["KDNR"]),)

    def new_contact(self, account: Key) -> Key:
        """A person at a customer."""
        random, number = self.random, next(self._numbers)
        row = {
            "CONTACT": f"C{number}",
            "CUSTNO": account[0],
            "FIRST": random.choice(words.FIRST_NAMES),
            "LAST": random.choice(words.LAST_NAMES),
            "MAIL": f"A{number}@{words.MAIL_DOMAIN}",
            "PHONE": f"+43 1 {number}",
            "FUNCTION": random.choice(words.FUNCTIONS),
            "LEFT_ON": random.choice(("00000000", "00000000", "99999999")),
        }
        self.put("contact", (str(row["CONTACT"]),), row)
        return (str(row["CONTACT"]),)

    def put_stock(self, item: str, warehouse: str) -> None:
        """Count what is on hand of a product."""
        on_hand = Decimal(self.random.randint(0, 400_000)).scaleb(-2)
        row = {"ITEM": item, "WHS": warehouse, "ON_HAND": on_hand, "AVAILABLE": on_hand / 2}
        self.put("inventory", (item, warehouse), row)

    def new_order(self) -> Key:
        """An order with two to four lines."""
        random, key = self.random, (f"O{next(self._numbers)}",)
        customer = self.pick("account")
        curr = self.tables["account"][customer]["WAEHR"]
        day = _TODAY - timedelta(days=random.randint(0, 300))
        total = Decimal(0)
        for position in range(1, random.randint(3, 5)):
            total += self.new_line(key[0], position * 10, curr)
        row = {
            "ORDNO": key[0],
            "CUSTNO": customer[0],
            "LIST": curr,
            "ORDDATE": f"{day:%Y%m%d}",
            "REQDATE": random.choice(("00000000", f"{day + timedelta(days=14):%Y%m%d}")),
            "STATUS": random.choice(("10", "20", "30", "40", "90")),
            "CURR": curr,
            "TOTAL": total,
        }
        self.put("order", key, row)
        return key

    def new_line(self, order: str, position: int, curr: str) -> Decimal:
        """A line of an order; its amount."""
        random = self.random
        key = self.random.choice(self._sold())
        price: Decimal = self.tables["price_book_entry"][(curr, key)]["PRICE"]
        quantity = Decimal(random.randint(1, 4000)).scaleb(-1)
        amount = (price * quantity).quantize(_CENT)
        row = {"ORDNO": order, "POS": position, "LIST": curr, "ITEM": key}
        row |= {"QTY": quantity, "PRICE": price, "AMOUNT": amount}
        self.put("order_line", (order, str(position)), row)
        return amount

    def _sold(self) -> list[str]:
        """Products that may be ordered: the last tenth never is, so it can leave the ERP."""
        items = [key[0] for key in self.tables["product"]]
        return items[: max(1, len(items) * 9 // 10)]

    def new_invoice(self, order: Key) -> Key:
        """An invoice over all lines of an order."""
        head, key = self.tables["order"][order], (f"R{next(self._numbers)}",)
        day = _TODAY - timedelta(days=self.random.randint(0, 200))
        total = Decimal(0)
        for line in self.lines_of(order):
            row = {"INVNO": key[0], "POS": line["POS"], "ITEM": line["ITEM"], "QTY": line["QTY"]}
            row |= {"PRICE": line["PRICE"], "AMOUNT": line["AMOUNT"]}
            row["CHANGE_NO"] = next(self._changes)
            self.put("invoice_line", (key[0], str(line["POS"])), row)
            total += line["AMOUNT"]
        row = {"INVNO": key[0], "CUSTNO": head["CUSTNO"], "ORDNO": order[0]}
        row |= {"INVDATE": f"{day:%Y%m%d}", "DUEDATE": f"{day + timedelta(days=30):%Y%m%d}"}
        row |= {"CURR": head["CURR"], "TOTAL": total, "PAID": Decimal(0), "STATUS": "O"}
        row["CHANGE_NO"] = next(self._changes)
        self.put("invoice", key, row)
        return key

    def lines_of(self, order: Key) -> list[Row]:
        """The lines of an order that there are."""
        lines = self.tables["order_line"]
        keys = ((order[0], str(position)) for position in range(10, 50, 10))
        return [lines[key] for key in keys if key in lines]

    def new_shipment(self, order: Key) -> Key:
        """A shipment of an order."""
        random, key = self.random, (f"S{next(self._numbers)}",)
        day = _TODAY + timedelta(days=random.randint(1, 20))
        row = {
            "SHIPNO": key[0],
            "ORDNO": order[0],
            "CARRIER": random.choice(words.CARRIERS),
            "TRACKING": f"{random.getrandbits(48):015d}",
            "EXPECTED": day.isoformat(),
            "DELIVERED": None,
            "STATUS": random.choice(("P", "S")),
        }
        self.put("shipment", key, row)
        return key

    # --- who may go ---

    def unsold(self) -> str:
        """A product that nobody ordered and that is in stock."""
        named = {row["ITEM"] for row in self.tables["order_line"].values()}
        stocked = {key[0] for key in self.tables["inventory"]} or {
            key[0] for key in self.tables["product"]
        }
        return max(stocked - named)

    def unbound_accounts(self, number: int) -> list[Key]:
        """Customers without orders and group members: the ERP lets these be deleted."""
        named = {row["CUSTNO"] for row in self.tables["order"].values()}
        named |= {row["KONZERN"] for row in self.tables["account"].values()}
        return _first(number, (key for key in self.some("account", 10**9) if key[0] not in named))

    def contacts_of(self, accounts: Iterable[Key]) -> list[Key]:
        """The people of these customers."""
        gone = {key[0] for key in accounts}
        return [key for key, row in self.tables["contact"].items() if row["CUSTNO"] in gone]


def _first(number: int, keys: Iterator[Key]) -> list[Key]:
    return [key for _, key in zip(range(number), keys, strict=False)]
