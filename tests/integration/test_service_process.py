"""`waybill-service` as systemd and containers start it: told and watched over a stand-in's socket."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from agent.control.client import Client
from agent.errors import ControlError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="systemd, POSIX signals")

ROOT = Path(__file__).resolve().parents[2]
WORDS = (sys.executable, "-m", "agent.service.main")
WITHIN = 60.0


@pytest.fixture
def home(tmp_path) -> Path:
    made = tmp_path / "home"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def inbox(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.settimeout(WITHIN)
        yield receiver


@contextmanager
def started(home: Path, *before: str, **more: str):
    """The service on an empty folder, which it makes a home of."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith("WAYBILL")}
    process = subprocess.Popen(
        [*before, *WORDS], cwd=ROOT, env={**usual, "WAYBILL_HOME": str(home), **more},
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def told(inbox: socket.socket, name: str) -> dict[str, str]:
    """The next message that has this field."""
    while True:
        found = dict(line.split("=", 1) for line in inbox.recv(4096).decode().splitlines())
        if name in found:
            return found


def heard(inbox: socket.socket) -> str:
    """All that was sent until now."""
    inbox.settimeout(0.05)
    texts = []
    with suppress(TimeoutError):
        while True:
            texts.append(inbox.recv(4096).decode())
    return "\n".join(texts)


def test_systemd_hears_when_it_answers_that_it_lives_and_that_it_stops(home, inbox):
    address = inbox.getsockname()
    with started(home, NOTIFY_SOCKET=address, WATCHDOG_USEC="1500000") as process:
        assert told(inbox, "READY")["WATCHDOG"] == "1"
        assert Client(home).status()["health"]
        assert told(inbox, "WATCHDOG")["STATUS"]
        assert told(inbox, "WATCHDOG")["STATUS"]
        process.send_signal(signal.SIGTERM)
        told(inbox, "STOPPING")
        process.communicate(timeout=25)
        assert process.returncode == 0


def test_the_watchdog_starves_when_the_process_is_stuck(home, inbox):
    with started(home, NOTIFY_SOCKET=inbox.getsockname(), WATCHDOG_USEC="600000") as process:
        told(inbox, "WATCHDOG")
        process.send_signal(signal.SIGSTOP)
        heard(inbox)
        inbox.settimeout(1.5)
        with pytest.raises(TimeoutError):
            inbox.recv(4096)


def test_what_systemd_ends_says_where_it_stood(home, inbox):
    with started(home, NOTIFY_SOCKET=inbox.getsockname()) as process:
        told(inbox, "READY")
        process.send_signal(signal.SIGABRT)  # what the watchdog sends
        _, said = process.communicate(timeout=25)
    assert "Fatal Python error: Aborted" in said
    assert "agent" in said


def test_the_master_key_is_wrapped_by_a_credential_of_systemd(home, inbox, tmp_path):
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "waybill-master").write_bytes(os.urandom(32))
    address = inbox.getsockname()
    with started(home, NOTIFY_SOCKET=address, CREDENTIALS_DIRECTORY=str(credentials)) as process:
        told(inbox, "READY")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=25)
    assert "credential" in (home / "keys/keys.json").read_text()
    assert not (home / "keys/wrapping.key").exists()
    with started(home, JOURNAL_STREAM="8:1") as process:
        _, said = process.communicate(timeout=WITHIN)
    assert process.returncode == 1
    assert "<3>event=1003 " in said
    assert "[KEY_UNAVAILABLE]" in said


def test_a_second_service_on_the_same_home_says_so_and_ends(home, inbox):
    with started(home, NOTIFY_SOCKET=inbox.getsockname()) as first:
        told(inbox, "READY")
        heard(inbox)
        with started(home, NOTIFY_SOCKET=inbox.getsockname(), JOURNAL_STREAM="8:1") as second:
            _, said = second.communicate(timeout=WITHIN)
        assert second.returncode == 1
        assert "READY" not in heard(inbox)
        assert "[HOME_IN_USE]" in said
        assert first.poll() is None


NAMESPACE = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc")


def can_be_first() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not can_be_first(), reason="no namespaces here")
def test_as_the_first_process_of_a_container_it_stops_when_it_is_told_to(home):
    with started(home, *NAMESPACE) as process:
        deadline = time.monotonic() + WITHIN
        while True:
            try:
                assert Client(home, timeout=5).status()["health"]
                break
            except ControlError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        (first,) = children_of(process.pid)
        os.kill(first, signal.SIGTERM)
        _, said = process.communicate(timeout=25)
        assert process.returncode == 0, said


def children_of(pid: int) -> list[int]:
    return [
        int(number)
        for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ]  # fmt: skip
