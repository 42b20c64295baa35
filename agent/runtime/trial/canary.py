"""One record of our own through the real stages, in a scratch folder, to a target that is none.

It is read, fingerprinted, mapped to a customer by the shipped contract, sealed under the real keys,
committed to a queue on the disk of the home folder, claimed, vouched for, opened, delivered into
nothing, and its receipt written. What a broken library, contract, key or disk does to a record, it
does to this one; no customer's record and no CRM is touched.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

from agent import resources
from agent.crypto import EphemeralCipher
from agent.errors import WaybillError
from agent.mapping import parse
from agent.model import (
    BatchLimits,
    Checkpoint,
    Content,
    Delivered,
    End,
    Findings,
    Json,
    Listing,
    Message,
    Op,
    Page,
    Place,
    Raw,
    Receipt,
    Record,
    Stamp,
    Stored,
    Unreadable,
)
from agent.ports import Cipher, Clock, Stop
from agent.queue.reads import Reads
from agent.queue.sending import Sending
from agent.queue.states import State
from agent.queue.store import Store
from agent.runtime.capture import Capture
from agent.runtime.deliver import Delivery
from agent.runtime.plan import FlowPlan, LaneHashes, StreamPlan, TargetPlan

_NAME: Final = "canary"
_KEY, _TOLD = "CANARY-1", "Canary of an upgrade"
_MAPPING: Final[dict[str, Json]] = {
    "version": 1,
    "entity": "account",
    "external_id": "KEY",
    "on_leave": "leave",
    "fields": {"name": "NAME"},
}
_STEPS: Final = 50
"""More than the stages need, and few enough to end."""


def move(folder: Path, cipher: Cipher, clock: Clock, random: Random, stop: Stop) -> str:
    """Move one through; why it did not arrive, empty if it did. The folder is left empty.

    Never raises for what goes wrong on the way.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700)
        with closing(Store(folder, cipher, clock, _NAME)) as store:
            return _moved(store, cipher, clock, random, stop)
    except WaybillError as error:
        return f"{error.title} [{error.code}]"
    except Exception as error:  # noqa: BLE001 a new version may be broken in any way
        return f"a fault of its own ({type(error).__name__})"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _moved(store: Store, cipher: Cipher, clock: Clock, random: Random, stop: Stop) -> str:
    flow = _flow(store)
    source, target = _One(), _Nowhere()
    reads, sending = Reads(store), Sending(store)
    with closing(store.ledger(flow.id, [flow.id])) as ledger:
        stream = StreamPlan(_NAME, store.stream_id(_NAME), source, (flow,))
        capture = Capture(
            stream, reads, ledger, cipher, (EphemeralCipher(), store.ledger_folder),
            lambda _flow, _memory, _lane: True,
        )  # fmt: skip
        if capture.next(stop) is None:
            return "it was not read"
        plan = TargetPlan(_NAME, target, (flow,))
        delivery = Delivery(plan, sending, LaneHashes(cipher), clock, random)
        for _ in range(_STEPS):
            if stop.is_set() or store.tally.total(State.DELIVERED):
                break
            delivery.step()
    if target.took != [(_KEY, _TOLD)]:
        return "it left the queue as another one" if target.took else "it did not leave the queue"
    if store.tally.total(State.DELIVERED) != 1:
        return "its receipt was not written"
    return ""


def _flow(store: Store) -> FlowPlan:
    contract = resources.contracts()["account"]
    plan = parse(_MAPPING, contract)
    rows = store.register([_NAME], {_NAME: (_NAME, _NAME, 1)})
    return FlowPlan(
        name=_NAME, id=rows[_NAME].id, index=0, entity="account", contract=contract.reference,
        resource="account", target=_NAME, version=1, bind=plan.bind, leaving=plan.leaving(),
    )  # fmt: skip


class _Read:
    """The record, once."""

    name = _NAME
    content = Content.FULL
    columns: Sequence[str] = ("KEY", "NAME")

    def pages(self) -> Iterator[Page]:
        yield Page([f"{_KEY};{_TOLD}".encode()], Place(_NAME, 1, 1, 0), _NAME.encode())

    def end(self) -> End:
        return End({"read": 1}, complete=True)

    def parse(self, raws: Sequence[Raw]) -> Sequence[Record | Unreadable]:
        split = [raw.data.decode().split(";") for raw in raws]
        return [
            Record((values[0],), tuple(values), Op.UPSERT, raw.place)
            for values, raw in zip(split, raws, strict=True)
        ]

    def close(self) -> None:
        return


class _One:
    """A source with one record (satisfies `agent.ports.Source`)."""

    conditions: Findings = ()

    def check(self) -> Findings:
        return ()

    def wait(self, stop: Stop, timeout: float) -> bool:
        return stop.wait(timeout)

    def read(self, since: Checkpoint | None, *, again: bool = False) -> _Read | None:
        return _Read() if since is None or again else None

    def sample(self, back: int = 0) -> _Read | None:
        return None if back else _Read()

    def settle(self, checkpoint: Checkpoint, *, clean: bool) -> bool:
        del checkpoint, clean
        return True

    def close(self) -> None:
        return


class _Nowhere:
    """A target that takes everything and keeps none of it (satisfies `agent.ports.Target`)."""

    limits = BatchLimits()
    settles_within = timedelta(0)
    lag = timedelta(0)
    finds = False
    links = False
    repeatable = True
    profile_version = "1"

    def __init__(self) -> None:
        self.took: list[tuple[str, object]] = []
        """External id and name of what came, to be compared with what was put in."""

    def resource(self, entity: str) -> str:
        return entity

    def check(self) -> Findings:
        return ()

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        self.took += [(message.external_id, message.fields.get("name")) for message in batch]
        return [Delivered() for _ in batch]

    def follow(self, handles: Sequence[str]) -> Sequence[Receipt]:
        return [Delivered() for _ in handles]

    def find(
        self, entity: str, external_ids: Sequence[str], fields: Sequence[str] = ()
    ) -> Mapping[str, Stored]:
        del entity, external_ids, fields
        return {}

    def list(self, entity: str, after: str | None) -> Listing:
        del entity, after
        return Listing((), None)

    def match(
        self, entity: str, fields: Sequence[str], after: str | None, *, linked: bool = False
    ) -> Listing:
        del fields, linked
        return self.list(entity, after)

    def stamp(self, entity: str, stamps: Sequence[Stamp]) -> Sequence[Receipt]:
        del entity
        return [Delivered() for _ in stamps]

    def close(self) -> None:
        return
