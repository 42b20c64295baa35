"""A secret goes in by standard input and never comes out."""

import pytest

from tests.unit.cli.typing_commands import FINE, WRONG_USE, Stdin


def test_a_secret_comes_from_standard_input_and_is_never_shown(waybill, service, monkeypatch):
    monkeypatch.setattr("sys.stdin", Stdin("s3cret\nsecond line\n"))
    assert waybill.json("secrets", "set", "crm-key") == {"name": "crm-key", "set": True}
    assert service.asked == [("secrets.set", {"name": "crm-key", "value": "s3cret\nsecond line"})]
    assert waybill("secrets", "set", "crm-key") == FINE
    assert "s3cret" not in waybill.out + waybill.err
    assert all("s3cret" not in str(entry) for entry in service.audited)


@pytest.mark.parametrize("value", ["", "\n", "x" * 70_000])
def test_an_empty_or_endless_secret_is_refused(waybill, service, monkeypatch, value):
    monkeypatch.setattr("sys.stdin", Stdin(value))
    assert waybill("secrets", "set", "crm-key") == WRONG_USE
    assert service.asked == []


def test_a_secret_is_never_taken_from_the_arguments(waybill, service):
    assert waybill("secrets", "set", "crm-key", "s3cret") == WRONG_USE
    assert service.asked == []


def test_without_a_service_a_secret_is_set_directly(waybill, agent_keys, monkeypatch):
    waybill.home.mkdir(mode=0o700)
    stored = []
    agent_keys.set_secret = lambda *given: stored.append(given)
    monkeypatch.setattr("sys.stdin", Stdin("s3cret"))
    assert waybill("secrets", "set", "crm-key") == FINE
    assert stored == [(waybill.home, "crm-key", "s3cret", "")]


def test_the_day_until_which_a_secret_is_good_goes_along(waybill, service, monkeypatch):
    monkeypatch.setattr("sys.stdin", Stdin("s3cret"))
    assert waybill("secrets", "set", "crm-key", "--expires", "2027-01-31") == FINE
    asked = {"name": "crm-key", "value": "s3cret", "expires": "2027-01-31"}
    assert service.asked == [("secrets.set", asked)]
