"""What every transport of the control API keeps, over the real one of this system."""

import contextlib
import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent.clock import SystemClock
from agent.control import wire
from agent.control.client import Client, ControlError, ServiceUnreachable, WrongUse
from agent.control.server import Limits
from agent.control.transport import TRANSPORT
from agent.control.wire import Lines
from agent.errors import StoreFull
from tests.control_fakes import STATUS, FakeService, serving

STATUS_LINE = b'{"jsonrpc":"2.0","id":1,"method":"status"}\n'
unix_only = pytest.mark.skipif(sys.platform == "win32", reason="about Unix sockets")
as_root = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root can become somebody else"
)


@pytest.fixture
def home(tmp_path) -> Path:
    folder = tmp_path / "h"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def service() -> FakeService:
    return FakeService()


class Raw:
    """A client without manners: sends any bytes, reads lines."""

    def __init__(self, home: Path) -> None:
        self.connection = TRANSPORT.connect(home, 5)
        self.lines = Lines(self.connection, SystemClock(), 4 * wire.MAX_LINE)

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def send(self, data: bytes) -> None:
        self.connection.send(data, 10)

    def read(self, within: float = 10) -> dict | None:
        line = self.lines.read(within)
        return None if line is None else json.loads(line)


def ends(raw: Raw) -> bool:
    """Whether the server hung up (a reset is one way to)."""
    try:
        return raw.read() is None
    except ConnectionError:
        return True


def until(condition, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.005)


def test_a_client_is_greeted_and_answered(home, service):
    with serving(home, service), Raw(home) as raw:
        assert raw.read() == {"api_version": 1, "version": "0.1.0", "agent": "ERP-SRV01"}
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

    def listen(self, home):
        self.inner = TRANSPORT.listen(home)
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


# --- Unix sockets ---------------------------------------------------------------------------------


@unix_only
def test_the_socket_is_born_closed_to_others(home, service):
    with serving(home, service) as server:
        mode = (home / "control.sock").stat().st_mode
        assert stat.S_IMODE(mode) == 0o660
        assert server.start is not None
    assert not (home / "control.sock").exists()


@unix_only
def test_a_folder_that_others_can_write_is_refused(home):
    home.chmod(0o777)
    with pytest.raises(ControlError) as caught:
        TRANSPORT.listen(home)
    assert caught.value.code == "HOME_TOO_OPEN"


KILLED = """
import os, signal, sys
from pathlib import Path
from agent.control.transport import TRANSPORT
listener = TRANSPORT.listen(Path(sys.argv[1]))
print(listener.address, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def killed_service(home: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(home)], check=False, capture_output=True, text=True
    )
    assert done.returncode == -9, done.stderr
    return done.stdout.strip()


@unix_only
def test_a_socket_that_a_killed_service_left_is_replaced(home, service):
    left = Path(killed_service(home))
    assert left.is_socket()
    with pytest.raises(ServiceUnreachable, match="not running"):
        Client(home).status()
    with serving(home, service):
        assert Client(home).status() == STATUS


@unix_only
def test_a_file_that_is_no_socket_is_never_removed(home):
    (home / "control.sock").write_text("mine")
    with pytest.raises(ControlError) as caught:
        TRANSPORT.listen(home)
    assert caught.value.code == "CONTROL_PATH_TAKEN"
    assert (home / "control.sock").read_text() == "mine"


@unix_only
def test_a_home_with_a_long_path_gets_a_short_private_address(tmp_path, service, monkeypatch):
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    home = tmp_path.joinpath(*["a-rather-long-folder-name"] * 6)
    with serving(home, service) as server:
        address = Path(server._listener.address)
        assert len(os.fsencode(address)) <= 107
        assert (home / "control.path").read_text() == str(address)
        assert stat.S_IMODE(address.parent.stat().st_mode) == 0o700
        assert Client(home).status() == STATUS
    assert not address.parent.exists()
    left = killed_service(home)
    with serving(home, service) as server:
        assert server._listener.address == left
        assert Client(home).status() == STATUS
    assert not Path(left).parent.exists()


@unix_only
def test_a_path_of_the_longest_size_is_used_and_one_byte_more_is_not(tmp_path, service):
    room = 107 - len(os.fsencode(tmp_path / "x" / "control.sock")) + 1
    if room < 2:
        pytest.skip("the temporary folder's own path is too long")
    for extra, is_short in ((0, True), (1, False)):
        home = tmp_path / ("h" * (room + extra))
        with serving(home, service) as server:
            assert (Path(server._listener.address).parent == home) is is_short
            assert Client(home).status() == STATUS


def as_nobody(work) -> int:
    """Run `work` in a child that became the user nobody; its exit code."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            os._exit(work())
        except BaseException:  # noqa: BLE001 a forked child must never return into pytest
            os._exit(99)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def reachable(folder: Path) -> None:
    """Let anybody walk to this folder (its own mode stays)."""
    for parent in folder.parents:
        if parent.stat().st_uid == os.geteuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)


