"""What does not open any more is named, and said again by the row that it came from (RULES 8)."""

from agent.queue.states import State
from tests.route.harness import Route


def test_a_row_whose_entry_was_damaged_is_sent_again(route: Route) -> None:
    route.erp["accounts"] = {"A1": ["1", None], "A2": ["2", None]}
    route.target.down = True
    route.scan()
    route.store.db.conn.execute("update envelope set blob = zeroblob(length(blob))")
    route.store.envelopes.forget(1)
    route.target.down = False
    route.pass_time(100)
    route.settle()
    assert route.codes() == {"DAMAGED": 2}
    route.scan()
    route.settle()
    assert route.held_by_crm() == route.in_erp()
    assert route.desk.entries([State.PARKED]) == []
    assert route.target.doubled == 0


def test_a_checkpoint_that_does_not_open_lets_the_stream_be_read_again(route: Route) -> None:
    route.erp["accounts"] = {"A1": ["1", None]}
    route.scan()
    route.settle()
    route.store.db.conn.execute("update stream set checkpoint = x'00'")
    route.crash()
    state = route.reads.state(route.store.stream_id("accounts"))
    assert (state.checkpoint, state.ended, state.proven) == (None, False, False)
    route.erp["accounts"]["A1"] = ["2", None]
    route.scan()
    route.settle()
    assert route.held_by_crm() == {"A1": "2"}
