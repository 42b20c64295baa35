"""A silent installation on a clean machine."""

from __future__ import annotations

from tests.windows.run import HOME, INSTALLED, SERVICE, Bench, StepFailedError

_WITHIN = 300.0


def step(bench: Bench) -> str:
    setup = bench.need("setup")
    version = bench.need("frozen").name
    code = bench.wine.install(setup, "/S", f"/HOME={HOME}", within=_WITHIN)
    log = bench.wine.path(rf"{INSTALLED}\install.log")
    said = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else "no log"
    if code or bench.version != version:
        raise StepFailedError(f"exit code {code}, version {bench.version!r}; log: {said}")
    state = bench.service_state()
    if state == "absent":
        raise StepFailedError(f"the service {SERVICE} is not known; log: {said}")
    command = bench.wine.run("cmd", "/c", rf"{INSTALLED}\bin\waybill.cmd", "--help").ok()
    if "waybill" not in command.said.lower():
        raise StepFailedError(f"bin\\waybill.cmd said: {command.last}")
    frozen = bench.wine.path(rf"{INSTALLED}\versions\{version}")
    size = sum(path.stat().st_size for path in frozen.rglob("*") if path.is_file())
    return f"{version}, {size / 1e6:.0f} MB on disk, service {state}"
