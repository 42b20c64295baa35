"""How much an account may ask: it fills with time, and nobody takes from anybody else."""

from datetime import UTC, datetime

from agent.control.allowance import Allowance, Rate


class Time:
    """A clock that a test moves."""

    at = 100.0

    def monotonic(self) -> float:
        return self.at

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)


def taken(allowance: Allowance, name: str, size: int = 1) -> int:
    """How often it could be taken at once."""
    count = 0
    while allowance.take(name, size):
        count += 1
        assert count < 10_000
    return count


def test_so_much_at_once_and_then_so_much_a_second():
    clock = Time()
    allowance = Allowance(Rate(5, 20), Rate(1000, 1000), clock)
    assert taken(allowance, "anna") == 20
    clock.at += 1
    assert taken(allowance, "anna") == 5
    clock.at += 3600
    assert taken(allowance, "anna") == 20


def test_bytes_are_counted_and_a_request_that_is_declined_takes_nothing():
    clock = Time()
    allowance = Allowance(Rate(5, 20), Rate(100, 1000), clock)
    assert not allowance.take("anna", 1001)
    assert allowance.take("anna", 900)
    assert not allowance.take("anna", 200)
    assert allowance.take("anna", 100)
    clock.at += 2
    assert not allowance.take("anna", 201)
    assert allowance.take("anna", 200)


def test_accounts_do_not_take_from_each_other():
    allowance = Allowance(Rate(5, 20), Rate(1000, 1000), Time())
    assert taken(allowance, "anna") == 20
    assert taken(allowance, "bert") == 20


def test_it_remembers_no_endless_number_of_accounts():
    allowance = Allowance(Rate(5, 20), Rate(1000, 1000), Time())
    for number in range(5000):
        assert allowance.take(f"account {number}", 1)
    assert len(allowance._left) <= 1000
