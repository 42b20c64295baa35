"""A rotation while the agent runs: everything is sealed anew, also across kills, then the key goes."""

from __future__ import annotations

import json
import signal
import time
from random import Random

import pytest

from agent.clock import SystemClock
from agent.keys import open_vault, verify
from tests.integration.agent_home import AgentHome
from tests.integration.killpoints import field as world


def rows(prefix: str, count: int) -> dict[str, dict[str, str]]:
    return {
        "accounts": {f"{n:03}": f"{prefix} {n}" for n in range(count)},
        "contacts": {f"C{n:03}": f"{prefix} {n}" for n in range(count)},
    }


def resealing(agent: AgentHome) -> dict:
    return agent.client.call("keys.state")["resealing"]


@pytest.mark.timeout(300)
def test_killed_again_and_again_the_resealing_comes_to_its_end_and_nothing_is_lost(agent, receiver):
    received, random = receiver.cases["crm"], Random(7)
    received.refuses = "BAD"
    held = rows("First", 200)
    held["accounts"]["150"] = "BAD"
    del held["contacts"]["C150"]
    agent.export(held)
    agent.start()
    agent.until_idle()
    for number in range(5):
        held["accounts"] |= {
            f"{n:03}": f"Round {number} {n}" for n in range(number * 15, number * 15 + 15)
        }
        agent.export(held)
        agent.client.call("keys.rotate")
        agent.client.call("scan")
        seconds = random.uniform(0.02, 1.5)
        time.sleep(seconds)
        agent.stop(signal.SIGKILL)
        agent.start()
    agent.until_idle()

    def done(_: object) -> bool:
        found = agent.client.call("keys.state")
        return found["resealing"]["phase"] == "done" and found["data_keys"] == 1

    agent.client.call("keys.rotate")
    agent.until(lambda _: resealing(agent)["phase"] == "resting", "it is not sealed anew", 60)
    agent.stop()
    agent.start()  # nothing of before is under way any more: it need not wait a day
    agent.until(done, "the old keys are not destroyed", 60)
    received.refuses = ""
    held["accounts"]["150"] = "Good at last"
    held["accounts"] |= {"001": "Edited afterwards"}
    agent.export(held)
    agent.until_idle()
    agent.until(lambda s: s["counts"]["parked"] == 0, "its exception is not cleared")
    assert received.now == world.expected(held)
    assert received.wrong == []
    actions = [one["action"] for one in agent.client.call("audit.list", {"limit": 200})["items"]]
    assert actions.count("keys.destroy") == 6
    assert agent.client.call("audit.verify")["ok"]


def test_the_recovery_key_opens_the_real_home_also_while_nothing_runs(agent):
    agent.export(rows("First", 20))
    agent.start()
    agent.until_idle()
    key = agent.client.call("keys.recovery_new")["key"]
    found = agent.client.call("keys.recovery_confirm", {"key": key})
    assert found["ok"], found
    assert found["opened"] > 5
    agent.stop()
    offline = verify(agent.home, key)
    assert offline["ok"], offline
    assert offline["opened"] >= found["opened"]
    before = {p: p.read_bytes() for p in (agent.home / "keys").iterdir()}
    code, said, errors = agent.typed("keys", "verify", "--json", typed=key)
    assert (code, said["ok"]) == (0, True), errors
    assert said["opened"] == offline["opened"]
    other = open_vault(agent.home, SystemClock()).new_recovery_key()
    assert other != key
    code, said, _ = agent.typed("keys", "verify", "--json", typed=key)
    assert (code, said["ok"]) == (1, False), json.dumps(said)
    assert (agent.home / "keys" / "wrapping.key").read_bytes() in before.values()
