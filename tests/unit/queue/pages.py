"""A queue in memory to which a test adds entries by hand, as pages of reads do it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from agent.crypto import EphemeralCipher
from agent.decisions import Decision
from agent.memory import NOTHING, EntryKind, FlowMemory, NewEntry, RowChange, RowText
from agent.model import Op, Unreadable
from agent.queue.claims import Claim
from agent.queue.desk import Desk
from agent.queue.reads import Finish, Reading, Reads
from agent.queue.sending import Sending
from agent.queue.states import State
from agent.queue.store import Store
from tests.fakes import FakeClock


def lane(external_id: str) -> bytes:
    return external_id.encode().ljust(16, b"\0")


class Queue:
    """Streams `s` and `t`, each with one flow of the same name to the target `crm`."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.store = Store(None, EphemeralCipher(), self.clock, scratch=folder)
        rows = self.store.register(["s", "t"], {n: (n, "crm", 1) for n in ("s", "t")})
        self.store.db.conn.execute("update flow set behind = 0")  # as after a first full read
        self.flow = {name: row.id for name, row in rows.items()}
        self.stream = {name: row.stream for name, row in rows.items()}
        self.reads, self.sending, self.desk = (
            Reads(self.store),
            Sending(self.store),
            Desk(self.store),
        )
        self.ledgers = {n: self.store.ledger(self.stream[n], [self.flow[n]]) for n in ("s", "t")}

    def put(
        self,
        external_id: str,
        fields: Iterable[str] = ("a",),
        *,
        op: Op = Op.UPSERT,
        after: int = 0,
        problem: bool = False,
        flow: str = "s",
        parents: Iterable[str] = (),
        row: str = "",
        size: int = 0,
        finish: Finish | None = None,
        clears: Iterable[int] = (),
    ) -> int:
        """Queue one entry; `after`: the flow's last one for this row. Returns its number.

        `fields`: names, or names with their values.
        """
        names = () if op is Op.DELETE else tuple(fields)
        body = {
            "x": external_id,
            "f": dict(fields)
            if isinstance(fields, Mapping)
            else {name: "v" * max(1, size) for name in names},
            "p": [["account", "account", parent] for parent in parents],
        }
        entry = NewEntry(
            0, EntryKind.PROBLEM if problem else EntryKind.MESSAGE, op, lane(external_id),
            json.dumps(body).encode(), names, after,
            code="BAD" if problem else "", reason="why" if problem else "",
        )  # fmt: skip
        self._page(flow, row or external_id, external_id, [entry], list(clears), finish)
        return self.store.reserve(0) - 1

    def _page(
        self, flow: str, row: str, external_id: str, entries: list[NewEntry], clears: list[int],
        finish: Finish | None,
    ) -> None:  # fmt: skip
        memory = FlowMemory(lane(external_id), lane(external_id), 1, 0)
        change = RowChange(
            lane(row), lane(row), NOTHING, 0, RowText((row,), (external_id,), ((),)), (0, 0),
            [memory], entries, clears,
        )  # fmt: skip
        reading = Reading(self.stream[flow], "file")
        self.reads.page(
            reading, self.ledgers[flow], [self.flow[flow]], [change],
            shared=frozenset(), finish=finish,
        )  # fmt: skip

    def clear(self, external_id: str, seq: int, flow: str = "s") -> None:
        """The row is no problem any more, without an entry."""
        self._page(flow, external_id, external_id, [], [seq], None)

    def ended(
        self, flow: str = "s", *, bad: Iterable[Unreadable] = (), **finish: object
    ) -> Reading:
        """A read that ends at once."""
        about: dict[str, object] = {"checkpoint": {"n": 1}, "complete": True, "full": True,
                                    "counts": {}} | finish  # fmt: skip
        reading = Reading(self.stream[flow], "file")
        self.reads.page(
            reading,
            self.ledgers[flow],
            [self.flow[flow]],
            (),
            list(bad),
            finish=Finish(**about),
        )
        return reading

    def claim(self, limit: int = 100, *, flow: str = "s", **more: bool) -> list[Claim]:
        return self.sending.claim(self.flow[flow], limit, set(), **more).claims

    def send(self, limit: int = 100, *, flow: str = "s") -> list[Claim]:
        claims = self.claim(limit, flow=flow)
        self.sending.start(claims)
        return claims

    def decide(self, seq: int, decision: Decision) -> None:
        """Send everything up to this entry, and decide about it alone."""
        (claim,) = self.sending.opened([seq]).claims
        state = self.state(seq)
        if state is State.WAITING:
            self.sending.start([claim])
            state = State.SENDING
        self.sending.apply([(claim, decision)], state)

    def state(self, seq: int) -> State:
        found = self.store.db.one("select state from entry where seq = ?", (seq,))
        assert found is not None
        return State(found[0])

    def states(self) -> list[str]:
        return [
            State(s).name for (s,) in self.store.db.rows("select state from entry order by seq")
        ]

    def steps(self, does: Callable[[], object]) -> int:
        """How many hundreds of steps the database takes for it."""
        counted = [0]

        def count() -> int:
            counted[0] += 1
            return 0

        self.store.db.conn.set_progress_handler(count, 100)
        does()
        self.store.db.conn.set_progress_handler(None, 0)
        return counted[0]

    def parent(self, external_id: str) -> tuple[tuple[str, bytes], ...]:
        return (("account", lane(external_id)),)

    def close(self) -> None:
        assert self.store.tally.check() == ""
        counts = self.store.db.rows(
            "select id from reading where open != (select count(*) from entry where read = reading.id"
            " and state < 5) + (select coalesce(sum(entries), 0) from run where read = reading.id)"
            " or parked != (select count(*) from entry where read = reading.id"
            " and state = 5) + (select count(*) from unreadable where read = reading.id)"
        )
        assert counts == []
        self.store.close()
