"""A change of the configuration is noticed whenever it is made, and once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent import app
from agent.config import Config
from agent.health import Conditions
from agent.runtime.kinds import LOOKUPS, Kinds
from agent.runtime.news import ConfigWatch
from tests.fakes import FakeClock

HEAD = 'version = 1\n[agent]\nname = "{name}"\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write(tmp_path, "first")
    return tmp_path


def write(home: Path, name: str, more: str = "") -> None:
    (home / "waybill.toml").write_text(HEAD.format(name=name) + more, encoding="utf-8")


class Agent:
    """Who takes configurations over."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.conditions = Conditions(FakeClock())
        self.watch = ConfigWatch(app.configured(home, home / "waybill.toml")[0])

    def looks(self) -> str:
        """The name in the new configuration; empty where there is none."""
        found = self.watch.newer(
            lambda: app.configured(self.home, self.home / "waybill.toml"), self.conditions
        )
        self.watch = found or self.watch
        return found.config.agent.name if found else ""

    def told(self) -> list[str]:
        return [each.hint for each in self.conditions.list()]


def test_a_change_is_news_once(home: Path) -> None:
    agent = Agent(home)
    assert agent.looks() == ""
    write(home, "second")
    assert agent.looks() == "second"
    assert agent.looks() == ""


def test_what_is_changed_while_the_agent_takes_another_change_over_is_news_too(home: Path) -> None:
    agent = Agent(home)
    write(home, "second")
    assert agent.looks() == "second"
    write(home, "third")  # the agent stops and is built again meanwhile: seconds
    assert agent.looks() == "third"


def test_a_broken_change_is_told_and_the_way_back_is_none(home: Path) -> None:
    agent = Agent(home)
    write(home, "second", "".join(f"[flows.f{at}]\n" for at in range(9)))
    assert agent.looks() == ""
    (told,) = agent.told()
    assert "more: waybill check" in told
    write(home, "third")
    assert agent.looks() == "third"
    assert agent.told() == []


def test_a_file_that_somebody_is_still_writing_is_looked_at_again(home: Path) -> None:
    agent = Agent(home)
    write(home, "half")
    load = app.configured

    def slow(where: Path, path: Path) -> tuple[Config, Kinds]:
        read = load(where, path)
        write(home, "whole")
        return read

    assert agent.watch.newer(lambda: slow(home, home / "waybill.toml"), agent.conditions) is None
    assert agent.looks() == "whole"


def test_a_change_that_only_the_content_tells_is_news_while_the_clock_of_the_disk_stands(
    home: Path,
) -> None:
    agent = Agent(home)
    file = home / "waybill.toml"
    assert agent.looks() == ""
    before = file.stat()
    write(home, "later")  # as many letters as `first`
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert agent.looks() == "later"


def test_what_nobody_touches_is_not_read_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agent, read = Agent(home), []
    for _ in range(10):
        assert agent.looks() == ""
    whole = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path) or whole(path))
    assert agent.looks() == ""
    assert read == []
    write(home, "second")
    assert agent.looks() == "second"


def test_a_file_that_comes_later_is_news_after_a_long_rest(home: Path) -> None:
    agent = Agent(home)
    for _ in range(10):
        assert agent.looks() == ""
    (home / LOOKUPS).mkdir(exist_ok=True)
    (home / LOOKUPS / "countries.csv").write_text("DE,Germany")
    assert agent.looks() == "first"
