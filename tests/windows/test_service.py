"""The agent as a service of Windows: installed, started, stopped, killed by the real manager."""

import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from agent.clock import SystemClock
from agent.errors import ControlError, ServiceRefused
from agent.service import failing
from agent.service.manager import ServiceSpec, for_this_machine
from tests.integration.agent_home import ROOT, AgentHome, with_receiver
from tests.integration.killpoints.field import Receiver

pytestmark = [
    pytest.mark.skipif(sys.platform != "win32", reason="Windows' service manager"),
    pytest.mark.timeout(600),
]

NAME = "WaybillUnderTest"
PROGRAM = (
    f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
    "from agent.service.main import main; sys.exit(main(sys.argv[1:]))"
)
WITHIN = 240.0
"""A machine that does much else, and reads every module from a folder."""
ROWS = {
    "accounts": {
        f"K{number}": {"CUSTNO": f"K{number}", "NAME1": f"Name {number}"} for number in range(80)
    },
    "contacts": {},
}


@pytest.fixture
def manager():
    made = for_this_machine(NAME)
    if made.state() != "absent":
        made.remove()
    yield made
    if made.state() != "absent":
        made.remove()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def agent(tmp_path, receiver) -> AgentHome:
    return with_receiver(tmp_path / "agent", receiver, "crm")


def installed(manager, agent, **more):
    settings = {"account": "LocalSystem", **more}
    manager.install(
        ServiceSpec(Path(sys.executable), agent.home, NAME, arguments=("-c", PROGRAM), **settings)
    )


def started(manager):
    """A process that is slow to come up, on a machine that does much else, is given its time."""
    for _ in range(4):
        try:
            manager.start(WITHIN)
            return
        except ServiceRefused as error:
            if "in time" not in error.title:
                raise
            time.sleep(5)
    manager.start(WITHIN)


def process_of(name):
    import win32service as service

    manager = service.OpenSCManager(None, None, service.SC_MANAGER_CONNECT)
    opened = service.OpenService(manager, name, service.SERVICE_QUERY_STATUS)
    try:
        return service.QueryServiceStatusEx(opened)["ProcessId"]
    finally:
        service.CloseServiceHandle(opened)
        service.CloseServiceHandle(manager)


def killed(name):
    import win32api
    import win32con

    process = win32api.OpenProcess(win32con.PROCESS_TERMINATE, False, process_of(name))
    win32api.TerminateProcess(process, 1)
    win32api.CloseHandle(process)


def until(holds, within=WITHIN):
    last = time.monotonic() + within
    while True:
        with suppress(ControlError):  # it may not answer yet
            if holds():
                return
        assert time.monotonic() < last
        time.sleep(0.1)


def config_of(name):
    import win32service as service

    manager = service.OpenSCManager(None, None, service.SC_MANAGER_CONNECT)
    opened = service.OpenService(manager, name, service.SERVICE_QUERY_CONFIG)
    try:
        return service.QueryServiceConfig(opened)
    finally:
        service.CloseServiceHandle(opened)
        service.CloseServiceHandle(manager)


def test_installing_tells_windows_everything_and_removing_forgets_it(manager, agent):
    assert manager.state() == "absent"
    installed(manager, agent, account=None)
    assert manager.state() == "stopped"
    _, start, _, command, _, _, _, account, display = config_of(NAME)
    assert start == 2  # by itself
    assert command.startswith(f'"{sys.executable}" -c ')
    assert command.endswith(f" --service {NAME} --home {agent.home}")
    assert account == rf"NT SERVICE\{NAME}"
    assert NAME in display
    with pytest.raises(ServiceRefused) as refused:
        installed(manager, agent)
    assert refused.value.code == "SERVICE_EXISTS"
    manager.remove()
    assert manager.state() == "absent"
    assert (agent.home / "waybill.toml").exists()


def test_another_program_keeps_what_follows_it(manager, agent, tmp_path):
    installed(manager, agent)
    before = config_of(NAME)[3]
    newer = tmp_path / "new version" / "waybill-service.exe"
    manager.set_program(newer)
    assert config_of(NAME)[3] == before.replace(sys.executable, str(newer), 1)


def test_the_source_of_our_entries_is_registered(manager, agent):
    import winreg

    from agent.service import event_log

    installed(manager, agent)
    with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, event_log._KEY) as key:
        assert winreg.QueryValueEx(key, "EventMessageFile")[0].endswith((".dll", ".pyd"))
        assert winreg.QueryValueEx(key, "TypesSupported")[0] == 7


def test_a_service_that_is_killed_delivers_everything_once(manager, agent, receiver):
    received = receiver.cases["crm"]
    received.on_request = lambda count: time.sleep(0.2)
    agent.export(ROWS)
    installed(manager, agent)
    started(manager)
    until(lambda: received.requests > 2)
    killed(NAME)
    until(lambda: manager.state() == "stopped", 30)
    assert len(received.now) < len(ROWS["accounts"])
    started(manager)
    until(lambda: len(received.now) == len(ROWS["accounts"]))
    until(lambda: agent.client.status()["idle"])
    manager.stop()
    assert received.wrong == []
    assert {len(values) for values in received.history.values()} == {1}


def test_what_keeps_it_from_starting_is_told(manager, agent):
    installed(manager, agent)
    (agent.home / "keys" / "keys.json").unlink()
    begun = SystemClock().now()
    with pytest.raises(ServiceRefused) as refused:
        started(manager)
    assert refused.value.code == "SERVICE_NOT_STARTED"
    assert "keys" in failing.found(agent.home, begun)


def test_one_home_has_one_service_which_runs_when_it_answers_and_ends_in_time(manager, agent):
    installed(manager, agent)
    started(manager)
    assert manager.state() == "running"
    until(lambda: agent.client.status()["health"] is not None)
    manager.start()  # again: nothing to do

    second = for_this_machine(f"{NAME}2")
    spec = ServiceSpec(
        Path(sys.executable),
        agent.home,
        f"{NAME}2",
        account="LocalSystem",
        arguments=("-c", PROGRAM),
    )
    begun = SystemClock().now()
    try:
        second.install(spec, again=True)
        with suppress(ServiceRefused):
            started(second)
        until(lambda: "[HOME_IN_USE]" in failing.found(agent.home, begun))
        until(lambda: second.state() == "stopped")
    finally:
        second.remove()

    assert manager.state() == "running"
    last = time.monotonic() + 25
    manager.stop()
    assert time.monotonic() < last
    assert manager.state() == "stopped"
