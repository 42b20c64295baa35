"""Stores of a home folder and the route around them. fsync itself is tested by the kill points."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.route.harness import Route
from tests.unit.queue.pages import Queue


@pytest.fixture(autouse=True)
def _without_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _fd: None)


@pytest.fixture
def route() -> Iterator[Route]:
    """ERP, Waybill and CRM on a home folder of their own."""
    made = Route()
    yield made
    made.close()


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    """A queue in memory; what it counts must be right at the end of every test."""
    made = Queue(tmp_path)
    yield made
    made.close()
