"""An agent starts on whatever it finds in its home folder, and says what it had to do."""

import threading
from pathlib import Path

import pytest

from agent import app, keys
from agent.clock import SystemClock
from agent.config import load
from agent.errors import KeyMismatch
from agent.health import Severity
from agent.queue.database import SUSPECT
from agent.queue.reads import Finish, Reading, Reads
from agent.runtime import recover
from agent.runtime.agent import Agent
from agent.runtime.assemble import Parts

CONFIG = """
version = 1
[agent]
name = "TEST"

[sources.customers]
kind = "files"
folder = "export"
pattern = "*.csv"
content = "full"
key = ["NO"]
format = { kind = "delimited", delimiter = ";", encoding = "utf-8" }

[targets.crm]
kind = "webhook"
url = "https://crm.invalid/hook"
secret = "secret:hook"

[ownership.account]
master = "erp"

[flows.customers]
source = "customers"
target = "crm"
entity = "account"
mapping = "customers.toml"
"""
MAPPING = """
version = 1
entity = "account"
external_id = "NO"
on_leave = "delete"
[fields]
name = "NAME"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "export").mkdir()
    (tmp_path / "waybill.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "customers.toml").write_text(MAPPING, encoding="utf-8")
    keys.initialise(tmp_path)
    return tmp_path


def started(home: Path) -> tuple[Agent, Parts]:
    """An agent of this home folder whose threads were never started."""
    config = load(app.config_path(home), app.kinds())
    return app.build(home, config, SystemClock(), threading.Event())


def read_something(agent: Agent) -> None:
    """As the end of a read does it."""
    reading = Reading(agent.store.stream_id("customers"), "a.csv")
    finish = Finish({"n": 1}, complete=True, full=True, counts={})
    capture = agent.sources["customers"].capture
    Reads(agent.store).page(reading, capture.ledger, capture._flow_ids, (), finish=finish)


def codes(parts: Parts) -> dict[str, Severity]:
    return {condition.code: condition.severity for condition in parts.conditions.list()}


def actions(parts: Parts) -> list[str]:
    return [record.action for record in parts.audit.records()]


def test_a_sound_home_needs_no_words(home: Path) -> None:
    for _ in range(2):
        agent, parts = started(home)
        assert codes(parts) == {}
        assert "salvage" not in actions(parts)
        agent.close()


def test_people_are_told_of_a_salvage_until_the_sources_were_read_again(home: Path) -> None:
    agent, _ = started(home)
    agent.close()
    (home / "queue.db").write_bytes(b"not a database" * 1000)
    agent, parts = started(home)
    assert codes(parts) == {recover.SALVAGED: Severity.WARNING}
    (said,) = parts.conditions.list()
    assert "queue.db.damaged-" in said.hint
    assert actions(parts).count("salvage") == 1
    agent.close()
    agent, parts = started(home)
    assert codes(parts) == {recover.SALVAGED: Severity.WARNING}, "also after another start"
    assert actions(parts).count("salvage") == 1, "but it happened once"
    with agent.store.db.transaction() as conn:
        conn.execute("update stream set proven = 1")
        agent.store.recovered(conn)
    agent.keep_house()
    assert codes(parts) == {}
    agent.close()


def test_people_are_told_what_was_saved(home: Path) -> None:
    agent, _ = started(home)
    agent.store.set_paused("target", "crm", paused=True)
    agent.close()
    (home / SUSPECT).touch()
    agent, parts = started(home)
    (said,) = parts.conditions.list()
    assert "1 flows" in said.title
    assert "1 pauses" in said.title
    assert agent.store.paused("target", "crm")
    agent.close()


def test_people_are_told_of_a_rollback(home: Path) -> None:
    agent, _ = started(home)
    read_something(agent)
    agent.close()
    old = (home / "queue.db").read_bytes()
    agent, _ = started(home)
    read_something(agent)
    agent.store.vouch()
    agent.close()
    (home / "queue.db").write_bytes(old)
    agent, parts = started(home)
    assert codes(parts) == {recover.ROLLED_BACK: Severity.WARNING}
    assert actions(parts).count("rollback") == 1
    agent.close()


def test_a_missing_base_makes_its_stream_unproven(home: Path) -> None:
    agent, _ = started(home)
    with agent.store.db.transaction() as conn:
        conn.execute("update stream set base = 3, done = 1")
    agent.close()
    agent, _ = started(home)
    stream = agent.store.stream_id("customers")
    state = agent.sources["customers"].capture._reads.state(stream)
    assert not state.proven
    assert not state.ended
    agent.close()


def test_keys_of_another_installation_stop_the_start_and_touch_nothing(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    agent, _ = started(home)
    agent.close()
    other = tmp_path_factory.mktemp("other")
    keys.initialise(other)
    before = (home / "queue.db").read_bytes()
    (home / "keys").rename(home / "old-keys")
    (other / "keys").rename(home / "keys")
    with pytest.raises(KeyMismatch):
        started(home)
    assert (home / "queue.db").read_bytes() == before
