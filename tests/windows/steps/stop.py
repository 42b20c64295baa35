"""Stopped by the service control manager, in time, with work in hand."""

from __future__ import annotations

import time

from tests.windows.run import SERVICE, Bench, StepSkippedError, until

_PROMISED = 20.0
_END = 5.0
"""Seconds from the word to the end of the process."""


def step(bench: Bench) -> str:
    if bench.service_state() == "absent":
        raise StepSkippedError("nothing is installed")
    began = time.monotonic()
    bench.wine.run("sc", "stop", SERVICE).ok()
    until("the service to stop", lambda: bench.service_state() == "stopped", _PROMISED + 5)
    seconds = time.monotonic() - began
    # It tells the manager before it ends: Windows has no other order.
    until("its process to end", lambda: not bench.wine.pids("waybill-service.exe"), _END)
    return f"stopped after {seconds:.1f} s, no process left"
