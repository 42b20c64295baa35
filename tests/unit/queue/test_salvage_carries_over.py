"""A salvage carries over what proves itself, and believes nothing that was altered."""

from agent.queue.database import SUSPECT
from agent.queue.states import State
from tests.route.engineer import Engineer
from tests.route.harness import Route
from tests.route.people import People
from tests.unit.queue.damage import filled, in_agreement, recover, start, stop, wreck


def test_waiting_entries_are_carried_over_and_compared_before_they_are_sent(route: Route) -> None:
    filled(route, 3)
    route.target.down = True
    route.erp["accounts"]["A001"] = ["changed", None]
    route.scan()
    before = route.desk.entries([State.WAITING])
    stop(route)
    wreck(route.home / "queue.db", "tally")
    (route.home / SUSPECT).touch()
    assert start(route)
    after = route.desk.entries([State.WAITING])
    assert [(e.seq, e.id, e.external_id, e.fields) for e in after] == [
        (e.seq, e.id, e.external_id, e.fields) for e in before
    ]
    assert {row[0] for row in route.store.db.rows("select verify from entry where state < 5")} == {
        1
    }


def test_a_parked_entry_stays_parked_with_its_reason(route: Route) -> None:
    route.target.modes = {"A000": "reject"}
    filled(route, 2)
    stop(route)
    wreck(route.home / "queue.db", "tally")
    (route.home / SUSPECT).touch()
    assert start(route)
    (parked,) = route.desk.entries([State.PARKED])
    assert (parked.external_id, parked.code) == ("A000", "VALIDATION")
    assert parked.reason == "The CRM does not like it."


def test_an_entry_whose_lane_was_altered_is_not_believed(route: Route) -> None:
    route.target.down = True
    route.erp["accounts"] = {"A1": ["1", None], "A2": ["2", None]}
    route.scan()
    route.store.db.conn.execute("update entry set lane = ? where seq = 1", (b"x" * 16,))
    stop(route)
    (route.home / SUSPECT).touch()
    assert start(route)
    assert [entry.external_id for entry in route.desk.entries([State.WAITING])] == ["A2"]
    route.target.down = False
    recover(route)
    in_agreement(route)


def test_an_entry_whose_operation_was_altered_is_not_believed(route: Route) -> None:
    route.target.down = True
    route.erp["accounts"] = {"A1": ["1", None]}
    route.scan()
    route.store.db.conn.execute("update entry set op = 1")
    stop(route)
    (route.home / SUSPECT).touch()
    assert start(route)
    assert route.desk.entries([State.WAITING]) == []
    route.target.down = False
    recover(route)
    in_agreement(route)


def test_a_page_of_the_ledger_that_was_altered_is_not_believed(route: Route) -> None:
    filled(route, 3)
    (rows,) = route.store.db.one("select rows from delta limit 1") or ()
    altered = bytes([rows[0] ^ 1]) + rows[1:]
    route.store.db.conn.execute("update delta set rows = ? where id = 1", (altered,))
    stop(route)
    (route.home / SUSPECT).touch()
    assert start(route)
    recover(route)
    in_agreement(route)


def test_a_hold_does_not_survive_a_salvage(route: Route) -> None:
    filled(route)
    route.export(lines=route.lines()[:5])
    route.capture()
    assert len(route.reads.holds()) == 1
    stop(route)
    (route.home / SUSPECT).touch()
    assert start(route)
    assert route.reads.holds() == []
    assert len(route.reads.holds(state="void")) == 1


def test_an_unreadable_record_is_still_named_after_a_salvage(route: Route) -> None:
    route.erp["accounts"] = {"A1": ["1", None]}
    route.export(lines=[*route.lines(), b"?B1"])
    route.capture()
    stop(route)
    (route.home / SUSPECT).touch()
    assert start(route)
    assert [code for _, _, _, code, _ in route.desk.unreadable()] == ["RAGGED_ROW"]


def test_pauses_survive_a_salvage(route: Route) -> None:
    route.store.set_paused("target", "crm", paused=True)
    stop(route)
    (route.home / SUSPECT).touch()
    assert start(route)
    assert route.store.paused("target", "crm")


def test_a_read_that_was_not_settled_is_only_settled_after_it_was_read_again(route: Route) -> None:
    route.target.down = True
    route.erp["accounts"] = {"A1": ["1", None]}
    route.scan()
    stop(route)
    wreck(route.home / "queue.db", "entry")
    assert start(route)
    stream = route.store.stream_id("accounts")
    assert route.reads.to_settle(stream) == []
    route.target.down = False
    recover(route)
    assert len(route.reads.to_settle(stream)) == 1


def test_change_files_go_back_to_the_settled_position(route: Route) -> None:
    from agent.model import Content

    route.target.down = True
    stream = route.store.stream_id("accounts")
    for number in range(3):
        read = route.export(lines=[b'["A%d", "1"]' % number], content=Content.CHANGES)
        read.checkpoint = {"number": number}
        route.capture()
        if number == 0:
            route.target.down = False
            route.settle()
            route.target.down = True
            for done, _, _ in route.reads.to_settle(stream):
                route.reads.settled(done)
    stop(route)
    wreck(route.home / "queue.db", "entry")
    assert start(route)
    assert route.reads.state(stream).checkpoint == {"number": 0}


def test_an_edit_is_still_superseded_by_what_its_row_says_next(route: Route) -> None:
    route.target.modes = {"A000": "reject"}
    filled(route, 2)
    people = People(route)
    people.fix(people.parked("A000")[0], "E")
    route.settle()
    stop(route)
    wreck(route.home / "queue.db", "tally")
    (route.home / SUSPECT).touch()
    assert start(route)
    (edited,) = route.desk.entries([State.PARKED])
    assert edited.fields["value"] == "E"
    assert [act.what for act in route.desk.history(edited.seq)] == ["edited"]
    route.target.modes = {}
    recover(route)
    in_agreement(route)
    assert route.desk.entries([State.PARKED]) == []


def test_what_waits_for_a_yes_still_waits_and_can_still_be_undone(route: Route) -> None:
    route.erp["accounts"] = {f"A{i}": ["v", None] for i in range(5)}
    route.read()
    engineer = Engineer(route)
    engineer.publish(2)
    route.read()
    assert route.book.publishes.held() == 3
    stop(route)
    wreck(route.home / "queue.db", "tally")
    (route.home / SUSPECT).touch()
    assert start(route)
    recover(route)
    route.settle()
    assert sorted(route.held_by_crm().values()) == ["v", "v", "v", "v~2", "v~2"]
    assert route.book.publishes.held() == 3
    engineer.undo()
    route.read()
    assert set(route.held_by_crm().values()) == {"v"}
    in_agreement(route)


def test_a_database_of_the_first_schema_is_carried_over_too(route: Route) -> None:
    route.target.modes = {"A000": "reject"}
    filled(route, 3)
    for statement in (
        "drop table image", "drop table publish", "alter table flow drop column mapping",
        "drop index entry_held", "alter table entry drop column unsure",
        "alter table entry drop column remapped",
        "drop index entry_edits", "drop index entry_cause", "drop index entry_aside",
        "alter table entry drop column field", "alter table entry drop column edits",
        "drop table act", "pragma user_version = 1",
    ):  # fmt: skip
        route.store.db.conn.execute(statement)
    stop(route)
    (route.home / SUSPECT).touch()
    assert start(route)
    (parked,) = route.desk.entries([State.PARKED])
    assert (parked.external_id, parked.code) == ("A000", "VALIDATION")
    route.target.modes = {}
    recover(route)
    route.replay()
    route.settle()
    in_agreement(route)
