"""Records that break a rule and are sent all the same are counted while it is so."""

from agent.health import Conditions, Severity
from agent.model import Problem
from agent.runtime.plan import FlowPlan
from agent.runtime.warned import CODE, counting
from tests.fakes import FakeClock, fake_mapper

BAD = (Problem("UNIT_UNKNOWN", "unit is no unit.", "unit", "P1"),)


def flow_of(*, warns: bool) -> FlowPlan:
    return FlowPlan(
        "products", 1, 0, "product", "product/1", "Product2", "crm", 1, fake_mapper, None,
        warns=warns,
    )  # fmt: skip


def test_warnings_of_a_read_are_a_condition_until_a_read_brings_none() -> None:
    conditions = Conditions(FakeClock())
    counter = counting(flow_of(warns=True), conditions)
    assert counter is not None
    counter.begin()
    counter.warned(BAD)
    counter.warned(BAD)
    (condition,) = conditions.list()
    assert (condition.code, condition.subject, condition.severity) == (
        CODE, "products", Severity.WARNING,
    )  # fmt: skip
    assert "2 records" in condition.title
    assert "UNIT_UNKNOWN (unit): 2" in condition.title
    counter.begin()
    assert conditions.list() == ()


def test_nobody_counts_for_a_flow_that_can_have_no_warnings() -> None:
    assert counting(flow_of(warns=False), Conditions(FakeClock())) is None
