"""A real agent in this process, with something of everything, to be asked at random."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from pathlib import Path

from agent import app, keys
from agent.clock import SystemClock
from agent.control import wire
from agent.control.api import Role
from agent.control.dispatch import Caller
from tests.integration.agent_home import WEBHOOK
from tests.integration.killpoints import field as world
from tests.integration.killpoints.field import Received, Receiver

ENGINEER = Caller("root", Role.ENGINEER)


class Agent:
    """The real agent in this process, with sources, a target, and something of everything."""

    def __init__(self, folder: Path, receiver: Receiver, more: str = "") -> None:
        self.home, self.exports, self.received = folder / "home", folder / "export", Received()
        receiver.cases["crm"] = self.received
        self.received.refuses = "BAD"
        self.faults: list[str] = []
        self.answered: set[str] = set()
        """Methods that were answered with a result."""
        target = WEBHOOK.format(url=receiver.url("crm"))
        world.write_home(self.home, world.configuration(target, 'every = "1s"') + more)
        keys.initialise(self.home)
        keys.set_secret(self.home, "crm", world.SECRET)
        self.rows = {
            "accounts": {f"{n:03}": "BAD name" if n % 9 == 0 else f"Ace {n}" for n in range(60)},
            "contacts": {f"C{n:03}": f"Bert {n}" for n in range(60) if n % 9},
        }
        self.start()

    def start(self) -> None:
        """Run it, in threads of its own."""
        config, _ = app.configured(self.home, app.config_path(self.home))
        self.stop = threading.Event()
        self.agent, self.parts = app.build(self.home, config, SystemClock(), self.stop)
        self.agent.start()
        self.asks = self.agent.control._dispatcher

    def export(self) -> None:
        world.export(self.exports, self.rows)

    def ask(self, line: bytes, caller: Caller = ENGINEER) -> dict:
        """One request as a caller's connection would put it."""
        answer = self.asks.answer(line, caller)
        assert answer.endswith(b"\n")
        assert len(answer) <= wire.MAX_LINE
        return json.loads(answer)

    def call(self, method: str, **params: object) -> dict:
        said = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return self.ask(json.dumps(said).encode())["result"]

    def until(self, holds, otherwise: str, within: float = 90.0) -> None:
        deadline = time.monotonic() + within
        while not holds():
            assert time.monotonic() < deadline, f"{otherwise}: {self.call('status')}"
            time.sleep(0.05)

    def until_arrived(self, key: str) -> float:
        """Seconds that a customer took from the export to the CRM."""
        begun = time.monotonic()
        there = lambda: ("account", key) in self.received.history  # noqa: E731 one thought
        self.until(there, f"{key} does not arrive while others ask")
        return time.monotonic() - begun

    def settle(self) -> None:
        """Once everything is read and delivered that can be."""
        self.call("scan")
        self.until(lambda: self.call("status")["idle"], "it is never idle")

    def alive(self) -> None:
        """No request met a fault of ours, every thread still runs, nothing made it give up."""
        assert self.faults == []
        assert self.agent.failure is None
        dead = [thread.name for thread in self.agent._threads if not thread.is_alive()]
        assert dead == []
        assert not self.stop.is_set()

    def kept(self) -> dict[str, str]:
        """Digests of everything that somebody could have changed."""
        found = {
            f"table {name}": digest(repr(self.agent.store.db.rows(f"select * from {name}")))
            for (name,) in self.agent.store.db.rows(
                "select name from sqlite_master where type = 'table' and name not in ('meta', 'hour')"
            )
        }
        for path in sorted(self.home.rglob("*")):
            name = str(path.relative_to(self.home))
            if path.is_file() and not name.startswith(("queue.db", "audit.log", "logs", "mark")):
                found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    def at_rest(self) -> dict[str, str]:
        """`kept`, once nothing of it changes by itself any more."""
        before, after = {}, self.kept()
        deadline = time.monotonic() + 60
        while before != after:
            assert time.monotonic() < deadline, "it never comes to rest"
            time.sleep(1.5)  # longer than a source waits between two looks
            before, after = after, self.kept()
        return after

    def close(self) -> None:
        self.stop.set()
        self.agent.close()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
