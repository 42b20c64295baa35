"""The setup program: built, and no larger than it may be."""

from __future__ import annotations

from installer.windows import build
from tests.windows.run import Bench, StepFailedError, StepSkippedError

_LARGEST = 65_000_000


def step(bench: Bench) -> str:
    frozen = bench.need("frozen")
    missing = build.lacking("setup")
    if missing:
        raise StepSkippedError(f"{missing} is not here")
    try:
        bench.made["setup"] = build.setup(frozen, frozen.name, bench.folder)
        following = bench.made.get("frozen next")
        if following is not None:
            bench.made["setup next"] = build.setup(
                following, following.name, bench.folder, is_fast=True
            )
    except build.BuildError as error:
        raise StepFailedError(str(error)) from None
    size = bench.made["setup"].stat().st_size
    if size > _LARGEST:
        raise StepFailedError(f"{size / 1e6:.0f} MB, more than {_LARGEST / 1e6:.0f}")
    return f"{size / 1e6:.0f} MB"
