"""The latest lines of the log are what the file says, and they are followed without a gap."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from agent import log
from agent.recent_log import KEPT, Line, Loudness, Recent, at_least, tail


def line(event: str, **fields: object) -> str:
    return json.dumps(
        {
            "timestamp": "2026-11-21T10:00:00+00:00",
            "level": "info",
            "logger": "agent",
            "event": event,
        }
        | fields
    )


def every(_: Line) -> bool:
    return True


@pytest.fixture
def recent() -> Recent:
    return Recent()


def say(recent: Recent, event: str, **fields: object) -> None:
    record = logging.LogRecord("agent", logging.INFO, "", 1, line(event, **fields), (), None)
    recent.handle(record)


def test_whoever_follows_gets_each_line_once(recent: Recent) -> None:
    say(recent, "one")
    found, place = recent.lines("", 10, every)
    assert [one.text for one in found] == ["one"]
    say(recent, "two", flow="customers", rows=3)
    found, place = recent.lines(place, 10, every)
    assert [one.text for one in found] == ["two flow=customers rows=3"]
    assert recent.lines(place, 10, every) == ([], place)


def test_the_latest_lines_come_when_there_are_more_than_wanted(recent: Recent) -> None:
    for number in range(KEPT + 10):
        say(recent, str(number))
    found, _ = recent.lines("", 3, lambda one: one.event.endswith("7"))
    assert [one.event for one in found] == ["4987", "4997", "5007"]
    assert len(recent.lines("", KEPT * 2, every)[0]) == KEPT


@pytest.mark.parametrize("place", ["1:5", "x", "", ":", "17:-1", "99:" + "9" * 40])
def test_a_place_of_another_process_begins_anew(recent: Recent, place: str) -> None:
    say(recent, "one")
    assert [one.event for one in recent.lines(place, 10, every)[0]] == ["one"]


def test_it_begins_with_the_end_of_the_file_and_passes_over_what_is_no_line(tmp_path: Path) -> None:
    file = tmp_path / "waybill.log"
    file.write_text("torn\n" + line("before") + "\n[1]\n" + line("last") + "\n" + "half")
    found, _ = Recent(file).lines("", 10, every)
    assert [one.event for one in found] == ["before", "last"]
    assert found[0].at == "2026-11-21T10:00:00Z"
    assert list(tail(file, 60)) == [] or "before" not in "".join(tail(file, 60))
    assert tail(tmp_path / "none") == ()


def test_what_the_log_says_is_heard_redacted(tmp_path: Path) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        log.configure(tmp_path)
        log.get_logger("agent.x").warning("a token", reason="Bearer abcdefghijklmnop", value="v")
        (found,) = log.recent().lines("", 10, lambda one: one.event == "a token")[0]
        assert found.fields == {"reason": "Bearer [secret]", "value": "…"}
        assert found.level == "warning"
    finally:
        for handler in [one for one in root.handlers if one not in before]:
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)


def test_a_level_counts_from_itself_on() -> None:
    assert at_least("warning") == {"warning", "error"}


def test_the_log_says_more_for_a_while_and_then_the_usual() -> None:
    logger = logging.getLogger("agent_of_this_test")
    loud = Loudness([logger.name])
    loud.more_for(60, now=100)
    assert (logger.level, loud.left(130)) == (logging.DEBUG, 30)
    loud.step(159)
    assert logger.level == logging.DEBUG
    loud.step(160)
    assert (logger.level, loud.left(160)) == (logging.INFO, 0)
    loud.more_for(60, now=200)
    loud.more_for(0, now=201)
    assert (logger.level, loud.left(201)) == (logging.INFO, 0)
