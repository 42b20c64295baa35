"""What `waybill service` makes of Windows' service control manager, told by a table."""

from datetime import UTC, datetime
from pathlib import Path, PureWindowsPath

import pytest

from agent.errors import NotAllowed, ServiceRefused
from agent.service import scm
from agent.service.spec import ServiceSpec
from tests.fakes import FakeClock

PROGRAM = PureWindowsPath(r"C:\Program Files\Waybill\versions\1.0\waybill-service.exe")
HOME = PureWindowsPath(r"C:\ProgramData\Waybill")


class Table:
    """Services as a dictionary; states follow a course, one a look."""

    def __init__(self) -> None:
        self.services: dict[str, scm.Entry] = {}
        self.manners: dict[str, scm.Manners] = {}
        self.course: list[int] = [1]
        self.fails: dict[str, int] = {}
        self.may_log_on: list[str] = []
        self.events: list[Path] = []
        self.let_into: list[tuple[str, Path]] = []
        self.started = self.stopped = 0
        self.error = ""

    def _look(self, call, name=None):
        if number := self.fails.get(call):
            raise scm.ScmFault(number, "as Windows says")
        if name is not None and name not in self.services:
            raise scm.ScmFault(scm.ABSENT, "not there")

    def create(self, name, entry):
        self._look("create")
        if name in self.services:
            raise scm.ScmFault(scm.EXISTS, "there")
        self.services[name] = entry

    def change(self, name, entry):
        self._look("change", name)
        known = self.services[name]
        self.services[name] = scm.Entry(
            entry.command,
            known.account if entry.account is None else entry.account,
            known.password if entry.password is None else entry.password,
            known.depends_on if entry.depends_on is None else entry.depends_on,
            entry.display,
        )

    def behave(self, name, manners):
        self._look("behave", name)
        self.manners[name] = manners
        return []

    def delete(self, name):
        self._look("delete", name)
        del self.services[name]

    def start(self, name):
        self.started += 1
        self._look("start", name)

    def stop(self, name):
        self.stopped += 1
        self._look("stop", name)

    def state(self, name):
        self._look("state", name)
        return self.course.pop(0) if len(self.course) > 1 else self.course[0]

    def command(self, name):
        self._look("command", name)
        return self.services[name].command

    def let_log_on(self, account):
        self.may_log_on.append(account)

    def let_in(self, name, home):
        self.let_into.append((name, home))

    def register_events(self, program):
        self.events.append(program)

    def forget_events(self):
        self.events.clear()

    def last_error(self, since):
        assert since <= datetime.now(UTC)
        return self.error


class Impatient(FakeClock):
    """Each look at the clock is a second."""

    def monotonic(self):
        self.seconds += 1
        return self.seconds


@pytest.fixture
def table():
    return Table()


@pytest.fixture
def manager(table):
    return scm.WindowsManager("Waybill", table, Impatient())


def spec(**more):
    return ServiceSpec(program=PROGRAM, home=HOME, **more)


def test_a_service_of_ones_own_account_needs_no_password(manager, table):
    manager.install(spec())
    assert table.services["Waybill"] == scm.Entry(
        f'"{PROGRAM}" --service Waybill --home {HOME}', r"NT SERVICE\Waybill", None, ()
    )
    assert table.may_log_on == []
    assert table.let_into == [("Waybill", HOME)]
    assert table.events == [PROGRAM]


def test_it_is_restarted_later_each_time_and_gets_time_to_end(manager, table):
    manager.install(spec())
    manners = table.manners["Waybill"]
    assert manners.is_delayed
    assert list(manners.restarts) == sorted(set(manners.restarts))
    assert manners.pre_shutdown > 20


