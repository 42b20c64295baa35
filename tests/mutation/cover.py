"""Which unit test runs which line of a room, and how long it takes; and fewer, ordered tests."""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import pytest
from hypothesis import Phase, settings

Lines = dict[str, set[int]]


@dataclass(slots=True)
class Coverage:
    """What one run of a room's tests showed."""

    seconds: dict[str, float] = field(default_factory=dict)
    """Of a processor, by test, with the tracing."""
    lines: dict[str, Lines] = field(default_factory=dict)
    """By test and file."""
    collecting: Lines = field(default_factory=dict)
    """What already ran while the tests were found: no test of its own shows it."""
    modules: list[str] = field(default_factory=list)
    """What was loaded and is not ours: a trial needs it too."""

    def tests(self, path: str, lines: tuple[int, ...]) -> list[str]:
        """The tests that run one of these lines."""
        wanted = set(lines)
        return [
            test for test, seen in self.lines.items() if not wanted.isdisjoint(seen.get(path, ()))
        ]

    def while_collecting(self, path: str, lines: tuple[int, ...]) -> bool:
        """Whether they ran before the first test."""
        return not self.collecting.get(path, set()).isdisjoint(lines)

    def quickest_first(self, tests: list[str], path: str) -> list[str]:
        """Those that touch the module before the others, quick ones before slow ones."""
        return sorted(tests, key=lambda test: (path not in self.lines[test], self.seconds[test]))


class Steady:
    """The same examples in every run, none remembered, none made smaller."""

    def pytest_configure(self) -> None:
        settings.register_profile(
            "mutants",
            settings.default,
            derandomize=True,
            database=None,
            phases=(Phase.explicit, Phase.generate),
        )
        settings.load_profile("mutants")


class Watching:
    """Writes down, test by test, which lines of the room run."""

    def __init__(self, folder: str) -> None:
        self.coverage = Coverage()
        self._folder = folder
        self._seen = self.coverage.collecting

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Iterator[None]:
        sys.settrace(self._call)
        try:
            return (yield)
        finally:
            sys.settrace(None)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        forget_what_was_cached()
        self._seen = self.coverage.lines.setdefault(item.nodeid, {})
        began = time.process_time()
        sys.settrace(self._call)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            self.coverage.seconds[item.nodeid] = time.process_time() - began

    def pytest_sessionfinish(self) -> None:
        ours = ("agent", "adapters", "gui", "tests", "__main__", "conftest")
        self.coverage.modules = [
            name
            for name, module in sys.modules.items()
            if name.split(".")[0] not in ours and getattr(module, "__file__", None)
        ]

    def _call(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        path = frame.f_code.co_filename
        if not path.startswith(self._folder) or frame.f_code.co_name == "<module>":
            return None
        lines = self._seen.setdefault(path, set())
        lines.add(frame.f_lineno)

        def line(frame: FrameType, _event: str, _arg: Any) -> Any:
            lines.add(frame.f_lineno)
            return line

        return line


def forget_what_was_cached() -> None:
    """So that every test that needs a cached answer is seen to need it."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("agent.", "tests.")):
            for thing in list(vars(module).values()):
                if isinstance(thing, functools._lru_cache_wrapper):
                    thing.cache_clear()


class Only:
    """Of all tests that were found these, in this order."""

    def __init__(self, tests: list[str]) -> None:
        self._order = {test: at for at, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        wanted = [item for item in items if item.nodeid in self._order]
        items[:] = sorted(wanted, key=lambda item: self._order[item.nodeid])
