"""10,000 formulas that mean harm: none takes long, none reaches anything but its inputs."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from random import Random
from typing import TypeVar

from agent.canon import Contract, Field, Kind
from agent.errors import ConfigError, SourceChanged
from agent.mapping import parse
from agent.mapping.formula import FormulaError, compile_formula
from agent.mapping.formula.functions import FUNCTIONS
from agent.mapping.values import Refused
from agent.model import Draft, Json, LeftOut, Problem

COUNT = 10_000
LONGEST_SECONDS = 0.05
COLUMNS = ("LAND", "PRICE", "Name 1", "D")
RECORDS = (
    ("DE", "1.234,50", "Ann", "20260401"),
    ("x" * 32_000, "9" * 39, "", None),
    (None, -7, True, 10**30),
)
TABLES = {"units": {"ST": "H87"}}
CONTRACT = Contract("thing", 1, {"name": Field("name", Kind.TEXT, max_length=200)})

ATTACKS = (
    "().__class__.__bases__[0].__subclasses__()",
    "[x for x in (1,)]",
    '__import__("os").system("id")',
    "LEFT.__globals__",
    "9**9**9",
    '"a"*10**9',
    "lambda:1",
    'f"{LAND}"',
    "LAND.upper()",
    "(" * 300,
    "{0.__class__}",
    "%(x)s",
    "exec('1')",
    "PAD(LAND, 32767)",
    "SUBSTITUTE(PAD(LAND, 32767), '0', PAD('1', 32767))",
    "SPLIT(PAD('', 32767, ','), ',', -32767)",
    "ROUND(10/3, 99999)",
    "NUMBER('9e999999')",
    "TEXT(1, 32767)",
    "ADDMONTHS(DATE(9999,12,31), 32767)",
)


def hostile(random: Random) -> str:
    """A formula that is nearly right, or an attack with some letters changed."""
    if random.random() < 0.3:
        text = list(random.choice(ATTACKS))
        for _ in range(random.randint(0, 4)):
            at = random.randrange(len(text) + 1)
            text[at:at] = random.choice(
                ["(", ")", ",", "'", '"', ".", "_", "9", "*", "&", "[", "\0"]
            )
        return "".join(text)
    return expression(random, random.choice([2, 4, 6, 60]))


def expression(random: Random, depth: int) -> str:
    if depth <= 0 or random.random() < 0.15:
        return random.choice(
            ["LAND", "PRICE", "[Name 1]", "D", "1", "99999999999999999999", "0", "'x'", "BLANK",
             "TRUE", "'" + "z" * random.choice([1, 900]) + "'", "missing", "0.000000001"]
        )  # fmt: skip
    kind = random.random()
    if kind < 0.4:
        mark = random.choice(["+", "-", "*", "/", "&", "=", "<", "AND", "OR", "**"])
        return f"({expression(random, depth - 1)} {mark} {expression(random, depth - 2)})"
    if kind < 0.5:
        return f"{random.choice(['-', 'NOT '])}{expression(random, depth - 1)}"
    name = random.choice([*FUNCTIONS, "IF", "IFS", "SWITCH", "COALESCE", "LOOKUP", "EVAL"])
    count = random.randint(0, 4)
    return f"{name}({', '.join(expression(random, depth // 2) for _ in range(count))})"


T = TypeVar("T")


class Watched:
    """Tries formulas and mappings; keeps what came of each and how long the slowest took."""

    def __init__(self) -> None:
        self.slowest = 0.0
        self.refusals: list[str] = []

    def call(self, work: Callable[[], T]) -> T | None:
        """The result; None where it was refused as a person is told."""
        began = time.thread_time()
        try:
            return work()
        except FormulaError as error:
            self.refusals.append(error.sentence(""))
        except Refused as refused:
            self.refusals.append(f"{refused.code} {refused.predicate}")
        except (ConfigError, SourceChanged) as error:
            self.refusals.append(str(error))
        finally:
            self.slowest = max(self.slowest, time.thread_time() - began)
        return None


def test_no_hostile_formula_takes_long_or_gets_out() -> None:
    random, watched = Random(20261121), Watched()
    positions = {name: at for at, name in enumerate(COLUMNS)}
    compiled = 0
    for _ in range(COUNT):
        formula = watched.call(partial(compile_formula, hostile(random), COLUMNS, TABLES))
        if formula is None:
            continue
        compiled += 1
        value = formula.bind(positions)
        for record in RECORDS:
            found = watched.call(partial(value, record))
            assert found is None or isinstance(found, str | Decimal | bool | date)
    assert compiled > COUNT // 20, "too few of them were formulas to prove anything"
    assert watched.slowest < LONGEST_SECONDS
    assert all(said.strip() and "Ann" not in said for said in watched.refusals)


def test_no_hostile_mapping_makes_a_reading_fail() -> None:
    random, watched = Random(11), Watched()
    mapped = 0
    for number in range(COUNT // 5):
        rules: list[Json] = [{"name": "n", "formula": hostile(random)}] if number % 3 == 0 else []
        document: dict[str, Json] = {
            "version": 1,
            "entity": "thing",
            "external_id": "LAND",
            "on_leave": "leave",
            "leave_out": rules,
            "fields": {"name": {"formula": hostile(random)}},
        }
        plan = watched.call(partial(parse, document, CONTRACT))
        mapper = watched.call(partial(plan.bind, COLUMNS)) if plan else None
        if mapper is None:
            continue
        mapped += 1
        for record in RECORDS:
            assert isinstance(watched.call(partial(mapper, record)), Draft | LeftOut | Problem)
    assert mapped > 20, "too few of them were mappings to prove anything"
    assert watched.slowest < LONGEST_SECONDS
