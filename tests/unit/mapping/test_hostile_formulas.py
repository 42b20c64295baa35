"""10,000 formulas that mean harm: none takes long, none reaches anything but its inputs."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from random import Random
from typing import TypeVar

from agent.canon import Contract, Field, Kind
from agent.errors import ConfigError, SourceChanged
from agent.mapping import parse
from agent.mapping.formula import FormulaError, compile_formula
from agent.mapping.values import Refused
from agent.model import Draft, Json, LeftOut, Problem, Value
from tests.unit.mapping.hostile import COLUMNS, TABLES, hostile

COUNT = 10_000
LONGEST_SECONDS = 0.05
RECORDS: tuple[tuple[Value, ...], ...] = (
    ("DE", "1.234,50", "secret Ann", "20260401"),
    ("x" * 32_000, "9" * 39, "", None),
    ("\u0149" * 32_767, " " * 32_000, "a," * 16_000, date(9999, 12, 31)),
    (None, -7, True, 10**30),
    (Decimal("1e39"), Decimal("-1e-40"), 0, datetime(2026, 1, 1, tzinfo=UTC)),
    (1.5, b"\xff" * 9, Decimal("NaN"), Decimal("1e999999")),
    ("\ud800", "\0", "[" * 200, 10**5000),
)
CONTRACT = Contract(
    "thing",
    1,
    {
        "name": Field("name", Kind.TEXT, max_length=200),
        "amount": Field("amount", Kind.DECIMAL, places=2),
        "day": Field("day", Kind.DATE),
    },
)

T = TypeVar("T")


class Watched:
    """Tries formulas and mappings; keeps what came of each and how long the slowest took."""

    def __init__(self) -> None:
        self.slowest = 0.0
        self.refusals: list[str] = []
        self.ended: Counter[str] = Counter()

    def call(self, work: Callable[[], T]) -> T | None:
        """The result; None where it was refused as a person is told."""
        seconds, found = self._once(work)
        for _ in range(
            2 if seconds > LONGEST_SECONDS else 0
        ):  # a pause of the collector is not ours
            seconds = min(seconds, self._once(work)[0])
        self.slowest = max(self.slowest, seconds)
        return found

    def _once(self, work: Callable[[], T]) -> tuple[float, T | None]:
        began, found = time.thread_time(), None
        try:
            found = work()
        except FormulaError as error:
            self._refused(type(error).__name__, error.sentence("") + error.hint)
        except Refused as refused:
            self._refused(refused.code, refused.predicate)
        except (ConfigError, SourceChanged) as error:
            self._refused(type(error).__name__, str(error))
        else:
            self.ended[type(found).__name__] += 1
        return time.thread_time() - began, found

    def _refused(self, code: str, said: str) -> None:
        self.ended[code] += 1
        self.refusals.append(said)


class Read(Sequence[Value]):
    """A record that remembers which of its columns were asked for."""

    def __init__(self, values: Sequence[Value]) -> None:
        self._values = values
        self.asked: set[int] = set()

    def __getitem__(self, at):
        self.asked.add(at)
        return self._values[at]

    def __len__(self) -> int:
        return len(self._values)


_EVENTS: list[str] = []
_LISTENING = [False]


def _listen(event: str, _arguments: tuple[object, ...]) -> None:
    if _LISTENING[0] and not event.startswith(
        ("sys._getframe", "object.__", "builtins.id", "time.", "gc.")
    ):
        _EVENTS.append(event)


sys.addaudithook(_listen)  # there is no way to take one away: it is deaf but in `outside`


@contextmanager
def outside() -> Iterator[list[str]]:
    """What was opened, imported, run or connected to meanwhile, as the interpreter tells it."""
    _EVENTS.clear()
    _LISTENING[0] = True
    try:
        yield _EVENTS
    finally:
        _LISTENING[0] = False


def test_no_hostile_formula_takes_long_or_gets_out() -> None:
    random, watched = Random(20261121), Watched()
    positions = {name: at for at, name in enumerate(COLUMNS)}
    compiled = 0
    with outside() as events:
        for _ in range(COUNT):
            formula = watched.call(partial(compile_formula, hostile(random), COLUMNS, TABLES))
            if formula is None:
                continue
            compiled += 1
            allowed = {positions[name] for name in formula.columns}
            value = formula.bind(positions)
            for record in map(Read, RECORDS):
                found = watched.call(partial(value, record))
                assert found is None or isinstance(found, str | Decimal | bool | date)
                assert record.asked <= allowed
    assert events == []
    assert compiled > COUNT // 3, "too few of them were formulas to prove anything"
    assert watched.slowest < LONGEST_SECONDS
    assert all(said.strip() and "secret" not in said for said in watched.refusals)
    assert {"FORMULA_TYPE", "FORMULA_BLANK", "FORMULA_NUMBER", "FORMULA_SIZE", "LOOKUP_MISSING",
            "DIVISION_BY_ZERO", "NOT_A_NUMBER", "NOT_A_DATE", "str", "Decimal", "bool", "date",
            "FormulaError"} <= set(watched.ended)  # fmt: skip


def test_no_hostile_mapping_makes_a_reading_fail() -> None:
    random, watched = Random(11), Watched()
    mapped = 0
    with outside() as events:
        for number in range(COUNT // 5):
            rules: list[Json] = (
                [{"name": "n", "formula": hostile(random)}] if number % 3 == 0 else []
            )
            document: dict[str, Json] = {
                "version": 1,
                "entity": "thing",
                "external_id": "LAND",
                "on_leave": "leave",
                "lookups": {"units": {"table": dict(TABLES["units"]), "fold": number % 2 == 0}},
                "leave_out": rules,
                "fields": {("name", "amount", "day")[number % 3]: {"formula": hostile(random)}},
            }
            plan = watched.call(partial(parse, document, CONTRACT))
            mapper = watched.call(partial(plan.bind, COLUMNS)) if plan else None
            if mapper is None:
                continue
            mapped += 1
            for record in RECORDS:
                assert isinstance(watched.call(partial(mapper, record)), Draft | LeftOut | Problem)
    assert events == []
    assert mapped > COUNT // 50, "too few of them were mappings to prove anything"
    assert watched.slowest < LONGEST_SECONDS
