"""The MSI package: installed by msiexec with properties, looked at, removed again."""

from __future__ import annotations

from tests.windows.run import INSTALLED, Bench, StepFailedError, until

_HOME = r"C:\Daten\Waybill"


def step(bench: Bench) -> str:
    package = bench.need("msi")
    wine = bench.wine
    log = bench.folder / "msi.log"
    words = ["msiexec", "/i", wine.name(package), "/qn", "/l*v", wine.name(log)]
    code = wine.install(*words, f"HOME={_HOME}", "NOTRAY=1", within=300)
    if code or not bench.version:
        raise StepFailedError(f"msiexec /i ended with {code}, version {bench.version!r}")
    state = bench.service_state()
    if state == "absent":
        raise StepFailedError("the service is not known")
    path = wine.reg(r"HKLM\System\CurrentControlSet\Services\Waybill", "ImagePath")
    if _HOME not in path and wine.reg(r"HKLM\Software\Waybill", "Home") != _HOME:
        raise StepFailedError(f"the home that was asked for is nowhere: {path}")
    if wine.reg(r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run", "Waybill"):
        raise StepFailedError("NOTRAY=1 was asked for, and the icon starts at logon")
    code = wine.install("msiexec", "/x", wine.name(package), "/qn", within=180)
    if code:
        raise StepFailedError(f"msiexec /x ended with {code}")
    until("the service to go", lambda: bench.service_state() == "absent", 30)
    folder = wine.path(rf"{INSTALLED}\versions")
    until("the programs to go", lambda: not folder.exists(), 30)
    if not (wine.path(_HOME) / "keys").exists():
        raise StepFailedError("the home folder did not stay")
    return f"installed (service {state}) and removed by msiexec, home kept"
