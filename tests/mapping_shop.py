"""A workshop of one flow over three records, for tests of mappings as tables."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from agent import resources
from agent.mapping import parse
from agent.model import Op, Place, Record
from agent.runtime.workshop import MappingSheet, Workshop
from tests.fakes import FakeClock

CONTRACTS = resources.contracts()
TEXT = """# what the ERP calls a customer
version = 1
entity = "account"
external_id = "NO"
on_leave = "leave"

[fields]
name = "NAME"                    # the legal name
credit_limit = { column = "LIMIT", decimal = "," }
"""
ROWS = (("1", "Smith", "10,50"), ("2", "", "7,00"), ("3", "Ann & Sons", "7,00"))


class _Read:
    columns = ("NO", "NAME", "LIMIT")
    name = "CUST1.CSV"

    def pages(self) -> Iterator[object]:
        yield SimpleNamespace(
            records=ROWS, places=lambda chunk: iter([Place("CUST1.CSV", i, i, 0) for i in chunk])
        )

    def parse(self, raws: list) -> list[Record]:
        return [Record((raw.data[0],), raw.data, Op.UPSERT, raw.place) for raw in raws]


class _Shop(Workshop):
    __slots__ = ()

    @contextmanager
    def sampled(self, name: str, back: int) -> Iterator[_Read | None]:
        yield None if name == "empty" else _Read()


def sheet_in(tmp_path: Path) -> MappingSheet:
    """The desk of one flow, `customers`, in this folder."""
    (tmp_path / "a.toml").write_text(TEXT)
    flow = SimpleNamespace(mapping=Path("a.toml"), entity="account", source="s")
    config = SimpleNamespace(
        folder=tmp_path, flows={"customers": flow}, sources={"s": None, "empty": None}
    )

    def parsed(_flow: str, text: str, _files: object):
        return parse(tomllib.loads(text), CONTRACTS["account"])

    shop = _Shop(config, CONTRACTS, lambda: "", lambda _: None, parsed, {})
    return MappingSheet(shop, tmp_path, FakeClock())
