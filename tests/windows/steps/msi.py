"""The MSI package: built, and its tables say what group policy and Intune need."""

from __future__ import annotations

import subprocess

from installer.windows import build, wxs
from tests.windows.run import Bench, StepFailedError, StepSkippedError


def step(bench: Bench) -> str:
    frozen = bench.need("frozen")
    missing = build.lacking("package")
    if missing:
        raise StepSkippedError(f"{missing} is not here")
    try:
        made = bench.made["msi"] = build.package(frozen, frozen.name, bench.folder)
    except build.BuildError as error:
        raise StepFailedError(str(error)) from None
    asked = ["msiinfo", "export", str(made), "Property"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    rows = dict(row.split("\t", 1) for row in said.splitlines()[3:] if "\t" in row)
    if wxs.UPGRADE_CODE not in rows.get("UpgradeCode", ""):
        raise StepFailedError("the package has no upgrade code of ours")
    return f"{made.stat().st_size / 1e6:.0f} MB"
