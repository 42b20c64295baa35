"""One line in, one line out: what a caller is answered, and what the audit is told."""

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.control import wire
from agent.control.api import METHODS, Role
from agent.control.dispatch import Caller, Dispatcher, checked, digest_of
from agent.errors import ConfigError, ConfigProblem, ControlError, StoreFull, WrongUse
from tests.control_answers import ANSWERS
from tests.control_fakes import FakeService

ENGINEER = Caller("root", Role.ENGINEER)
VIEWER = Caller("guest", Role.VIEWER)
NEEDED = {"text": "x", "integer": 1, "flag": True, "texts": ["x"]}


@pytest.fixture
def service() -> FakeService:
    return FakeService()


def ask(service: FakeService, message: object, caller: Caller = ENGINEER) -> dict:
    line = message if isinstance(message, bytes) else json.dumps(message).encode()
    answer = Dispatcher(service, service.on_write).answer(line, caller)
    assert answer.endswith(b"\n")
    parsed = json.loads(answer)
    assert parsed["jsonrpc"] == "2.0"
    return parsed


def call(service: FakeService, method: str, params: object = None, caller=ENGINEER) -> dict:
    message = {"jsonrpc": "2.0", "id": 5, "method": method}
    return ask(service, message | ({} if params is None else {"params": params}), caller)


def test_who_asks_is_told_who_he_is_without_the_handler(service):
    who = Caller("anna", Role.OPERATOR, frozenset({"order", "account"}))
    answer = call(service, "me", caller=who)["result"]
    assert answer == {"name": "anna", "role": "operator", "kinds": ["account", "order"]}
    assert call(service, "me")["result"]["kinds"] is None
    assert service.asked == []


@pytest.mark.parametrize("name", sorted(METHODS.keys() - {"me"}))
def test_every_method_reaches_the_handler_and_its_answer_comes_back(service, name):
    params = {key: NEEDED[param.kind] for key, param in METHODS[name].params.items()}
    answer = call(service, name, params)
    assert answer == {"jsonrpc": "2.0", "id": 5, "result": ANSWERS[name]}
    assert service.asked == [(name, params)]
    assert bool(service.audited) == METHODS[name].writes


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"", wire.PARSE_ERROR),
        (b"{", wire.PARSE_ERROR),
        (b"[" * 40 + b"]" * 40, wire.PARSE_ERROR),
        ([], wire.INVALID_REQUEST),
        ([{"jsonrpc": "2.0", "id": 1, "method": "status"}], wire.INVALID_REQUEST),
        ("status", wire.INVALID_REQUEST),
        (None, wire.INVALID_REQUEST),
        ({}, wire.INVALID_REQUEST),
        ({"jsonrpc": "2.0", "method": "status"}, wire.INVALID_REQUEST),
        ({"jsonrpc": "2.0", "id": True, "method": "status"}, wire.INVALID_REQUEST),
        ({"jsonrpc": "2.0", "id": [1], "method": "status"}, wire.INVALID_REQUEST),
        ({"jsonrpc": "1.0", "id": 1, "method": "status"}, wire.INVALID_REQUEST),
        ({"id": 1, "method": "status"}, wire.INVALID_REQUEST),
        ({"jsonrpc": "2.0", "id": 1, "method": 7}, wire.INVALID_REQUEST),
        ({"jsonrpc": "2.0", "id": 1, "method": "__init__"}, wire.UNKNOWN_METHOD),
    ],
)
def test_what_is_no_request_is_named_and_never_reaches_the_handler(service, message, code):
    error = ask(service, message)["error"]
    assert error["code"] == code
    assert error["data"]["title"]
    assert service.asked == []


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("status", []),
        ("status", "x"),
        ("status", {"no": 1}),
        ("queue.show", {}),
        ("queue.show", {"seq": None}),
        ("queue.show", {"seq": "7"}),
        ("queue.show", {"seq": 7.5}),
        ("queue.show", {"seq": True}),
        ("queue.show", {"seq": -1}),
        ("queue.show", {"seq": 2**63}),
        ("queue.list", {"limit": [1]}),
        ("holds.show", {"id": 7}),
        ("exceptions.replay", {"all": 1}),
        ("exceptions.replay", {"refs": "e1"}),
        ("exceptions.replay", {"refs": [1]}),
        ("test", {"name": "\ud800"}),
    ],
)
def test_parameters_of_the_wrong_kind_are_wrong_use(service, method, params):
    error = call(service, method, params)["error"]
    assert error["code"] == wire.INVALID_PARAMS
    assert error["data"]["code"] == "WRONG_USE"
    assert service.asked == []


