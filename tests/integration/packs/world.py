"""A small business that hangs together, told in no ERP's words: repeatable, exact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

COUNTRIES = ("DE", "AT", "CH", "NZ")
TOWNS = ("Köln", "Graz", "Zürich", "Napier", "Málaga")


@dataclass(frozen=True)
class Customer:
    number: int
    name: str
    town: str
    country: str
    limit: Decimal
    held: bool
    active: bool


@dataclass(frozen=True)
class Person:
    number: int
    customer: Customer
    first: str
    last: str


@dataclass(frozen=True)
class Item:
    number: int
    name: str
    price: Decimal
    active: bool


@dataclass(frozen=True)
class Line:
    position: int
    item: Item
    quantity: int

    @property
    def amount(self) -> Decimal:
        return self.item.price * self.quantity


@dataclass(frozen=True)
class Document:
    """An order or an invoice."""

    number: int
    customer: Customer
    day: date
    due: date
    is_open: bool
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))


@dataclass(frozen=True)
class Shipment:
    number: int
    order: Document
    day: date
    tracking: str


@dataclass
class World:
    """The whole business."""

    customers: list[Customer] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    orders: list[Document] = field(default_factory=list)
    invoices: list[Document] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    stock: dict[tuple[int, str], int] = field(default_factory=dict)
    """(item, warehouse) -> units."""

    def counts(self) -> dict[str, int]:
        """How many records of each kind a CRM ends with."""
        return {
            "account": len(self.customers),
            "contact": len(self.persons),
            "product": len(self.items),
            "price_book": 1,
            "price_book_entry": len(self.items),
            "order": len(self.orders),
            "order_line": sum(len(order.lines) for order in self.orders),
            "invoice": len(self.invoices),
            "invoice_line": sum(len(invoice.lines) for invoice in self.invoices),
            "inventory": len(self.stock),
            "shipment": len(self.shipments),
        }


def made(seed: int = 7) -> World:
    """The business of this seed."""
    random, world = Random(seed), World()
    world.customers = [
        Customer(
            number, f"Müller & Söhne {number}", random.choice(TOWNS), random.choice(COUNTRIES),
            Decimal(random.randrange(0, 5_000_000)) / 100, number % 11 == 0, number % 13 != 0,
        )
        for number in range(1, 41)
    ]  # fmt: skip
    world.persons = [
        Person(number, random.choice(world.customers), f"Ana {number}", f"O'Neill {number}")
        for number in range(1, 51)
    ]
    world.items = [
        Item(n, f"Bolt M{n}", Decimal(random.randrange(5, 90_000)) / 100, n % 9 != 0)
        for n in range(1, 31)
    ]
    world.orders = list(_documents(random, world, 60))
    world.invoices = list(_documents(random, world, 50))
    world.shipments = [
        Shipment(number, order, order.day + timedelta(3), f"TRK{number:08}")
        for number, order in enumerate(world.orders[::3], start=1)
    ]
    world.stock = {
        (item.number, place): random.randrange(1, 900)
        for item in world.items
        for place in random.sample(("EAST", "WEST", "NORTH"), random.randint(1, 3))
    }
    return world


def _documents(random: Random, world: World, count: int) -> Iterator[Document]:
    for number in range(1, count + 1):
        day = date(2026, 1, 1) + timedelta(random.randrange(300))
        items = random.sample(world.items, random.randint(1, 4))
        lines = tuple(
            Line(position, item, random.randint(1, 40))
            for position, item in enumerate(items, start=1)
        )
        yield Document(
            number, random.choice(world.customers), day, day + timedelta(30), number % 2 == 0, lines
        )
