"""What is installed, looked at with an attacker's eyes: rights, the registry, logs.

Wine keeps rights as modes of files and shows only an outline of them; the tests of the sources
(tests/unit/installer) say what the installers ask for, the release checklist what Windows made of it.
"""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

from tests.windows.run import HOME, INSTALLED, SERVICE, Bench, StepFailedError, StepSkippedError
from tests.windows.story import Story

_KEY = rf"HKLM\System\CurrentControlSet\Services\{SERVICE}"
_ASK_RIGHTS = """
import json, sys, win32security as s
told = {}
for path in sys.argv[1:]:
    found = s.GetFileSecurity(path, s.DACL_SECURITY_INFORMATION | s.OWNER_SECURITY_INFORMATION)
    told[path] = s.ConvertSecurityDescriptorToStringSecurityDescriptor(
        found, s.SDDL_REVISION_1, s.DACL_SECURITY_INFORMATION | s.OWNER_SECURITY_INFORMATION)
print("told:" + json.dumps(told))
"""
_OTHERS = ("WD", "BU", "AU", "IU", "AN", "BG", "NU")
"""Everyone, users, authenticated, interactive, anonymous, guests, network."""
_WRITING = re.compile(r"GA|GW|FA|FW|WD|WO|WP|SD")


def step(bench: Bench) -> str:
    root = bench.wine.path(INSTALLED)
    if not bench.version:
        raise StepSkippedError("nothing is installed")
    files = [path for path in root.rglob("*") if not path.is_symlink()]
    open_ = [path.name for path in files if path.stat().st_mode & (stat.S_IWOTH | stat.S_IWGRP)]
    if open_:
        raise StepFailedError(f"others may write to {', '.join(open_[:5])}")
    asked = [bench.program("waybill-service.exe"), bench.program("_internal"), INSTALLED]
    rights = _rights(bench, asked)
    for path, found in rights.items():
        for entry in re.findall(r"\(([^)]*)\)", found):
            kind, _, allowed, _, _, who = entry.split(";")[:6]
            if kind == "A" and who in _OTHERS and _writes(allowed):
                raise StepFailedError(f"{who} may write to {path}: {found}")
    _no_secret(bench)
    return f"{len(files)} files closed to others; no secret in registry, log or command line"


def _rights(bench: Bench, paths: list[str]) -> dict[str, str]:
    done = bench.wine.run(bench.lab.program, "-c", _ASK_RIGHTS, *paths).ok()
    return json.loads(done.said.partition("told:")[2].splitlines()[0])


def _writes(allowed: str) -> bool:
    if allowed.startswith("0x"):
        # FILE_WRITE_DATA, APPEND, WRITE_EA, DELETE_CHILD, DELETE, WRITE_DAC, WRITE_OWNER, GENERIC
        return bool(int(allowed, 16) & 0x500D0056)
    pairs = [allowed[at : at + 2] for at in range(0, len(allowed), 2)]
    return any(_WRITING.fullmatch(pair) for pair in pairs)


def _no_secret(bench: Bench) -> None:
    """The CRM's password is in the vault and nowhere where people and programs look."""
    if not isinstance(bench.story, Story):
        return
    secret = bench.story.crm.secret
    log = bench.wine.path(rf"{INSTALLED}\install.log")
    texts = {
        "install.log": log.read_text(encoding="utf-8", errors="replace"),
        "the service's registry key": bench.wine.run("reg", "query", _KEY, "/s").said,
        "our registry key": bench.wine.run("reg", "query", r"HKLM\Software\Waybill", "/s").said,
    }
    for path in (bench.wine.path(HOME) / "logs").rglob("*"):
        if path.is_file():
            texts[path.name] = path.read_text(encoding="utf-8", errors="replace")
    for pid in bench.wine.pids("waybill-service.exe"):
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        texts["the service's command line"] = words.decode("utf-8", "replace")
    for where, text in texts.items():
        if secret in text:
            raise StepFailedError(f"the CRM's secret stands in {where}")
