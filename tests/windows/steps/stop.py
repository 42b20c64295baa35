"""Stopped by the service control manager, in time, with work in hand."""

from __future__ import annotations

import time

from tests.windows.run import SERVICE, Bench, StepFailedError, StepSkippedError, until

_PROMISED = 20.0


def step(bench: Bench) -> str:
    if bench.service_state() == "absent":
        raise StepSkippedError("nothing is installed")
    began = time.monotonic()
    bench.wine.run("sc", "stop", SERVICE).ok()
    until("the service to stop", lambda: bench.service_state() == "stopped", _PROMISED + 5)
    seconds = time.monotonic() - began
    if bench.wine.pids("waybill-service.exe"):
        raise StepFailedError("the service manager says stopped, and its process lives")
    return f"stopped after {seconds:.1f} s, no process left"
