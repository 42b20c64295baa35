"""A named pipe; both sides ask the system who the other one is.

It runs under Wine, whose rights are not those of Windows: what only Windows can show is in
installer/RELEASE-CHECKLIST.md.

The pipe's name is derived from the home folder. Only the first instance may create it, so that a
squatter makes the service refuse to start instead of sharing the name; its security descriptor
admits the system, administrators, the service's own account and whoever has a role, and nobody
over the network. The server takes the caller's identity from his token, after reading the one byte that Windows wants
before it lends it; the client connects with a token that identifies but cannot be used, and
checks who owns the pipe before it sends a request: an ordinary account may not ask for the account of
a service's process, and nobody can make a pipe in another's name. A pipe of another account is a
service's where the service manager started the process that made it: only administrators can.
"""

from __future__ import annotations

import errno
import hashlib
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from agent.control import pipe_peers
from agent.control.wire import Peer
from agent.errors import ControlError, NotAllowed, ServiceUnreachable
from agent.machine.access import PIPE_CLIENT, pipe

_CHUNK = 64 * 1024
_SYSTEM = "S-1-5-18"
_ADMINISTRATORS = "S-1-5-32-544"
_SERVICE_ACCOUNTS = "S-1-5-80-"  # only the service manager makes such tokens
_HELLO = b"\n"
_BREATH = 0.02
_IDENTIFICATION = 0x100000 | 0x10000
"""SECURITY_SQOS_PRESENT and SECURITY_IDENTIFICATION, which win32con does not know."""
OWN_GROUPS = (("group:Waybill Operators", "OPERATOR"), ("group:Waybill Engineers", "ENGINEER"))
_ENDS = {109, 232, 233, 995}
"""ERROR_BROKEN_PIPE, _NO_DATA, _PIPE_NOT_CONNECTED, _OPERATION_ABORTED: it is over."""
_known: dict[str, str] = {}
"""Account names that were found, with their SIDs: a domain takes its time to be asked."""


