"""What systemd is told, over a socket that stands in for its own."""

import socket
import threading

import pytest

from agent.service.systemd import Notifier, tell, telling
from tests.control_fakes import FakeService, serving
from tests.fakes import FakeClock
from tests.wine import IS_WINDOWS

pytestmark = pytest.mark.skipif(IS_WINDOWS, reason="systemd and its sockets are Linux'")


@pytest.fixture
def inbox(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "n"))
        receiver.settimeout(10)
        yield receiver


def next_of(inbox: socket.socket) -> dict[str, str]:
    return dict(line.split("=", 1) for line in inbox.recv(4096).decode().splitlines())


def notifier(inbox: socket.socket, **more: str) -> Notifier:
    made = Notifier.from_environment({"NOTIFY_SOCKET": inbox.getsockname(), **more})
    assert made is not None
    return made


@pytest.mark.parametrize("address", [None, "", "relative", "vsock:1:2"])
def test_without_systemd_nobody_is_told(address):
    assert Notifier.from_environment({"NOTIFY_SOCKET": address} if address else {}) is None


def test_an_abstract_address_is_understood():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind("")
        receiver.settimeout(10)
        name = receiver.getsockname()[1:].decode()
        Notifier(f"@{name}").send(READY="1")
        assert receiver.recv(100) == b"READY=1"


def test_a_socket_that_is_gone_is_no_error(tmp_path):
    Notifier(str(tmp_path / "gone")).send(READY="1")


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_watchdog_time_is_read_when_it_is_meant_for_us(inbox, settings, seconds):
    assert notifier(inbox, **settings).watchdog == seconds


def test_ready_is_said_once_and_only_when_the_service_answers(inbox):
    stop = threading.Event()
    answers = iter([None, None, "Up to date.", "Working.\n2 waiting."])

    def ask() -> str | None:
        answer = next(answers, None)
        if answer is not None and answer.startswith("Working"):
            stop.set()
        return answer

    tell(notifier(inbox, WATCHDOG_USEC="30000"), ask, stop)
    assert next_of(inbox) == {"READY": "1", "STATUS": "Up to date.", "WATCHDOG": "1"}
    assert next_of(inbox) == {"STATUS": "Working. 2 waiting.", "WATCHDOG": "1"}
    assert next_of(inbox) == {"STOPPING": "1", "STATUS": "Stopping."}


def test_the_watchdog_starves_when_the_service_does_not_answer(inbox):
    stop = threading.Event()
    left = [5]

    def ask() -> None:
        left[0] -= 1
        if not left[0]:
            stop.set()

    tell(notifier(inbox, WATCHDOG_USEC="30000"), ask, stop)
    assert "STOPPING" in next_of(inbox)


def test_a_real_service_is_told_about(inbox, tmp_path):
    home = tmp_path / "h"
    started = threading.Event()
    started.set()
    with (
        serving(home, FakeService()),
        telling(notifier(inbox), home, threading.Event(), started),
    ):
        assert next_of(inbox) == {"READY": "1", "STATUS": "Up to date."}
    assert "STOPPING" in next_of(inbox)


def test_another_service_that_answers_for_the_folder_is_not_ours(inbox, tmp_path):
    home = tmp_path / "h"
    with (
        serving(home, FakeService()),
        telling(notifier(inbox), home, threading.Event(), threading.Event()),
    ):
        inbox.settimeout(0.7)
        with pytest.raises(TimeoutError):
            next_of(inbox)
        inbox.settimeout(10)
    assert "STOPPING" in next_of(inbox)


def test_a_start_that_takes_long_asks_for_more_time(inbox):
    stop = threading.Event()
    clock = FakeClock()
    looks = [0]

    def ask() -> str | None:
        clock.pass_(4)
        looks[0] += 1
        return "Up to date." if looks[0] > 5 else None

    teller = threading.Thread(target=tell, args=(notifier(inbox), ask, stop, clock))
    teller.start()
    more = next_of(inbox)
    assert int(more["EXTEND_TIMEOUT_USEC"]) > 10e6
    assert "READY" not in more
    assert next_of(inbox)["READY"] == "1"
    stop.set()
    teller.join(10)


def test_a_start_that_never_ends_gets_no_more_time(inbox):
    stop = threading.Event()
    clock = FakeClock()
    left = [5]

    def ask() -> None:
        clock.pass_(4000)
        left[0] -= 1
        if not left[0]:
            stop.set()

    tell(notifier(inbox), ask, stop, clock)
    assert "STOPPING" in next_of(inbox)
