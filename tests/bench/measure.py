"""One stretch of work, measured inside the worker that does it. Standard library only."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_HIGH_WATER = "VmHWM:"


class Meter:
    """`with Meter() as meter: work()`, then `meter.report()`; entered again, it adds up."""

    def __init__(self) -> None:
        self.seconds = self.cpu = self._others = 0.0

    def __enter__(self) -> Self:
        self._own, self._all, self._start = own_cpu(), machine_cpu(), time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.seconds += time.perf_counter() - self._start
        cpu = own_cpu() - self._own
        self.cpu += cpu
        self._others += machine_cpu() - self._all - cpu

    def report(self, **more: object) -> dict[str, object]:
        """What was measured, for the parent; `background` is busy cores that were not ours."""
        return {
            "seconds": self.seconds,
            "cpu": self.cpu,
            "background": max(0.0, self._others) / self.seconds,
            "peak_mb": peak_mb(),
            **more,
        }


def own_cpu() -> float:
    """CPU seconds of this process and of its children that ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def machine_cpu() -> float:
    """CPU seconds of the whole machine; 0 where it does not tell."""
    try:
        with Path("/proc/stat").open(encoding="ascii") as file:
            ticks = [int(word) for word in file.readline().split()[1:]]
    except OSError:
        return 0.0
    idle = slice(3, 5)
    return float(sum(ticks[:8]) - sum(ticks[idle])) / os.sysconf("SC_CLK_TCK")


def peak_mb() -> float:
    """Peak memory of this process, and of the largest child that ended on top.

    `ru_maxrss` of the process itself would count what its parent held when it was started.
    """
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith(_HIGH_WATER):
                own = int(line.split()[1])
    except OSError:
        pass
    return round((own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024, 1)