@pytest.mark.parametrize(
    ("given", "account", "needs_right"),
    [
        (None, r"NT SERVICE\Waybill", False),
        ("LocalSystem", "LocalSystem", False),
        (r"NT AUTHORITY\NetworkService", r"NT AUTHORITY\NetworkService", False),
        (r"ACME\svc-waybill", r"ACME\svc-waybill", True),
        (r"ACME\gmsa-waybill$", r"ACME\gmsa-waybill$", True),
        ("svc@acme.example", "svc@acme.example", True),
        ("local", r".\local", True),
    ],
)
def test_accounts_are_named_as_windows_wants_them(manager, table, given, account, needs_right):
    manager.install(spec(account=given))
    assert table.services["Waybill"].account == account
    assert table.may_log_on == ([account] if needs_right else [])


@pytest.mark.parametrize(
    ("account", "is_managed"),
    [(r"ACME\gmsa$", True), (r"ACME\svc", False), ("cash$", False), ("LocalSystem", False)],
)
def test_a_managed_account_is_known_by_its_name(account, is_managed):
    assert scm.is_managed(account) is is_managed


@pytest.mark.parametrize(
    ("account", "is_wanted"),
    [
        (r"ACME\svc", True),
        ("svc@acme.example", True),
        ("local", True),
        (r"ACME\gmsa$", False),
        ("LocalSystem", False),
        (r"NT SERVICE\Waybill", False),
        (r"NT AUTHORITY\NetworkService", False),
    ],
)
def test_only_ordinary_accounts_have_a_password(account, is_wanted):
    assert scm.wants_password(account) is is_wanted


def test_a_password_is_in_no_text_about_the_service():
    assert "s3cret" not in repr(spec(account=r"ACME\svc", password="s3cret"))
    assert "s3cret" not in repr(scm.Entry("x", r"ACME\svc", "s3cret"))


def test_a_password_goes_to_windows_and_not_to_the_command_line(manager, table):
    manager.install(spec(account=r"ACME\svc", password="s3cret"))
    entry = table.services["Waybill"]
    assert entry.password == "s3cret"
    assert "s3cret" not in entry.command


def test_a_home_with_blanks_stays_one_word(manager, table):
    manager.install(ServiceSpec(program=PROGRAM, home=PureWindowsPath(r"D:\way bill")))
    assert table.services["Waybill"].command.endswith(r'--home "D:\way bill"')


def test_a_second_install_is_refused_and_changes_nothing(manager, table):
    manager.install(spec())
    before = dict(table.services)
    with pytest.raises(ServiceRefused) as refused:
        manager.install(spec(account="LocalSystem"))
    assert refused.value.code == "SERVICE_EXISTS"
    assert table.services == before


def test_installing_again_sets_it_anew(manager, table):
    manager.install(spec())
    manager.install(spec(account="LocalSystem"), again=True)
    assert table.services["Waybill"].account == "LocalSystem"


def test_a_second_service_is_told_apart_in_the_list(table):
    manager = scm.WindowsManager("Waybill-2", table, Impatient())
    manager.install(spec(name="Waybill-2"))
    assert table.services["Waybill-2"].display == "Waybill agent (Waybill-2)"


def test_a_machine_without_the_service_says_so(manager):
    assert manager.state() == "absent"
    for act in (
        manager.start,
        manager.stop,
        manager.remove,
        lambda: manager.set_program(PROGRAM),
    ):
        with pytest.raises(ServiceRefused) as refused:
            act()
        assert refused.value.code == "SERVICE_ABSENT"


def test_starting_returns_when_it_runs(manager, table):
    manager.install(spec())
    table.course = [1, 1, 2, 2, 4]
    manager.start()
    assert manager.state() == "running"
    assert table.started == 1


def test_what_runs_is_not_started_again(manager, table):
    manager.install(spec())
    table.course = [4]
    manager.start()
    assert table.started == 0


def test_what_is_starting_is_waited_for(manager, table):
    manager.install(spec())
    table.course = [2, 2, 2, 4]
    manager.start()
    assert table.started == 0


def test_a_start_that_fails_says_why(manager, table):
    manager.install(spec())
    table.course = [1, 1, 2, 1]
    table.error = "There are no keys in the home folder."
    with pytest.raises(ServiceRefused, match="did not start: There are no keys"):
        manager.start()


