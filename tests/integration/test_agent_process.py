"""`waybill run` as a process: started twice, stopped, killed, misconfigured, given wrong keys."""

from __future__ import annotations

import hashlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import NotRequired, get_origin, get_type_hints

from adapters.sandbox import Sandbox
from agent.control import answers, exception_answers
from tests.integration.agent_home import ROOT, AgentHome, with_receiver
from tests.integration.killpoints import field as world

ROWS = {
    "accounts": {f"{i:03}": f"Customer {i}" for i in range(30)},
    "contacts": {f"C-{i:03}": f"Person {i}" for i in range(12)},
}


def codes(status: answers.Status) -> set[str]:
    return {reason["code"] for reason in status["reasons"]}


def keys_of(shape: type) -> set[str]:
    hints = get_type_hints(shape, include_extras=True)
    return {name for name, hint in hints.items() if get_origin(hint) is not NotRequired}


# --- one agent per home ---------------------------------------------------------------------------


def test_a_second_agent_on_the_same_home_is_refused_and_told_who_holds_it(agent):
    agent.start()
    code, _, said = agent.waybill("run")
    assert code == 1
    assert "HOME_IN_USE" in said
    assert f"process {agent.process.pid}" in said
    assert "Traceback" not in said
    assert agent.client.status()["health"] != "error", "the first one goes on"


def test_of_many_that_start_at_once_exactly_one_runs(agent):
    command = [sys.executable, "-m", "agent.cli", "run", "--home", str(agent.home)]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(4)
    ]
    try:
        deadline = time.monotonic() + 40
        while sum(each.poll() is None for each in started) > 1 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert sorted(each.poll() is None for each in started) == [False, False, False, True]
    finally:
        for each in started:
            each.kill()
            each.wait(10)


# --- stopping and dying ---------------------------------------------------------------------------


def test_it_stops_in_time_while_the_crm_hangs_and_nothing_is_lost_or_doubled(agent, receiver):
    crm, go_on = receiver.cases["crm"], threading.Event()
    crm.on_request = lambda _count: go_on.wait(40)
    agent.export(ROWS)
    agent.start()
    agent.until(lambda _: crm.requests, "nothing was sent")
    began = time.monotonic()
    assert agent.stop() == 0
    assert time.monotonic() - began < 20
    go_on.set()
    agent.start()
    agent.until_idle()
    assert crm.now == world.expected(ROWS)
    assert {len(values) for values in crm.history.values()} == {1}
    assert not crm.wrong


def test_an_outcome_that_a_sigkill_left_unknown_is_looked_up_and_not_sent_again(tmp_path):
    with Sandbox(tmp_path / "crm", seed=3) as crm:
        target = world.SALESFORCE.format(id=crm.client_id).replace("URL", crm.url)
        target = target.replace("CA", str(crm.ca_file)).replace('"1s"', '"3s"')
        agent = AgentHome(tmp_path / "agent", target, crm.client_secret)
        try:
            crm.fault("commit_then_drop", object="Account", times=1)
            agent.export(ROWS)
            agent.start()
            agent.until(lambda _: crm.records("Account"), "nothing arrived")
            agent.stop(signal.SIGKILL)
            committed = set(crm.records("Account"))
            agent.start()
            agent.until_idle()
        finally:
            agent.close()
        assert committed
        assert {key: r["Name"] for key, r in crm.records("Account").items()} == ROWS["accounts"]
        assert {r["LastName"] for r in crm.records("Contact").values()} == {
            *ROWS["contacts"].values()
        }
        log = crm.write_log("Account")
        assert {(item["creates"], item["updates"], item["repeats"]) for item in log.values()} == {
            (1, 0, 0)
        }


def test_an_approval_that_a_crash_interrupted_is_carried_out_after_the_restart(agent, receiver):
    crm = receiver.cases["crm"]
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    agent.export({**ROWS, "contacts": {"C-000": "Person 0"}})
    agent.until(lambda status: status["counts"]["held"], "nothing is held")
    agent.stop(signal.SIGKILL)
    with closing(sqlite3.connect(agent.home / "queue.db")) as db, db:
        db.execute("update hold set state = 'approving' where state = 'held'")
    agent.start()
    agent.until(lambda _: crm.now["contact", "C-005"] is None, "the approval is forgotten")
    agent.until_idle()
    assert not agent.client.call("holds.list")["items"]
    assert len([value for value in crm.now.values() if value is None]) == 11


# --- configuration --------------------------------------------------------------------------------


