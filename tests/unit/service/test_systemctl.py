"""What `waybill service` makes of systemd, told by a systemd that is a table."""

import getpass
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agent.errors import NotAllowed, ServiceRefused
from agent.service import unit
from agent.service.spec import ServiceSpec
from tests.fakes import FakeClock

if sys.platform == "win32":
    pytest.skip("systemd is Linux'", allow_module_level=True)
from agent.service import systemctl

ROOT = Path(__file__).resolve().parents[3]
UNIT = ROOT / "resources/service/waybill.service"
ME = getpass.getuser()


class Systemd:
    """Answers as `systemctl` and its neighbours do, and remembers what it was asked."""

    def __init__(self, ours: Path) -> None:
        self.ours = ours
        self.asked: list[tuple[str, ...]] = []
        self.active, self.sub, self.enabled = "inactive", "dead", "disabled"
        self.next: list[tuple[str, str]] = []
        """What it is after the coming looks."""
        self.fails: dict[str, str] = {}
        self.said, self.journal = "", ""
        """Its own lines in the journal, and systemd's."""

    def __call__(self, words):
        self.asked.append(tuple(words))
        verb = words[1] if words[0] == "systemctl" else words[0]
        if verb in self.fails:
            return systemctl.Ran(1, said=self.fails[verb])
        if verb == "show":
            return systemctl.Ran(0, self._shown())
        if verb == "enable":
            self.enabled = "enabled"
        if verb == "journalctl":
            is_own = "--identifier=waybill" in words
            return systemctl.Ran(0, self.said if is_own else self.journal)
        return systemctl.Ran(0)

    def _shown(self):
        if self.next:
            self.active, self.sub = self.next.pop(0)
        is_there = (self.ours / "waybill.service").exists()
        known = {"LoadState": "loaded" if is_there else "not-found", "ActiveState": self.active,
                 "SubState": self.sub, "UnitFileState": self.enabled if is_there else ""}  # fmt: skip
        return "".join(f"{name}={value}\n" for name, value in known.items())

    def did(self, verb):
        return [words for words in self.asked if words[:2] == ("systemctl", verb)]


class Impatient(FakeClock):
    """Each look at the clock is a second."""

    def monotonic(self):
        self.seconds += 1
        return self.seconds


@pytest.fixture
def systemd(tmp_path):
    return Systemd(tmp_path / "etc")


@pytest.fixture
def manager(systemd):
    systemd.ours.mkdir()
    return systemctl.SystemdManager("Waybill", systemd, Impatient(), ours=systemd.ours, packaged=())


def spec(**more):
    settings = {"program": unit.PROGRAM, "home": unit.HOME, "account": ME, **more}
    return ServiceSpec(**settings)


def settings_of(systemd):
    path = systemd.ours / "waybill.service.d/50-waybill.conf"
    return path.read_text().splitlines() if path.exists() else []


def test_a_machine_without_the_service_says_so(manager):
    assert manager.state() == "absent"
    for act in (manager.start, manager.stop, manager.remove):
        with pytest.raises(ServiceRefused) as refused:
            act()
        assert refused.value.code == "SERVICE_ABSENT"


def test_installing_writes_the_unit_that_ships_and_enables_it(manager, systemd):
    manager.install(spec())
    assert (systemd.ours / "waybill.service").read_text() == UNIT.read_text()
    assert systemd.did("daemon-reload")
    assert systemd.did("enable") == [("systemctl", "enable", "waybill.service")]
    assert manager.state() == "stopped"


def test_a_unit_that_a_package_brought_stays_the_packages(systemd, tmp_path):
    packaged = tmp_path / "usr"
    packaged.mkdir()
    shutil.copy(UNIT, packaged / "waybill.service")
    systemd.ours.mkdir()
    manager = systemctl.SystemdManager(
        "Waybill", systemd, Impatient(), ours=systemd.ours, packaged=[packaged]
    )
    manager.install(spec(home=Path("/srv/waybill")))
    assert not (systemd.ours / "waybill.service").exists()
    assert "Environment=WAYBILL_HOME=/srv/waybill" in settings_of(systemd)


