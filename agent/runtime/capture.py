"""One read of one stream: survey to its end, emit the winners in pages, infer deletes, end.

Nothing is committed before the survey has seen the last record, so a source that fails in the
middle leaves no trace, and of several records of one key only the last one is ever sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from threading import Lock

from agent.changes.fingerprint import Fingerprints
from agent.changes.survey import Survey
from agent.memory import RowChange
from agent.model import Content, End, Place, Raw, Record, Unreadable
from agent.ports import Cipher, Read, Stop
from agent.queue.holds import NewHold
from agent.queue.ledger import Ledger
from agent.queue.problems import Problems
from agent.queue.reads import Finish, Reading, Reads
from agent.queue.streams import StreamState
from agent.runtime.captured import Captured
from agent.runtime.emit import Admit, Emitter, view_of
from agent.runtime.found import Found
from agent.runtime.pages import PAGE_ENTRIES, paged
from agent.runtime.plan import LaneHashes, StreamPlan
from agent.runtime.reconsider import reconsider
from agent.runtime.remap import remapped
from agent.runtime.repeats import Repeats
from agent.runtime.spool import Spool
from agent.runtime.strays import removals

_NOWHERE = Place("", 0, 0, 0)
PARSED = 500
"""Records mapped at a time: fresh from the parser they are still in the processor's cache."""


