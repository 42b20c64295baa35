"""The process that upgrades, and that is killed: `upgrader CASE apply|back|resume [VERSION]`."""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path

from agent.service.upgrading import upgrades
from agent.upgrade.layout import Root
from agent.upgrade.way import told
from tests.integration.upgrades.machine import Machine

WITHIN = 25.0


def main() -> None:
    case, what, *rest = sys.argv[1:]
    folder = Path(case)
    made = upgrades(Root(folder / "root", windows=False), folder / "home", manager=Machine(folder))
    library = None
    if "KILL_N" in os.environ:
        library = ctypes.CDLL(None)
        library.inject_disarm.restype = ctypes.c_long
        n, mode = os.environ["KILL_N"].split("|")
        library.inject_arm(int(n), mode.encode(), f"{case}/".encode(), 0, b"")
    if what == "resume":
        done = made.resume()
    elif what == "apply":
        done = made.apply(rest[0], WITHIN)
    else:
        done = made.back(rest[0], WITHIN, put_back="--put-back" in rest)
    count = library.inject_disarm() if library else 0
    sys.stdout.write(json.dumps({"done": told(done) if done else None, "calls": count}) + "\n")


if __name__ == "__main__":
    main()