def test_what_a_machine_wants_otherwise_stands_in_a_drop_in(manager, systemd):
    manager.install(
        spec(
            home=Path("/srv/way bill"),
            program=Path("/srv/p/python"),
            arguments=("-m", "agent.service.main"),
            depends_on=("postgresql", "srv-erp.mount"),
            writes=(Path("/erp/100% done"),),
        )
    )
    assert settings_of(systemd)[2:] == [
        "[Unit]",
        "Wants=postgresql.service srv-erp.mount",
        "After=postgresql.service srv-erp.mount",
        "",
        "[Service]",
        'Environment="WAYBILL_HOME=/srv/way bill"',
        "ExecStart=",
        "ExecStart=/srv/p/python -m agent.service.main",
        f"User={ME}",
        "Group=",
        'ReadWritePaths="/srv/way bill"',
        'ReadWritePaths="/erp/100%% done"',
    ]


def test_the_home_becomes_the_accounts(manager, systemd, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    manager.install(spec(home=home))
    assert ("install", "-d", "-m", "0700", "-o", ME, str(home)) in systemd.asked
    assert ("chown", "-R", "--no-dereference", f"{ME}:", str(home)) in systemd.asked


def test_an_account_that_is_not_there_is_named(manager, systemd):
    with pytest.raises(ServiceRefused) as refused:
        manager.install(spec(account="nobody-of-this-name"))
    assert refused.value.code == "ACCOUNT_UNKNOWN"
    assert not (systemd.ours / "waybill.service").exists()


def test_a_second_install_is_refused_and_changes_nothing(manager, systemd):
    manager.install(spec())
    with pytest.raises(ServiceRefused) as refused:
        manager.install(spec(home=Path("/srv/other")))
    assert refused.value.code == "SERVICE_EXISTS"
    assert not any("srv/other" in line for line in settings_of(systemd))


def test_installing_again_sets_it_anew(manager, systemd):
    manager.install(spec(home=Path("/srv/one")))
    manager.install(spec(home=Path("/srv/two")), again=True)
    assert any("srv/two" in line for line in settings_of(systemd))
    assert not any("srv/one" in line for line in settings_of(systemd))


def test_starting_returns_when_it_runs(manager, systemd):
    manager.install(spec())
    systemd.next = [("inactive", "dead"), ("activating", "start"), ("active", "running")]
    manager.start()
    assert manager.state() == "running"


def test_what_runs_is_not_started_again(manager, systemd):
    manager.install(spec())
    systemd.active = "active"
    manager.start()
    assert not systemd.did("start")


@pytest.mark.parametrize(
    "course",
    [
        [("inactive", "dead"), ("activating", "start"), ("failed", "failed")],
        [("inactive", "dead"), ("activating", "start"), ("activating", "auto-restart")],
        [("inactive", "dead"), ("activating", "start")],
    ],
)
def test_a_start_that_fails_says_why(manager, systemd, course):
    manager.install(spec())
    systemd.next = course
    systemd.said = "event=1003 The keys are not there.\n  Make them.\n"
    systemd.journal = "Failed to start waybill.service.\n"
    with pytest.raises(ServiceRefused, match="did not start: The keys are not there") as refused:
        manager.start(within=5)
    assert refused.value.code == "SERVICE_NOT_STARTED"


@pytest.mark.parametrize(
    ("said", "journal", "why"),
    [
        ("exec: /x: Permission denied\n", "", "exec: /x: Permission denied"),
        ("", "waybill.service: Failed to set up /x.\nFailed to start waybill.service.\n",
         "Failed to set up /x."),
        ("", "Failed to start waybill.service - it.\n", ""),
    ],
)  # fmt: skip
def test_a_program_that_was_not_even_begun_is_told_in_systemds_words(
    manager, systemd, said, journal, why
):
    manager.install(spec())
    systemd.next = [("inactive", "dead"), ("activating", "auto-restart")]
    systemd.said, systemd.journal = said, journal
    with pytest.raises(ServiceRefused) as refused:
        manager.start(within=5)
    assert refused.value.params["why"] == why


def test_stopping_returns_when_it_is_stopped(manager, systemd):
    manager.install(spec())
    systemd.next = [("active", "running"), ("deactivating", "stop"), ("inactive", "dead")]
    manager.stop()
    assert manager.state() == "stopped"


def test_what_does_not_stop_is_said(manager, systemd):
    manager.install(spec())
    systemd.active = "active"
    with pytest.raises(ServiceRefused) as refused:
        manager.stop(within=3)
    assert refused.value.code == "SERVICE_NOT_STOPPED"


def test_removing_stops_it_and_leaves_nothing_of_it(manager, systemd, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    manager.install(spec(home=home))
    systemd.active = "active"
    systemd.next = [("active", "running"), ("active", "running"), ("inactive", "dead")]
    manager.remove()
    assert systemd.did("stop")
    assert systemd.did("disable")
    assert list(systemd.ours.iterdir()) == []
    assert home.is_dir()


def test_another_program_is_a_drop_in_and_the_usual_one_is_none(manager, systemd):
    manager.install(spec())
    path = systemd.ours / "waybill.service.d/60-program.conf"
    manager.set_program(Path("/opt/waybill/versions/2.0/waybill-service"))
    assert "ExecStart=/opt/waybill/versions/2.0/waybill-service" in path.read_text().splitlines()
    manager.set_program(unit.PROGRAM)
    assert not path.exists()


@pytest.mark.parametrize("said", ["Access denied", "Interactive authentication required."])
def test_who_may_not_is_told_what_he_needs(manager, systemd, said):
    manager.install(spec())
    systemd.fails["start"] = f"Failed to start waybill.service: {said}"
    with pytest.raises(NotAllowed) as refused:
        manager.start()
    assert refused.value.code == "NOT_ADMINISTRATOR"


def test_a_systemctl_that_fails_is_quoted(manager, systemd):
    systemd.fails["daemon-reload"] = "Transport endpoint is not connected"
    with pytest.raises(ServiceRefused, match="Transport endpoint"):
        manager.install(spec())


def test_a_command_that_is_not_there_is_no_fault_of_ours():
    assert systemctl.run(["no-such-command-here"]).code == 127


# --- the unit itself --------------------------------------------------------------------------


needs_analyze = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd-analyze here"
)
NEWER = ("RestartSteps", "RestartMaxDelaySec")
"""Known from systemd 254 on; before, passed over."""


def analyzed(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *words], capture_output=True, text=True, check=False, cwd=folder
    )


