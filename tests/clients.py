"""The independent clients that say whether the practice CRMs are truthful, in a folder of their own.

`python tests/clients.py` (part of `dev.py test`) installs `clients.lock` into `.venv/clients`; what the
project itself depends on is taken from its own environment. The folder stands last on the path
(`conftest.py`), so that it hides nothing. Where it cannot be installed, the tests say so and are left
out. `python tests/clients.py lock UV` makes the lock again. Standard library only.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "tests" / "clients.lock"
FOLDER = ROOT / ".venv" / "clients"
STAMP = FOLDER / ".lock-hash"  # written last: without it the folder is half made
MISSING = "the independent clients are not installed: python3 dev.py test (needs a package index)"


def named() -> list[str]:
    """What pyproject.toml calls the extra `clients`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return list(project["optional-dependencies"]["clients"])


def entries(text: str) -> dict[str, str]:
    """The entries of a lock, by the name and the condition in their first line."""
    return {
        re.sub(r"==[^ ]+", "", each.split(" \\")[0]).strip(): each
        for each in re.split(r"\n(?=\S)", text.strip())
    }


def install() -> None:
    """Bring the folder to the state of the lock; a failure is told and ends nothing."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == digest:
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--no-input", "--no-deps"]
    pip += ["--disable-pip-version-check", "--retries", "1", "--require-hashes"]
    pip += ["--only-binary", ":all:", "--target", str(FOLDER), "-r", str(LOCK)]
    if subprocess.run(pip, check=False, cwd=ROOT, stdin=subprocess.DEVNULL).returncode:
        shutil.rmtree(FOLDER, ignore_errors=True)
        sys.stderr.write(f"{LOCK.name} could not be installed; tests that need it are left out\n")
        return
    STAMP.write_text(digest, encoding="utf-8")


def lock(uv: str) -> None:
    """Make the lock again, in agreement with the project's own and without what stands there."""
    form = ["--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"]
    bare = ["--no-header", "--no-annotate", "--no-emit-index-url"]
    compiled = subprocess.run(
        [uv, "pip", "compile", *form, *bare, "-c", "requirements.lock", "-"],
        check=True,
        cwd=ROOT,
        input="\n".join(named()),
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    ours = entries((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    kept = [entry for name, entry in entries(compiled).items() if name not in ours]
    LOCK.write_text("\n".join(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["lock"]:
        lock(sys.argv[2])
    else:
        install()
