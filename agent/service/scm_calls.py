"""The calls into Windows' service control manager (pywin32). Loaded on Windows only."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from agent.machine import access
from agent.machine.account import service_sid
from agent.service.event_log import last_error, register, unregister
from agent.service.scm import Entry, Manners, ScmFault, is_managed

_CALL_NOT_IMPLEMENTED: Final = (50, 87, 120, 124)
"""What older systems and stand-ins say of a setting that they do not know."""
_SID_UNRESTRICTED: Final = 1
_NAME_OF_SID_INFO: Final = 5  # SERVICE_CONFIG_SERVICE_SID_INFO


class Calls:
    """Satisfies `agent.service.scm.Scm`."""

    def create(self, name: str, entry: Entry) -> None:
        import win32service as service

        with _faults(), _manager(service.SC_MANAGER_CREATE_SERVICE) as manager:
            made = service.CreateService(
                manager,
                name,
                entry.display,
                service.SERVICE_ALL_ACCESS,
                service.SERVICE_WIN32_OWN_PROCESS,
                service.SERVICE_AUTO_START,
                service.SERVICE_ERROR_NORMAL,
                entry.command,
                None,
                0,
                list(entry.depends_on or ()) or None,
                entry.account,
                entry.password,
            )
            service.CloseServiceHandle(made)
        _mark_managed(name, entry.account)

    def change(self, name: str, entry: Entry) -> None:
        import win32service as service

        keep = service.SERVICE_NO_CHANGE
        rights = service.SERVICE_CHANGE_CONFIG
        needs = None if entry.depends_on is None else list(entry.depends_on) or [""]
        with _faults(), _service(name, rights) as opened:
            service.ChangeServiceConfig(
                opened, keep, keep, keep, entry.command, None, 0, needs, entry.account,
                entry.password, None,
            )  # fmt: skip
        _mark_managed(name, entry.account)

    def behave(self, name: str, manners: Manners) -> list[str]:
        import win32service as service

        restart = service.SC_ACTION_RESTART
        failures = {
            "ResetPeriod": manners.forget,
            "RebootMsg": "",
            "Command": "",
            "Actions": [(restart, seconds * 1000) for seconds in manners.restarts],
        }
        wanted: dict[str, tuple[int, Any]] = {
            "description": (service.SERVICE_CONFIG_DESCRIPTION, manners.description),
            "recovery": (service.SERVICE_CONFIG_FAILURE_ACTIONS, failures),
            "recovery after errors": (service.SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, True),
            "delayed start": (service.SERVICE_CONFIG_DELAYED_AUTO_START_INFO, manners.is_delayed),
            "pre-shutdown": (service.SERVICE_CONFIG_PRESHUTDOWN_INFO, manners.pre_shutdown * 1000),
            "service SID": (_NAME_OF_SID_INFO, _SID_UNRESTRICTED),
        }
        rights = service.SERVICE_CHANGE_CONFIG | service.SERVICE_START  # a restart is a start
        with _faults(), _service(name, rights) as opened:
            return [
                what
                for what, (level, value) in wanted.items()
                if not _is_set(partial(service.ChangeServiceConfig2, opened, level, value))
            ]

    def delete(self, name: str) -> None:
        import win32service as service

        with _faults(), _service(name, 0x10000) as opened:  # DELETE
            service.DeleteService(opened)

    def start(self, name: str) -> None:
        import win32service as service

        with _faults(), _service(name, service.SERVICE_START) as opened:
            service.StartService(opened, None)

    def stop(self, name: str) -> None:
        import win32service as service

        with _faults(), _service(name, service.SERVICE_STOP) as opened:
            service.ControlService(opened, service.SERVICE_CONTROL_STOP)

    def state(self, name: str) -> int:
        import win32service as service

        with _faults(), _service(name, service.SERVICE_QUERY_STATUS) as opened:
            found = service.QueryServiceStatusEx(opened)
        if _is_gone(found["ProcessId"]):
            return int(service.SERVICE_STOPPED)
        return int(found["CurrentState"])

    def command(self, name: str) -> str:
        import win32service as service

        with _faults(), _service(name, service.SERVICE_QUERY_CONFIG) as opened:
            return str(service.QueryServiceConfig(opened)[3])

    def let_log_on(self, account: str) -> None:
        import win32security

        with _faults():
            sid, _, _ = win32security.LookupAccountName(None, account.removeprefix(".\\"))
            rights = win32security.POLICY_LOOKUP_NAMES | win32security.POLICY_CREATE_ACCOUNT
            policy = win32security.LsaOpenPolicy(None, rights)
            try:
                win32security.LsaAddAccountRights(policy, sid, ("SeServiceLogonRight",))
            finally:
                win32security.LsaClose(policy)

    def let_in(self, name: str, home: Path) -> None:
        with _faults():
            mine = service_sid(name)  # in the token of the service, beside that of its account
            if home.is_dir() and mine not in access.seen(home):
                access.close(home, mine)

    def register_events(self, program: Path) -> None:
        with _faults():
            register(program)

    def forget_events(self) -> None:
        with _faults():
            unregister()

    def last_error(self, since: datetime) -> str:
        with _faults():
            return last_error(since)


@contextmanager
def _faults() -> Iterator[None]:
    """pywin32's errors are no OSError; winreg's are."""
    import pywintypes

    try:
        yield
    except pywintypes.error as error:
        raise ScmFault(int(error.winerror), str(error.strerror)) from error
    except OSError as error:
        number = getattr(error, "winerror", None) or error.errno or 0
        raise ScmFault(int(number), error.strerror or "no reason given") from error


@contextmanager
def _manager(rights: int) -> Iterator[Any]:
    import win32service as service

    manager = service.OpenSCManager(None, None, rights | service.SC_MANAGER_CONNECT)
    try:
        yield manager
    finally:
        service.CloseServiceHandle(manager)


@contextmanager
def _service(name: str, rights: int) -> Iterator[Any]:
    import win32service as service

    with _manager(0) as manager:
        opened = service.OpenService(manager, name, rights)
        try:
            yield opened
        finally:
            service.CloseServiceHandle(opened)


def _is_set(call: Callable[[], object]) -> bool:
    """Whether this Windows knows the setting. Raises every other error."""
    import pywintypes

    try:
        call()
    except (pywintypes.error, NotImplementedError) as error:
        if getattr(error, "winerror", 50) not in _CALL_NOT_IMPLEMENTED:
            raise
        return False
    return True


def _is_gone(process: int) -> bool:
    """Whether that process has ended, though the manager (Wine's) has not noticed it."""
    import pywintypes
    import win32api
    import win32con
    import win32event
    import winerror

    if not process:
        return False
    try:
        opened = win32api.OpenProcess(win32con.SYNCHRONIZE, False, process)  # noqa: FBT003 as it is
    except pywintypes.error as error:  # refused is there; only an unknown number is not
        return bool(error.winerror == winerror.ERROR_INVALID_PARAMETER)
    try:
        return bool(win32event.WaitForSingleObject(opened, 0) == win32event.WAIT_OBJECT_0)
    finally:
        win32api.CloseHandle(opened)


def _mark_managed(name: str, account: str | None) -> None:
    """What `sc managedaccount NAME true` does: Windows fetches the password from the domain."""
    if account is None:
        return
    winreg: Any = importlib.import_module("winreg")  # its types are for Windows only

    key = rf"SYSTEM\CurrentControlSet\Services\{name}"
    with _faults(), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, 0, winreg.KEY_WRITE) as opened:
        if is_managed(account):
            winreg.SetValueEx(
                opened, "ServiceAccountManaged", 0, winreg.REG_BINARY, b"\x01\x00\x00\x00"
            )
        else:
            with suppress(FileNotFoundError):
                winreg.DeleteValue(opened, "ServiceAccountManaged")
