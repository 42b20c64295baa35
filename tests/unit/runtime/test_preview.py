"""What a replay would do, told without doing it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent import resources
from agent.decisions import Done, Park
from agent.queue.states import State
from agent.runtime.desk.contents import Content
from agent.runtime.desk.preview import Preview, Previewer
from agent.runtime.plan import FlowPlan
from tests.unit.queue.pages import Queue, lane


class NamedLanes:
    """The lanes of `Queue`: plain names."""

    def __call__(self, target: str, resource: str, external_id: str) -> bytes:
        assert (target, resource) == ("crm", "Account")
        return lane(external_id)


@pytest.fixture
def queue(tmp_path: Path):
    made = Queue(tmp_path)
    yield made
    made.close()


def looked(queue: Queue, *, crm_changed: bool = False) -> Preview:
    """A preview of everything that is parked."""
    flow = FlowPlan(
        "s", queue.flow["s"], 0, "account", "account/1", "Account", "crm", 1, None, None,
        parents={"account": "Account"},
    )  # fmt: skip
    contract = resources.contracts()["account"]
    previewer = Previewer(
        queue.desk, queue.sending, NamedLanes(), {flow.id: flow},
        {"s": Content(contract, contract.ownership, contract.rules)},
    )  # fmt: skip
    return previewer.look(queue.desk.numbers(), crm_changed=crm_changed)


def test_it_counts_what_would_go_wait_and_stay_and_changes_nothing(queue: Queue) -> None:
    sound = queue.put("X1", ("name",))
    orphan = queue.put("X2", ("name",), parents=["P"])
    wrong = queue.put("X3", ("name", "email"))
    problem = queue.put("X4", problem=True)
    for seq in (sound, orphan, wrong):
        queue.decide(seq, Park("REFUSED", "why"))
    before = queue.states()
    assert looked(queue).as_json()["would_stay"] == 4, "nothing of it has changed"
    made = looked(queue, crm_changed=True)
    assert (made.go, made.wait, made.stay) == (1, 1, 2)
    said = {example: why for why, (_, example) in made.reasons.items()}
    assert "waits for its account" in said[f"E{orphan}"]
    assert "EMAIL_INVALID" in said[f"E{wrong}"]
    assert "No message" in said[f"E{problem}"]
    assert queue.states() == before


def test_a_parent_that_arrived_is_waited_for_no_longer(queue: Queue) -> None:
    orphan = queue.put("X2", ("name",), parents=["P"])
    queue.decide(orphan, Park("REFUSED", "why"))
    queue.decide(queue.put("P", ("name",)), Done())
    assert looked(queue, crm_changed=True).go == 1


def test_what_would_undo_something_newer_stays(queue: Queue) -> None:
    old = queue.put("X1", ("name",))
    queue.decide(old, Park("GAVE_UP", "why"))
    queue.decide(queue.put("X1", ("name",), row="another"), Done())
    made = looked(queue)
    assert (made.go, made.stay) == (0, 1)
    assert "newer" in next(iter(made.reasons))
    assert queue.state(old) is State.PARKED
