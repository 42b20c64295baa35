"""Windows and hours count only what their reader may see."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.canon import Reasons
from agent.errors import WrongUse
from agent.model import Place, Unreadable
from agent.queue.cause_windows import CauseWindows
from agent.queue.hours import Hours
from agent.queue.windows import QueueWindows
from agent.runtime.desk.said import View
from agent.runtime.operate.history import History
from agent.runtime.operate.windows import Windows
from tests.unit.queue.pages import Queue

ALL = SimpleNamespace(name="anna", kinds=None)
ORDERS = SimpleNamespace(name="otto", kinds=frozenset({"order"}))


@pytest.fixture
def desk(tmp_path: Path):
    queue = Queue(tmp_path)
    flows = [
        SimpleNamespace(name=name, id=queue.flow[name], entity=entity, target="crm")
        for name, entity in (("s", "account"), ("t", "order"))
    ]
    for number in range(6):
        queue.put(f"A{number}", problem=number > 3)
        queue.put(f"O{number}", problem=number > 4, flow="t")
    queue.ended(bad=[Unreadable(Place("f", 1, 1, 1), "BAD_ROW", "why")])
    view = View(queue.desk, queue.sending, flows, queue.stream, {}, Reasons(), queue.store.now)
    windows = Windows(
        queue.store, flows, view, QueueWindows(queue.store), CauseWindows(queue.store)
    )
    yield {**windows.methods(), **History(Hours(queue.store), flows).methods()}
    queue.close()


def names(found) -> list[str]:
    return [item["external_id"] for item in found["items"]]


def test_whose_role_is_for_some_kinds_sees_a_shorter_list_with_ranks_of_its_own(desk):
    assert desk["queue.window"]({}, ALL)["total"] == 9
    mine = desk["queue.window"]({"offset": 1, "limit": 2}, ORDERS)
    assert (mine["total"], names(mine)) == (5, ["O1", "O2"])
    assert desk["exceptions.window"]({}, ALL)["total"] == 4
    mine = desk["exceptions.window"]({}, ORDERS)
    assert (mine["total"], names(mine)) == (1, ["O5"])
    assert set(desk["history"]({}, ORDERS)["flows"]) == {"t"}


def test_what_could_not_be_read_stands_among_what_waits_and_is_of_no_flow(desk):
    found = desk["exceptions.window"]({"code": "BAD_ROW"}, ALL)
    assert (found["total"], found["items"][0]["ref"][0]) == (1, "U")
    assert desk["exceptions.window"]({"code": "BAD_ROW", "flow": "s"}, ALL)["total"] == 0


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("queue.window", {"state": "delivered"}),
        ("queue.window", {"order": "biggest"}),
        ("queue.window", {"flow": "x"}),
        ("exceptions.window", {"flow": "x"}),
        ("history", {"flow": "x"}),
    ],
)
def test_what_there_is_not_is_said(desk, method, params):
    with pytest.raises(WrongUse, match="There is no"):
        desk[method](params, ALL)


@pytest.mark.parametrize("part", [{"offset": -5}, {"offset": 10**30}, {"limit": 0}, {"limit": -1}])
def test_an_odd_part_is_answered_all_the_same(desk, part):
    found = desk["queue.window"](part, ALL)
    assert found["total"] == 9
    assert 0 <= found["offset"] <= 9
