"""Puts the room together, and ties it to the running agent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from agent.audit import Audit
from agent.log import LOUDNESS
from agent.ports import Metered
from agent.queue.cause_windows import CauseWindows
from agent.queue.hours import Hours
from agent.queue.windows import QueueWindows
from agent.runtime.agent import Agent
from agent.runtime.desk.said import View
from agent.runtime.operate.desk import Answer, OperateDesk
from agent.runtime.operate.evidence import Evidence
from agent.runtime.operate.history import History
from agent.runtime.operate.logs import Logs
from agent.runtime.operate.reconciled import Reconciled
from agent.runtime.operate.support import Place, beside_agent
from agent.runtime.operate.windows import Windows
from agent.runtime.plan import TargetPlan
from agent.runtime.status import StatusDesk


def operating(
    place: Place,
    audit: Audit,
    agent: Agent,
    view: View,
    status: StatusDesk,
    others: Mapping[str, Answer],
) -> OperateDesk:
    """The desk, with what others answer; from now on the agent keeps the history with its house."""
    store, flows, clock = agent.store, view.flows, agent.clock
    history = History(Hours(store), flows)
    keep_house, watch = agent.keep_house, agent.watch

    def keep() -> None:
        keep_house()
        history.read()

    def look() -> None:
        LOUDNESS.step(clock.monotonic())
        watch()

    agent.keep_house, agent.watch = keep, look
    agent.closing.append(history.read)
    history.read()
    windows = Windows(store, flows, view, QueueWindows(store), CauseWindows(store))
    streams = {stream.name: stream.id for stream in agent.streams}
    reconciled = Reconciled(store, status.reads, flows, status.stream_of, streams)
    support = beside_agent(place, clock, store, status, history, lambda: _skews(agent.destinations))
    return OperateDesk(
        {
            **windows.methods(),
            **history.methods(),
            **Logs(place.home, flows, status.stream_of, clock).methods(),
            **reconciled.methods(),
            **Evidence(audit).methods(),
            **support.methods(),
            **others,
        }
    )


def _skews(targets: Sequence[TargetPlan]) -> dict[str, timedelta]:
    """How far the clocks of targets are ahead of ours, by their last answers."""
    return {
        one.name: skew
        for one in targets
        if isinstance(one.target, Metered) and (skew := one.target.meter().skew) is not None
    }