def runnable(tmp_path: Path) -> Path:
    """The unit with a program and an account that this machine has."""
    text = UNIT.read_text().replace(str(unit.PROGRAM), "/bin/true")
    text = text.replace("User=waybill", f"User={ME}").replace("Group=waybill\n", "")
    path = tmp_path / "waybill.service"
    path.write_text(text)
    return path


@needs_analyze
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path):
    done = analyzed(tmp_path, "verify", "--man=no", str(runnable(tmp_path)))
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "waybill" in line]
    assert [line for line in ours if not any(f"'{name}'" in line for name in NEWER)] == []


@needs_analyze
def test_systemd_finds_a_mistake_in_the_unit(tmp_path):
    path = runnable(tmp_path)
    path.write_text(path.read_text().replace("ProtectSystem=strict", "ProtectSystem=stricter"))
    done = analyzed(tmp_path, "verify", "--man=no", str(path))
    assert "stricter" in done.stdout + done.stderr


@needs_analyze
def test_systemd_rates_the_units_exposure_as_ok(tmp_path):
    done = analyzed(
        tmp_path, "security", "--offline=true", "--threshold=25", str(runnable(tmp_path))
    )
    assert done.returncode == 0, done.stdout


def test_the_service_ends_itself_before_systemd_would():
    lines = dict(line.split("=", 1) for line in UNIT.read_text().splitlines() if line[:1].isalpha())
    from agent.service.foreground import STOP_WITHIN_SECONDS

    assert int(lines["TimeoutStopSec"].removesuffix("s")) > STOP_WITHIN_SECONDS
    assert (lines["Type"], lines["Restart"]) == ("notify", "on-failure")
    assert lines["SyslogIdentifier"] == systemctl.IDENTIFIER
