"""`SHA256SUMS`: the hash of every file of a folder, in the form that `sha256sum -c` reads.

python -m installer.freeze.hashes FOLDER     checks it; says what is changed, missing or added
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

FILE: Final = "SHA256SUMS"


def write(folder: Path) -> Path:
    """Hash every file below the folder."""
    lines = [f"{_hash(path)}  {name}\n" for name, path in _files(folder).items()]
    target = folder / FILE
    target.write_text("".join(lines), encoding="utf-8", newline="\n")
    return target


def verify(folder: Path) -> list[str]:
    """What differs from the list, a sentence each; nothing when it holds."""
    stated = {}
    for line in (folder / FILE).read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        stated[name] = digest
    files = _files(folder)
    found = [f"{name} is missing" for name in stated if name not in files]
    found += [f"{name} is not in the list" for name in files if name not in stated]
    found += [
        f"{name} has changed"
        for name, digest in stated.items()
        if name in files and _hash(files[name]) != digest
    ]
    return sorted(found)


def _files(folder: Path) -> dict[str, Path]:
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {name: found[name] for name in sorted(found) if found[name].is_file() and name != FILE}


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(words: Sequence[str]) -> int:
    """Check the list of a folder."""
    problems = verify(Path(words[0]))
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
