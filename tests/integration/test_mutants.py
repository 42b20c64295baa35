"""Mutation testing itself: what a test notices is killed, what none notices survives, and is said."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutation.cover import Coverage
from tests.mutation.mutate import Mutant, mutants
from tests.mutation.trial import Fate, Trial, run, watch

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="mutants are tried in forks")

MODULE = "mutation_example"
CODE = """
STEP = 1
def larger(a, b):
    return a if a > b else b
def countdown(n):
    while n > 0:
        n -= STEP
    return n
def never(a):
    return a + 1
"""
TESTS = f"""
from {MODULE} import countdown, larger
def test_larger():
    assert larger(1, 2) == 2
    assert larger(3, 2) == 3
def test_countdown():
    assert countdown(3) == 0
"""


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / f"{MODULE}.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "test_example.py").write_text(TESTS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    sys.modules.pop(MODULE, None)


def found(folder: Path, change: str) -> Mutant:
    (one,) = [one for one in mutants(MODULE, folder / f"{MODULE}.py") if one.change == change]
    return one


def fate(folder: Path, coverage: Coverage, change: str) -> Fate:
    trial = Trial(found(folder, change), list(coverage.lines), 0.0, patience=6)
    ((_, ended),) = run([trial], str(folder), workers=1)
    return ended


def test_each_mutant_gets_what_it_deserves(example: Path) -> None:
    coverage = watch([str(example / "test_example.py")], example)
    assert fate(example, coverage, "a > b -> not a > b") is Fate.KILLED
    assert fate(example, coverage, "a > b -> a >= b") is Fate.SURVIVED
    assert fate(example, coverage, "n -= STEP -> pass") is Fate.TIMED_OUT
    assert fate(example, coverage, "a + 1 -> a - 1") is Fate.SURVIVED


def test_a_line_is_known_by_the_tests_that_run_it(example: Path) -> None:
    coverage = watch([str(example / "test_example.py")], example)
    path = str(example / f"{MODULE}.py")

    def names(change: str) -> list[str]:
        tests = coverage.tests(path, found(example, change).lines)
        return [test.rpartition("::")[2] for test in tests]

    assert names("a > b -> a >= b") == ["test_larger"]
    assert names("n -= STEP -> n += STEP") == ["test_countdown"]
    assert names("a + 1 -> a - 1") == []


def test_tests_that_fail_without_a_mutant_are_told_at_once(example: Path) -> None:
    (example / "test_example.py").write_text("def test_it():\n    assert False\n", encoding="utf-8")
    with pytest.raises(RuntimeError, match="must pass before mutants are tried"):
        watch([str(example / "test_example.py")], example)
