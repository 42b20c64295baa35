"""Whatever is asked of the control API: no crash, no effect that is not allowed, no standstill.

Requests are made from the list of methods (`asking`) and put to a real agent whose sources are read
and whose target is delivered to meanwhile. The long form asks more than 20,000.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from agent.control import wire
from agent.control.api import METHODS, Role
from agent.control.dispatch import Caller
from tests.accounts import FELL, as_root, becoming, ended
from tests.conftest import IS_LONG
from tests.integration.asked_agent import ENGINEER, Agent
from tests.integration.asking import Asked, Asker
from tests.integration.killpoints.field import Receiver

SEED = int(os.environ.get("WAYBILL_SEED", "20261121"))
FOREIGN, BUSY, EVERYTHING, WIRE = (1200, 9000, 4000, 500) if IS_LONG else (60, 600, 400, 60)
"""Requests of each caller who may not, of all in a busy agent, of an engineer at random, and of
each account over the wire."""
FLOOD_SECONDS = 30.0 if IS_LONG else 5.0
SLOWEST = 30.0
"""Seconds that a record may take while others ask; it is one or two when nobody does."""

CALLERS = [
    Caller("viewer", Role.VIEWER),
    Caller("auditor", Role.AUDITOR),
    Caller("operator", Role.OPERATOR),
    Caller("engineer", Role.ENGINEER),
    Caller("kinds", Role.OPERATOR, frozenset({"contact"})),
    Caller("nothing", Role.OPERATOR, frozenset({"no such kind"})),
    Caller("auditor of contacts", Role.AUDITOR, frozenset({"contact"})),
]
ENDS = {"stop"}
"""It does what it says."""
OUTWARD = {"practice.start", "practice.stop", "sign_in.begin"}
"""They start a process of their own, or a conversation with a foreign service."""


@pytest.fixture
def running(tmp_path: Path, receiver: Receiver) -> Iterator[Agent]:
    made = Agent(tmp_path, receiver)
    try:
        made.export()
        made.until(lambda: made.call("status")["counts"]["parked"] > 0, "nothing parks")
        made.settle()
        made.rows["contacts"] = {"C001": "Bert 1", "C002": "Bert 2"}  # what the guard keeps back
        made.export()
        made.until(lambda: made.call("status")["counts"]["held"] > 0, "nothing is held")
        made.settle()
        yield made
    finally:
        made.close()


def judged(running: Agent, asked: Asked, caller: Caller) -> dict:
    """The answer to one request, which is an answer whatever was asked."""
    answer = running.ask(asked.line, caller)
    assert answer["jsonrpc"] == "2.0"
    assert ("result" in answer) != ("error" in answer)
    if "result" in answer:
        running.answered.add(asked.method)
    else:
        told = f"{asked.method} {asked.params!r} by {caller.name}: {answer['error']['data']}"
        if answer["error"]["code"] == wire.INTERNAL:
            running.faults.append(told)
        assert answer["error"]["data"]["title"], told
        assert answer["error"]["data"]["code"], told
    return answer


def number_of(caller: Caller) -> Random:
    return Random(f"{SEED} {caller.name}")


def test_nobody_changes_what_he_may_not_and_every_try_is_in_the_audit(running):
    running.at_rest()
    for caller in CALLERS:
        closed = {
            name for name, method in METHODS.items()
            if not method.writes or not method.is_for(caller.role)
            or caller.kinds == frozenset({"no such kind"})
        } - (OUTWARD if caller.role is Role.ENGINEER else set())  # fmt: skip
        asker, refused = Asker(number_of(caller)), 0
        before, audited = running.kept(), running.parts.audit.head.seq
        for _ in range(FOREIGN):
            asked = asker.any(closed)
            answer = judged(running, asked, caller)
            if asked.method and METHODS[asked.method].writes:
                assert answer["error"]["data"]["code"] in {"NOT_ALLOWED", "WRONG_USE"}, asked
                if not METHODS[asked.method].is_for(caller.role):
                    assert answer["error"]["data"]["code"] == "NOT_ALLOWED", asked
                refused += 1
        after = running.kept()
        changed = {name for name in before | after if before.get(name) != after.get(name)}
        assert changed == set(), caller.name
        assert running.parts.audit.head.seq - audited == refused, caller.name
    assert running.parts.audit.verify() == ()
    running.alive()


LONG_WAY = {"pause", "secrets.set", "holds.approve", "holds.reject", "exceptions.rule"}
"""After these, what moves moves differently, as it was asked to."""


def test_capture_and_delivery_go_on_whatever_is_asked(running):
    steady = {
        name for name, method in METHODS.items()
        if not method.writes or name.startswith(("exceptions.", "duplicates.", "link.", "scan"))
    } - ENDS - OUTWARD - LONG_WAY  # fmt: skip
    wrong: list[BaseException] = []

    def ask_all(caller: Caller) -> None:
        asker = Asker(number_of(caller))
        try:
            for _ in range(BUSY // len(CALLERS) + 1):
                judged(running, asker.any(steady), caller)
        except BaseException as error:  # noqa: BLE001 the test's own thread raises it
            wrong.append(error)

    threads = [threading.Thread(target=ask_all, args=(caller,)) for caller in CALLERS]
    for thread in threads:
        thread.start()
    slowest, number = 0.0, 0
    while any(thread.is_alive() for thread in threads) or number < 3:
        number += 1
        key = f"N{number:04}"
        running.rows["accounts"][key] = f"New {number}"
        running.export()
        slowest = max(slowest, running.until_arrived(key))
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    assert running.received.wrong == []
    assert slowest < SLOWEST, "a record waits for those who ask"
    running.alive()


def test_an_engineer_who_asks_anything_leaves_an_agent_that_works(running):
    refs = [item["ref"] for item in running.call("exceptions.list")["items"]]
    asker = Asker(Random(f"{SEED} anything"), {"ref": refs, "refs": refs})
    everything = METHODS.keys() - ENDS - OUTWARD
    for _ in range(EVERYTHING):
        judged(running, asker.any(everything), ENGINEER)
    running.alive()
    assert len(running.answered) > len(everything) // 3, "it asks past the first checks"
    assert running.parts.audit.verify() == ()
    running.close()
    running.start()  # what was written can be read again: configuration, mappings, store
    assert running.agent.store.tally.check() == ""
    assert running.call("status")["version"]
    running.alive()


# --- over the wire, as other accounts of this machine ---------------------------------------------

VIEWER, AUDITOR, OPERATOR, STRANGER = 65534, 1, 2, 54321
"""Accounts by number: nobody, daemon, bin, and one that does not exist."""
ROLES = f"""
[[roles]]
who = "user:{VIEWER}"
role = "viewer"
[[roles]]
who = "user:{AUDITOR}"
role = "auditor"
[[roles]]
who = "user:{OPERATOR}"
role = "operator"
kinds = ["contact"]
"""
FINE, FAULT, ALLOWED, REFUSED, NOT_DECLINED = 0, 10, 11, 12, 13


@pytest.fixture
def public(receiver: Receiver, monkeypatch) -> Iterator[Agent]:
    """An agent that other accounts may ask, at a door of the test's own.

    Not in a folder of pytest's: another run of it closes those to other accounts.
    """
    folder = Path(tempfile.mkdtemp(prefix="waybill-asked-"))
    folder.chmod(0o711)
    place = folder / "run"
    place.mkdir(mode=0o755)
    monkeypatch.setattr("agent.control.transport_door.PLACES", (str(place),))
    made = Agent(folder, receiver, ROLES)
    try:
        made.export()
        made.until(lambda: made.call("status")["counts"]["parked"] > 0, "nothing parks")
        made.settle()
        yield made
    finally:
        made.close()
        shutil.rmtree(folder, ignore_errors=True)


def asking(address: str, requests: list[Asked], may: frozenset[str]) -> Callable[[], int]:
    """Put these to the service; what it answers to those that he may not ask is a refusal."""

    def ask() -> int:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(60)
            sock.connect(address)
            lines = sock.makefile("rb")
            if b'"error"' in lines.readline():
                return REFUSED
            for asked in requests:
                sock.sendall(asked.line + b"\n")
                answer = json.loads(lines.readline())
                code = answer.get("error", {}).get("data", {}).get("code")
                if answer.get("error", {}).get("code") == wire.INTERNAL:
                    return FAULT
                if asked.method and asked.method not in may:
                    if code not in {"NOT_ALLOWED", "SERVICE_BUSY"}:
                        return ALLOWED
                elif asked.method == "subscribe" and code is None:
                    return FELL
        return FINE

    return ask


def flooding(address: str, seconds: float) -> Callable[[], int]:
    """Ask as much as goes in, and never wait for an answer before the next."""

    def flood() -> int:
        line, socks, declined = b'{"jsonrpc":"2.0","id":1,"method":"status"}\n' * 50, [], 0
        for _ in range(12):
            sock = socket.socket(socket.AF_UNIX)
            sock.connect(address)
            sock.setblocking(False)
            socks.append(sock)
        until = time.monotonic() + seconds
        while time.monotonic() < until and socks:
            readable, writable, _ = select.select(socks, socks, [], 0.2)
            for sock in readable:
                told = sock.recv(65536)
                declined += told.count(b"SERVICE_BUSY")
                if not told:
                    socks.remove(sock)
            for sock in writable:
                with contextlib.suppress(OSError):
                    sock.send(line)
            time.sleep(0.005)
        return FINE if declined else NOT_DECLINED

    return flood


@as_root
def test_over_the_wire_each_account_has_its_role_and_changes_nothing_beyond_it(public):
    address = public.agent.control._listener.address
    before, children = public.at_rest(), []
    for uid, role, name in ((VIEWER, Role.VIEWER, "v"), (AUDITOR, Role.AUDITOR, "a")):
        may = frozenset(name for name, method in METHODS.items() if method.is_for(role))
        asker = Asker(Random(f"{SEED} {name}"))
        requests = [asker.any(METHODS.keys() - {"subscribe"}) for _ in range(WIRE)]
        children.append(becoming(uid, asking(address, requests, may)))
    children.append(becoming(STRANGER, asking(address, [], frozenset())))
    assert [ended(child) for child in children] == [FINE, FINE, REFUSED]
    after = public.kept()
    assert {name for name in before | after if before.get(name) != after.get(name)} == set()
    assert public.parts.audit.verify() == ()
    public.alive()


@as_root
def test_a_flood_of_requests_is_declined_and_capture_and_delivery_go_on(public):
    address = public.agent.control._listener.address
    children = [becoming(uid, flooding(address, FLOOD_SECONDS)) for uid in (VIEWER, OPERATOR)]
    slowest = 0.0
    for number in range(4):
        public.rows["accounts"][key := f"F{number}"] = f"New {number}"
        public.export()
        slowest = max(slowest, public.until_arrived(key))
        assert public.call("status")["health"]
    assert [ended(child) for child in children] == [FINE, FINE]
    assert slowest < SLOWEST
    public.alive()
