"""Secrets are told of before they expire, those that are in use and no others."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from agent.crypto import SecretInfo, expiry
from agent.errors import WrongUse
from agent.health import Conditions, Severity
from agent.runtime.secret_desk import SecretDesk
from tests.fakes import FakeClock

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def told(expires: datetime | None, conditions: Conditions, name: str = "crm") -> list[Severity]:
    """What is told of a secret that expires then, while `crm` is in use."""
    vault = SimpleNamespace(list=lambda: (SecretInfo(name, NOW, expires),))
    config = SimpleNamespace(secrets=frozenset({"crm"}))
    SecretDesk(vault, config).tell(conditions, NOW)
    return [condition.severity for condition in conditions.list()]


def test_from_30_days_on_it_is_a_warning_and_on_the_last_day_an_error() -> None:
    conditions = Conditions(FakeClock())
    assert told(NOW + timedelta(days=30), conditions) == []
    assert told(NOW + timedelta(days=29, hours=23), conditions) == [Severity.WARNING]
    assert told(NOW + timedelta(days=1), conditions) == [Severity.WARNING]
    assert told(NOW + timedelta(hours=23), conditions) == [Severity.ERROR]
    assert told(NOW - timedelta(hours=1), conditions) == [Severity.ERROR]
    assert "has expired" in conditions.list()[0].title
    assert told(NOW + timedelta(days=300), conditions) == []


def test_what_nobody_uses_or_never_expires_is_not_told() -> None:
    conditions = Conditions(FakeClock())
    assert told(None, conditions) == []
    assert told(NOW, conditions, "old-key") == []


def test_a_day_is_good_until_its_end_and_anything_else_is_refused() -> None:
    found = expiry("2027-01-31")
    assert found is not None
    assert datetime(2027, 1, 31, 23, 59, tzinfo=UTC) < found < datetime(2027, 2, 1, tzinfo=UTC)
    assert expiry("") is None
    with pytest.raises(WrongUse, match="2027-01-31"):
        expiry("31.01.2027")
