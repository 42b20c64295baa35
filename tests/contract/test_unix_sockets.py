"""A Unix socket of the control API is ours alone: born closed, found again, proof of who asks."""

import contextlib
import json
import os
import socket
import stat
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent.cli.main import main
from agent.control import transport_door
from agent.control.api import METHODS, Role
from agent.control.client import Client, ControlError, ServiceUnreachable
from agent.control.roles import Access, Rule
from agent.control.server import Limits
from agent.control.transport import TRANSPORT
from tests.accounts import as_nobody, as_root, reachable
from tests.contract.raw_client import STATUS_LINE, Raw
from tests.control_fakes import serving
from tests.control_items import STATUS

unix_only = pytest.mark.skipif(sys.platform == "win32", reason="about Unix sockets")


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


@as_root
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


NOBODY = 65534
DAEMON = 1
STRANGER = 54321
FINE, REFUSED, ABSENT, OTHER = 0, 3, 4, 5


def asking(home: Path, method: str):
    """What one call of a client says, as an exit code."""

    def ask() -> int:
        try:
            Client(home, timeout=10).call(method)
        except ControlError as error:
            codes = {"NOT_ALLOWED": REFUSED, "SERVICE_UNREACHABLE": ABSENT}
            return codes.get(error.code, OTHER)
        return FINE

    return ask


@pytest.fixture
def public(home, monkeypatch):
    """A closed home folder that others can find, and a place for its door."""
    with tempfile.TemporaryDirectory(prefix="w") as short:  # a socket's path has 107 bytes
        place = Path(short)
        place.chmod(0o755)
        monkeypatch.setattr(transport_door, "PLACES", (str(place),))
        reachable(home)
        reachable(place / "x")
        yield home


VIEWERS = Access([Rule(f"user:{NOBODY}", Role.VIEWER), Rule(f"group:{DAEMON}", Role.OPERATOR)])


@as_root
def test_whoever_has_a_role_gets_in_with_it_and_everybody_else_is_refused(public, service):
    with serving(public, service, access=VIEWERS) as server:
        assert stat.S_IMODE(public.stat().st_mode) == 0o700, "the keys stay behind closed doors"
        assert stat.S_IMODE(Path(server._listener.address).stat().st_mode) == 0o666
        assert as_nobody(asking(public, "status")) == FINE
        assert as_nobody(asking(public, "pause")) == REFUSED
        assert as_nobody(asking(public, "scan"), uid=DAEMON, gid=DAEMON) == FINE
        assert as_nobody(asking(public, "stop"), uid=DAEMON, gid=DAEMON) == REFUSED
        assert service.asked == [("status", {}), ("scan", {})]
        refused = [(write.caller.name, write.method, write.result) for write in service.audited]
        assert refused == [
            ("nobody", "pause", "NOT_ALLOWED"), ("daemon", "scan", "ok"),
            ("daemon", "stop", "NOT_ALLOWED"),
        ]  # fmt: skip
        for method in METHODS:
            assert as_nobody(asking(public, method), uid=STRANGER, gid=STRANGER) == REFUSED
        assert len(service.asked) == 2
        assert len(service.audited) == 3, "who may not talk is heard in nothing"
        assert Client(public).me()["role"] == "engineer"


@as_root
@pytest.mark.parametrize("words", [["me"], ["status"], ["holds", "list"]])
def test_commands_work_for_those_who_may_not_look_into_the_home_folder(public, service, words):
    typed = [*words, "--home", str(public)]
    with serving(public, service, access=VIEWERS):
        assert main(typed) == 0  # and every module is loaded now
        assert as_nobody(lambda: main(typed)) == 0
        assert as_nobody(lambda: main(typed), uid=STRANGER, gid=STRANGER) == 1


@as_root
def test_a_service_that_stopped_is_not_running_for_those_who_may_ask_it(public, service):
    with serving(public, service, access=VIEWERS):
        pass
    assert as_nobody(asking(public, "status")) == ABSENT
    with serving(public, service, access=VIEWERS):
        assert as_nobody(asking(public, "status")) == FINE
    with serving(public, service):
        assert as_nobody(asking(public, "status")) == REFUSED, "nobody has a role any more"
        assert not any(place.parent.exists() for place in transport_door.places(public))
        assert Client(public).status() == STATUS


@as_root
def test_a_door_that_somebody_else_made_is_never_used(public, service, caplog):
    (place,) = transport_door.places(public)
    place.parent.mkdir()
    os.chown(place.parent, STRANGER, STRANGER)
    with serving(public, service, access=VIEWERS) as server:
        assert Path(server._listener.address).parent == public
        assert "no other account can connect" in caplog.text
        assert as_nobody(asking(public, "status")) == REFUSED
        assert Client(public).status() == STATUS


@as_root
def test_a_client_believes_nobody_but_the_owner_of_the_home_at_a_door(public, service):
    with serving(public, service, access=VIEWERS):
        os.chown(public, DAEMON, DAEMON)  # the service runs as root, which is believed
        assert as_nobody(asking(public, "status")) == FINE
        door = transport_door.places(public)[0].parent
        os.chown(door, STRANGER, STRANGER)
        told = as_nobody(asking(public, "status"))
        assert told == REFUSED, "no door of the owner's: nobody is asked"


@unix_only
def test_a_place_that_others_can_rename_in_is_no_place_for_a_door(home, tmp_path, monkeypatch):
    monkeypatch.setattr(transport_door, "PLACES", (str(tmp_path / "open"),))
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    assert transport_door.opened(home) is None
    (tmp_path / "open").chmod(0o1777)
    assert transport_door.opened(home) is not None


@as_root
def test_those_with_a_role_never_take_the_place_of_the_service_and_administrators(public, service):
    def hoard() -> int:
        raws, busy = [], 0
        for _ in range(6):
            raws.append(Raw(public))
            busy += "error" in raws[-1].read()
        return busy

    limits = Limits(connections=8, for_others=4, each_account=3)
    with serving(public, service, access=VIEWERS, limits=limits):
        assert as_nobody(hoard) == 3, "three of six"
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(as_nobody, hoard)
            for _ in range(20):
                assert Client(public).status() == STATUS
            assert waiting.result(30) == 3
