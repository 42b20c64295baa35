"""Rules switched off, one place of the real code each: what proves that the tests can fail.

A seam for tests alone: nothing here is reachable from the product.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from agent.changes import fingerprint, guard, survey
from agent.delivery import doubt
from agent.memory import NOTHING
from agent.model import Content
from agent.queue import claims, commit, desk, holds, ledger, outcomes, reads, sending, store
from agent.queue.canary import Canary
from agent.queue.desk import Desk
from agent.queue.problems import Problems
from agent.queue.reseal import Reseal
from agent.queue.states import MOVABLE, State
from agent.queue.together import Together
from agent.queue.undoing import Undoing
from agent.runtime import capture, deliver, doubts, emit, seeds, takeback
from agent.runtime.capture import Capture
from agent.runtime.deliver import Delivery
from agent.runtime.families import Families
from agent.runtime.parents import Parents
from agent.runtime.repeats import Repeats
from agent.runtime.seeking import Seeking
from agent.runtime.watch import Watch

Patch = Callable[[pytest.MonkeyPatch], None]
MUTANTS: dict[str, Patch] = {}


def replace(tag: str, where: object, name: str, new: object) -> None:
    """The mutant `tag` puts `new` in the place of `where.name`."""
    MUTANTS[tag] = lambda patch: patch.setattr(where, name, new)


def nothing(*_: object, **__: object) -> None:
    """Instead of what the rule would do."""


def _raw_without_meaning(self: Any, page: Any) -> bytes:
    if self._meaning is None:
        self._meaning, self._raw = page.meaning, self._hasher.keyed_hash("raw")
    return b"".join(map(self._raw, page.records))


def _everybody_wins(self: Any) -> set[int]:
    _conclude(self)
    return set()


_conclude = survey.Survey.conclude


def _checkpoint_with_the_first_page(patch: pytest.MonkeyPatch) -> None:
    commit_, whole = Capture._commit, Capture._whole

    def remember(self: Any, read: Any, *args: Any, **more: Any) -> Any:
        self.mutant_read = read
        return whole(self, read, *args, **more)

    def page(self: Any, reading: Any, *args: Any) -> None:
        commit_(self, reading, *args)
        sealed = self._cipher.seal(b"checkpoint", orjson.dumps(self.mutant_read.end().checkpoint))
        with self._reads._store.db.transaction() as conn:
            conn.execute(
                "update stream set checkpoint = ?, done = 1 where id = ?", (sealed, reading.stream)
            )

    patch.setattr(Capture, "_whole", remember)
    patch.setattr(Capture, "_commit", page)


def _keep_done(patch: pytest.MonkeyPatch) -> None:
    begin = reads.Reads._begin

    def keeps(self: Any, conn: Any, reading: Any) -> int:
        done = conn.execute("select done from stream where id = ?", (reading.stream,)).fetchone()
        read = begin(self, conn, reading)
        conn.execute("update stream set done = ? where id = ?", (*done, reading.stream))
        return read

    patch.setattr(reads.Reads, "_begin", keeps)


def _shared_rows_are_known(patch: pytest.MonkeyPatch) -> None:
    change = emit.Emitter._change

    def known(self: Any, name: Any, about: Any, *args: Any) -> Any:
        raw, key, values = about
        values = self.mutant_values if values == NOTHING else values
        return change(self, name, (raw, key, values), *args)

    record = emit.Emitter.record

    def remember(self: Any, record_: Any, *args: Any) -> Any:
        self.mutant_values = self.prints.values(record_.values)
        return record(self, record_, *args)

    patch.setattr(emit.Emitter, "_change", known)
    patch.setattr(emit.Emitter, "record", remember)


def _supersede_the_whole_lane(patch: pytest.MonkeyPatch) -> None:
    supersede = commit.supersede

    def everybody(conn: Any, entry: Any, shape: int, written: Any) -> int:
        for seq, state in conn.execute(
            "select seq, state from entry where lane = ?", (entry.lane,)
        ).fetchall():
            if state in MOVABLE:
                commit.end(conn, seq, State.SUPERSEDED, written.moves)
        return supersede(conn, entry, shape, written)

    patch.setattr(commit, "supersede", everybody)


def _supersede_nothing(_conn: Any, entry: Any, *_: Any) -> int:
    return int(entry.previous)


def _same_epoch(self: Any, epoch: int, _top: int, tick: int) -> None:
    self._tick = max(self._tick, tick)
    with self.db.transaction() as conn:
        conn.execute("update meta set value = ? where name = 'tick'", (self._tick,))
        conn.execute("update stream set proven = 0, done = 0")
        conn.execute("insert or replace into meta values ('recovering', 1)")


def _lanes_of_their_own(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(claims, "_blocked", lambda _conn, _found: set())
    patch.setattr(claims, "_open", lambda _conn, _seq: False)


def _confirmed_by_any_match(*args: Any, **more: Any) -> Any:
    more["same_as_before"] = False
    return _after_look(*args, **more)


def _again_at_once(*args: Any, matches: bool, **_: Any) -> Any:
    return doubt.Next.CONFIRMED if matches else doubt.Next.AGAIN


_after_look = doubt.after_look


def _not_behind(patch: pytest.MonkeyPatch) -> None:
    state = reads.Reads.state
    patch.setattr(
        reads.Reads,
        "state",
        lambda self, stream: dataclasses.replace(state(self, stream), behind=()),
    )


def _no_intent(_self: Any, claims: Any, _now: float, _moves: Any) -> Any:
    return claims


def _no_wait_after_rollback(patch: pytest.MonkeyPatch) -> None:
    make = Delivery.__init__

    def begin(self: Any, *args: Any, **more: Any) -> None:
        make(self, *args, **more)
        self._settled_at = 0.0

    patch.setattr(Delivery, "__init__", begin)


def _full_for_all(patch: pytest.MonkeyPatch) -> None:
    whole = Capture._whole

    def takes(self: Any, read: Any, *args: Any, **more: Any) -> Any:
        read.content = Content.FULL
        return whole(self, read, *args, **more)

    patch.setattr(Capture, "_whole", takes)


def _all_complete(patch: pytest.MonkeyPatch) -> None:
    emit_ = Capture._emit

    def believes(self: Any, read: Any, end: Any, *args: Any) -> Any:
        return emit_(self, read, dataclasses.replace(end, complete=True), *args)

    patch.setattr(Capture, "_emit", believes)


def _known_at_the_end(patch: pytest.MonkeyPatch) -> None:
    finish = Capture._finish

    def forgets(
        self: Any, reading: Any, end: Any, result: Any, found: Any, *args: Any, **more: Any
    ) -> None:
        found.survey.unknown_keys = 0
        more["still_gone"] = None
        finish(self, reading, end, result, found, *args, **more)

    patch.setattr(Capture, "_finish", forgets)


def _always_again(patch: pytest.MonkeyPatch) -> None:
    following = Capture.next

    def again(self: Any, stop: Any) -> Any:
        self._in_vain = None
        return following(self, stop)

    patch.setattr(Capture, "next", again)


def _whatever_comes_first(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Undoing, "_hold", nothing)
    patch.setattr(Undoing, "unresolved", lambda *_: set())


def _drop_former(_self: Any, conn: Any, moves: Any, current: Any) -> bool:
    for (seq,) in conn.execute(
        "select seq from entry where flow = ? and seq >= ? and state in (0, 1, 2, 3)",
        (current.flow, current.first),
    ).fetchall():
        commit.end(conn, seq, State.SUPERSEDED, moves)
    conn.execute("update publish set first = made where id = ?", (current.id,))
    return True


def _headless(self: Any, families: Any) -> Any:
    with self._store.change() as (conn, moves):
        outcomes = self._outcomes(conn)
        outcomes.call([claim.seq for family in families for claim in family], moves)
        everybody = [claim for family in families for claim in family]
        going = outcomes.sending(everybody, self._store.now(), moves)
    return [[claim for claim in family if claim in going] for family in families]


replace("FMT", fingerprint.Fingerprints, "page", _raw_without_meaning)
replace("DUP", survey.Survey, "conclude", _everybody_wins)
replace(
    "TOMB",
    store.Store,
    "make_id",
    lambda self, _e, flow, lane, _seq: self._id(b"%d|" % flow + lane),
)


def _only_the_one_in_force(self: Any, path: Any, stream: int, head: bytes) -> bool:
    found = self._store.db.one("select base from stream where id = ?", (stream,))
    return path.name == f"{stream}.{found[0]}" and _needs(self, path, stream, head)


_needs = Reseal._needs


replace("BASE", ledger.Ledger, "_alive", lambda _self, _seqs: set())
MUTANTS["VERSION"] = _not_behind
replace("UNJUDGED", Capture, "_unjudged", lambda *_: iter(()))
replace("CLEAR", reads, "clear", nothing)
MUTANTS["JUDGED_AGAIN"] = _shared_rows_are_known
replace("TAKEOVER", claims, "_after_delete", lambda *_: set())
replace("SHARED", emit.Emitter, "_unshared", lambda _s, _f, _v, _k, _m, made: made)
MUTANTS["RESTART"] = _checkpoint_with_the_first_page
MUTANTS["DONE"] = _keep_done
replace("UNREAD", survey.Survey, "unreadable", nothing)
MUTANTS["CUT"] = _all_complete
MUTANTS["CHANGES"] = _full_for_all
replace("UNREADABLE_LAST", survey.Survey, "_key", lambda _self, _at: b"")
replace("GUARD", guard.Guard, "holds_deletes", lambda *_: "")
replace("HOLD", holds.Holds, "void", nothing)
replace("SHRINK", holds.Holds, "shrink", nothing)
replace("MASS", guard.Guard, "holds_changes", lambda *_: "")
MUTANTS["FLOWSUP"] = _supersede_the_whole_lane
replace("SUPERSEDE", commit, "supersede", _supersede_nothing)
replace("CURED", outcomes.Outcomes, "_is_cured", lambda _self, _seq: False)
replace("COVERS", commit, "covers", lambda *_, **_k: True)
MUTANTS["LANE"] = _lanes_of_their_own
replace("ELSEWHERE", claims, "older_elsewhere", lambda *_: False)
replace("AMBIG", doubts, "after_look", _again_at_once)
replace("SAME", doubts, "after_look", _confirmed_by_any_match)
replace("INTENT", outcomes.Outcomes, "sending", _no_intent)
replace("REPLAY", Desk, "_why_not", staticmethod(lambda _found: ""))
replace("EDITED", commit, "latest", lambda _conn, seq: seq)
replace("SAID", Problems, "edited", lambda *_: set())
replace("REMAP", capture, "remapped", lambda *_: iter(()))
replace("SINCE", commit, "_same_trouble", nothing)
replace("NEWEST", desk, "_newer", lambda *_: "")
replace("OVERTAKEN", store.Store, "is_overtaken", lambda *_: False)
replace("ASIDE", desk, "_not_back", lambda *_: "")
replace("PARENT", Parents, "sort", lambda _self, found: (list(found), []))
replace("SOUGHT", Seeking, "_next", lambda self, s: self._sending.sought(self._flows, s))
replace("CIRCLE", Parents, "_leads_to", lambda *_: False)
replace("CHILDREN", sending.Sending, "deletes_open", lambda *_: False)
replace("VANISHED", capture, "reconsider", nothing)
replace("VOUCH", store.Store, "vouch", nothing)
replace("EPOCH", store.Store, "new_epoch", _same_epoch)
replace("HOLDQ", Delivery, "_has_recovered", lambda *_: True)
MUTANTS["LATE_ROLLBACK"] = _no_wait_after_rollback
replace("CLAMP", store, "LONGEST_BACKOFF", 1e12)
MUTANTS["UNKNOWN_HOLD"] = _known_at_the_end
MUTANTS["IN_VAIN"] = _always_again
replace("CRASH_LOOP", doubts, "CRASHES", 1 << 30)
replace("SEED", seeds, "without", lambda _flow, claim: claim)
replace("CANARY", Canary, "free", nothing)
replace("UNDO_MEANWHILE", Canary, "since", lambda *_: set())
replace("NEEDLESS", Canary, "needless", lambda *_: set())
replace("REMAPPED", takeback, "_says_as_before", lambda *_: True)
replace("FORMER", Canary, "_park_former", _drop_former)
replace("IMAGE_FIRST", Watch, "pictures", nothing)
MUTANTS["UNDO_FIRST"] = _whatever_comes_first
replace("STRAYS", deliver, "hold_strays", nothing)
replace("STEP", emit, "_stepped", lambda _flow, made, _before: (made, ()))
replace("FAMILY", Families, "of", lambda *_: ({}, set()))
replace("APART", Families, "heard", nothing)
replace("HEAD", Together, "start", _headless)
replace("RESEAL", Reseal, "_one", lambda *_: 0)
replace(
    "CHECKED",
    Reseal,
    "check",
    lambda self: self._turn(dataclasses.replace(self.progress, phase="done")),
)
replace("FORMER_BASE", Reseal, "_needs", _only_the_one_in_force)


def _what_came_between_is_forgotten(self: Any, read: Any, end: Any, digest: str, state: Any) -> Any:
    kept = self._kept
    repeats = _again(self, read, end, digest, state)
    if not digest:
        self._kept = kept
    return repeats


_again = Repeats.again
replace("REPEATS", Repeats, "again", _what_came_between_is_forgotten)
replace("HELD_REPEATS", Repeats, "write_down", nothing)
