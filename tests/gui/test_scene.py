"""The scene that the window is tried against speaks as the real service does."""

from __future__ import annotations

import json

import pytest

from agent.clock import SystemClock
from agent.control.api import METHODS
from agent.control.client import Client, ControlError
from agent.control.transport import TRANSPORT
from agent.control.wire import Lines
from tests.gui.contract import TO_COME
from tests.gui.scene import FakeService, merge_patch
from tests.gui.world import WAITING, World


@pytest.fixture
def service(tmp_path):
    with FakeService(tmp_path / "h", World(WAITING), role="engineer", heartbeat=0.1) as made:
        yield made


def test_the_clients_of_the_real_service_understand_the_scene(service):
    client = Client(service.home, timeout=5)
    assert client.status()["counts"]["parked"] == 225
    with pytest.raises(ControlError) as caught:
        client.call("queue.window", {"colour": "red"})
    assert caught.value.code == "WRONG_USE"
    window = client.call("queue.window", {"offset": 199_990, "limit": 500})
    assert window["total"] == WAITING
    assert [item["seq"] for item in window["items"]] == list(range(199_991, 200_001))


def test_every_method_that_asks_is_answered(service):
    client = Client(service.home, timeout=5)
    needed = {"ref": "E1", "id": "4", "seq": 3, "value": "DE", "flow": "accounts"}
    needed |= {"source": "customers", "entity": "account", "draft": "", "name": "crm"}
    needed |= {"key": "K1", "item": 7, "version": 1, "place": "fields.name"}
    for name, method in METHODS.items():
        if not method.writes and name != "subscribe":
            wanted = {p: needed.get(p, "x") for p, param in method.params.items() if param.required}
            if name == "exceptions.rule_preview":
                wanted["ref"] = "E1"
            assert isinstance(client.call(name, wanted), dict), name
    for name, (_, writes, _) in TO_COME.items():
        if not writes and name not in ("subscribe", *METHODS):
            assert isinstance(client.call(name), dict), name


def test_a_role_that_may_not_is_refused(service):
    client = Client(service.home, timeout=5)
    service.become("viewer")
    with pytest.raises(ControlError) as caught:
        client.call("exceptions.groups")
    assert caught.value.code == "NOT_ALLOWED"
    service.become("auditor")
    assert client.call("exceptions.groups")["total"] == 225
    with pytest.raises(ControlError):
        client.call("scan")


def test_what_a_person_does_is_so_afterwards_and_subscribers_are_told(service):
    client = Client(service.home, timeout=5)
    connection = TRANSPORT.connect(service.home, 5)
    lines = Lines(connection, SystemClock())
    assert json.loads(lines.read(5))["you"]["role"] == "engineer"
    asked = {"jsonrpc": "2.0", "id": 1, "method": "subscribe", "params": {}}
    connection.send(json.dumps(asked).encode() + b"\n", 5)
    status = json.loads(lines.read(5))["result"]
    assert status["counts"]["parked"] == 225
    done = client.call("exceptions.rule", {"ref": "E1", "value": "DE"})
    assert (done["group"], done["would_pass"], done["would_stay"]) == (212, 200, 12)
    while "counts" not in (patch := json.loads(lines.read(5))["params"]["patch"]):
        assert patch == {}
    assert patch["counts"] == {"parked": 25}
    assert patch["changes"]["exceptions"] == status["changes"]["exceptions"] + 1
    service.stop()
    with pytest.raises(ControlError):
        client.status()
    service.start()
    assert client.status()["counts"]["parked"] == 25
    connection.close()


def test_a_patch_says_what_changed_and_what_went():
    old, new = {"a": 1, "b": {"c": 1, "d": 2}, "e": [1]}, {"b": {"c": 1}, "e": [1, 2]}
    assert merge_patch(old, new) == {"a": None, "b": {"d": None}, "e": [1, 2]}
