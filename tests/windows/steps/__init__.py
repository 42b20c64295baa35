"""The steps of the run, one module each, in their order.

A step is a function that takes the `Bench` and returns a few words about what it saw; it raises
`StepFailedError` or `StepSkippedError` with what a person needs to know.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.windows.run import Bench
from tests.windows.steps import (
    cycles,
    deliver,
    freeze,
    install,
    lint,
    msi,
    msiexec,
    nsis,
    service,
    stop,
    suite,
    uninstall,
    upgrade,
)

STEPS: dict[str, Callable[[Bench], str]] = {
    "tests": suite.step,
    "freeze": freeze.step,
    "nsis": nsis.step,
    "msi": msi.step,
    "install": install.step,
    "service": service.step,
    "deliver": deliver.step,
    "lint": lint.step,
    "cycles": cycles.step,
    "stop": stop.step,
    "upgrade": upgrade.step,
    "uninstall": uninstall.step,
    "msiexec": msiexec.step,
}
