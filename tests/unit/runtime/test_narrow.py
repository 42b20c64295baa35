"""A role for some kinds of records: whatever is asked, nothing of another kind is told or done."""

from types import SimpleNamespace

import pytest

from agent.control.api import METHODS
from agent.errors import NotAllowed
from agent.runtime.narrow import Narrow
from tests.control_items import STATUS

FLOWS = [
    SimpleNamespace(name="customers", entity="account", target="crm"),
    SimpleNamespace(name="orders", entity="order", target="crm"),
    SimpleNamespace(name="prices", entity="price", target="shop"),
]
STREAMS = {"customers": "masters", "prices": "masters", "orders": "sales"}
NARROW = Narrow(FLOWS, STREAMS)
KINDS = frozenset({"account", "order"})
NEEDED = {"text": "x", "integer": 1, "flag": True, "texts": ["x"]}


class Asked:
    """Answers as the service would, and remembers what was asked in earnest."""

    def __init__(self, answer: object = None) -> None:
        self.answer = {} if answer is None else answer
        self.done: list[str] = []

    def __call__(self, method, params):
        if method in {"exceptions.show", "queue.show", "duplicates.show"} and self.answer == {}:
            named = str(params.get("ref") or params.get("seq") or params.get("item"))
            return {"flow": "prices" if "9" in named else "customers"}
        if method == "holds.show" and self.answer == {}:
            return {"flow": "customers, prices" if params["id"] == "9" else "customers, orders"}
        self.done.append(method)
        return self.answer


def asked(method: str, params: dict, answer: object = None):
    service = Asked(answer)
    return NARROW.answer(method, params, KINDS, service), service.done


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("queue.list", {"flow": "orders"}),
        ("exceptions.replay", {"refs": ["E1", "E2"]}),
        ("exceptions.replay", {"flow": "orders", "all": True}),
        ("exceptions.fix", {"ref": "E1", "set": ["a=b"]}),
        ("duplicates.decide", {"item": 1, "create": True}),
        ("holds.approve", {"id": "1"}),
        ("pause", {"kind": "flow", "name": "orders"}),
        ("scan", {"source": "sales"}),
        ("mapping.preview", {"flow": "customers"}),
        ("sources.preview", {"source": "sales"}),
        ("test", {"name": "crm"}),
        ("test", {"name": "sales"}),
    ],
)
def test_what_is_of_his_kinds_is_done(method, params):
    assert asked(method, params)[1] == [method]


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("queue.list", {"flow": "prices"}),
        ("queue.list", {"flow": "no-such-flow"}),
        ("queue.show", {"seq": 9}),
        ("exceptions.show", {"ref": "E9"}),
        ("exceptions.replay", {"refs": ["E1", "E9"]}),
        ("exceptions.replay", {"flow": "orders", "refs": ["E9"]}),
        ("exceptions.replay", {"all": True}),
        ("exceptions.replay", {"code": "TOTAL_WRONG"}),
        ("exceptions.export", {}),
        ("exceptions.import", {"rows": ["x"]}),
        ("duplicates.decide", {"item": 9, "create": True}),
        ("holds.approve", {"id": "9"}),
        ("pause", {"kind": "all"}),
        ("pause", {"kind": "target", "name": "orders"}),
        ("pause", {"kind": "source", "name": "sales"}),
        ("scan", {}),
        ("scan", {"source": "masters"}),
        ("audit.list", {}),
        ("check", {}),
        ("mapping.suggest", {"source": "sales", "entity": "order"}),
        ("sources.preview", {"source": "masters"}),
        ("test", {}),
        ("test", {"name": "shop"}),
        ("test", {"name": "masters"}),
    ],
)
def test_what_is_of_another_kind_or_of_all_is_refused_and_not_done(method, params):
    service = Asked()
    with pytest.raises(NotAllowed) as caught:
        NARROW.answer(method, params, KINDS, service)
    assert service.done == []
    assert caught.value.params == {"kinds": "account, order"}


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_method_that_names_nothing_of_his_is_closed_unless_it_is_known_to_be_filtered(method):
    required = {n: NEEDED[p.kind] for n, p in METHODS[method].params.items() if p.required}
    service = Asked({"items": []})
    try:
        NARROW.answer(method, required, frozenset({"nothing"}), service)
    except NotAllowed:
        pass
    else:
        assert not METHODS[method].writes


def test_lists_are_shortened_with_their_totals():
    items = [
        {"flow": "customers", "count": 3},
        {"flow": "prices", "count": 5},
        {"flow": "customers, prices", "count": 1},
        {"flow": "customers, orders", "count": 2},
    ]
    found, _ = asked("exceptions.groups", {}, {"items": items, "total": 11, "groups": 4})
    assert found == {"items": [items[0], items[3]], "total": 5, "groups": 2}
    found, _ = asked("queue.list", {}, {"items": items[:2], "next": 7})
    assert found == {"items": items[:1], "next": 7}


def test_reads_are_told_of_sources_that_feed_nothing_else():
    items = [{"source": "masters"}, {"source": "sales"}]
    assert asked("reads.list", {}, {"items": items})[0] == {"items": items[1:]}


def test_sources_of_his_alone_and_destinations_that_his_flows_feed_are_told():
    items = [{"name": "masters"}, {"name": "sales"}]
    assert asked("sources.list", {}, {"items": items})[0] == {"items": items[1:]}
    items = [{"name": "crm"}, {"name": "shop"}]
    assert asked("targets.list", {}, {"items": items})[0] == {"items": items[:1]}


def test_a_status_tells_of_his_flows_and_counts_those():
    flow = STATUS["flows"][0]
    whole = {
        **STATUS,
        "flows": [
            flow,
            {**flow, "name": "prices", "source": "masters", "target": "shop"},
        ],
        "targets": [{"name": "crm"}, {"name": "shop"}],
        "sources": [{"name": "customers"}, {"name": "masters"}],
        "reasons": [{"subject": "shop"}, {"subject": "target shop"}, {"subject": "crm"}, {}],
    }
    found, _ = asked("status", {}, whole)
    assert [one["name"] for one in found["flows"]] == ["customers"]
    assert [one["name"] for one in found["targets"]] == ["crm"]
    assert [one["name"] for one in found["sources"]] == ["customers"]
    assert found["reasons"] == [{"subject": "crm"}, {}]
    assert (found["counts"]["delivered"], found["counts"]["captured"]) == (12, 12)
    assert found["health"] == whole["health"]