def test_a_broken_configuration_shows_every_problem_and_no_traceback(agent):
    text = agent.configuration.read_text(encoding="utf-8")
    text = text.replace('pattern = "accounts.csv"', 'patern = "accounts.csv"')
    text = text.replace("batch = 8", 'batch = "many"').replace("contacts.toml", "absent.toml")
    agent.configuration.write_text(text, encoding="utf-8")
    code, _, said = agent.waybill("run")
    assert code == 1
    assert "CONFIG_INVALID" in said
    assert "patern" in said
    assert "Did you mean" in said
    assert "batch" in said
    assert "Traceback" not in said
    assert not (agent.home / "queue.db").exists()


def test_a_mapping_that_is_missing_is_a_problem_and_no_traceback(agent):
    (agent.home / "mappings" / "contacts.toml").unlink()
    code, _, said = agent.waybill("run")
    assert code == 1
    assert "contacts.toml" in said
    assert "Traceback" not in said


def test_a_broken_edit_leaves_the_old_configuration_in_force_and_a_good_one_replaces_it(
    agent, receiver
):
    crm = receiver.cases["crm"]
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    good = agent.configuration.read_text(encoding="utf-8")
    agent.configuration.write_text(good.replace("[agent]", "[agnet]"), encoding="utf-8")
    agent.until(lambda status: "CONFIG_INVALID" in codes(status), "nobody is told")
    code, told, _ = agent.waybill("status", "--json")
    assert code == 1
    assert "CONFIG_INVALID" in codes(told)
    later = {**ROWS, "accounts": {**ROWS["accounts"], "030": "Customer 30"}}
    agent.export(later)
    agent.until(lambda _: ("account", "030") in crm.now, "the old one is not in force")

    agent.configuration.write_text(
        good.replace('name = "killpoints"', 'name = "renamed"'), encoding="utf-8"
    )
    mapping = agent.home / "mappings" / "accounts.toml"
    mapping.write_text(
        mapping.read_text().replace('name = "NAME1"', 'name = { column = "NAME1", case = "upper" }')
    )
    agent.until(
        lambda status: status["agent"] == "renamed" and "CONFIG_INVALID" not in codes(status),
        "the good edit is not applied",
    )
    agent.until(lambda _: crm.now["account", "007"] == "CUSTOMER 7", "the mapping is not applied")
    agent.until_idle()
    assert crm.now["contact", "C-003"] == "Person 3"
    assert len(crm.history["contact", "C-003"]) == 1
    assert not crm.wrong


def test_whoever_asks_while_a_configuration_is_taken_over_waits_for_the_answer(agent):
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    text = agent.configuration.read_text(encoding="utf-8")
    for name in ("second", "third"):
        agent.configuration.write_text(
            text.replace('name = "killpoints"', f'name = "{name}"'), encoding="utf-8"
        )
        deadline = time.monotonic() + 30
        while agent.client.status()["agent"] != name:  # raises where nobody listens
            assert time.monotonic() < deadline, "the edit is not applied"
    assert agent.stop() == 0
    started = time.monotonic()
    assert agent.waybill("status")[0] == 3
    assert time.monotonic() - started < 10, "nobody waits for a service that was stopped"


def test_check_reads_the_files_also_while_an_older_configuration_is_in_force(agent):
    agent.export(ROWS)
    agent.start()
    (agent.home / "contracts").mkdir()
    (agent.home / "contracts" / "machine.json").write_text("{", encoding="utf-8")
    mapping = agent.home / "mappings" / "accounts.toml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("name =", "nmae ="))
    code, told, _ = agent.waybill("check", "--json")
    assert code == 1
    assert "machine.json" in str(told["findings"][0])
    assert told["findings"][1]["code"] == "CONFIG_NOT_IN_FORCE"
    (agent.home / "contracts" / "machine.json").unlink()
    _, told, _ = agent.waybill("check", "--json")
    assert "nmae" in str(told["findings"][0])


# --- keys -----------------------------------------------------------------------------------------


def test_keys_of_another_home_are_refused_and_the_database_stays_as_it_was(
    agent, tmp_path, receiver
):
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    assert agent.stop() == 0
    before = {path.name: digest(path) for path in agent.home.glob("queue.db*")}
    other = with_receiver(tmp_path / "other", receiver, "other")
    mine = agent.home / "keys"
    shutil.move(mine, tmp_path / "kept")
    shutil.copytree(other.home / "keys", mine)
    code, _, said = agent.waybill("run")
    assert code == 1
    assert "KEY_MISMATCH" in said
    assert "Traceback" not in said
    assert {path.name: digest(path) for path in agent.home.glob("queue.db*")} == before
    shutil.rmtree(mine)
    shutil.move(tmp_path / "kept", mine)
    agent.start()
    agent.until_idle()
    assert {len(values) for values in receiver.cases["crm"].history.values()} == {1}


