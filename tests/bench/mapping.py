"""A mapping of 20 fields against a function that somebody wrote by hand for the same conversions.

Twelve fields are taken as they are, six are converted (amount, date, yes or no, codes, whole number,
lookup), two are calculated. Both must make the same fields of every row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice

from agent.canon import Contract, Field, Kind
from agent.mapping import parse
from agent.model import Draft, Scalar
from tests.bench.contest import Goal, Report, Result, WrongAnswerError, judge
from tests.bench.measure import Meter
from tests.bench.worker import ask

GOAL = Goal("mapping_vs_handwritten", floor=3.0, aim=1.5)
_MOST = 200_000
_PLAIN = tuple(f"text_{number}" for number in range(12))
_COLUMNS = (*(name.upper() for name in _PLAIN), "AMOUNT", "DAY", "ACTIVE", "STATUS", "POS", "UNIT",
            "QTY", "PRICE")  # fmt: skip
_STATUS = {"10": "draft", "20": "confirmed", "30": "shipped"}
_UNITS = {"ST": "H87", "KG": "KGM", "M": "MTR"}

_CONTRACT = Contract(
    "row",
    1,
    {
        field.name: field
        for field in (
            *(Field(name, Kind.TEXT, max_length=255) for name in _PLAIN),
            Field("amount", Kind.DECIMAL, places=2),
            Field("day", Kind.DATE),
            Field("active", Kind.BOOLEAN),
            Field("status", Kind.CODE, codes=frozenset(_STATUS.values())),
            Field("position", Kind.INTEGER),
            Field("unit", Kind.TEXT, max_length=3),
            Field("total", Kind.DECIMAL, places=2),
            Field("label", Kind.TEXT, max_length=600),
        )
    },
)
_MAPPING = parse(
    {
        "version": 1,
        "entity": "row",
        "external_id": "TEXT_0",
        "on_leave": "leave",
        "lookups": {"units": {"table": dict(_UNITS)}},
        "fields": {
            **{name: name.upper() for name in _PLAIN},
            "amount": {"column": "AMOUNT", "decimal": ",", "thousands": "."},
            "day": {"column": "DAY", "format": "%d.%m.%Y"},
            "active": {"column": "ACTIVE", "true": ["J"], "false": ["N"]},
            "status": {"column": "STATUS", "convert": "codes", "codes": dict(_STATUS)},
            "position": {"column": "POS"},
            "unit": {"column": "UNIT", "lookup": "units"},
            "total": {"formula": 'ROUND(NUMBER(QTY, ",") * NUMBER(PRICE, ",", "."), 2)'},
            "label": {"formula": 'IF(STATUS = "10", TRIM(TEXT_1 & " " & TEXT_2), TEXT_1)'},
        },
    },
    _CONTRACT,
)


def run(rows: int, rounds: int) -> Result:
    """The result of this benchmark."""
    reports: dict[str, list[Report]] = {"ours": [], "handwritten": []}
    for number in range(rounds):
        for who in ("ours", "handwritten")[:: -1 if number % 2 else 1]:
            reports[who].append(ask("mapping", who, count=min(rows, _MOST)))
    return judge(GOAL, reports["ours"], reports["handwritten"])


def ours(count: int) -> dict[str, object]:
    """Map every row with the engine."""
    mapper, rows = _MAPPING.bind(_COLUMNS), _rows(count)
    for row in islice(rows, 100):
        made = mapper(row)
        if not isinstance(made, Draft) or dict(made.fields) != _by_hand(row):
            raise WrongAnswerError(f"ours made {made} where {_by_hand(row)} is right")
    with Meter() as meter:
        for row in rows:
            mapper(row)
    return meter.report()


def handwritten(count: int) -> dict[str, object]:
    """Map every row by hand."""
    rows = _rows(count)
    with Meter() as meter:
        for row in rows:
            _by_hand(row)
    return meter.report()


def _by_hand(row: Sequence[str]) -> Mapping[str, Scalar]:
    fields: dict[str, Scalar] = {}
    for name, value in zip(_PLAIN, row, strict=False):
        fields[name] = value or None
    amount, day, active, status, position, unit, quantity, price = row[12:]
    fields["amount"] = f"{Decimal(amount.replace('.', '').replace(',', '.')):.2f}"
    fields["day"] = datetime.strptime(day, "%d.%m.%Y").date().isoformat()  # noqa: DTZ007 - a date
    fields["active"] = {"J": True, "N": False}[active]
    fields["status"] = _STATUS[status]
    fields["position"] = int(position)
    fields["unit"] = _UNITS[unit]
    total = Decimal(quantity.replace(",", ".")) * Decimal(price.replace(".", "").replace(",", "."))
    fields["total"] = str(total.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
    one, two = row[1], row[2]
    fields["label"] = " ".join(f"{one} {two}".split()) if status == "10" else one
    return fields


def _rows(count: int) -> list[tuple[str, ...]]:
    return [
        (
            *(f"value {number} {place}" for place in range(12)),
            f"{number % 9 + 1}.{number % 1000:03},{number % 100:02}",
            f"{number % 28 + 1:02}.{number % 12 + 1:02}.20{number % 30:02}",
            "JN"[number % 2],
            ("10", "20", "30")[number % 3],
            str(number % 500),
            ("ST", "KG", "M")[number % 3],
            f"{number % 90},{number % 10}",
            f"{number % 7 + 1}.{number % 1000:03},{number % 100:02}",
        )
        for number in range(count)
    ]
