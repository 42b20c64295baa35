"""A version on trial is let go when it has shown that it works, and not before."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from agent.crypto import EphemeralCipher
from agent.health import Conditions, Severity
from agent.model import Finding, Level
from agent.queue.store import Store
from agent.runtime.trial import canary
from agent.runtime.trial.trial import Trying
from agent.upgrade import gate, notes
from tests.fakes import FakeClock

TRIAL = notes.Trial("1", "0.2.0", "1970-01-12T13:47:40+00:00")
BROKEN = {"code": "NEW", "subject": "a", "title": "It broke.", "severity": "error"}


class Tried:
    """A trial whose surroundings the test decides."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.clock = FakeClock()
        self.cipher = EphemeralCipher()
        self.store = Store(home, self.cipher, self.clock, "test")
        self.conditions = Conditions(self.clock)
        self.reasons: list[Mapping[str, Any]] = []
        self.findings: tuple[Finding, ...] = ()
        self.released = 0
        notes.put_on_trial(home, TRIAL)
        self.trying = Trying(
            TRIAL, home, self.store, self.cipher, self.clock, Random(1), threading.Event(),
            self.conditions, lambda: self.findings, self._release,
            ask=lambda: {"reasons": self.reasons},
        )  # fmt: skip

    def _release(self) -> None:
        said = notes.verdict(self.home, "1")
        assert said is not None, "its word is on the disk before anything may leave"
        assert said.passed
        self.released += 1

    def said(self) -> tuple[str, ...]:
        said = notes.verdict(self.home, "1")
        assert said is not None
        return said.said


@pytest.fixture
def tried(tmp_path: Path) -> Tried:
    return Tried(tmp_path)


def test_it_is_let_go_once_its_word_is_on_the_disk(tried: Tried) -> None:
    assert tried.trying.step()
    assert tried.released == 1
    assert notes.on_trial(tried.home, "0.2.0") is None
    assert not (tried.home / notes.FOLDER / "canary").exists()
    tried.store.close()


def test_a_new_error_keeps_it_back_and_is_named(tried: Tried) -> None:
    tried.reasons = [BROKEN]
    assert not tried.trying.step()
    assert (tried.released, tried.said()) == (0, ("It broke. [NEW a]",))
    tried.reasons = []
    tried.findings = (Finding(Level.ERROR, "FOLDER_GONE", "There is no folder."),)
    assert not tried.trying.step()
    assert tried.said() == ("There is no folder. [FOLDER_GONE]",)
    tried.findings = ()
    assert tried.trying.step(), "what was away for a moment may come back"
    tried.store.close()


def test_after_its_time_a_person_is_called(tried: Tried) -> None:
    tried.reasons = [BROKEN]
    tried.trying.step()
    (stands,) = tried.conditions.list()
    assert (stands.code, stands.severity) == (gate.ON_TRIAL, Severity.WARNING)
    tried.clock.pass_(3600)
    tried.trying.step()
    (stands,) = tried.conditions.list()
    assert stands.severity is Severity.ERROR
    tried.reasons = []
    tried.trying.step()
    assert tried.conditions.list() == ()
    tried.store.close()


def test_a_fault_of_its_own_keeps_it_back(tried: Tried) -> None:
    def fail() -> Mapping[str, Any]:
        raise ZeroDivisionError

    tried.trying.ask = fail
    assert not tried.trying.step()
    assert "ZeroDivisionError" in tried.said()[0]
    tried.store.close()


def test_a_service_that_stops_gives_no_word(tried: Tried) -> None:
    tried.trying.stop.set()
    assert not tried.trying.step()
    assert notes.verdict(tried.home, "1") is None
    tried.store.close()


class Deaf(EphemeralCipher):
    """Seals, and cannot open what it sealed."""

    def open(self, context: bytes, sealed: bytes) -> bytes:
        return super().open(b"?" + context, sealed)


def moved(folder: Path, cipher: EphemeralCipher) -> str:
    return canary.move(folder / "canary", cipher, FakeClock(), Random(1), threading.Event())


def test_the_canary_moves_and_leaves_nothing(tmp_path: Path) -> None:
    assert moved(tmp_path, EphemeralCipher()) == ""
    assert list(tmp_path.iterdir()) == []


def test_keys_that_do_not_open_stop_the_canary(tmp_path: Path) -> None:
    assert moved(tmp_path, Deaf()) != ""


def test_a_mapping_that_says_another_thing_stops_the_canary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(canary._MAPPING, "fields", {"name": "KEY"})
    assert moved(tmp_path, EphemeralCipher()) == "it left the queue as another one"


def test_a_stage_that_is_broken_is_told_and_raises_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canary, "Sending", None)
    assert "TypeError" in moved(tmp_path, EphemeralCipher())