@as_root
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_another_account_is_refused_by_the_folder_and_by_the_service_itself(home, service):
    def by_client() -> int:
        try:
            Client(home).status()
        except ControlError as error:
            return 3 if error.code == "NOT_ALLOWED" else 4
        return 0

    def by_hand() -> int:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(str(home / "control.sock"))
            sock.settimeout(10)
            with contextlib.suppress(OSError):  # refused already, before it could be sent
                sock.sendall(STATUS_LINE)
            line = json.loads(sock.makefile().readline())
        return 3 if line["error"]["data"]["code"] == "NOT_ALLOWED" else 4

    reachable(home)
    with serving(home, service):
        assert as_nobody(by_client) == 3
        home.chmod(0o755)
        (home / "control.sock").chmod(0o666)
        assert as_nobody(by_hand) == 3
    assert service.asked == []


@as_root
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_the_client_sends_nothing_to_a_squatter(home, tmp_path):
    reachable(home)
    read_end, write_end = os.pipe()
    home.chmod(0o777)

    def squat() -> int:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.bind(str(home / "control.sock"))
            sock.listen()
            os.write(write_end, b"!")
            sock.settimeout(20)
            connected, _ = sock.accept()
            connected.settimeout(20)
            return 1 if connected.recv(10) else 0

    with ThreadPoolExecutor(1) as pool:
        squatter = pool.submit(as_nobody, squat)
        assert os.read(read_end, 1) == b"!"
        with pytest.raises(ServiceUnreachable) as caught:
            Client(home).call("secrets.set", {"name": "a", "value": "b"})
        assert squatter.result(30) == 0
    os.close(read_end)
    os.close(write_end)
    assert caught.value.code == "SERVICE_IMPOSTOR"


# --- a service of another kind --------------------------------------------------------------------


class Scripted:
    """Accepts one client on the real transport and says prepared bytes."""

    def __init__(self, home: Path, said: bytes) -> None:
        self.listener = TRANSPORT.listen(home)
        self.said = said
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        connection = self.listener.accept(10)
        connection.identify(10)
        greeting, _, answer = self.said.partition(b"\n{")
        connection.send(greeting + (b"\n" if answer else b""), 10)
        if answer:
            connection.receive(10)
            connection.send(b"{" + answer, 10)
        connection.close()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.thread.join(10)
        self.listener.close()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b'{"api_version":2,"version":"9.0.0","agent":"x"}\n', "API_VERSION"),
        (b'{"api_version":0,"version":"0.0.1","agent":"x"}\n', "API_VERSION"),
        (b'{"hello":"world"}\n', "API_VERSION"),
        (b"SSH-2.0-OpenSSH\n", "SERVICE_BROKE_OFF"),
        (b"[1]\n", "SERVICE_BROKE_OFF"),
        (b"", "SERVICE_BROKE_OFF"),
        (b'{"api_version":1', "SERVICE_BROKE_OFF"),
        (b'{"api_version":1,"version":"1","agent":"x"}\n', "SERVICE_BROKE_OFF"),
        (b'{"api_version":1,"version":"1"}\n{"id":1,"result":[]}\n', "SERVICE_BROKE_OFF"),
        (b'{"api_version":1,"version":"1"}\n{"id":1,"error":"no"}\n', "SERVICE_BROKE_OFF"),
    ],
)
def test_a_service_of_another_version_or_kind_is_named_not_guessed_at(home, said, code):
    with Scripted(home, said), pytest.raises(ControlError) as caught:
        Client(home, timeout=5).status()
    assert caught.value.code == code


def test_fields_that_a_newer_service_adds_are_ignored(home):
    said = b'{"api_version":1,"version":"9","new":[]}\n{"id":1,"result":{"new":1}}\n'
    with Scripted(home, said):
        assert Client(home).call("status") == {"new": 1}
