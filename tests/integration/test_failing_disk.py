"""A disk that fails stops the agent, a disk that is full pauses reading: nothing is lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration import small_disk
from tests.integration.agent_home import ROOT, AgentHome, with_receiver
from tests.integration.killpoints import field as world
from tests.integration.killpoints.field import Received, Receiver

SUSPECT = 75
ROWS = {
    "accounts": {f"{i:03}": f"Customer {i}" for i in range(150)},
    "contacts": {f"C-{i:03}": f"Person {i}" for i in range(12)},
}


@pytest.mark.parametrize(
    ("path", "call", "n"),
    [("queue.db-wal", "sync", 20), ("queue.db-wal", "pwrite", 160), ("mark", "sync", 3)],
)
def test_after_an_io_error_it_stops_with_75_and_goes_on_where_it_was_after_a_restart(
    injector: Path, agent: AgentHome, receiver: Receiver, path: str, call: str, n: int
) -> None:
    crm = receiver.cases["crm"]
    agent.export(ROWS)
    fault = {"INJECT_PATH": f"home/{path}", "INJECT_CALL": call, "INJECT_MODE": "EIO"}
    agent.launch({"LD_PRELOAD": str(injector), "INJECT_N": str(n), **fault})
    assert agent.until_ended() == SUSPECT, agent.said()
    assert "STORE_IO" in agent.said()
    assert "Traceback" not in agent.said()
    agent.start()
    agent.until_idle()
    assert agent.client.call("audit.verify")["ok"]
    assert agent.stop() == 0
    assert crm.now == world.expected(ROWS)
    assert {len(values) for values in crm.history.values()} == {1}
    assert not crm.wrong


def test_that_it_is_the_disk_that_has_no_room_is_said_and_not_the_queue(
    tmp_path: Path, receiver: Receiver
) -> None:
    """The queue makes room by itself, a disk does not."""
    agent = with_receiver(tmp_path / "agent", receiver, "crm", reserve_bytes=1 << 60)
    try:
        agent.export(ROWS)
        agent.start()
        told = agent.until(lambda status: status["reasons"], "nobody is told")
        assert {reason["code"] for reason in told["reasons"]} == {"DISK_FULL"}
        assert agent.stop() == 0
    finally:
        agent.close()


def can_mount(folder: Path) -> bool:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@pytest.mark.timeout(240)
def test_on_a_full_disk_reading_pauses_and_delivery_goes_on_from_the_reserve(
    tmp_path: Path, receiver: Receiver
) -> None:
    if not can_mount(tmp_path):
        pytest.skip("no small disk can be mounted here (needs unshare -rm and mount)")
    crm = receiver.cases["crm"] = Received()
    command = ["unshare", "-rm", sys.executable, "-m", "tests.integration.small_disk"]
    done = subprocess.run(
        [*command, str(tmp_path), receiver.url("crm")],
        check=False, cwd=ROOT, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout)
    assert seen["reserve_at_first"]
    assert seen["delivered_while_full"] >= small_disk.FEW
    assert not seen["reserve_while_full"], seen
    assert "DISK_FULL" in seen["reasons"]
    assert not {"DISK_FULL", "QUEUE_FULL", "AGENT_BUG"} & {*seen["reasons_after"]}
    assert seen["exit"] == 0
    assert "Traceback" not in seen["said"]
    wanted = world.expected({**small_disk.rows(small_disk.MANY), "contacts": {}})
    assert crm.now == wanted
    assert {len(values) for values in crm.history.values()} == {1}
    assert not crm.wrong
