"""`python -m installer.windows FROZEN [--out DIR]`: both installers from a folder frozen on Windows."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from installer.freeze.build import PROJECT
from installer.freeze.version import version_of
from installer.windows import build


def main(words: Sequence[str] | None = None) -> int:
    """Build what the tools here can; 1 when one of them fails or none is here."""
    parser = argparse.ArgumentParser(prog="installer.windows")
    parser.add_argument("frozen", type=Path, help="the folder with waybill.exe")
    parser.add_argument("--out", type=Path, default=Path("dist"), help="where they are left")
    asked = parser.parse_args(words)
    asked.out.mkdir(parents=True, exist_ok=True)
    version = version_of(PROJECT)
    code = 1
    for kind, make in (("setup", build.setup), ("package", build.package)):
        if missing := build.lacking(kind):
            sys.stdout.write(f"{kind}: skipped, {missing} is not here\n")
            continue
        try:
            sys.stdout.write(f"{kind}: {make(asked.frozen, version, asked.out)}\n")
        except build.BuildError as error:
            sys.stderr.write(f"{kind}: {error}\n")
            return 1
        code = 0
    return code


if __name__ == "__main__":
    sys.exit(main())
