"""An agent on a disk of its own that fills up and is freed again; run inside a mount namespace.

    unshare -rm python -m tests.integration.small_disk FOLDER URL
prints what was seen, as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.integration.agent_home import WEBHOOK, AgentHome

SIZE = 24 << 20
RESERVE = 4 << 20
FEW, MANY = 200, 4000


def rows(many: int) -> dict[str, dict[str, str]]:
    """Long names: they need room."""
    return {
        "accounts": {f"{i:05}": f"{i} " + "x" * 200 for i in range(many)},
        "contacts": {"C-000": "Person"},
    }


def fill(path: Path) -> None:
    """Use up every byte that is left."""
    with path.open("wb", buffering=0) as file:
        for block in (1 << 16, 1 << 12, 512):
            try:
                while True:
                    file.write(os.urandom(block))
            except OSError:
                continue


def main(folder: Path, url: str) -> dict[str, Any]:
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", disk], check=True)
    agent = AgentHome(disk / "agent", WEBHOOK.format(url=url), reserve_bytes=RESERVE)
    agent.exports = folder / "erp"  # so is the ERP's
    agent.exports.mkdir()
    text = agent.configuration.read_text(encoding="utf-8")
    agent.configuration.write_text(
        text.replace('"../export"', f'"{agent.exports}"'), encoding="utf-8"
    )
    agent.errors = folder / "stderr"  # the disk is for the agent
    seen: dict[str, Any] = {}
    reserve = agent.home / "reserve"
    filler = disk / "filler"
    try:
        agent.start()
        agent.client.call("pause", {"kind": "target", "name": "crm"})
        agent.export({**rows(FEW), "contacts": {}})
        agent.until(lambda s: s["counts"]["waiting"] == FEW, "nothing is read")
        seen["reserve_at_first"] = reserve.exists()
        fill(filler)
        agent.export({**rows(MANY), "contacts": {}})
        agent.client.call("resume", {"kind": "target", "name": "crm"})
    except Exception:
        agent.close()
        raise
    try:
        told = {"DISK_FULL", "QUEUE_FULL"}
        full = agent.until(
            lambda s: told & {r["code"] for r in s["reasons"]} and s["counts"]["delivered"] >= FEW,
            "nobody is told, or nothing is delivered", within=60,
        )  # fmt: skip
        seen["reasons"] = sorted({reason["code"] for reason in full["reasons"]})
        seen["delivered_while_full"] = full["counts"]["delivered"]
        seen["reserve_while_full"] = reserve.exists()
        filler.unlink()
        after = agent.until(
            lambda s: s["idle"] and s["counts"]["delivered"] >= MANY and reserve.exists(),
            "it does not go on", within=100,
        )  # fmt: skip
        seen["reasons_after"] = sorted({reason["code"] for reason in after["reasons"]})
        seen["exit"] = agent.stop()
        seen["said"] = agent.said()[-2000:]
    finally:
        agent.close()
    return seen


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), sys.argv[2])))
