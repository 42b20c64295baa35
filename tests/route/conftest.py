"""What the tests of the route do differently from the agent."""

import os
from collections.abc import Iterator

import pytest

from agent.queue import commit


@pytest.fixture(scope="session", autouse=True)
def _without_fsync() -> Iterator[None]:
    """What fsync promises is tested elsewhere; here thousands of them would only take time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _fd: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _everything_in_runs() -> Iterator[None]:
    """Pages are tiny here; runs are for large ones and must be met all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commit, "LEAST", 1)
        yield
