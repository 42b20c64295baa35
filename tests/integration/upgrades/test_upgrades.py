"""Killed at any point, an upgrade leaves a version that runs, and everything arrives once."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox import Sandbox
from agent.control.client import ControlError
from agent.errors import ServiceRefused
from agent.queue import schema
from agent.upgrade import keep
from tests.integration.killpoints import field as world
from tests.integration.killpoints.field import Received, Receiver
from tests.integration.killpoints.scenarios import EDITED, FIRST
from tests.integration.upgrades.case import Case
from tests.integration.upgrades.versions import BROKEN, MUTE, NEW, OLD, ONE_WAY

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the injector and /proc are Linux's"),
    pytest.mark.timeout(3600),
]

IS_LONG = os.environ.get("WAYBILL_LONG") == "1"
POINTS = int(os.environ.get("WAYBILL_UPGRADE_KILLS", "50" if IS_LONG else "3"))


@pytest.fixture
def case(tmp_path: Path, receiver: Receiver) -> Iterator[Case]:
    """A machine on which the first version has delivered, and holds what came since."""
    made = Case(tmp_path / "case")
    made.folder.mkdir()
    receiver.cases["case"] = made.received
    made.install(world.WEBHOOK.replace("URL", receiver.url("case")))
    yield made
    made.machine.kill()


def fill(case: Case) -> int:
    """Deliver a first load, then queue changes that wait; how many wait."""
    case.export(FIRST)
    case.machine.start()
    case.until_idle()
    case.client.call("pause", {"kind": "target", "name": "crm"})
    case.export(EDITED)
    case.client.call("scan")
    deadline = time.monotonic() + 30
    while not case.client.status()["counts"]["waiting"]:
        assert time.monotonic() < deadline, "nothing waits"
        time.sleep(0.05)
    case.until_read()
    case.machine.stop(30)
    return case.queued()


def went_well(case: Case, wanted: Sequence[world.Rows] = (FIRST, EDITED)) -> None:
    """One version runs, has the queue, and everything arrives once and in order."""
    version = case.root.current()
    assert case.machine.program == case.root.runs(version)
    if not case.machine.processes():
        case.machine.start()
    assert case.client.status()["version"] == version
    deadline = time.monotonic() + 30
    while True:  # one that was interrupted and is still on trial lets go by itself
        try:
            case.client.call("resume", {"kind": "target", "name": "crm"})
            break
        except ControlError as error:
            if error.code != "SERVICE_ON_TRIAL":
                raise
            assert time.monotonic() < deadline, "it is on trial for ever"
            time.sleep(0.1)
    case.until_idle()
    case.machine.stop(30)
    assert case.queued() == 0
    assert case.schema() == schema.VERSION + (version != OLD)
    judge(case.received, wanted)


def judge(received: Received, stages: Sequence[world.Rows]) -> None:
    """Every record took on each of its values once, in order."""
    assert not received.wrong, received.wrong[:3]
    told: dict[tuple[str, str], list[str | None]] = {}
    for rows in map(world.expected, stages):
        for key in {*told, *rows}:
            values = told.setdefault(key, [])
            value = rows.get(key)
            if value != (values[-1] if values else None):
                values.append(value)
    assert received.history == told


def test_an_upgrade_migrates_the_queue_and_delivers_it(case: Case) -> None:
    waiting = fill(case)
    case.machine.start()
    _, done = case.upgrade("apply", NEW)
    assert (done["outcome"], done["running"]) == ("done", NEW)
    assert case.client.status()["version"] == NEW
    case.machine.stop(30)
    assert case.queued() == waiting
    went_well(case)


@pytest.mark.parametrize("version", [BROKEN, MUTE])
def test_a_version_that_fails_its_trial_returns_with_nothing_sent(case: Case, version: str) -> None:
    waiting = fill(case)
    with closing(sqlite3.connect(case.home / "queue.db")) as db:
        db.execute("delete from paused")  # whoever is not on trial would send at once
        db.commit()
    requests = case.received.requests
    _, done = case.upgrade("apply", version)
    assert (done["outcome"], done["running"]) == ("returned", OLD)
    assert version == BROKEN or "told not to" in done["reason"]
    assert case.received.requests == requests
    assert case.machine.state() == "stopped", "it was stopped, and is"
    assert case.queued() == waiting
    case.machine.start()
    assert {"UPGRADE_RETURNED"} <= {one["code"] for one in case.client.status()["reasons"]}
    went_well(case)


def test_going_back_takes_along_what_was_delivered_and_what_waits(case: Case) -> None:
    fill(case)
    case.upgrade("apply", NEW)
    case.machine.start()
    case.client.call("resume", {"kind": "target", "name": "crm"})
    case.until_idle()
    again = {name: dict(rows) for name, rows in EDITED.items()}
    again["accounts"]["001"] = "Named since"
    case.client.call("pause", {"kind": "target", "name": "crm"})
    case.export(again)
    case.client.call("scan")
    _, done = case.upgrade("back", "")
    assert (done["outcome"], done["running"], done["back"]) == ("done", OLD, True)
    requests, resent = case.received.requests, case.received.resent
    went_well(case, (FIRST, EDITED, again))
    assert case.received.resent == resent
    assert case.received.requests == requests + 1, "only what was new was sent"


def test_an_older_copy_of_the_queue_sends_nothing_twice_and_forgets_nothing(
    tmp_path: Path,
) -> None:
    crm = Sandbox(tmp_path / "crm", seed=5).start()
    case = Case(tmp_path / "case")
    case.folder.mkdir()
    target = world.SALESFORCE.format(id=crm.client_id)
    target = target.replace('"URL"', f'"{crm.url}"').replace('"CA"', f'"{crm.ca_file}"')
    try:
        case.install(target, crm.client_secret)
        case.export(FIRST)
        case.machine.start()
        case.until_idle()
        case.upgrade("apply", ONE_WAY)
        case.export(EDITED)
        case.until_idle()
        _, done = case.upgrade("back", OLD, "--put-back")
        assert (done["outcome"], done["running"]) == ("done", OLD)
        assert sum(one["delivered"] for one in done["forgot"]) > 0
        case.until_idle()
        case.machine.stop(30)
        assert case.queued() == 0
        for kind, name, value in (
            ("account", "Account", "Name"),
            ("contact", "Contact", "LastName"),
        ):
            held = {id_: record[value] for id_, record in crm.records(name).items()}
            wanted = {
                key: said for (its, key), said in world.expected(EDITED).items() if its == kind
            }
            assert held == wanted
            first = world.expected(FIRST)
            for id_, log in crm.write_log(name).items():
                changed = (kind, id_) in first and wanted.get(id_) not in (None, first[kind, id_])
                assert not log["doubled"], id_
                assert log["creates"] == 1, id_
                assert log["updates"] <= int(changed), id_
                assert log["deletes"] <= int(id_ not in wanted), id_
    finally:
        case.machine.kill()
        crm.stop()


def test_an_upgrade_that_is_killed_anywhere_leaves_a_version_that_runs(
    case: Case, injector: Path, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = fill(case)
    template = case.folder.with_name("template")
    shutil.copytree(case.folder, template, symlinks=True)
    start = case.received.copy()
    case.machine.start()
    case.upgrade("apply", NEW, kill="0|none", injector=injector)
    calls = case.calls
    went_well(case)
    points = [
        (
            1 + int((number + 0.5) * calls / POINTS),
            ("kill", "killafter", "torn")[number % 3],
            number,
        )
        for number in range(POINTS)
    ]
    with ThreadPoolExecutor(2) as pool:
        plays = [
            pool.submit(_play, template, receiver, start.copy(), injector, point, waiting)
            for point in points
        ]
        played = [play.result() for play in plays]
    with capsys.disabled():
        sys.stdout.write(
            f"\nupgrade kills: {len(played)} of {calls} calls, "
            + ", ".join(f"{played.count(how)} {how}" for how in sorted(set(played)))
            + ", lost 0, doubled 0, every one ran\n"
        )
    assert played.count("ended unhurt") <= POINTS // 10


def _play(
    template: Path, receiver: Receiver, received: Received, injector: Path,
    point: tuple[int, str, int], waiting: int,
) -> str:  # fmt: skip
    """One kill on a copy of its own; where it ended. Every fifth also kills the service on trial."""
    n, mode, number = point
    folder = template.with_name(f"kill-{number}")
    receiver.cases[folder.name] = received
    case = _copy(template, folder, received)
    was_running = bool(number % 4)
    try:
        if was_running:
            case.machine.start()
        if number % 5 == 4:
            (folder / "hit").write_text(f"{10 + 7 * number}|{mode}|{injector}")
        code, done = case.upgrade("apply", NEW, kill=f"{n}|{mode}", injector=injector)
        if code and number % 3 == 2:  # the machine was restarted: whatever was to run is started
            case.machine.kill()
            with suppress(ServiceRefused):  # it may be hit at this start
                case.machine.start()
        if code:
            _, done = case.upgrade("resume")
        ended = "ended unhurt" if not code else _ending(done)
        if done is not None:
            assert done["running"] == case.root.current()
            running = case.machine.state() == "running"
            assert running == was_running, f"{point}: {done}"
            case.machine.stop(30)
            assert case.queued() == waiting
            assert keep.found(case.home, done["id"]) is not None or done["outcome"] == "returned"
        (folder / "hit").unlink(missing_ok=True)  # where nothing was started that it could hit
        went_well(case)
    except BaseException as error:
        error.add_note(f"point {point}: {case.machine.said()}")
        raise
    finally:
        case.machine.kill()
    receiver.cases.pop(folder.name)
    shutil.rmtree(folder)
    return ended


def _copy(template: Path, folder: Path, received: Received) -> Case:
    """The template's machine once more, with a CRM of its own."""
    shutil.copytree(template, folder, symlinks=True)
    for path in (folder / "home").rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    case = Case(folder, received)
    path = case.home / "waybill.toml"
    path.write_text(path.read_text().replace('/case"', f'/{folder.name}"'))
    case.machine.set_program(case.root.runs(OLD))
    return case


def _ending(done: Any) -> str:
    return "went on" if done and done["outcome"] == "done" else "returned"
