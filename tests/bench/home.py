"""Waybill's own rooms put together as the service does, around a home folder on the disk.

The benchmarks map 20 plain columns of text; keys, store, ledger and envelopes are the real ones.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event, Thread

from adapters.sources.files import FilesConfig
from adapters.sources.files import make as make_files
from agent import resources
from agent.canon import Contract, Field, Kind
from agent.clock import SystemClock
from agent.crypto import EphemeralCipher, FileWrapper, KeyVault
from agent.errors import SecretMissing
from agent.mapping import Plan, parse
from agent.model import BatchLimits, Delivered, Message, Receipt
from agent.ports import AdapterContext, Source, Target
from agent.queue.reads import Reads
from agent.queue.sending import Sending
from agent.queue.states import OPEN
from agent.queue.store import Store
from agent.runtime.capture import Capture
from agent.runtime.captured import Captured
from agent.runtime.collector import calm
from agent.runtime.deliver import Delivery
from agent.runtime.line import LineTerms
from agent.runtime.plan import FlowPlan, LaneHashes, StreamPlan, TargetPlan
from tests.bench.data import COLUMNS
from tests.fakes import FakeTarget

STREAM, ENTITY, TARGET = "customers", "customer", "crm"
FIELDS = tuple(name.lower() for name in COLUMNS)
CONTRACT = Contract(ENTITY, 1, {name: Field(name, Kind.TEXT, max_length=255) for name in FIELDS})
MAPPING = parse(
    {
        "version": 1,
        "entity": ENTITY,
        "external_id": COLUMNS[0],
        "on_leave": "delete",
        "fields": dict(zip(FIELDS, COLUMNS, strict=True)),
    },
    CONTRACT,
)


@dataclass(frozen=True)
class Kept:
    """What the rows of the exports become."""

    entity: str
    contract: Contract
    mapping: Plan


_PAUSE = 0.002
"""The agent waits longer; a thread that only turns would be a part of what is measured."""
CUSTOMERS = Kept(ENTITY, CONTRACT, MAPPING)


def accounts() -> Kept:
    """Accounts, as a CRM takes them."""
    contract = resources.contracts()["account"]
    columns = {
        "name": "NAME1",
        "number": "CUSTNO",
        "billing_street": "STREET",
        "billing_city": "CITY",
        "billing_country": "COUNTRY",
        "payment_terms": "TERMS",
    }
    said = {"version": 1, "entity": "account", "external_id": "CUSTNO", "on_leave": "delete"}
    return Kept("account", contract, parse({**said, "fields": columns}, contract))


@dataclass
class SwiftTarget(FakeTarget):
    """Takes everything at once and remembers nothing."""

    limits: BatchLimits = field(default_factory=lambda: BatchLimits(records=1000, bytes=1 << 30))
    finds: bool = False

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        return [Delivered()] * len(batch)


class NoSecrets:
    """No adapter asks for one here."""

    def get(self, name: str) -> str:
        raise SecretMissing(f"There is no secret {name}.")


class Home:
    """An installation with one stream, one flow and one target."""

    def __init__(self, folder: Path, source: Source | None = None, kept: Kept = CUSTOMERS) -> None:
        keys, self.clock = folder / "keys", SystemClock()
        wrapper = FileWrapper(keys / "wrapping.key")
        if KeyVault.is_in(keys):
            vault = KeyVault.open(keys, wrapper, self.clock)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            vault = KeyVault.create(keys, wrapper, self.clock, exists=False).vault
        self.cipher = vault.ring
        self.store = Store(folder, self.cipher, self.clock, "bench")
        calm()
        flow = self.store.register([STREAM], {STREAM: (STREAM, TARGET, 1)})[STREAM]
        self.stream = self.store.stream_id(STREAM)
        self.reads = Reads(self.store)
        self.ledger = self.store.ledger(self.stream, [flow.id])
        self.flow = FlowPlan(
            STREAM, flow.id, 0, kept.entity, kept.contract.reference, kept.entity, TARGET, 1,
            kept.mapping.bind, kept.mapping.leaving(),
        )  # fmt: skip
        if source is not None:
            self._capture = Capture(
                StreamPlan(STREAM, self.stream, source, (self.flow,)),
                self.reads,
                self.ledger,
                self.cipher,
                (EphemeralCipher(), folder),
                lambda _flow, _memory, _lane: True,
            )

    def capture(self) -> Captured | None:
        """Read what is due."""
        return self._capture.next(Event())

    def delivery(self, target: Target, most: int = 1) -> Delivery:
        """The line to a target, with so many attempts at once."""
        plan = TargetPlan(TARGET, target, (self.flow,), terms=LineTerms(most))
        return Delivery(plan, Sending(self.store), LaneHashes(self.cipher), self.clock, Random(1))

    def deliver_all(self, target: Target, most: int = 1) -> None:
        """Deliver until nothing is left, with one thread more than there are attempts at once."""
        delivery, idle = self.delivery(target, most), Event()

        def work() -> None:
            while (wait := delivery.step()) == 0 or self.left():
                idle.wait(min(wait, _PAUSE))

        helpers = [Thread(target=work) for _ in range(most)]
        for helper in helpers:
            helper.start()
        work()
        for helper in helpers:
            helper.join()

    def left(self) -> int:
        """How many entries are not delivered."""
        return self.store.tally.total(*OPEN)

    def close(self) -> None:
        """Close the store."""
        self.ledger.close()
        self.store.close()


def context(folder: Path) -> AdapterContext:
    """What an adapter is given."""
    return AdapterContext(STREAM, SystemClock(), NoSecrets(), folder)


def exports_in(folder: Path) -> Source:
    """A source of full exports in this folder."""
    settings = {
        "folder": str(folder),
        "pattern": "*.csv",
        "content": "full",
        "key": (COLUMNS[0],),
        "format": {"kind": "delimited"},
        "ready": {"quiet": "0s"},
        "end": "newline",
    }
    return make_files(FilesConfig.model_validate(settings), context(folder))


def put_export(path: Path, folder: Path) -> None:
    """Let this export arrive (a link: nothing is copied)."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    os.link(path, folder / path.name)


def fresh(folder: Path, like: Path | None = None) -> Path:
    """An empty folder, or a copy of another one, with nothing left to write behind us."""
    shutil.rmtree(folder, ignore_errors=True)
    if like is not None:
        shutil.copytree(like, folder)
    os.sync()
    return folder
