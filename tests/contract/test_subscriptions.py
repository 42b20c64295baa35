"""A subscription over the real transport: a snapshot, then what changed, until somebody ends it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from agent.control import feed
from agent.control.client import Client, ControlError, ServiceUnreachable, patched
from agent.control.server import Limits
from agent.errors import StoreFull
from tests.contract.raw_client import Raw, ends
from tests.control_fakes import serving
from tests.control_items import STATUS

SUBSCRIBE_LINE = b'{"jsonrpc":"2.0","id":1,"method":"subscribe"}\n'


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Faster than in life, so that nobody waits for seconds."""
    monkeypatch.setattr(feed, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(feed, "HEARTBEAT_SECONDS", 0.3)


def begun(raw: Raw) -> dict:
    raw.read()
    raw.send(SUBSCRIBE_LINE)
    return raw.read()["result"]


def news(raw: Raw) -> dict:
    """The next patch that is more than a heartbeat."""
    for _ in range(50):
        told = raw.read()
        assert (told["jsonrpc"], told["method"]) == ("2.0", "status")
        assert "id" not in told
        if told["params"]["patch"]:
            return told["params"]["patch"]
    raise AssertionError("no news came")


def change(service, **values) -> None:
    service.answers["subscribe"] = {**service.answers["subscribe"], **values}


def test_a_subscription_begins_with_the_whole_status_and_tells_only_what_changed(home, service):
    with serving(home, service), Raw(home) as raw:
        snapshot = begun(raw)
        assert STATUS.items() <= snapshot.items()
        assert snapshot["changes"]["exceptions"] == 1
        change(service, health="error")
        assert news(raw) == {"health": "error"}
        change(service, changes={**snapshot["changes"], "exceptions": 2})
        patch = news(raw)
        assert patch == {"changes": {"exceptions": 2}}
        now = patched(patched(snapshot, {"health": "error"}), patch)
        assert now == service.answers["subscribe"]


def test_a_heartbeat_says_that_nothing_changed(home, service):
    with serving(home, service), Raw(home) as raw:
        begun(raw)
        first, second = raw.read(), raw.read()
        assert first == second == {"jsonrpc": "2.0", "method": "status", "params": {"patch": {}}}


def test_time_that_goes_by_is_told_with_the_heartbeat_and_not_as_news(home, service, monkeypatch):
    monkeypatch.setattr(feed, "HEARTBEAT_SECONDS", 30)
    with serving(home, service), Raw(home) as raw:
        begun(raw)
        change(service, at="2026-11-20T10:00:11Z")
        with pytest.raises(TimeoutError):
            raw.read(0.3)
        change(service, idle=False)
        assert news(raw) == {"at": "2026-11-20T10:00:11Z", "idle": False}


def test_however_many_subscribe_the_status_is_computed_once(home, service, monkeypatch):
    monkeypatch.setattr(feed, "LOOK_SECONDS", 0.2)
    with serving(home, service), ThreadPoolExecutor(8) as pool:
        raws = [Raw(home) for _ in range(8)]
        list(pool.map(begun, raws))
        before = len(service.asked)
        time.sleep(1.0)
        assert len(service.asked) - before <= 6
        for raw in raws:
            raw.connection.close()


def test_the_service_stops_while_somebody_listens(home, service):
    with serving(home, service) as server, Raw(home) as raw:
        begun(raw)
        begun_at = time.monotonic()
        server.stop()
        assert time.monotonic() - begun_at < 3
        while (told := raw.read()) and "error" not in told:
            pass
        assert told["error"]["data"]["code"] == "SERVICE_BUSY"


def test_whoever_goes_away_is_forgotten(home, service):
    with serving(home, service) as server:
        with Raw(home) as raw:
            begun(raw)
            raw.read()  # the first patch: it counts as a subscription now
            assert len(server._subscribed) == 1
        deadline = time.monotonic() + 10
        while server._open or server._subscribed:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_subscriptions_do_not_take_the_place_of_those_who_ask(home, service):
    limits = Limits(connections=2, subscriptions=3)
    with serving(home, service, limits=limits):
        raws = []
        for _ in range(3):
            raws.append(Raw(home))
            begun(raws[-1])
        assert Client(home).status() == STATUS
        with Raw(home) as late:
            begun(late)
            assert late.read()["error"]["data"]["code"] == "SERVICE_BUSY"
            assert ends(late)
        for raw in raws:
            raw.connection.close()


def test_a_status_that_cannot_be_computed_ends_the_subscription(home, service):
    with serving(home, service), Raw(home) as raw:
        begun(raw)
        service.fails["subscribe"] = StoreFull("Full.")
        while not ends(raw):
            pass
        with pytest.raises(ControlError) as caught:
            next(Client(home).subscribe())
        assert caught.value.code == "DISK_FULL"


def test_the_client_yields_whole_statuses(home, service):
    with serving(home, service) as server:
        listening = Client(home).subscribe()
        assert next(listening) == service.answers["subscribe"]
        change(service, health="warning")
        seen = next(found for found in listening if found["health"] == "warning")
        assert seen == service.answers["subscribe"]
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        with pytest.raises((ServiceUnreachable, ControlError)):
            for _ in listening:
                pass
        stopping.join(10)


def test_the_client_knows_who_it_is(home, service):
    with serving(home, service):
        assert Client(home).me()["role"] == "engineer"
