"""The tests of a room against one mutant, in a process forked for it."""

from __future__ import annotations

import ast
import contextlib
import importlib
import os
import pickle
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from math import ceil
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from tests.mutation.cover import Coverage, Only, Steady, Watching
from tests.mutation.mutate import Mutant, mutated

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_MEMORY = 4 << 30
"""Bytes; a mutant that only grows must not take the machine with it."""
_PATIENCE = 8
"""Seconds of a processor that a trial may take beside three times what its tests took before: not
of a clock, for a busy machine would count as noticing."""
_STUCK = 30.0
"""Times as long by the clock as a trial may take of a processor: it waits for something."""
_BROKEN = 70
_NOT_TRIED = {pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED, _BROKEN}
_BY_THE_CLOCK = (
    "tests/unit/mapping/test_hostile_formulas.py",
    "tests/unit/mapping/test_addresses_and_locales.py::test_long_hostile_texts_cost_nothing",
)
"""Fail on a busy machine, with a mutant or without."""
_OPTIONS = (
    "-q", "-x", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:randomly",
    "-p", "no:faulthandler", "-W", "ignore::pytest.PytestAssertRewriteWarning",
    "-o", "addopts=--import-mode=importlib", *(f"--deselect={test}" for test in _BY_THE_CLOCK),
)  # fmt: skip


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"
    UNCOVERED = "no test"
    """Nothing runs the line: counted as survived."""
    EQUIVALENT = "equivalent"


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant and the tests that may kill it."""

    mutant: Mutant
    tests: list[str]
    seconds: float
    """Of a processor, what these tests took."""
    patience: int = _PATIENCE

    @property
    def most(self) -> int:
        """Seconds of a processor."""
        return self.patience + ceil(3 * self.seconds)


class _Loader(SourceFileLoader):
    """Loads one module from its changed tree."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.module, str(mutant.path))
        self._tree: ast.Module = mutated(mutant)

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._tree, self.path, "exec")


class _Finder(MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if name != self._mutant.module:
            return None
        file = self._mutant.path
        where = [str(file.parent)] if file.name == "__init__.py" else None
        return spec_from_file_location(
            name, file, loader=_Loader(self._mutant), submodule_search_locations=where
        )


def watch(tests: Sequence[str], folder: Path) -> Coverage:
    """Run the tests once as they are. Raises RuntimeError when they fail."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        watching = Watching(f"{folder}{os.sep}")
        code = _tests(tests, [Steady(), watching])
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(watching.coverage, pipe)
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError(f"{' '.join(tests)}: the tests must pass before mutants are tried.")
    return pickle.loads(answer)


def warm_up(coverage: Coverage) -> None:
    """Load what is not ours once, for all trials."""
    for name in coverage.modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def run(trials: Sequence[Trial], folder: str, workers: int) -> Iterator[tuple[Trial, Fate]]:
    """Try them, some at a time, in any order of ending."""
    waiting = list(reversed(trials))
    going: dict[int, tuple[Trial, float]] = {}
    while waiting or going:
        while waiting and len(going) < workers:
            trial = waiting.pop()
            deadline = time.monotonic() + _STUCK * trial.most
            going[_begin(trial, folder)] = (trial, deadline)
        time.sleep(0.01)
        for child, (trial, deadline) in list(going.items()):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                del going[child]
                yield trial, _fate(trial, os.waitstatus_to_exitcode(status))
            elif time.monotonic() > deadline:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                del going[child]
                yield trial, Fate.TIMED_OUT


def _fate(trial: Trial, code: int) -> Fate:
    if code == -signal.SIGXCPU:
        return Fate.TIMED_OUT
    if code in _NOT_TRIED:
        raise RuntimeError(f"The tests did not even begin ({code}): {trial.mutant}")
    return Fate.KILLED if code else Fate.SURVIVED


def _begin(trial: Trial, folder: str) -> int:
    child = os.fork()
    if child:
        with contextlib.suppress(OSError):  # it may have done so itself, or be gone
            os.setpgid(child, child)
        return child
    code = _BROKEN
    try:
        os.setpgid(0, 0)
        code = _try(trial, folder)
    finally:
        os._exit(code)  # never back into the parent's code


def _try(trial: Trial, folder: str) -> int:
    import resource  # what forks has it

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (trial.most, trial.most + 2))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    sys.meta_path.insert(0, _Finder(trial.mutant))
    files = sorted({test.partition("::")[0] for test in trial.tests})
    are_ours = all((ROOT / file).is_file() for file in files)  # else they are named from elsewhere
    return _tests(files if are_ours else [folder], [Steady(), Only(trial.tests)])


def _tests(what: Sequence[str], plugins: list[object]) -> int:
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.chdir(ROOT)
    return int(pytest.main([*_OPTIONS, *what], plugins))