def test_an_error_of_the_house_keeps_its_code_title_and_hint(service):
    service.fails["scan"] = StoreFull("The disk is full.", hint="Make room.")
    error = call(service, "scan")["error"]
    assert error["code"] == wire.REFUSED
    assert error["data"] == {
        "code": "DISK_FULL",
        "title": "The disk is full.",
        "hint": "Make room.",
        "params": {},
    }
    service.fails["scan"] = StoreFull("D: is full.", params={"disk": "D:"})
    assert call(service, "scan")["error"]["data"]["params"] == {"disk": "D:"}


def test_every_problem_of_a_configuration_reaches_the_caller(service):
    problems = [ConfigProblem("flows.a", "no target."), ConfigProblem("flows.b", "no source.")]
    service.fails["check"] = ConfigError(problems)
    title = call(service, "check")["error"]["data"]["title"]
    assert "flows.a" in title
    assert "flows.b" in title


def test_a_fault_of_our_own_is_logged_and_answered_without_its_text(service, caplog):
    service.fails["status"] = KeyError("Muster GmbH")
    with caplog.at_level(logging.ERROR):
        answer = call(service, "status")
    assert answer["error"]["code"] == wire.INTERNAL
    assert "Muster" not in json.dumps(answer)
    assert "status" in caplog.text


def test_what_cannot_be_sent_is_a_fault_of_our_own(service):
    service.answers["status"] = {"x": float("nan")}
    assert call(service, "status")["error"]["code"] == wire.INTERNAL


def test_too_large_an_answer_is_refused_with_what_to_do(service):
    service.answers["queue.list"] = {"items": ["x" * wire.MAX_LINE]}
    error = call(service, "queue.list")["error"]
    assert error["data"]["code"] == "ANSWER_TOO_LARGE"
    assert "--limit" in error["data"]["hint"]


@pytest.mark.parametrize("name", [name for name, m in METHODS.items() if m.role > Role.VIEWER])
def test_a_viewer_may_only_view(service, name):
    params = {key: NEEDED[param.kind] for key, param in METHODS[name].params.items()}
    answer = call(service, name, params, VIEWER)
    assert answer["error"]["data"]["code"] == "NOT_ALLOWED"
    assert service.asked == []
    assert [entry.result for entry in service.audited] == ["NOT_ALLOWED"] * METHODS[name].writes


def test_every_write_is_audited_with_caller_method_digest_and_result(service):
    call(service, "pause", {"kind": "flow", "name": "customers"})
    service.fails["pause"] = ControlError("No such flow.", code="NO_SUCH_FLOW")
    call(service, "pause", {"kind": "flow", "name": "customers"})
    call(service, "pause", {"kind": 7})
    told = [(entry.caller.name, entry.method, entry.on, entry.result) for entry in service.audited]
    assert told == [
        ("root", "pause", "flow customers", "ok"),
        ("root", "pause", "", "NO_SUCH_FLOW"),
        ("root", "pause", "", "WRONG_USE"),
    ]
    digests = [entry.digest for entry in service.audited]
    assert len(digests[0]) == 64
    assert digests[0] == digests[1]


def test_the_audit_is_told_on_what_but_no_value_and_no_text_of_a_draft(service):
    call(service, "mapping.publish", {"flow": "f", "draft": "DRAFT", "comment": "for Ace Ltd"})
    call(service, "exceptions.fix", {"ref": "e7", "set": ["name=Ace"]})
    call(service, "exceptions.replay", {"refs": [f"e{i}" for i in range(7)]})
    call(service, "secrets.set", {"name": "crm-key", "value": "hunter2"})
    assert [entry.on for entry in service.audited] == [
        "f",
        "e7",
        "e0, e1, e2, e3, e4 and 2 more",
        "crm-key",
    ]


def test_a_write_that_cannot_be_audited_is_told_to_the_caller(service):
    def broken(*_: object) -> None:
        raise OSError

    line = b'{"jsonrpc":"2.0","id":1,"method":"scan"}'
    answer = json.loads(Dispatcher(service, broken).answer(line, ENGINEER))
    assert answer["error"]["data"]["code"] == "AUDIT_FAILED"


def test_the_digest_tells_parameters_apart_but_not_secrets():
    method = METHODS["secrets.set"]
    same = digest_of(method, {"name": "a", "value": "one"})
    assert same == digest_of(method, {"value": "two", "name": "a"})
    assert same != digest_of(method, {"name": "b", "value": "one"})


def test_an_absent_and_an_empty_parameter_are_the_same():
    assert checked(METHODS["scan"], {"source": None}) == checked(METHODS["scan"], {}) == {}


def test_a_wrong_parameter_name_cannot_carry_control_characters_into_the_answer():
    with pytest.raises(WrongUse) as caught:
        checked(METHODS["scan"], {"\x1b[2J" + "x" * 500: 1})
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 120


@given(st.binary(max_size=200))
def test_whatever_the_bytes_the_answer_is_one_line(line):
    service = FakeService()
    answer = Dispatcher(service, service.on_write).answer(line, ENGINEER)
    assert answer.count(b"\n") == 1
    assert "error" in json.loads(answer)
