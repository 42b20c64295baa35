"""What the service says in the log of the system: numbers that monitoring is told of."""

import re
from pathlib import Path

import pytest

from agent.events import SEVERITY, Event
from agent.service import event_log

HELP = Path(__file__).resolve().parents[3] / "resources/help/service.md"


def test_the_numbers_are_documented_with_their_severities():
    rows = re.findall(r"^\| (\d{4}) \| (\w+) \|", HELP.read_text(encoding="utf-8"), re.MULTILINE)
    assert {int(number): severity for number, severity in rows} == {
        event.value: SEVERITY[event] for event in Event
    }


@pytest.mark.skipif(not hasattr(event_log.os, "getuid"), reason="Windows has no journal")
def test_the_journal_gets_one_line_with_its_priority(capsys, monkeypatch):
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    event_log.write(Event.NOT_STARTED, "There are no keys.\n\nMake them.")
    assert capsys.readouterr().err == "<3>event=1003 There are no keys. Make them.\n"


@pytest.mark.skipif(not hasattr(event_log.os, "getuid"), reason="Windows has no journal")
def test_elsewhere_nobody_is_told_twice(capsys, monkeypatch):
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    event_log.write(Event.NOT_STARTED, "There are no keys.")
    assert capsys.readouterr().err == ""
