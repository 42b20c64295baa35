"""A silent uninstall: programs, service and entries go, data stays."""

from __future__ import annotations

from tests.windows.run import HOME, INSTALLED, Bench, StepFailedError, StepSkippedError, until
from tests.windows.story import Story


def step(bench: Bench) -> str:
    program = bench.wine.path(rf"{INSTALLED}\uninstall.exe")
    if not program.is_file():
        raise StepSkippedError("nothing is installed")
    if isinstance(bench.story, Story):
        bench.story.close()
    home = bench.wine.path(HOME)
    before = {path.name for path in home.iterdir()}
    bench.wine.install(program, "/S", within=120)
    versions = bench.wine.path(rf"{INSTALLED}\versions")
    # It works from a copy of itself and answers before it is done.
    until("the programs to go", lambda: not versions.exists(), 60)
    until("the service to go", lambda: bench.service_state() == "absent", 30)
    until("the program folder to go", lambda: not versions.parent.exists(), 30)
    left = [
        key
        for key, name in (
            (r"HKLM\Software\Waybill", "Version"),
            (r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run", "Waybill"),
            (r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall\Waybill", "DisplayName"),
        )
        if bench.wine.reg(key, name)
    ]
    if left:
        raise StepFailedError(f"left in the registry: {', '.join(left)}")
    lost = {"queue.db", "keys", "waybill.toml"} & before - {path.name for path in home.iterdir()}
    if lost:
        raise StepFailedError(f"a silent uninstall took data away: {', '.join(sorted(lost))}")
    return "programs, service and registry entries gone; queue, keys and configuration stay"
