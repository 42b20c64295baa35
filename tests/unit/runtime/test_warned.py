"""Records that break a rule and are sent all the same are counted while it is so."""

from agent.health import Conditions, Severity
from agent.model import Draft, Problem
from agent.runtime.plan import FlowPlan
from agent.runtime.warned import CODE, counting
from tests.fakes import FakeClock


def flow_of(*, warns: bool) -> FlowPlan:
    def mapper(values):
        problem = Problem("UNIT_UNKNOWN", "unit is no unit.", "unit", "P1")
        return Draft("P1", {"unit": "x"}, (), (problem,) if values[0] == "bad" else ())

    return FlowPlan(
        "products", 1, 0, "product", "product/1", "Product2", "crm", 1,
        lambda _columns: mapper, None, warns=warns,
    )  # fmt: skip


def test_warnings_of_a_read_are_a_condition_until_a_read_brings_none() -> None:
    conditions = Conditions(FakeClock())
    bind = counting(flow_of(warns=True), conditions)
    mapper = bind(["C"])
    for word in ("bad", "good", "bad"):
        assert isinstance(mapper([word]), Draft)
    (condition,) = conditions.list()
    assert (condition.code, condition.subject, condition.severity) == (
        CODE, "products", Severity.WARNING,
    )  # fmt: skip
    assert "2 records" in condition.title
    assert "UNIT_UNKNOWN (unit): 2" in condition.title
    bind(["C"])(["good"])
    assert conditions.list() == ()


def test_a_flow_without_such_rules_is_mapped_as_it_is() -> None:
    flow = flow_of(warns=False)
    assert counting(flow, Conditions(FakeClock())) is flow.bind
