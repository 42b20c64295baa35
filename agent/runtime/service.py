"""What the control API asks of the running agent: one method each.

Every answer has the shape that `agent.control.api` promises. Writes are audited by the server
that calls this; nothing here opens a value unless the caller asked to see it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from agent.control.api import METHODS
from agent.crypto import expiry
from agent.errors import ControlError, WrongUse
from agent.health import Conditions
from agent.model import Findings, Json
from agent.queue.desk import Desk
from agent.queue.holds import Hold
from agent.queue.items import Item
from agent.queue.reads import Reads
from agent.queue.states import State
from agent.queue.store import Store
from agent.runtime.audited import AuditDesk
from agent.runtime.changes import Changes
from agent.runtime.desk import ExceptionDesk
from agent.runtime.link import LinkDesk
from agent.runtime.moments import instant
from agent.runtime.narrow import Narrow
from agent.runtime.operate import OperateDesk
from agent.runtime.past_reads import read_item
from agent.runtime.plan import FlowPlan
from agent.runtime.queued import queue_item
from agent.runtime.quota import Disk
from agent.runtime.setup import SetupDesk
from agent.runtime.source_worker import SourceWorker
from agent.runtime.status import StatusDesk
from agent.runtime.workshop import MappingDesk

Params = Mapping[str, Json]

_LONGEST_PAUSE_MINUTES = 366 * 24 * 60


class Caller(Protocol):
    """Who asks."""

    @property
    def name(self) -> str:
        """By the word of the operating system."""
        ...

    @property
    def kinds(self) -> Collection[str] | None:
        """Only flows of these kinds of records; None: of all."""
        ...


class Secrets(Protocol):
    """The vault of secrets, as far as people use it."""

    def set(self, name: str, value: str, expires: datetime | None = None) -> None:
        """Set a secret, with the time until which it is good."""
        ...

    def names(self) -> list[dict[str, Json]]:
        """Names and dates, never values."""
        ...

    def tell(self, conditions: Conditions, now: datetime) -> None:
        """Raise which expire soon, and clear which do not."""
        ...


@dataclass
class Service:
    """Answers the methods of the control API (satisfies `agent.control.server.Handler`)."""

    status_desk: StatusDesk
    store: Store
    reads: Reads
    desk: Desk
    flows: Sequence[FlowPlan]
    streams: Mapping[str, int]
    secrets: Secrets
    check: Callable[[str], Findings]
    """Check everything (empty) or one source or target by name."""
    audit: AuditDesk
    ask_stop: Callable[[], None]
    disk: Disk
    mappings: MappingDesk
    exceptions: ExceptionDesk
    linking: LinkDesk
    changes: Changes
    operating: OperateDesk
    setting_up: SetupDesk
    stopping: Callable[[], bool] = lambda: False
    """Whether the agent ends, or begins again with another configuration."""
    held: Callable[[], bool] = lambda: False
    """Whether it is on trial: what people did now, a return would undo."""
    newer: Callable[[], Json] = dict
    """Asks the publisher for a newer version. Raises WaybillError."""

    def call(self, method: str, params: Params, caller: Caller) -> Json:
        """The result of one method. Raises WaybillError for what the caller should read."""
        if self.stopping() and method != "subscribe":
            raise ControlError(
                "The service is stopping, or taking over a configuration.", code="SERVICE_BUSY"
            )
        if METHODS[method].writes and method != "stop" and self.held():
            raise ControlError(
                "This version is on trial after an upgrade, and changes nothing yet.",
                code="SERVICE_ON_TRIAL",
                hint="Try again in a moment; `waybill upgrade status` says how it stands.",
            )
        if caller.kinds is None:
            result = self._answer(method, params, caller)
        else:
            result = Narrow(self.flows, self.status_desk.stream_of).answer(
                method, params, caller.kinds, lambda name, given: self._answer(name, given, caller)
            )
        if METHODS[method].writes:
            self.changes.wrote(method)
        return result

    def _answer(self, method: str, params: Params, caller: Caller) -> Json:
        if self.mappings.answers(method):
            return self.disk.with_room(lambda: self.mappings.answer(method, params, caller.name))
        if self.operating.answers(method):
            return self.disk.with_room(lambda: self.operating.answer(method, params, caller))
        if method.startswith("exceptions."):
            asked = self.exceptions.answer
            return self.disk.with_room(lambda: asked(method, params, caller.name))
        if self.linking.answers(method):
            return self.disk.with_room(lambda: self.linking.answer(method, params, caller.name))
        if self.setting_up.answers(method):
            return self.disk.with_room(lambda: self.setting_up.answer(method, params, caller.name))
        answer: Callable[[Params], Json] = getattr(self, "_" + method.replace(".", "_"))
        return self.disk.with_room(lambda: answer(params))

    # --- the agent --------------------------------------------------------------------------------

    def _status(self, _: Params) -> Json:
        return self.status_desk.status().as_json()

    def _subscribe(self, _: Params) -> Json:
        return {**self.status_desk.status().as_json(), "changes": self.changes.now()}

    def _stop(self, _: Params) -> Json:
        self.ask_stop()
        return {"stopping": True}

    def _check(self, _: Params) -> Json:
        return {"findings": [asdict(finding) for finding in self.check("")]}

    def _upgrade_check(self, _: Params) -> Json:
        return self.newer()

    def _test(self, params: Params) -> Json:
        return {"findings": [asdict(finding) for finding in self.check(_text(params, "name"))]}

    def _audit_verify(self, _: Params) -> Json:
        return self.audit.verdict()

    def _audit_list(self, params: Params) -> Json:
        before = params.get("before")
        return self.audit.latest(
            _limit(params),
            before=before if isinstance(before, int) else 0,
            actor=str(params.get("actor") or ""),
            action=str(params.get("action") or ""),
        )

    def _secrets_set(self, params: Params) -> Json:
        name, value = _text(params, "name"), _text(params, "value")
        self.secrets.set(name, value, expiry(str(params.get("expires") or "")))
        self.secrets.tell(self.status_desk.conditions, self.status_desk.clock.now())
        for workers in self.status_desk.targets.values():
            for worker in workers:
                if worker.delivery.line.signed_out:
                    worker.delivery.poke()
        return {"set": True}

    def _secrets_list(self, _: Params) -> Json:
        return {"items": list(self.secrets.names())}

    # --- pausing and looking ----------------------------------------------------------------------

    def _pause(self, params: Params) -> Json:
        return self._set_paused(params, paused=True)

    def _resume(self, params: Params) -> Json:
        answer = self._set_paused(params, paused=False)
        kind, name = params.get("kind"), params.get("name")
        for target, workers in self.status_desk.targets.items():
            if kind == "all" or (kind == "target" and name == target):
                for worker in workers:
                    worker.delivery.poke()
        return answer

    def _set_paused(self, params: Params, *, paused: bool) -> Json:
        kind, name = _text(params, "kind"), str(params.get("name") or "")
        known = {
            "source": self.streams,
            "target": self.status_desk.targets,
            "flow": {flow.name for flow in self.flows},
            "all": {""},
        }
        if kind not in known:
            raise WrongUse(f"There is no kind {kind!r}: use source, target, flow or all.")
        if name not in known[kind]:
            raise WrongUse(f"There is no {kind} called {name!r}.")
        minutes = params.get("minutes")
        if isinstance(minutes, int) and minutes > _LONGEST_PAUSE_MINUTES:
            raise WrongUse("A pause with an end lasts a year at the most; without one, any time.")
        seconds = minutes * 60 if isinstance(minutes, int) else None
        self.store.set_paused(kind, name, paused=paused, seconds=seconds)
        if paused:
            for workers in self.status_desk.targets.values():
                workers[0].pass_claim()
        return {"kind": kind, "name": name, "paused": paused}

    def _scan(self, params: Params) -> Json:
        name = str(params.get("source") or "")
        sources = self.status_desk.sources
        if name and name not in sources:
            raise WrongUse(f"There is no source called {name!r}.")
        asked = [name] if name else list(sources)
        for each in asked:
            sources[each].scan()
        return {"sources": list(asked)}

    # --- the queue --------------------------------------------------------------------------------

    def _queue_list(self, params: Params) -> Json:
        states = _states(str(params.get("state") or ""))
        limit = _limit(params)
        after = params.get("after")
        items = self.desk.entries(
            states, flows=self._flow_ids(params), limit=limit,
            after=after if isinstance(after, int) else 0,
        )  # fmt: skip
        more = items[-1].seq if len(items) == limit else None
        return {"items": [self._queue_item(item) for item in items], "next": more}

    def _queue_show(self, params: Params) -> Json:
        seq = params.get("seq")
        item = self.desk.entry(seq) if isinstance(seq, int) else None
        if item is None:
            raise WrongUse(f"There is no entry {seq}.")
        shown = self._queue_item(item)
        shown["fields"] = item.fields
        shown["parents"] = [
            {"field": str(p[0]), "entity": str(p[1]), "external_id": str(p[2])}
            for p in item.parents
            if isinstance(p, list)
        ]
        shown["reason"] = item.reason or None
        return shown

    def _queue_item(self, item: Item) -> dict[str, Json]:
        return queue_item(item, self._flow(item.flow))

    # --- holds ------------------------------------------------------------------------------------

    def _holds_list(self, params: Params) -> Json:
        state = str(params.get("state") or "held")
        if state not in ("held", "rejected"):
            raise WrongUse(f"There is no state {state!r}: use held or rejected.")
        return {"items": [self._hold_item(hold) for hold in self.reads.holds(state=state)]}

    def _holds_show(self, params: Params) -> Json:
        hold = self._hold(params)
        limit, start = _limit(params), _number(str(params.get("after") or "0"))
        if start is None:
            raise WrongUse("This does not say where the rows of a hold go on.")
        names = self._held_rows(hold, start, limit)
        shown = self._hold_item(hold)
        shown["rows"] = list(names)
        shown["next"] = str(start + limit) if len(names) == limit else None
        return shown

    def _held_rows(self, hold: Hold, start: int, limit: int) -> list[str]:
        capture = self._worker(hold).capture
        ledger, keys = capture.ledger, hold.rows[16 * start : 16 * (start + limit)]
        with capture.lock:
            return [
                " / ".join(ledger.text(ledger.memory(int(row))).key)
                for row in ledger.find_key(keys)
                if row >= 0
            ]

    def _holds_approve(self, params: Params) -> Json:
        hold = self._hold(params)
        worker = self._worker(hold)
        if not self.reads.end_hold(hold.id, "approving"):
            raise WrongUse(f"Hold {hold.id} is not held any more: a newer reading replaced it.")
        if hold.kind == "changes":
            allowed = self.reads.watch(hold.stream).get("held", "")
            self.reads.set_watch(hold.stream, {"allow": allowed})
        worker.scan()
        return {"id": str(hold.id), "approved": True}

    def _holds_reject(self, params: Params) -> Json:
        hold = self._hold(params)
        if not self.reads.end_hold(hold.id, "rejected"):
            raise WrongUse(f"Hold {hold.id} is not held any more: a newer reading replaced it.")
        return {"id": str(hold.id), "rejected": True}

    def _hold(self, params: Params) -> Hold:
        text = _text(params, "id")
        number = _number(text)
        hold = None if number is None else self.reads.hold(number)
        if hold is None:
            raise WrongUse(f"There is no hold {text[:40]!r}.")
        return hold

    def _worker(self, hold: Hold) -> SourceWorker:
        for name, stream in self.streams.items():
            if stream == hold.stream:
                return self.status_desk.sources[name]
        raise WrongUse("The source of this hold is not configured any more.")

    def _hold_item(self, hold: Hold) -> dict[str, Json]:
        source = next((n for n, stream in self.streams.items() if stream == hold.stream), "")
        names = [f.name for f in self.flows if self.status_desk.stream_of[f.name] == source]
        return {
            "id": str(hold.id),
            "source": source,
            "flow": ", ".join(names),
            "kind": hold.kind,
            "count": hold.entries,
            "total": hold.total,
            "since": instant(hold.since),
            "reason": hold.reason,
            "code": f"HELD_{hold.kind.upper()}",
            "params": {"source": source, "count": str(hold.entries), "total": str(hold.total)},
            "read": str(hold.read),
            "state": hold.state,
        }

    # --- reads ------------------------------------------------------------------------------------

    def _reads_list(self, params: Params) -> Json:
        name = str(params.get("source") or "")
        wanted = [self.streams[name]] if name in self.streams else list(self.streams.values())
        names = {stream: name for name, stream in self.streams.items()}
        latest = self.reads.latest(wanted, _limit(params))
        return {"items": [read_item(read, names[read.stream]) for read in latest]}

    # --- helpers ----------------------------------------------------------------------------------

    def _flow(self, number: int) -> FlowPlan | None:
        return next((flow for flow in self.flows if flow.id == number), None)

    def _flow_ids(self, params: Params) -> list[int] | None:
        name = str(params.get("flow") or "")
        if not name:
            return None
        found = [flow.id for flow in self.flows if flow.name == name]
        if not found:
            raise WrongUse(f"There is no flow called {name!r}.")
        return found


def _text(params: Params, name: str) -> str:
    value = params.get(name)
    if not isinstance(value, str) or not value:
        raise WrongUse(f"{name} is needed.")
    return value


def _number(text: str) -> int | None:
    """The number in a text; None if there is none that the store could hold."""
    is_one = text.isascii() and text.isdecimal() and len(text) <= 18
    return int(text) if is_one else None


def _limit(params: Params) -> int:
    value = params.get("limit")
    return max(1, min(1000, value)) if isinstance(value, int) else 100


def _states(label: str) -> list[State]:
    """The states behind a word for people; all open ones without a word."""
    if not label:
        return [state for state in State if state < State.DELIVERED]
    found = [state for state in State if state.label == label.replace("_", " ")]
    if not found:
        known = ", ".join(sorted({state.label for state in State}))
        raise WrongUse(f"There is no state {label!r}. There are: {known}.")
    return found