class Capture:
    """Reads of one stream. Not for two threads at once."""

    def __init__(
        self,
        plan: StreamPlan,
        reads: Reads,
        ledger: Ledger,
        cipher: Cipher,
        seals: tuple[Cipher, Path],
        admit: Admit,
        *,
        shared: frozenset[int] = frozenset(),
        page_entries: int = PAGE_ENTRIES,
        look_up: Callable[[], None] = lambda: None,
    ) -> None:
        self._plan = plan
        self._look_up = look_up
        self._reads = reads
        self.ledger = ledger
        self._cipher = cipher
        self._spool_cipher, self._spool_folder = seals
        self._prints = Fingerprints(cipher, plan.name)
        self._admit = admit
        self._shared = shared
        self._page_entries = page_entries
        self.lock = Lock()
        """Held while the ledger is rebuilt: who asks it from another thread takes it too."""
        self._lanes = LaneHashes(cipher)
        self._flow_ids = [flow.id for flow in plan.flows]
        self._in_vain: StreamState | None = None
        """Where the last read left the stream: without news, reading again would change nothing."""
        self.repeats = Repeats()
        self.in_order = reads.state(plan.id).in_order
        """Whether reads come in an order that cannot be gone back in (change files)."""

    def next(self, stop: Stop) -> Captured | None:
        """Do the next read that is due; None if there is none.

        Raises SourceUnavailable, SourceChanged, StoreFull, Stopped. In each case nothing that
        was not committed is remembered, and the read starts again from its beginning.
        """
        self._look_up()
        with self.lock:
            self.ledger.ready()
        reconsider(self._plan, self._reads, self.ledger, self._lanes)
        with self.lock:
            self.ledger.ready()  # for what was just doubted: a read believes only what it sees
        state = self._reads.state(self._plan.id)
        everything = bool(state.behind) or not state.proven
        cut_off = not state.ended and state.checkpoint is not None
        read = self._plan.source.read(
            state.checkpoint, again=cut_off or (everything and state != self._in_vain)
        )
        if read is None:
            if self.in_order:
                self._reads.caught_up(self._plan.id)
            return None
        self.in_order = read.content is not Content.FULL
        try:
            result = self._whole(read, state, stop, everything=everything)
        finally:
            read.close()
        if not result.repeats:
            state = self._reads.state(self._plan.id)
        self._in_vain = None if result.passed_over else state
        return result

    # --- the read ---------------------------------------------------------------------------------

    def _whole(self, read: Read, state: StreamState, stop: Stop, *, everything: bool) -> Captured:
        spool = Spool(self._spool_cipher, self._spool_folder)
        found = Found(Survey(self.ledger, everything=everything), spool)
        try:
            found.take(read, self._prints, stop)
            return self._emit(read, read.end(), found, state, stop)
        finally:
            spool.close()

    def _emit(self, read: Read, end: End, found: Found, state: StreamState, stop: Stop) -> Captured:
        plan, survey = self._plan, found.survey
        losers = survey.conclude()
        full = read.content is Content.FULL
        views = [view_of(flow, self._cipher, trusted=state.proven) for flow in plan.flows]
        emitter = Emitter(
            plan.flows, views, self.ledger, self._prints, self._admit, frozenset(state.behind)
        )
        emitter.bind(read.columns)
        result = Captured(
            read.name,
            records=survey.records,
            unreadable=len(found.unreadable),
            duplicates=len(survey.duplicates),
            unproven="" if end.complete else end.unproven or "Its end is not proven.",
        )
        result.part_of, result.twice = end.part_of, end.twice
        living = self.ledger.living
        reading = Reading(plan.id, read.name)
        reason = self._too_many_changes(read, found, losers, living) if full else ""
        hold = None
        if reason:
            self.repeats.write_down()  # whatever comes next is no repetition
            result.held = reason
            if not self._is_held(found.digest):
                hold = NewHold("changes", reason, b"", 0, living)
                self._finish(
                    reading, end, result, found, emitter, full=full, hold=hold, watch=found.digest
                )
            return result
        changes = self._changes(read, found, losers, emitter)
        pending = self._commit_all(reading, changes, [], result, stop)
        deletes: list[int] = []
        if full and end.complete and survey.unknown_keys == 0:
            deletes, hold = self._deletes(survey, living, result)
        left = chain(map(emitter.removal, deletes), self._unjudged(found, deletes, state, emitter))
        pending = self._commit_all(reading, left, pending, result, stop)
        if full and survey.unknown_keys and not result.unproven:
            result.unproven = "A record could not be read, so nothing was taken for deleted."
        result.passed_over = bool(emitter.passed_over)
        brought = reading.id or pending or hold or result.news or not full
        looked_closer = survey.everything or state.behind
        result.repeats = self.repeats.again(
            result, end, "" if brought or looked_closer else found.digest, state
        )
        if result.repeats:
            return result
        still = None
        if full and (not end.complete or survey.unknown_keys):
            still = b"".join(self.ledger.memory(row).key for row in survey.missing())
        self._finish(
            reading, end, result, found, emitter, full=full, last=pending, hold=hold,
            still_gone=still,
            proven=(not state.proven) and full and end.complete,
        )  # fmt: skip
        return result

    def _changes(
        self, read: Read, found: Found, losers: set[int], emitter: Emitter
    ) -> Iterator[RowChange]:
        survey, start = found.survey, 0
        keys = bytes(survey.keys)
        for numbers, raws, records in found.spool:
            wins = [i for i, number in enumerate(numbers) if number not in losers]
            for i, record in self._parsed(read, found, wins, numbers, records):
                if not isinstance(record, Record):  # the survey parsed it, so it parses
                    raise TypeError("a record that was readable is not any more")
                at = start + i
                change = emitter.record(
                    record,
                    raws[16 * i : 16 * i + 16],
                    keys[16 * at : 16 * at + 16],
                    survey.rows[at],
                )
                if change is not None:
                    yield change
            start += len(numbers)

    def _parsed(
        self,
        read: Read,
        found: Found,
        wins: Sequence[int],
        numbers: Sequence[int],
        records: Sequence[bytes],
    ) -> Iterator[tuple[int, Record | Unreadable]]:
        """These records one by one, parsed batch by batch."""
        name, places = read.name, found.places
        for at in range(0, len(wins), PARSED):
            some = wins[at : at + PARSED]
            raws = [
                Raw(records[i], places.get(numbers[i]) or Place(name, numbers[i], 0, 0))
                for i in some
            ]
            yield from zip(some, read.parse(raws), strict=True)

    def _unjudged(
        self, found: Found, deletes: Sequence[int], state: StreamState, emitter: Emitter
    ) -> Iterator[RowChange]:
        """A read that proves or catches up says nothing of rows that it does not hold.

        They stay unproven one by one, so that none of them is ever taken for known later.
        """
        if found.survey.everything:
            gone = set(deletes)
            for row in found.survey.unjudged():
                change = None if row in gone else emitter.unproven(row, lanes_too=not state.proven)
                if change is not None:
                    yield change

    def _commit_all(
        self,
        reading: Reading,
        changes: Iterator[RowChange],
        pending: list[RowChange],
        result: Captured,
        stop: Stop,
    ) -> list[RowChange]:
        """Commit pages one behind: the last one returns, to be committed with the read's end."""
        for page in paged(changes, self._page_entries, stop):
            if pending:
                self._commit(reading, pending, result)
            pending = page
        return pending

    def _commit(self, reading: Reading, page: list[RowChange], result: Captured) -> None:
        self._reads.page(reading, self.ledger, self._flow_ids, page, shared=self._shared)
        result.entries += sum(len(change.entries) for change in page)

    # --- the guard --------------------------------------------------------------------------------

    def _too_many_changes(self, read: Read, found: Found, losers: set[int], living: int) -> str:
        """Why this read's changes need a person (RULES 11). Parses only when it might be so."""
        survey, guard = found.survey, self._plan.guard
        suspects = sum(1 for row in survey.rows if row >= 0)
        if not living or not guard.holds_changes(suspects, living):
            return ""
        if self._reads.watch(self._plan.id).get("allow") == found.digest:
            return ""
        changed = start = 0
        for numbers, _, records in found.spool:
            wins = [
                i
                for i, number in enumerate(numbers)
                if number not in losers and survey.rows[start + i] >= 0
            ]
            parsed = read.parse([Raw(records[i], _NOWHERE) for i in wins])
            for i, record in zip(wins, parsed, strict=True):
                memory = self.ledger.memory(survey.rows[start + i])
                if isinstance(record, Record) and memory.values != self._prints.values(
                    record.values
                ):
                    changed += 1
            start += len(numbers)
        return guard.holds_changes(changed, living)

    def _is_held(self, digest: str) -> bool:
        """Whether a person has not decided yet about this very read, or has rejected it."""
        stream = self._plan.id
        if self._reads.watch(stream).get("held") != digest:
            return False
        holds = self._reads.holds_of(stream, "held", "rejected")
        return any(hold.kind == "changes" for hold in holds)

    def _deletes(
        self, survey: Survey, living: int, result: Captured
    ) -> tuple[list[int], NewHold | None]:
        # By block, so that each block of their sealed texts is opened once.
        gone = sorted(survey.missing(), key=lambda row: self.ledger.memory(row).block)
        if not gone:
            return [], None
        today = self._reads.deleted_today(self._plan.id)
        reason = self._plan.guard.holds_deletes(len(gone), living, today)
        if not reason:
            result.deleted = len(gone)
            return gone, None
        result.held = reason
        keys = b"".join(self.ledger.memory(row).key for row in gone)
        return [], NewHold("deletes", reason, keys, len(gone), living)

    # --- the end ----------------------------------------------------------------------------------

    def _finish(
        self,
        reading: Reading,
        end: End,
        result: Captured,
        found: Found,
        emitter: Emitter,
        *,
        full: bool,
        last: Sequence[RowChange] = (),
        hold: NewHold | None = None,
        still_gone: bytes | None = None,
        proven: bool = False,
        watch: str = "",
    ) -> None:
        state = self._reads.state(self._plan.id)
        result.notes, result.warned = emitter.notes, emitter.warned
        complete = end.complete and not watch
        finish = Finish(
            checkpoint=end.checkpoint,
            complete=complete and not found.survey.unknown_keys,
            full=full,
            counts=result.counts(
                dict(zip([flow.name for flow in self._plan.flows], emitter.fates, strict=True)),
                "held" if watch else "unchanged",
                [duplicate.number for duplicate in found.survey.duplicates],
            ),
            hold=hold,
            deleted=result.deleted,
            caught_up=[
                f for f in state.behind if complete and full and f not in emitter.passed_over
            ],
            proven=proven,
            still_gone=still_gone,
            watch={"held": watch} if watch else None,
            warned=result.warned,
        )
        for flow in emitter.passed_over:
            self._reads.set_behind(flow)
        result.entries += sum(len(change.entries) for change in last)
        self._reads.page(
            reading, self.ledger, self._flow_ids, last, found.unreadable,
            shared=self._shared, finish=finish,
        )  # fmt: skip

    def remap(self, problems: Problems) -> int | None:
        """Try the mappings of now on parked rows that older ones could make nothing of.

        Returns how many rows it changed; None for a stream that is unproven: not before it is read.
        """
        if not self._reads.state(self._plan.id).proven:
            return None
        self._look_up()
        with self.lock:
            self.ledger.ready()
        views = [view_of(flow, self._cipher, trusted=True) for flow in self._plan.flows]
        changes = remapped(
            self._plan.flows, problems, self.ledger,
            lambda: Emitter(self._plan.flows, views, self.ledger, self._prints, self._admit),
        )  # fmt: skip
        # Whole before the first page is committed: a page changes what is looked up here.
        return self._commit_changes("rows parked here", list(changes))

    def approve_strays(self, by_flow: bytes, number: int) -> int:
        """Delete what only the target holds, as a person approved; never what a row feeds."""
        with self.lock:
            self.ledger.ready()
        views = [view_of(flow, self._cipher, trusted=True) for flow in self._plan.flows]
        changes = removals(self._plan, views, self.ledger, self._prints, by_flow)
        return self._commit_changes(f"hold {number}", changes)

    def _commit_changes(self, name: str, changes: Sequence[RowChange]) -> int:
        """Queue what did not come from a read, page by page. Returns how many rows that changed."""
        reading = Reading(self._plan.id, name)
        for at in range(0, len(changes), self._page_entries):
            page = changes[at : at + self._page_entries]
            self._reads.page(reading, self.ledger, self._flow_ids, page, shared=self._shared)
            self._reads.settled(reading.id)
        return len(changes)

    # --- held deletes -----------------------------------------------------------------------------

    def approve(self, keys: bytes, number: int) -> int:
        """Delete the rows that a person approved, each checked once more. Returns how many."""
        with self.lock:
            self.ledger.ready()
        views = [view_of(f, self._cipher, trusted=True) for f in self._plan.flows]
        emitter = Emitter(self._plan.flows, views, self.ledger, self._prints, self._admit)
        rows = [int(row) for row in self.ledger.find_key(keys)]
        living = [row for row in rows if row >= 0 and not self.ledger.is_gone(row)]
        reading = Reading(self._plan.id, f"hold {number}")
        changes = map(emitter.removal, living)
        while page := list(islice(changes, self._page_entries)):
            self._reads.page(reading, self.ledger, self._flow_ids, page, shared=self._shared)
            self._reads.settled(reading.id)
        return len(living)
