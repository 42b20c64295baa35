"""The translations: found in the code, kept in `resources/translations`, compiled for the window.

`python3 dev.py gui --translate` finds every text (lupdate), keeps what is translated, tells what
is not, and compiles (lrelease). Texts without a translation show in English.
"""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("de",)


def source_of(language: str) -> Path:
    """The file that people translate."""
    return FOLDER / f"waybill_{language}.ts"


def compiled_of(language: str) -> Path:
    """The file that the window loads."""
    return FOLDER / f"waybill_{language}.qm"


def unfinished(language: str) -> list[tuple[str, str]]:
    """Context and text of everything without a translation."""
    tree = ET.parse(source_of(language))
    return [
        (context.findtext("name", ""), message.findtext("source", ""))
        for context in tree.getroot().iter("context")
        for message in context.iter("message")
        if (found := message.find("translation")) is None
        or found.get("type") == "unfinished"
        or not (found.text or found.findall("numerusform"))
    ]


def find(language: str, into: Path) -> None:
    """Look for texts in the code and bring the file up to date."""
    modules = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "gui").rglob("*.py"))
    options = ["-no-obsolete", "-locations", "none", "-source-language", "en"]
    _run("lupdate", [*modules, *options, "-target-language", language, "-ts", str(into)])


def _run(program: str, words: list[str]) -> None:
    code = f"from PySide6.scripts.pyside_tool import {program}; {program}()"
    command = [sys.executable, "-c", code, *words]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def translate() -> int:
    """Renew and compile every language; 1 when texts lack a translation."""
    missing = 0
    for language in LANGUAGES:
        find(language, source_of(language))
        _run("lrelease", [str(source_of(language)), "-qm", str(compiled_of(language))])
        for context, text in unfinished(language):
            missing += 1
            sys.stdout.write(f"{language} lacks [{context}] {text}\n")
    return 1 if missing else 0
