"""The threads: one per source, one or more per target. Each loop is a step and a wait.

A worker ends only when it is told to stop. What its step raises on purpose becomes a condition
that people see; anything else is our bug: it is logged, shown as a condition, and the worker goes
on after a pause, so that one stream's trouble never stops another's. What both kinds share is here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from agent import durable
from agent.errors import CryptoError, WaybillError

AFTER_BUG = 30.0
AFTER_TROUBLE = 15.0
STUCK_AFTER = timedelta(minutes=30)

Fatal = Callable[[WaybillError], None]
"""Hears of an error after which the process must stop and verify."""


def on_disk(error: OSError | CryptoError) -> WaybillError:
    """Adapters translate their own trouble: what is left is the disk with the home folder."""
    if isinstance(error, OSError):
        return durable.trouble(error)
    return durable.trouble(error.__cause__) if isinstance(error.__cause__, OSError) else error
