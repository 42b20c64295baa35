"""A Unix socket in the home folder; both sides ask the kernel who the other one is.

The home folder admits only its owner, and the socket is born with its final mode, so that there
is no moment in which a stranger could connect. A path too long for a socket address goes to a
private folder with a short name, which `control.path` records. Where other accounts have a role,
the socket stands at a door: a folder outside, which anybody can walk to (`transport_door`). A lock
that dies with its process tells a socket file that a killed service left (replaced) from one in
use (never touched).
"""

from __future__ import annotations

import fcntl
import grp
import logging
import os
import pwd
import select
import shutil
import socket
import stat
import struct
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from agent.control import transport_door as door
from agent.control.wire import Peer
from agent.errors import ControlError, NotAllowed, ServiceUnreachable

_logger = logging.getLogger(__name__)
_SOCKET = "control.sock"
_RECORD = "control.path"
_LOCK = "control.lock"
_LONGEST_ADDRESS = 107  # sun_path holds 108 bytes with its end
_BACKLOG = 64
_CHUNK = 64 * 1024
_PRIVATE, _PUBLIC = 0o117, 0o111
"""What is taken from the mode of the socket."""
OWN_GROUPS: Sequence[tuple[str, str]] = ()
_CREDENTIALS = struct.Struct("3i")


class UnixConnection:
    """One accepted or opened socket (a `wire.Connection`)."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def identify(self, timeout: float) -> Peer:  # noqa: ARG002 the kernel answers at once
        uid, gid = self._credentials()
        identities = {f"user:{uid}", *(f"group:{number}" for number in _groups(uid, gid))}
        trusted = uid in {0, os.geteuid()}
        return Peer(_account(uid), trusted=trusted, identities=frozenset(identities))

    def uid(self) -> int:
        """The account at the other end; for a client, the one that listens."""
        return self._credentials()[0]

    def _credentials(self) -> tuple[int, int]:
        packed = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        _, uid, gid = _CREDENTIALS.unpack(packed)
        return int(uid), int(gid)

    def receive(self, timeout: float) -> bytes:
        self._socket.settimeout(timeout)
        return self._socket.recv(_CHUNK)

    def send(self, data: bytes, timeout: float) -> None:
        self._socket.settimeout(timeout)
        self._socket.sendall(data)

    def detach(self) -> int:
        """Give the open socket away, as its number."""
        return self._socket.detach()

    def hang_up(self) -> None:
        with suppress(OSError):  # the peer may be gone already
            self._socket.shutdown(socket.SHUT_RD)

    def close(self) -> None:
        self._socket.close()


class UnixListener:
    """The service's socket (a `wire.Listener`)."""

    def __init__(self, listening: socket.socket, path: Path, home: Path, lock: int) -> None:
        self.address = str(path)
        self._socket = listening
        self._path = path
        self._home = home
        self._lock: int | None = lock
        self._waker, self._wakes = socket.socketpair()
        self._events = select.poll()
        self._events.register(listening, select.POLLIN)
        self._events.register(self._wakes, select.POLLIN)
        listening.settimeout(0)

    def accept(self, timeout: float) -> UnixConnection | None:
        self._events.poll(timeout * 1000)
        try:
            connected, _ = self._socket.accept()
        except BlockingIOError:
            return None
        return UnixConnection(connected)

    def hang_up(self) -> None:
        with suppress(OSError):
            self._waker.send(b"!")

    def close(self) -> None:
        if self._lock is None:
            return
        for end in (self._socket, self._waker, self._wakes):
            end.close()
        self._path.unlink(missing_ok=True)
        if self._path.parent != self._home:
            (self._home / _RECORD).unlink(missing_ok=True)
            if self._path not in door.places(self._home):  # a door stays: it says who may ask
                shutil.rmtree(self._path.parent, ignore_errors=True)
        os.close(self._lock)  # last: now another service may come
        self._lock = None


def identity(who: str) -> str | None:
    """`user:1001` of `user:anna`, `group:2000` of `group:erp`; numbers are taken as they are."""
    kind, _, name = who.partition(":")
    if name.isdecimal():
        return f"{kind}:{int(name)}"
    try:
        number = pwd.getpwnam(name).pw_uid if kind == "user" else grp.getgrnam(name).gr_gid
    except KeyError:
        return None
    return f"{kind}:{number}"


def _address(home: Path) -> str:
    """Where the service of this home folder listens, as far as this account can see it."""
    home = home.absolute()
    try:
        return str(_recorded_path(home) or home / _SOCKET)
    except PermissionError:
        found = door.standing(home)
        if found is None:
            raise
        return str(found)


def listen(home: Path, admits: Sequence[str] = ()) -> UnixListener:
    """Take the address of this home folder. Raises ControlError when that cannot be."""
    home = home.absolute()
    try:
        _refuse_open_folder(home)
        lock = _take_lock(home)
    except OSError as error:
        raise _cannot_listen(home, error) from error
    try:
        path = _public_path(home) if admits else _choose_path(home)
        mode = _PRIVATE if path not in door.places(home) else _PUBLIC
        return UnixListener(_bind(path, mode), path, home, lock)
    except OSError as error:
        os.close(lock)
        raise _cannot_listen(home, error) from error
    except BaseException:
        os.close(lock)
        raise


