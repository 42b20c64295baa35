"""What a person chose in a list stays chosen, wherever a refresh puts it."""

import pytest

from gui.kit import Column, PagedModel, RowsModel, Table
from gui.kit.paged import WINDOW


def rows(*refs):
    return [{"ref": ref, "text": f"about {ref}"} for ref in refs]


@pytest.fixture
def table(qtbot):
    made = Table(RowsModel([Column("Record", "ref")], rows("A", "B", "C")), "Records", many=True)
    qtbot.addWidget(made)
    return made


def chosen(table):
    return [row["ref"] for row in table.selected()]


def test_a_row_that_moves_down_stays_the_one_that_is_chosen(table):
    table.selectRow(1)
    table.rows.set_rows(rows("X", "A", "B", "C"))
    assert chosen(table) == ["B"]
    assert table.current()["ref"] == "B"


def test_a_row_that_moves_up_stays_the_one_that_is_chosen(table):
    table.selectRow(2)
    table.rows.set_rows(rows("B", "C"))
    assert chosen(table) == ["C"]


def test_a_row_that_went_is_chosen_no_more_and_nobody_takes_its_place(qtbot, table):
    table.selectRow(1)
    with qtbot.waitSignal(table.chosen):
        table.rows.set_rows(rows("A", "C"))
    assert chosen(table) == []


def test_of_many_the_rest_stays_chosen(table):
    table.selectAll()
    table.rows.set_rows(rows("C", "X", "A"))
    assert chosen(table) == ["C", "A"]


def test_rows_that_say_the_same_are_not_taken_for_each_other(table):
    same = [{"text": "twice"}, {"text": "once"}, {"text": "twice"}]
    table.rows.set_rows(same)
    table.selectRow(2)
    table.rows.set_rows([dict(row) for row in same])
    assert table.currentIndex().row() == 2
    assert [index.row() for index in table.selectionModel().selectedRows()] == [2]


def test_what_only_says_something_else_is_no_other_choice(qtbot, table):
    table.selectRow(1)
    with qtbot.assertNotEmitted(table.chosen):
        table.rows.set_rows([{"ref": ref, "text": "news"} for ref in ("X", "A", "B", "C")])
    assert chosen(table) == ["B"]


class Service:
    """Answers windows of a list."""

    def __init__(self, *refs):
        self.refs = refs

    def ask(self, _method, params, done, _failed, **_):
        first = params["offset"]
        assert 0 <= first <= len(self.refs), "nobody asks for rows that there cannot be"
        items = rows(*self.refs[first : first + params["limit"]])
        done({"total": len(self.refs), "offset": first, "items": items})


def test_a_list_that_stays_in_the_service_keeps_the_choice_too(qtbot):
    service = Service("A", "B", "C")
    model = PagedModel(service, "list", [Column("Record", "ref")])
    table = Table(model, "Records", many=True)
    qtbot.addWidget(table)
    model.look()
    table.selectRow(1)
    service.refs = ("X", "Y", "A", "B", "C")
    model.look()
    assert chosen(table) == ["B"]
    service.refs = ("X",)
    model.look()
    assert chosen(table) == []


def test_what_an_older_look_held_beyond_the_end_of_the_list_is_chosen_no_more(qtbot):
    service = Service(*(f"R{number}" for number in range(WINDOW + 2)))
    model = PagedModel(service, "list", [Column("Record", "ref")])
    table = Table(model, "Records", many=True)
    qtbot.addWidget(table)
    model.look()
    model._ask(1)
    table.selectRow(WINDOW + 1)
    assert chosen(table) == [f"R{WINDOW + 1}"]
    service.refs = service.refs[:3]
    model.look()
    assert chosen(table) == []
    assert not table.selectionModel().hasSelection()
    qtbot.wait(100)  # until it has asked for what was looked at meanwhile; the service minds
