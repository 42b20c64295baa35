"""The audit leaves the house whole, and says of settings who changed them."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.audit import Audit
from agent.errors import WrongUse
from agent.runtime.operate.evidence import Evidence
from tests.fakes import FakeClock

ANNA = SimpleNamespace(name="anna", kinds=None)


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    return Audit(tmp_path / "audit.log", lambda text: text[-32:].ljust(32), FakeClock())


def ask(audit: Audit, method: str, **params: object):
    return Evidence(audit).methods()[method](params, ANNA)


def test_pages_of_an_export_make_the_whole_chain_with_its_hashes(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.runtime.operate.evidence._PAGE", 3)
    for number in range(7):
        audit.append("anna", "pause", f"flow {number}", "ok")
    items, place = [], ""
    while place is not None:
        page = ask(audit, "audit.export", after=place)
        items += page["items"]
        place = page["next"]
    assert [item["seq"] for item in items] == list(range(1, 8))
    assert items[-1]["hash"] == page["head"]["hash"]
    assert items == [record.model_dump() for record in audit.records()]


def test_an_empty_audit_and_an_odd_place_are_answered(audit: Audit) -> None:
    assert ask(audit, "audit.export")["items"] == []
    for place in ("x", "-1", "9" * 30):
        with pytest.raises(WrongUse):
            ask(audit, "audit.export", after=place)


def test_changes_of_settings_are_told_the_latest_first_and_nothing_else_is(audit: Audit) -> None:
    for action, on, result in (
        ("config.put", "target crm", "ok"),
        ("exceptions.replay", "E1", "ok"),
        ("secrets.set", "crm-key", "ok"),
        ("config.put", "source customers", "NOT_ALLOWED"),
        ("mapping.propose", "customers", "ok"),
        ("mapping.publish", "customers", "ok"),
        ("pause", "flow customers", "ok"),
    ):
        audit.append("anna", action, on, result)
    found = ask(audit, "settings.changes")["items"]
    assert [(one["part"], one["name"]) for one in found] == [
        ("pause", "flow customers"),
        ("mapping", "customers"),
        ("secret", "crm-key"),
        ("target", "crm"),
    ]
    assert {one["by"] for one in found} == {"anna"}
