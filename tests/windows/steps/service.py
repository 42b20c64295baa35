"""The service control manager starts it, in time; it answers over its pipe."""

from __future__ import annotations

import time

from tests.windows.run import HOME, SERVICE, Bench, StepFailedError, until
from tests.windows.wine import patient

_RUNNING_SECONDS = 60.0
_PROMISED = 5.0


def step(bench: Bench) -> str:
    until("the service to settle", lambda: "pending" not in bench.service_state(), 90)
    if bench.service_state() == "running":
        bench.wine.run("sc", "stop", SERVICE)
        until("the service to stop", lambda: bench.service_state() == "stopped", 40)
    began = time.monotonic()
    bench.wine.run("sc", "start", SERVICE).ok()
    until("the service to run", lambda: bench.service_state() == "running", _RUNNING_SECONDS)
    seconds = time.monotonic() - began
    answer = bench.waybill("status", "--json", "--home", HOME)
    limit = time.monotonic() + patient(_RUNNING_SECONDS)
    while answer.code == 3 and time.monotonic() < limit:
        answer = bench.waybill("status", "--json", "--home", HOME)
    if answer.code not in {0, 1} or '"health"' not in answer.said:
        raise StepFailedError(f"`waybill status` ended with {answer.code}: {answer.last}")
    slow = "" if seconds <= _PROMISED else f", above the {_PROMISED:.0f} s promised"
    return f"running after {seconds:.1f} s{slow}"
