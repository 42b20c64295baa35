"""Puts the room together, and ties it to the running agent."""

from __future__ import annotations

from pathlib import Path

from agent.audit import Audit
from agent.log import LOUDNESS
from agent.queue.cause_windows import CauseWindows
from agent.queue.hours import Hours
from agent.queue.windows import QueueWindows
from agent.runtime.agent import Agent
from agent.runtime.desk.said import View
from agent.runtime.operate.desk import OperateDesk
from agent.runtime.operate.evidence import Evidence
from agent.runtime.operate.history import History
from agent.runtime.operate.logs import Logs
from agent.runtime.operate.reconciled import Reconciled
from agent.runtime.operate.windows import Windows
from agent.runtime.status import StatusDesk


def operating(
    home: Path, audit: Audit, agent: Agent, view: View, status: StatusDesk
) -> OperateDesk:
    """The desk; from now on the agent keeps the history with its house."""
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
    return OperateDesk(
        {
            **windows.methods(),
            **history.methods(),
            **Logs(home, flows, status.stream_of, clock).methods(),
            **reconciled.methods(),
            **Evidence(audit).methods(),
        }
    )
