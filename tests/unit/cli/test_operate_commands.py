"""What those type who operate the agent: what it asks, and what it says."""

import json

import pytest

from agent.errors import WrongUse
from tests.control_operate_answers import OPERATE_ANSWERS
from tests.unit.cli.typing_commands import ATTENTION, FINE, WRONG_USE

ASKING = [
    (
        ["queue", "list", "--offset", "180000", "--state", "waiting", "--newest"],
        "queue.window",
        {"state": "waiting", "offset": 180000, "limit": 100, "order": "newest"},
    ),
    (
        ["exceptions", "list", "--offset", "500", "--code", "C"],
        "exceptions.window",
        {"code": "C", "offset": 500, "limit": 100},
    ),
    (["history"], "history", {"hours": 24}),
    (["history", "customers", "--hours", "48"], "history", {"flow": "customers", "hours": 48}),
    (["logs"], "logs.tail", {"limit": 100}),
    (
        ["logs", "--flow", "f", "--level", "warning", "--text", "x", "--lines", "5"],
        "logs.tail",
        {"flow": "f", "level": "warning", "text": "x", "limit": 5},
    ),
    (["logs", "debug", "30"], "logs.debug", {"minutes": 30}),
    (["logs", "folder"], "logs.folder", {}),
    (["reconcile"], "reconcile.flows", {}),
    (["settings", "changes"], "settings.changes", {}),
]


@pytest.mark.parametrize(("words", "method", "params"), ASKING)
def test_it_asks_for_exactly_what_was_typed(waybill, service, words, method, params):
    assert waybill(*words) == FINE
    assert service.asked == [(method, params)]
    assert waybill.json(*words) == service.answers[method]


def test_every_method_of_this_room_has_a_command():
    told = {"audit.export", "doctor", "bundle.preview", "bundle.create"}  # see below
    assert {method for _, method, _ in ASKING} | told == OPERATE_ANSWERS.keys()


def test_the_audit_is_exported_page_by_page_to_its_end_and_never_over_a_file(
    waybill, service, tmp_path
):
    (record,) = OPERATE_ANSWERS["audit.export"]["items"]
    pages = {None: {"items": [record], "next": "40"}, "40": {"items": [record], "next": None}}
    asked = []

    def call(method, params, _caller):
        asked.append((method, params.get("after")))
        return pages[params.get("after")]

    service.call = call
    out = tmp_path / "audit.jsonl"
    assert waybill("audit", "export", "--out", str(out)) == FINE
    assert [json.loads(line) for line in out.read_text().splitlines()] == [record, record]
    assert asked == [("audit.export", None), ("audit.export", "40")]
    assert waybill("audit", "export", "--out", str(out)) == WRONG_USE
    assert waybill("audit", "export", "--after", "40") == FINE
    assert json.loads(waybill.out) == record


def test_the_log_goes_on_from_where_it_was_until_nobody_answers(waybill, service, monkeypatch):
    asked = []

    def call(method, params, _caller):
        asked.append(params.get("after"))
        if len(asked) == 3:
            raise WrongUse("That is all.")
        return OPERATE_ANSWERS[method]

    service.call = call
    monkeypatch.setattr("agent.cli.ask.logs._EVERY", 0.0)
    assert waybill("logs", "--follow") == WRONG_USE
    assert asked == [None, "17:7", "17:7"]
    assert waybill.out == "2026-11-20 10:00:00 INFO    A read ended. flow=customers\n" * 2


def test_what_nothing_accounts_for_asks_for_attention(waybill, service):
    assert waybill("reconcile", "customers") == FINE
    assert waybill("reconcile", "nothing") == WRONG_USE
    service.answers["reconcile.flows"]["items"][0]["unexplained"] = 1
    assert waybill("reconcile") == ATTENTION


@pytest.mark.usefixtures("service")
def test_a_part_of_a_list_says_which_part_it_is(waybill):
    waybill("queue", "list", "--offset", "0")
    assert waybill.out.endswith("1 to 1 of 200,000\n")
    assert waybill("exceptions", "list", "--offset", "0", "--after", "E1") == WRONG_USE


def test_the_doctor_and_the_bundle_ask_the_service(waybill, service):
    assert waybill("doctor") == FINE
    assert "480 GB" in waybill.out
    assert waybill("bundle", "--leave-out", "log.txt", "--hours", "3") == FINE
    assert "WB-1A2B3C4D: /h/bundles/WB-1A2B3C4D.zip" in waybill.out
    assert waybill("bundle", "--preview") == FINE
    assert waybill("bundle", "--show", "log.txt", "--names") == FINE
    assert waybill.out == "one\ntwo\n"
    assert service.asked == [
        ("doctor", {}),
        ("bundle.create", {"hours": 3, "strict": True, "leave_out": ["log.txt"]}),
        ("bundle.preview", {"hours": 24, "strict": True}),
        ("bundle.preview", {"hours": 24, "strict": False}),
    ]
    assert waybill("bundle", "--show", "none.txt") == WRONG_USE
    finding = service.answers["doctor"]["findings"][0]
    service.answers["doctor"]["findings"] = [finding | {"level": "error"}]
    assert waybill("doctor") == ATTENTION