def test_lost_keys_are_never_made_anew_over_a_database(agent):
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    assert agent.stop() == 0
    before = digest(agent.home / "queue.db")
    shutil.rmtree(agent.home / "keys")
    code, _, said = agent.waybill("run")
    assert code == 1
    assert "KEY_UNAVAILABLE" in said
    assert digest(agent.home / "queue.db") == before
    assert not (agent.home / "keys").exists()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# --- what people ask ------------------------------------------------------------------------------


def test_every_question_is_answered_in_its_documented_shape(agent, receiver):
    receiver.cases["crm"].refuses = "Person 4"
    agent.export(ROWS)
    with (agent.exports / "contacts.csv").open("a") as file:
        file.write("C-777;001\n")
    agent.start()
    agent.until_idle()
    agent.export({"accounts": {"000": "Customer 0"}, "contacts": ROWS["contacts"]})
    agent.until(lambda status: status["counts"]["held"], "nothing is held")

    code, status, _ = agent.waybill("status", "--json")
    assert keys_of(answers.Status) <= status.keys()
    assert keys_of(answers.Counts) <= status["counts"].keys()
    assert all(keys_of(answers.Reason) <= reason.keys() for reason in status["reasons"])
    assert all(keys_of(answers.SourceStatus) <= each.keys() for each in status["sources"])
    assert all(keys_of(answers.TargetStatus) <= each.keys() for each in status["targets"])
    assert all(keys_of(answers.FlowStatus) <= each.keys() for each in status["flows"])
    assert status["counts"]["parked"] == 1
    assert code == 1

    asked = {
        ("queue", "list"): answers.QueueItem,
        ("exceptions", "list"): exception_answers.ExceptionItem,
        ("holds", "list"): answers.Hold,
        ("reads", "list"): answers.ReadItem,
    }
    for words, shape in asked.items():
        code, answer, said = agent.waybill(*words, "--json")
        assert code == 0, said
        assert answer["items"], words
        assert all(keys_of(shape) <= item.keys() for item in answer["items"]), words

    _, parked, _ = agent.waybill("exceptions", "list", "--json")
    assert {item["external_id"] for item in parked["items"]} >= {"C-004"}
    code, verdict, _ = agent.waybill("audit", "verify", "--json")
    assert code == 0
    assert keys_of(answers.AuditVerdict) <= verdict.keys()
    assert verdict["ok"]


def test_the_audit_tells_who_did_what_newest_first_and_page_by_page(agent):
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    for words in (("pause", "flow", "accounts"), ("resume", "flow", "accounts"), ("scan",)):
        code, _, said = agent.waybill(*words, "--json")
        assert code == 0, said
    code, found, said = agent.waybill("audit", "list", "--limit", "2", "--json")
    assert code == 0, said
    assert [(item["action"], item["object"]) for item in found["items"]] == [
        ("scan", ""),
        ("resume", "flow accounts"),
    ]
    assert all(keys_of(answers.AuditItem) <= item.keys() for item in found["items"])
    older = ("audit", "list", "--before", str(found["next"]), "--limit", "1", "--json")
    assert [item["action"] for item in agent.waybill(*older)[1]["items"]] == ["pause"]
    only = ("audit", "list", "--action", "pause", "--json")
    assert {item["action"] for item in agent.waybill(*only)[1]["items"]} == {"pause"}
    assert agent.waybill("audit", "list", "--by", "nobody", "--json")[1]["items"] == []


def test_what_was_last_read_is_known_again_after_a_start(agent):
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    before = {source["name"]: source for source in agent.client.status()["sources"]}
    agent.stop()
    agent.start()
    agent.until_idle()
    for source in agent.client.status()["sources"]:
        assert source["last_file"] == before[source["name"]]["last_file"]
        assert source["last_read"]


def test_a_hold_is_approved_and_an_exception_replayed_by_hand(agent, receiver):
    crm = receiver.cases["crm"]
    crm.refuses = "Person 4"
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    crm.refuses = ""
    code, replayed, _ = agent.waybill("exceptions", "replay", "--all", "--crm-changed", "--json")
    assert (code, replayed["replayed"]) == (0, 1)
    agent.until(lambda _: crm.now.get(("contact", "C-004")) == "Person 4", "it is not sent")
    agent.export({**ROWS, "contacts": {"C-000": "Person 0"}})
    agent.until(lambda status: status["counts"]["held"], "nothing is held")
    _, holds, _ = agent.waybill("holds", "list", "--json")
    code, _, said = agent.waybill("holds", "approve", holds["items"][0]["id"], "--json")
    assert code == 0, said
    agent.until(lambda _: crm.now["contact", "C-005"] is None, "nothing is deleted")
    agent.until_idle()
    living = {key for key, value in crm.now.items() if value is not None}
    assert living == world.expected({**ROWS, "contacts": {"C-000": "Person 0"}}).keys()
    assert agent.client.call("audit.verify")["ok"]
