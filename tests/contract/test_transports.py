"""What every transport of the control API keeps, over the real one of this system."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from agent.control import wire
from agent.control.allowance import Rate
from agent.control.client import Client, ControlError, ServiceUnreachable, WrongUse
from agent.control.server import Limits
from agent.control.transport import TRANSPORT
from agent.errors import StoreFull
from tests.contract.raw_client import STATUS_LINE, Raw, ends
from tests.control_fakes import serving
from tests.control_items import STATUS
from tests.wine import IS_WINE


def until(condition, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.005)


def test_a_client_is_greeted_and_answered(home, service):
    with serving(home, service), Raw(home) as raw:
        greeting = raw.read()
        you = greeting.pop("you")
        assert greeting == {"api_version": 1, "version": "0.1.0", "agent": "ERP-SRV01"}
        assert (you["role"], you["kinds"]) == ("engineer", None)
        raw.send(STATUS_LINE)
        assert raw.read() == {"jsonrpc": "2.0", "id": 1, "result": STATUS}


def test_requests_on_one_connection_are_answered_in_their_order(home, service):
    with serving(home, service), Raw(home) as raw:
        raw.read()
        for number in range(50):
            raw.send(STATUS_LINE.replace(b'"id":1', b'"id":%d' % number))
        assert [raw.read()["id"] for _ in range(50)] == list(range(50))


def test_the_client_returns_the_result(home, service):
    with serving(home, service):
        assert Client(home).status() == STATUS
        Client(home).call("pause", {"kind": "all", "name": None})
    assert service.asked[-1] == ("pause", {"kind": "all"})


def test_the_client_raises_what_the_service_said(home, service):
    service.fails["scan"] = StoreFull("The disk is full.", hint="Make room.")
    service.fails["check"] = WrongUse("No.")
    with serving(home, service):
        with pytest.raises(ControlError) as caught:
            Client(home).call("scan")
        with pytest.raises(WrongUse):
            Client(home).call("check")
        with pytest.raises(WrongUse) as unknown:
            Client(home).call("no.such")
    assert (caught.value.title, caught.value.code) == ("The disk is full.", "DISK_FULL")
    assert caught.value.hint == "Make room."
    assert unknown.value.code == "UNKNOWN_METHOD"


def test_forty_clients_at_once_are_all_answered(home, service):
    with serving(home, service), ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: Client(home).status(), range(120)))
    assert all(answer == STATUS for answer in answers)


def test_the_connection_beyond_the_limit_is_told_so_and_costs_nobody(home, service):
    with serving(home, service):
        many = [Raw(home) for _ in range(32)]
        greeted = [raw.read() for raw in many]
        with Raw(home) as late:
            assert late.read()["error"]["data"]["code"] == "SERVICE_BUSY"
            assert ends(late)
        many[0].send(STATUS_LINE)
        assert many[0].read()["result"] == STATUS
        with pytest.raises(ServiceUnreachable) as caught:
            Client(home, timeout=0.3).status()
        for raw in many:
            raw.connection.close()
        assert Client(home).status() == STATUS
    assert all(line["api_version"] == 1 for line in greeted)
    assert caught.value.code == "SERVICE_BUSY"


@pytest.mark.parametrize("sent", [b"", b'{"jsonrpc"', STATUS_LINE + b'{"half'])
def test_whoever_does_not_finish_a_request_in_time_is_hung_up(home, service, sent):
    with serving(home, service, limits=Limits(request_seconds=0.3)), Raw(home) as raw:
        raw.read()
        raw.send(sent)
        if sent.startswith(STATUS_LINE):
            raw.read()
        assert ends(raw)
        assert Client(home).status() == STATUS


def test_bytes_that_trickle_do_not_hold_a_connection(home, service):
    with serving(home, service, limits=Limits(request_seconds=0.4)), Raw(home) as raw:
        raw.read()
        begun = time.monotonic()
        with pytest.raises(OSError):  # noqa: PT012 it happens at some round
            while time.monotonic() - begun < 10:
                raw.send(b" ")
                time.sleep(0.02)
        assert time.monotonic() - begun < 5


def test_a_client_that_goes_away_in_the_middle_leaves_the_service_well(home, service):
    with serving(home, service) as server:
        for sent in (b"", b"{", STATUS_LINE * 100):
            with Raw(home) as raw:
                raw.send(sent)
        until(lambda: not server._open)
        assert Client(home).status() == STATUS


def test_a_client_that_does_not_read_its_answers_is_hung_up(home, service):
    service.answers["queue.list"] = {"items": ["x" * 900_000]}
    request = b'{"jsonrpc":"2.0","id":1,"method":"queue.list"}\n'
    with serving(home, service, limits=Limits(answer_seconds=0.3)) as server, Raw(home) as raw:
        raw.read()
        raw.send(request * 20)
        until(lambda: not server._open)
        assert Client(home).status() == STATUS


def test_an_endless_line_is_refused_and_ends_the_connection(home, service):
    with serving(home, service), Raw(home) as raw:
        raw.read()
        try:
            for _ in range(64):
                raw.send(b"x" * 65536)
        except OSError:
            pass  # hung up while we were still sending
        assert raw.read()["error"]["code"] == wire.PARSE_ERROR
        assert ends(raw)
        assert Client(home).status() == STATUS


@pytest.mark.parametrize("line", [b"nonsense\n", b"[" * 100_000 + b"\n", b"\xff\xfe\n", b"\n"])
def test_a_malformed_line_is_answered_and_the_connection_goes_on(home, service, line):
    with serving(home, service), Raw(home) as raw:
        raw.read()
        raw.send(line)
        assert raw.read()["error"]["code"] == wire.PARSE_ERROR
        raw.send(STATUS_LINE)
        assert raw.read()["result"] == STATUS


def test_the_client_does_not_send_what_the_service_would_refuse(home, service):
    with serving(home, service), pytest.raises(WrongUse, match="longer"):
        Client(home).call("secrets.set", {"name": "a", "value": "x" * wire.MAX_LINE})


def test_the_client_gives_up_in_time_and_says_that_it_may_still_happen(home, service):
    service.gate = threading.Event()
    with serving(home, service):
        with pytest.raises(ServiceUnreachable) as caught:
            Client(home, timeout=0.2).call("scan")
        service.gate.set()
    assert caught.value.code == "SERVICE_SILENT"
    assert "may still happen" in caught.value.hint


def test_stop_lets_a_running_request_answer_and_hangs_up_the_idle(home, service):
    service.gate = threading.Event()
    with serving(home, service) as server, Raw(home) as idle, Raw(home) as busy:
        idle.read()
        busy.read()
        busy.send(STATUS_LINE)
        assert service.entered.wait(10)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        told = idle.read()["error"]["data"]["code"]
        assert told == "SERVICE_BUSY", "what it may have sent was not read: it can ask again"
        assert ends(idle)
        service.gate.set()
        assert busy.read()["result"] == STATUS
        stopping.join(10)
        assert not stopping.is_alive()
    with pytest.raises(ServiceUnreachable):
        Client(home).status()


def test_stop_does_not_wait_for_a_stuck_request_beyond_its_time(home, service):
    service.gate = threading.Event()
    with serving(home, service) as server, Raw(home) as raw:
        raw.read()
        raw.send(STATUS_LINE)
        assert service.entered.wait(10)
        begun = time.monotonic()
        server.stop(within=0.2)
        assert time.monotonic() - begun < 3


@pytest.mark.skipif(IS_WINE, reason="Wine lets a pipe be made twice")
def test_a_second_service_for_the_same_home_is_refused_and_the_first_goes_on(home, service):
    with serving(home, service):
        with pytest.raises(ControlError) as caught:
            TRANSPORT.listen(home)
        assert caught.value.code == "HOME_IN_USE"
        assert Client(home).status() == STATUS


def test_the_address_is_free_again_after_a_stop(home, service):
    for _ in range(3):
        with serving(home, service):
            assert Client(home).status() == STATUS


def test_a_missing_home_and_a_stopped_service_are_told_apart(home, tmp_path):
    with pytest.raises(ServiceUnreachable, match="not running"):
        Client(home).status()
    with pytest.raises(ServiceUnreachable, match="no Waybill home folder"):
        Client(tmp_path / "nowhere").status()


class FailingOnce:
    """A transport that has no handle left for one moment."""

    def __init__(self) -> None:
        self.failed = False

    def listen(self, home, admits=()):
        self.inner = TRANSPORT.listen(home, admits)
        self.address = self.inner.address
        return self

    def accept(self, timeout):
        if not self.failed:
            self.failed = True
            raise OSError(24, "Too many open files")
        return self.inner.accept(timeout)

    def hang_up(self):
        self.inner.hang_up()

    def close(self):
        self.inner.close()


def test_running_out_of_handles_does_not_end_the_service(home, service):
    with serving(home, service, transport=FailingOnce()):
        assert Client(home).status() == STATUS


def test_whoever_asks_too_much_is_told_so_with_the_number_of_his_request(home, service):
    limits = Limits(requests=Rate(20, 5))
    with serving(home, service, limits=limits), Raw(home) as raw:
        raw.read()
        for number in range(12):
            raw.send(STATUS_LINE.replace(b'"id":1', b'"id":%d' % number))
        answers = [raw.read() for _ in range(12)]
        assert [answer["id"] for answer in answers] == list(range(12))
        busy = [answer["error"]["data"]["code"] for answer in answers if "error" in answer]
        assert busy
        assert set(busy) == {"SERVICE_BUSY"}
        assert len(service.asked) == 12 - len(busy), "what was declined did nothing"
        assert Client(home).status() == STATUS, "the client asks again until it is his turn"


def test_whoever_sends_too_much_is_told_so(home, service):
    limits = Limits(size=Rate(1000, 200_000))
    big = (
        json.dumps(
            {
                "jsonrpc": "2.0",
                "id": 7,
                "method": "secrets.set",
                "params": {"name": "a", "value": "x" * 150_000},
            }
        ).encode()
        + b"\n"
    )
    with serving(home, service, limits=limits), Raw(home) as raw:
        raw.read()
        raw.send(big)
        raw.send(big)
        assert "result" in raw.read()
        told = raw.read()
        assert told["error"]["data"]["code"] == "SERVICE_BUSY"
        assert len(service.audited) == 1
        raw.send(STATUS_LINE)
        assert raw.read()["result"] == STATUS