def test_stopping_waits_for_a_start_that_is_under_way(manager, table):
    manager.install(spec())
    table.course = [2, 2, 4, 4, 3, 1]
    manager.stop()
    assert table.stopped == 1


def test_stopping_what_is_stopped_is_done(manager, table):
    manager.install(spec())
    manager.stop()
    assert table.stopped == 0


def test_what_stopped_meanwhile_is_no_error(manager, table):
    manager.install(spec())
    table.course = [4, 4, 1]
    table.fails["stop"] = scm.NOT_ACTIVE
    manager.stop()


def test_what_does_not_stop_is_said(manager, table):
    manager.install(spec())
    table.course = [4, 4, 3]
    with pytest.raises(ServiceRefused) as refused:
        manager.stop(within=3)
    assert refused.value.code == "SERVICE_NOT_STOPPED"


def test_removing_stops_it_first(manager, table):
    manager.install(spec())
    table.course = [4, 4, 3, 1]
    manager.remove()
    assert table.stopped == 1
    assert table.services == {}
    assert table.events == []


def test_another_program_keeps_the_home_and_the_account(manager, table):
    manager.install(spec(account=r"ACME\svc", password="s3cret", depends_on=("MSSQLSERVER",)))
    before = table.services["Waybill"]
    newer = PureWindowsPath(r"C:\Program Files\Waybill\versions\2.0\waybill-service.exe")
    manager.set_program(newer)
    after = table.services["Waybill"]
    assert after.command == before.command.replace("1.0", "2.0")
    assert (after.account, after.password, after.depends_on) == (
        before.account, before.password, before.depends_on,
    )  # fmt: skip
    assert table.events[-1] == newer


@pytest.mark.parametrize(
    ("command", "after"),
    [
        (r'"C:\a b\x.exe" --home C:\h', r'"D:\n.exe" --home C:\h'),
        (r"C:\x.exe --home C:\h", r'"D:\n.exe" --home C:\h'),
        (r'"C:\a b\x.exe"', r'"D:\n.exe"'),
        (r"C:\x.exe", r'"D:\n.exe"'),
    ],
)
def test_only_the_program_of_a_command_line_is_replaced(command, after):
    assert scm.with_program(command, PureWindowsPath(r"D:\n.exe")) == after


@pytest.mark.parametrize(
    ("call", "number", "code"),
    [
        ("create", 5, "NOT_ADMINISTRATOR"),
        ("create", 1057, "ACCOUNT_UNKNOWN"),
        ("create", 1072, "SERVICE_GOING"),
        ("create", 1073, "SERVICE_EXISTS"),
        ("create", 8, "SERVICE_MANAGER"),
        ("behave", 5, "NOT_ADMINISTRATOR"),
    ],
)
def test_windows_refusals_are_put_in_words_when_installing(manager, table, call, number, code):
    table.fails[call] = number
    with pytest.raises((ServiceRefused, NotAllowed)) as refused:
        manager.install(spec())
    assert refused.value.code == code
    assert refused.value.hint


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [
        (5, "NOT_ADMINISTRATOR", "may not start"),
        (1069, "SERVICE_NOT_STARTED", "log its account on"),
        (1053, "SERVICE_NOT_STARTED", "in time"),
        (2, "SERVICE_NOT_STARTED", "program is not there"),
        (1068, "SERVICE_NOT_STARTED", "depends on"),
        (1058, "SERVICE_NOT_STARTED", "disabled"),
    ],
)
def test_windows_refusals_are_put_in_words_when_starting(manager, table, number, code, word):
    manager.install(spec())
    table.fails["start"] = number
    with pytest.raises((ServiceRefused, NotAllowed), match=word) as refused:
        manager.start()
    assert refused.value.code == code


def test_who_may_not_ask_is_told(manager, table):
    table.fails["state"] = 5
    with pytest.raises(NotAllowed):
        manager.state()
