"""The one state and the one sentence of a status, alike in tray, window and command line. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from agent.control.answers import Status


class State(IntEnum):
    """How it is, the most urgent first: what stands higher hides what stands below."""

    UNREACHABLE = 1
    """Nobody answers, or the service does not know yet."""
    ACTION = 2
    """Something stands still until a person acts."""
    RECORDS = 3
    """Single records wait for a person."""
    DELAYED = 4
    """It goes on by itself, but later or with less than it should."""
    PAUSED = 5
    """By a person."""
    SETUP = 6
    """Not set up yet."""
    FINE = 7


def state_of(status: Status | None) -> State:
    """The state of a status; None: nobody answers."""
    if status is None:
        return State.UNREACHABLE
    severities = {reason["severity"] for reason in status["reasons"]}
    if "error" in severities:
        return State.ACTION
    if _records(status):
        return State.RECORDS
    if severities:
        return State.DELAYED
    if status["activity"] == "paused":
        return State.PAUSED
    if _setup(status).get("needed"):
        return State.SETUP
    return State.FINE if status["health"] == "ok" else State.UNREACHABLE


def sentence_of(status: Status) -> tuple[str, Mapping[str, int | str]]:
    """The status in one sentence, in English, and the numbers and words in it.

    A face that speaks another language translates the sentence and fills it in itself.
    """
    waiting = _count(status, "waiting", "sending")
    records = _records(status)
    state = state_of(status)
    words: dict[str, int | str] = {"waiting": waiting}
    if state in {State.ACTION, State.DELAYED}:
        words["title"] = status["reasons"][0]["title"]
        words["more"] = len(status["reasons"]) - 1
        first = "{title} (and {more} more)" if words["more"] else "{title}"
    elif state is State.RECORDS:
        words["records"] = records
        first = "1 record needs attention." if records == 1 else "{records} records need attention."
    elif state is State.SETUP:
        left = _setup(status).get("steps_left")
        words["steps"] = left if isinstance(left, int) else 0
        first = "Finish setup: {steps} steps left." if words["steps"] else "Finish setup."
    elif state is State.PAUSED and isinstance(until := status.get("paused_until"), str):
        words["until"] = until
        first = "Paused until {until}."
    else:
        first = _QUIET[state]
        if state is State.FINE and waiting:
            first = "Working."
    return first + (" {waiting} waiting." if waiting else ""), words


SENTENCES = (
    "{title}",
    "{title} (and {more} more)",
    "1 record needs attention.",
    "{records} records need attention.",
    "Finish setup: {steps} steps left.",
    "Finish setup.",
    "Starting.",
    "Paused.",
    "Paused until {until}.",
    "Up to date.",
    "Working.",
)
"""Every sentence there is; each may be followed by ` {waiting} waiting.`."""

_QUIET = {State.UNREACHABLE: "Starting.", State.PAUSED: "Paused.", State.FINE: "Up to date."}


def headline(status: Status) -> str:
    """The status in one English sentence."""
    sentence, words = sentence_of(status)
    told = {name: f"{n:,}" if isinstance(n, int) else n for name, n in words.items()}
    if "until" in told:
        told["until"] = f"{told['until'][11:16]} UTC"
    return sentence.format_map(told)


def _records(status: Status) -> int:
    return _count(status, "parked", "held")


def _count(status: Status, *names: str) -> int:
    counts: Mapping[str, object] = status["counts"]
    return sum(number for name in names if isinstance(number := counts.get(name), int))


def _setup(status: Status) -> Mapping[str, object]:
    setup: object = status.get("setup")
    return setup if isinstance(setup, dict) else {}
