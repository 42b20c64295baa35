"""Puts the room together, and ties it to the running agent."""

from __future__ import annotations

from agent.queue.cause_windows import CauseWindows
from agent.queue.hours import Hours
from agent.queue.windows import QueueWindows
from agent.runtime.agent import Agent
from agent.runtime.desk.said import View
from agent.runtime.operate.desk import OperateDesk
from agent.runtime.operate.history import History
from agent.runtime.operate.windows import Windows


def operating(agent: Agent, view: View) -> OperateDesk:
    """The desk; from now on the agent keeps the history with its house."""
    store, flows = agent.store, view.flows
    history = History(Hours(store), flows)
    keep_house = agent.keep_house

    def keep() -> None:
        keep_house()
        history.read()

    agent.keep_house = keep
    agent.closing.append(history.read)
    history.read()
    windows = Windows(store, flows, view, QueueWindows(store), CauseWindows(store))
    return OperateDesk({**windows.methods(), **history.methods()})