class PipeConnection:
    """One end of a connected pipe (a `wire.Connection`)."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        import win32event

        self._early = b""
        self._over = win32event.CreateEvent(None, 1, 0, None)

    def identify(self, timeout: float) -> Peer:
        import pywintypes
        import win32api
        import win32con
        import win32security

        first = self.receive(timeout)
        if not first.startswith(_HELLO):
            raise OSError
        self._early = first[len(_HELLO) :]
        try:
            win32security.ImpersonateNamedPipeClient(self._handle)
            try:
                thread = win32api.GetCurrentThread()
                token = win32security.OpenThreadToken(thread, win32con.TOKEN_QUERY, 1)
            finally:
                win32security.RevertToSelf()
            caller, _ = win32security.GetTokenInformation(token, win32security.TokenUser)
            groups = win32security.GetTokenInformation(token, win32security.TokenGroups)
        except pywintypes.error as error:
            raise OSError(0, error.strerror) from error
        sid = win32security.ConvertSidToStringSid(caller)
        active = {
            win32security.ConvertSidToStringSid(group)
            for group, attributes in groups
            if attributes & win32con.SE_GROUP_ENABLED
        }
        trusted = sid in {_SYSTEM, pipe_peers.process_sid(win32api.GetCurrentProcessId())}
        return Peer(
            pipe_peers.name_of(caller) or sid,
            trusted=trusted or _ADMINISTRATORS in active,
            identities=frozenset({sid, *active}),
        )

    def receive(self, timeout: float) -> bytes:
        if self._early:
            early, self._early = self._early, b""
            return early
        import win32file

        buffer = win32file.AllocateReadBuffer(_CHUNK)
        count = self._transfer(
            lambda overlapped: win32file.ReadFile(self._handle, buffer, overlapped),
            timeout,
            unless=(self._over,),
        )
        return bytes(buffer[:count])

    def send(self, data: bytes, timeout: float) -> None:
        import win32file

        # A wait of nothing would cancel even what the pipe's buffer could take at once.
        sent = self._transfer(
            lambda overlapped: win32file.WriteFile(self._handle, data, overlapped),
            max(timeout, 0.1),
        )
        if sent < len(data):
            raise BrokenPipeError(errno.EPIPE, "The other side hung up.")

    def detach(self) -> int:
        """Give the open pipe away, as its number."""
        return int(self._handle.Detach())

    def hang_up(self) -> None:
        """Nothing more is read, also by a thread that waits for it; answers may still leave."""
        import win32event

        win32event.SetEvent(self._over)

    def close(self) -> None:
        # Not disconnected first: that would throw away an answer the other side has yet to read.
        if self._handle is not None:
            handle, self._handle = self._handle, None
            handle.Close()

    def _transfer(self, begin: Any, timeout: float, unless: Sequence[Any] = ()) -> int:
        """Start an overlapped operation and see it through, or cancel it. 0 bytes: at the end."""
        import pywintypes
        import win32event
        import win32file

        if self._handle is None:
            return 0
        overlapped = pywintypes.OVERLAPPED()
        overlapped.hEvent = win32event.CreateEvent(None, 1, 0, None)
        is_late = False
        try:
            begin(overlapped)
            events = [overlapped.hEvent, *unless]
            waited = win32event.WaitForMultipleObjects(events, 0, int(timeout * 1000))
            is_late = waited == win32event.WAIT_TIMEOUT
            if waited != win32event.WAIT_OBJECT_0:
                win32file.CancelIo(self._handle)  # of this thread
            return int(win32file.GetOverlappedResult(self._handle, overlapped, 1))
        except pywintypes.error as error:
            if is_late:
                raise TimeoutError from error
            if error.winerror in _ENDS:
                return 0
            raise OSError(0, error.strerror) from error


class PipeListener:
    """The service's pipe (a `wire.Listener`)."""

    def __init__(self, name: str, admits: Sequence[str]) -> None:
        import win32event

        self.address = name
        self._admits = [sid for who in admits if (sid := identity(who)) is not None]
        self._waiting: Any = None
        self._overlapped: Any = None
        self._open_instance(is_first=True)
        self._end: Any = win32event.CreateEvent(None, 1, 0, None)

    def accept(self, timeout: float) -> PipeConnection | None:
        import pywintypes
        import win32event

        if self._waiting is None:
            try:
                self._open_instance(is_first=False)
            except pywintypes.error as error:
                raise OSError(0, error.strerror) from error
        events = [self._overlapped.hEvent, self._end]
        waited = win32event.WaitForMultipleObjects(events, 0, int(timeout * 1000))
        if waited != win32event.WAIT_OBJECT_0:
            return None
        connection = PipeConnection(self._waiting)
        self._waiting = None
        # The name must never be without an instance, or another could take it. Where none can be
        # made, this client has one, and the next call tries again and says why not.
        with suppress(pywintypes.error):
            self._open_instance(is_first=False)
        return connection

    def hang_up(self) -> None:
        import win32event

        win32event.SetEvent(self._end)

    def close(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.Close()

    def _open_instance(self, *, is_first: bool) -> None:
        import pywintypes
        import win32con
        import win32event
        import win32pipe
        import winerror

        first = win32pipe.FILE_FLAG_FIRST_PIPE_INSTANCE if is_first else 0
        handle = win32pipe.CreateNamedPipe(
            self.address,
            win32pipe.PIPE_ACCESS_DUPLEX | win32con.FILE_FLAG_OVERLAPPED | first,
            win32pipe.PIPE_TYPE_BYTE | win32pipe.PIPE_WAIT | 0x8,  # PIPE_REJECT_REMOTE_CLIENTS
            win32pipe.PIPE_UNLIMITED_INSTANCES,
            _CHUNK,
            _CHUNK,
            0,
            _only_the_house(self._admits),
        )
        self._overlapped = pywintypes.OVERLAPPED()
        self._overlapped.hEvent = win32event.CreateEvent(None, 1, 0, None)
        try:
            outcome = win32pipe.ConnectNamedPipe(handle, self._overlapped)
        except pywintypes.error as error:
            outcome = error.winerror
            if outcome != winerror.ERROR_NO_DATA:  # came and went before we waited: it is served
                handle.Close()
                raise
        if outcome in {winerror.ERROR_PIPE_CONNECTED, winerror.ERROR_NO_DATA}:
            win32event.SetEvent(self._overlapped.hEvent)
        self._waiting = handle


def identity(who: str) -> str | None:
    """The SID of `user:NAME` or `group:NAME`; a SID is taken as it is."""
    import pywintypes
    import win32security

    name = who.partition(":")[2]
    if name.upper().startswith("S-1-"):
        return name.upper()
    if who not in _known:
        try:
            sid, _, _ = win32security.LookupAccountName(None, name)
        except pywintypes.error:
            return None
        _known[who] = str(win32security.ConvertSidToStringSid(sid))
    return _known[who]


def listen(home: Path, admits: Sequence[str] = ()) -> PipeListener:
    """Take the pipe of this home folder. Raises ControlError when another has it."""
    import pywintypes

    try:
        return PipeListener(_name(home), admits)
    except pywintypes.error as error:
        raise ControlError(
            f"The control pipe of {home} cannot be made: {error.strerror}",
            code="HOME_IN_USE",
            hint="Another Waybill service answers for this folder, or a program took its name.",
        ) from error


def connect(home: Path, timeout: float) -> PipeConnection:
    """Reach the service of this home folder and make sure that it is the real one."""
    import pywintypes

    try:
        handle = _opened(_name(home), timeout)
    except pywintypes.error as error:
        raise _cannot_connect(home, error) from error
    connection = PipeConnection(handle)
    try:
        _check_server(home, handle)
        with suppress(BrokenPipeError):  # hung up on already: it said why, which is to be read
            connection.send(_HELLO, timeout)
    except BaseException:
        connection.close()
        raise
    return connection


def _cannot_connect(home: Path, error: Any) -> ControlError:
    import winerror

    if not home.is_dir():
        return ServiceUnreachable(
            f"There is no Waybill home folder at {home}.",
            hint="Name the right one with --home or WAYBILL_HOME, or make one: waybill init",
        )
    if error.winerror == winerror.ERROR_FILE_NOT_FOUND:
        return ServiceUnreachable(
            f"The Waybill service of {home} is not running.",
            hint=f"Start it: waybill service start, or waybill run --home {home}",
        )
    if error.winerror == winerror.ERROR_ACCESS_DENIED:
        return NotAllowed(
            f"You may not talk to the Waybill service of {home}.",
            hint="Use the service's own account or an administrator's, or ask for a role: [[roles]].",
        )
    return ServiceUnreachable(
        f"The Waybill service of {home} cannot be reached: {error.strerror}",
        hint="Start the service, or use an account that may talk to it.",
    )


def _opened(name: str, timeout: float) -> Any:
    import pywintypes
    import win32con
    import win32file
    import win32pipe
    import winerror

    breath, left = threading.Event(), timeout
    while True:
        with suppress(pywintypes.error):  # all instances taken: wait for one
            win32pipe.WaitNamedPipe(name, max(1, int(timeout * 1000)))
        try:
            return win32file.CreateFile(
                name,
                PIPE_CLIENT,  # GENERIC_WRITE would ask for the right to make instances too
                0,
                None,
                win32con.OPEN_EXISTING,
                win32con.FILE_FLAG_OVERLAPPED | _IDENTIFICATION,
                None,
            )
        except pywintypes.error as error:  # another client was quicker
            if error.winerror != winerror.ERROR_PIPE_BUSY or left <= 0:
                raise
        breath.wait(_BREATH)
        left -= _BREATH


def _check_server(home: Path, descriptor: Any) -> None:
    """Make sure that the real service answers at this connected pipe."""
    import pywintypes

    try:
        server = pipe_peers.pipe_owner(descriptor)
        if server in {_SYSTEM, _ADMINISTRATORS} or server.startswith(_SERVICE_ACCOUNTS):
            return
        if server == pipe_peers.owner_sid(home) or pipe_peers.is_a_services(descriptor):
            return
    except pywintypes.error as error:
        raise OSError(0, error.strerror) from error
    raise ServiceUnreachable(
        f"What answers for {home} is not the Waybill service: it runs as {server}.",
        code="SERVICE_IMPOSTOR",
        params={"account": server},
        hint="Nothing was sent to it. Find out what that program is before you go on.",
    )


def descriptor(home: Path) -> int:
    """The handle of an open pipe to the service, which is the real one; hardly waits."""
    return connect(home, 0.1).detach()


def _name(home: Path) -> str:
    folder = str(home.absolute()).casefold().encode("utf-8", "surrogatepass")
    return rf"\\.\pipe\Waybill-{hashlib.sha256(folder).hexdigest()[:24]}"


def _only_the_house(admits: Sequence[str]) -> Any:
    import win32api
    import win32security

    me = pipe_peers.process_sid(win32api.GetCurrentProcessId())
    attributes = win32security.SECURITY_ATTRIBUTES()
    attributes.SECURITY_DESCRIPTOR = (
        win32security.ConvertStringSecurityDescriptorToSecurityDescriptor(
            pipe(me, admits),
            win32security.SDDL_REVISION_1,
        )
    )
    return attributes
