"""`dev.py windows`: what it says of itself, with and without Wine."""

from __future__ import annotations

import json

import pytest

from tests.windows import __main__ as run_main
from tests.windows import lab
from tests.windows.run import Report, StepFailedError, StepSkippedError
from tests.windows.steps import STEPS, suite
from tests.windows.wine import WineError

LOCK = """\
anyio==4.16.0 \\
    --hash=sha256:aa
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:bb
macholib==1.16.4 ; sys_platform == 'darwin' \\
    --hash=sha256:cc
numpy==2.4.6 \\
    --hash=sha256:dd
"""


def raising(error):
    def step():
        raise error

    return step


def test_the_lab_takes_from_the_lock_what_windows_installs_with_its_hashes():
    entries = list(lab.for_windows(LOCK))
    assert [entry.split()[0] for entry in entries] == ["anyio==4.16.0", "colorama==0.4.6"]
    assert all("--hash=sha256:" in entry and ";" not in entry for entry in entries)


def test_every_step_of_the_issue_is_there_in_an_order_that_can_work():
    wanted = ["tests", "freeze", "nsis", "msi", "install", "service", "deliver", "stop", "upgrade"]
    assert [name for name in STEPS if name in wanted] == wanted
    assert "uninstall" in STEPS


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (StepFailedError("the service\nstopped"), "failed: the service stopped"),
        (StepSkippedError("no Wine"), "skipped: no Wine"),
        (WineError("cmd ended with 3"), "failed: cmd ended with 3"),
        (KeyError("x"), "failed: KeyError: 'x'"),
    ],
)
def test_a_step_that_does_not_work_says_why_and_the_whole_is_not_ok(error, outcome):
    report = Report()
    report.play("first", lambda: "fine")
    report.play("second", raising(error))
    assert report.as_json() == {"ok": False, "steps": {"first": "ok", "second": outcome}}
    assert report.has_failed == outcome.startswith("failed")


def test_it_is_ok_only_when_every_step_is():
    report = Report()
    assert not report.ok
    report.play("first", lambda: "")
    assert report.ok


def test_where_wine_cannot_be_had_every_step_is_skipped_with_the_reason_and_nothing_fails(
    monkeypatch, capsys
):
    monkeypatch.setattr(lab, "lacking", lambda: "wine is not here")
    assert run_main.main(["--json"]) == 0
    out, err = capsys.readouterr()
    said = json.loads(out.splitlines()[-1])
    assert said["ok"] is False
    assert set(said["steps"]) == set(STEPS)
    assert set(said["steps"].values()) == {"skipped: wine is not here"}
    assert "nothing was run: wine is not here" in err
    assert all(name in err for name in STEPS)


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ("....\n12 passed in 3.4s\n", "12 passed in 3.4s"),
        (
            "x\n1 failed, 3 passed, 2 skipped in 9.0s (0:00:09)\n",
            "1 failed, 3 passed, 2 skipped in",
        ),
        ("Traceback", "pytest counted nothing"),
    ],
)
def test_what_pytest_counted_is_told(said, counts):
    assert suite.summed(said).startswith(counts)
