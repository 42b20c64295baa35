"""Practice: a sandbox CRM and a second agent as children of the service, set up from nothing."""

from __future__ import annotations

import json
import signal
import ssl
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from agent.control.client import Client
from agent.errors import ControlError, ServiceUnreachable, WrongUse
from tests.integration.empty_home import EmptyHome

MAPPING = """\
version = 1
entity = "account"
external_id = "KDNR"
on_leave = "leave"

[fields]
name = { column = "NAME1", seed = true }
"""


@pytest.fixture
def home(tmp_path):
    found = EmptyHome(tmp_path)
    found.start()
    yield found
    with suppress(ControlError):
        found.client.call("practice.stop", timeout=60)
    found.close()


def practising(found) -> EmptyHome:
    """The practice home, as a face asks it."""
    room = EmptyHome.__new__(EmptyHome)
    room.client = Client(Path(found["home"]), timeout=20)
    return room


def test_a_flow_is_practised_from_nothing_to_records_in_the_sandbox(home):
    assert home.ask("practice.state")["running"] is False
    with pytest.raises(WrongUse):
        home.ask("practice.start", crm="excel")
    found = home.client.call("practice.start", {}, timeout=90)
    assert found["running"] is True
    assert found["url"].startswith("https://127.0.0.1:")
    assert home.client.call("practice.start", {}, timeout=90) == found, "it runs already"
    assert home.ask("practice.state") == found

    room = practising(found)
    assert room.client.status()["setup"]["needed"]
    given = {"folder": found["exports"], "pattern": "KUNDEN.CSV"}
    looked = room.ask("sources.look", kind="files", settings=json.dumps(given))
    assert looked["proposals"]["key"] == ["KDNR"]
    room.put(
        "source", "customers", kind="files", **given, **looked["proposals"],
        ready={"quiet": "100ms"},
    )  # fmt: skip
    room.put("target", "crm", **found["target"])
    tested = room.ask("targets.test", kind=found["target"]["kind"], name="crm",
                      settings=json.dumps(found["target"]))  # fmt: skip
    assert all(each["level"] != "error" for each in tested["findings"]), tested
    wanted = {"name": "customers", "source": "customers", "target": "crm", "entity": "account"}
    assert room.ask("setup.flow", **wanted, mapping=MAPPING) == {"problems": []}
    room.client.call("scan")
    status = room.client.wait_idle(60)
    assert status["counts"]["delivered"] == 150
    assert home.client.status()["counts"]["delivered"] == 0
    with pytest.raises(WrongUse):
        room.ask("practice.start")

    stopped = home.client.call("practice.stop", timeout=60)
    assert stopped["running"] is False
    with pytest.raises(ServiceUnreachable):
        room.client.status()
    again = home.client.call("practice.start", {}, timeout=90)
    assert (again["url"], again["home"]) == (found["url"], found["home"])
    assert room.client.status()["counts"]["delivered"] == 150


def test_what_a_killed_service_left_behind_is_ended_before_another_begins(home):
    first = home.client.call("practice.start", {}, timeout=90)
    home.stop(signal.SIGKILL)
    home.start()
    assert home.ask("practice.state")["running"] is False
    second = home.client.call("practice.start", {}, timeout=90)
    assert second["home"] == first["home"]
    assert home.stop() == 0
    with pytest.raises(ServiceUnreachable):
        Client(Path(second["home"]), timeout=5).status()
    context = ssl._create_unverified_context()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{second['url']}/sandbox/state", context=context, timeout=5)
