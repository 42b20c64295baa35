"""`python -m installer.freeze --out DIR`; also runs as a file, for a Python without our path."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

_PROJECT = Path(__file__).resolve().parents[2]
if str(_PROJECT) not in sys.path:
    sys.path.insert(0, str(_PROJECT))

from installer.freeze.build import FreezeError, freeze  # noqa: E402 - the path comes first
from installer.freeze.contents import OwnerlessError  # noqa: E402 - the path comes first
from installer.freeze.licences import UnlicensedError  # noqa: E402 - the path comes first
from installer.freeze.sign import SigningError  # noqa: E402 - the path comes first


def main(words: Sequence[str]) -> int:
    """Freeze; one line of JSON says what was made."""
    parser = argparse.ArgumentParser(prog="installer.freeze", description="Freeze the programs.")
    parser.add_argument("--out", type=Path, default=Path("dist"), help="where `waybill` is made")
    parser.add_argument("--work", type=Path, help="where PyInstaller works")
    parser.add_argument("--project", type=Path, default=_PROJECT, help="the checkout")
    asked = parser.parse_args(words)
    try:
        made = freeze(asked.out, asked.work, asked.project)
    except (FreezeError, OwnerlessError, UnlicensedError, SigningError) as error:
        sys.stderr.write(f"freeze: {error}\n")
        return 1
    said = {
        "folder": str(made.folder),
        "version": made.version,
        "bytes": made.bytes,
        "signed": made.signed,
    }
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