def connect(home: Path, timeout: float) -> UnixConnection:
    """Reach the service of this home folder and make sure that it is the real one."""
    home = home.absolute()
    connecting = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connecting.settimeout(timeout)
    try:
        connecting.connect(os.fsencode(_address(home)))
        _check_server(home, connecting.fileno())
    except OSError as error:
        connecting.close()
        raise _cannot_connect(home, error) from error
    except BaseException:
        connecting.close()
        raise
    return UnixConnection(connecting)


def _check_server(home: Path, descriptor: int) -> None:
    """Make sure that the real service answers at this connected socket.

    Raises ServiceUnreachable for an impostor, OSError when the system cannot say.
    """
    with socket.socket(fileno=os.dup(descriptor)) as connected:
        server = UnixConnection(connected).uid()
    if server not in {0, home.stat().st_uid}:
        raise ServiceUnreachable(
            f"What answers for {home} is not the Waybill service: it runs as {_account(server)}.",
            code="SERVICE_IMPOSTOR",
            hint="Nothing was sent to it. Find out what that program is before you go on.",
        )


def descriptor(home: Path) -> int:
    """The number of an open socket to the service, which is the real one; never waits."""
    return connect(home, 0.0).detach()


def _refuse_open_folder(home: Path) -> None:
    found = home.stat()
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or found.st_uid not in {0, os.geteuid()}:
        raise ControlError(
            f"The folder {home} can be changed by other accounts.",
            code="HOME_TOO_OPEN",
            hint=f"Give it to the service's account alone: chmod 700 {home}",
        )


def _take_lock(home: Path) -> int:
    lock = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise ControlError(
            f"Another Waybill service already answers for {home}.",
            code="HOME_IN_USE",
            hint="Ask it with `waybill status`, or stop it first.",
        ) from error
    return lock


def _public_path(home: Path) -> Path:
    """At a door; where none can be had, the service still answers its own account."""
    path = door.opened(home)
    if path is None:
        _logger.warning("no other account can connect: there is no place for the control socket")
        return _choose_path(home)
    _record(home, path)
    return path


def _choose_path(home: Path) -> Path:
    door.closed(home)
    path = home / _SOCKET
    record = home / _RECORD
    if len(os.fsencode(path)) <= _LONGEST_ADDRESS:
        record.unlink(missing_ok=True)
        return path
    former = _recorded_path(home)
    if former is not None and _is_private(former.parent):
        return former
    base = os.environ.get("RUNTIME_DIRECTORY") or os.environ.get("XDG_RUNTIME_DIR")
    if not base or len(os.fsencode(base)) > _LONGEST_ADDRESS // 2 or not Path(base).is_dir():
        base = "/tmp"  # noqa: S108 mkdtemp makes a private folder in it
    path = Path(tempfile.mkdtemp(prefix="waybill-", dir=base)) / _SOCKET
    _record(home, path)
    return path


def _record(home: Path, path: Path) -> None:
    record = home / _RECORD
    draft = record.with_suffix(".draft")
    draft.write_bytes(os.fsencode(path))
    draft.replace(record)


def _recorded_path(home: Path) -> Path | None:
    try:
        return Path(os.fsdecode((home / _RECORD).read_bytes()))
    except FileNotFoundError:
        return None


def _is_private(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    is_folder = stat.S_ISDIR(found.st_mode)
    return is_folder and found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) == 0o700


def _bind(path: Path, mask: int) -> socket.socket:
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise ControlError(
                f"{path} is in the way: it is not a socket.",
                code="CONTROL_PATH_TAKEN",
                hint="Move it away and start the service again.",
            )
        path.unlink()  # we hold the lock, so whoever made it is gone
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    former = os.umask(mask)  # before bind: there is no moment with a wider mode
    try:
        listening.bind(os.fsencode(path))
        listening.listen(_BACKLOG)
    except BaseException:
        listening.close()
        raise
    finally:
        os.umask(former)
    return listening


def _groups(uid: int, gid: int) -> set[int]:
    """The groups of an account, with the one that the peer runs with."""
    try:
        known = pwd.getpwuid(uid)
        return {gid, *os.getgrouplist(known.pw_name, known.pw_gid)}
    except (KeyError, OSError):
        return {gid}


def _account(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def _cannot_listen(home: Path, error: OSError) -> ControlError:
    return ControlError(
        f"The control socket of {home} cannot be made: {error.strerror or 'unknown reason'}.",
        code="CONTROL_SOCKET",
        hint="The folder must exist and belong to the account that runs the service.",
    )


def _cannot_connect(home: Path, error: OSError) -> ControlError:
    if isinstance(error, PermissionError):
        return NotAllowed(
            f"You may not talk to the Waybill service of {home}.",
            hint="Use the service's own account or root (sudo), or ask for a role: [[roles]].",
        )
    if isinstance(error, TimeoutError | BlockingIOError):
        return ServiceUnreachable(
            f"The Waybill service of {home} does not take connections now.",
            hint="It may be very busy or stuck; its log says more.",
        )
    if not home.is_dir():
        return ServiceUnreachable(
            f"There is no Waybill home folder at {home}.",
            hint="Name the right one with --home or WAYBILL_HOME, or make one: waybill init",
        )
    return ServiceUnreachable(
        f"The Waybill service of {home} is not running.",
        hint=f"Start it: waybill run --home {home}",
    )
