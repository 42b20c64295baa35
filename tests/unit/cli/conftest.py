"""Commands for a home folder, and what may answer them: a service, or the composition root."""

import sys
import types

import pytest

from tests.control_fakes import FakeService, serving
from tests.unit.cli.typing_commands import Waybill


@pytest.fixture
def waybill(tmp_path, capsys, monkeypatch) -> Waybill:
    monkeypatch.delenv("WAYBILL_HOME", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return Waybill(tmp_path / "h", capsys)


@pytest.fixture
def service(waybill):
    fake = FakeService()
    with serving(waybill.home, fake):
        yield fake


@pytest.fixture
def agent_app(monkeypatch) -> types.ModuleType:
    """Stands in for the composition root, which the command line only calls."""
    module = types.ModuleType("agent.app")
    monkeypatch.setitem(sys.modules, "agent.app", module)
    return module


@pytest.fixture
def agent_keys(monkeypatch) -> types.ModuleType:
    """Stands in for the keys of a home folder."""
    module = types.ModuleType("agent.keys")
    monkeypatch.setitem(sys.modules, "agent.keys", module)
    return module
