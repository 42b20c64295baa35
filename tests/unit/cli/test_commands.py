"""Every command: what it asks, what it prints, how it exits."""

import json
import sys
import types

import pytest

from agent.cli.main import main
from agent.control.api import METHODS
from agent.errors import (
    ConfigError,
    ConfigProblem,
    ControlError,
    NotAllowed,
    StoreBusy,
    WrongUse,
)
from agent.model import Finding, Level
from tests.control_fakes import ANSWERS, EXCEPTION, REASON, FakeService, serving

FINE, ATTENTION, WRONG_USE, UNREACHABLE = 0, 1, 2, 3


class Waybill:
    """Types commands for one home folder and keeps what they printed."""

    def __init__(self, home, capsys) -> None:
        self.home = home
        self.capsys = capsys

    def __call__(self, *words: str) -> int:
        code = main([*words, "--home", str(self.home)])
        said = self.capsys.readouterr()
        self.out, self.err = said.out, said.err
        assert "Traceback" not in self.out + self.err
        return code

    def json(self, *words: str) -> dict:
        self.code = self(*words, "--json")
        assert self.out.count("\n") == 1
        return json.loads(self.out)


@pytest.fixture
def waybill(tmp_path, capsys, monkeypatch) -> Waybill:
    monkeypatch.delenv("WAYBILL_HOME", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return Waybill(tmp_path / "h", capsys)


@pytest.fixture
def service(waybill):
    fake = FakeService()
    with serving(waybill.home, fake):
        yield fake


@pytest.fixture
def agent_app(monkeypatch) -> types.ModuleType:
    """Stands in for the composition root, which the command line only calls."""
    module = types.ModuleType("agent.app")
    monkeypatch.setitem(sys.modules, "agent.app", module)
    return module


ASKING = [
    (["status"], "status", {}),
    (["queue", "list"], "queue.list", {"limit": 100}),
    (
        ["queue", "list", "--state", "waiting", "--flow", "f", "--after", "3", "--limit", "5"],
        "queue.list",
        {"state": "waiting", "flow": "f", "after": 3, "limit": 5},
    ),
    (["queue", "show", "7"], "queue.show", {"seq": 7}),
    (["exceptions", "list"], "exceptions.list", {"limit": 100}),
    (
        ["exceptions", "list", "--flow", "f", "--code", "C", "--after", "e1"],
        "exceptions.list",
        {"flow": "f", "code": "C", "after": "e1", "limit": 100},
    ),
    (["exceptions", "show", "e7"], "exceptions.show", {"ref": "e7"}),
    (["exceptions", "replay", "e7", "e8"], "exceptions.replay", {"refs": ["e7", "e8"]}),
    (["exceptions", "replay", "--all"], "exceptions.replay", {"all": True}),
    (
        ["exceptions", "replay", "--code", "C", "--flow", "f"],
        "exceptions.replay",
        {"code": "C", "flow": "f"},
    ),
    (["holds", "list"], "holds.list", {}),
    (["holds", "show", "h1"], "holds.show", {"id": "h1", "limit": 100}),
    (["holds", "approve", "h1"], "holds.approve", {"id": "h1"}),
    (["holds", "reject", "h1"], "holds.reject", {"id": "h1"}),
    (["secrets", "list"], "secrets.list", {}),
    (["pause", "all"], "pause", {"kind": "all"}),
    (["pause", "flow", "customers"], "pause", {"kind": "flow", "name": "customers"}),
    (["resume", "target", "crm"], "resume", {"kind": "target", "name": "crm"}),
    (["scan"], "scan", {}),
    (["scan", "customers"], "scan", {"source": "customers"}),
    (["check"], "check", {}),
    (["test", "crm"], "test", {"name": "crm"}),
    (["audit", "verify"], "audit.verify", {}),
    (["reads", "list"], "reads.list", {"limit": 20}),
    (
        ["reads", "list", "--source", "customers"],
        "reads.list",
        {"source": "customers", "limit": 20},
    ),
]
WORDS = [" ".join(words) for words, _, _ in ASKING]


@pytest.mark.parametrize(("words", "method", "params"), ASKING, ids=WORDS)
def test_a_command_asks_the_service_and_prints_for_people(waybill, service, words, method, params):
    assert waybill(*words) == FINE
    assert service.asked == [(method, params)]
    assert waybill.out
    assert waybill.err == ""


@pytest.mark.parametrize(("words", "method", "params"), ASKING, ids=WORDS)
def test_json_is_one_object_with_the_whole_answer(waybill, service, words, method, params):
    answer = waybill.json(*words)
    assert waybill.code == FINE
    assert answer.items() >= ANSWERS[method].items()


@pytest.mark.parametrize("words", [words for words, method, _ in ASKING if method != "check"])
def test_no_service_exits_three_and_says_what_to_do(waybill, words):
    waybill.home.mkdir(mode=0o700)
    assert waybill(*words) == UNREACHABLE
    assert "waybill run" in waybill.err
    assert waybill.out == ""
    error = waybill.json(*words)["error"]
    assert waybill.code == UNREACHABLE
    assert error["code"] == "SERVICE_UNREACHABLE"
    assert error["title"]
    assert error["hint"]


def test_every_method_but_stop_and_set_has_its_command():
    asked = {method for _, method, _ in ASKING}
    assert set(METHODS) - asked == {"stop", "secrets.set"}


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["queue", "nonsense"],
        ["queue", "show", "seven"],
        ["queue", "show", "-1"],
        ["queue", "list", "--limit", "0"],
        ["pause", "everything"],
        ["pause", "flow"],
        ["pause", "all", "customers"],
        ["exceptions", "replay"],
        ["exceptions", "replay", "e1", "--all"],
        ["wait"],
        ["status", "--no-such"],
        ["holds", "show"],
    ],
    ids=" ".join,
)
def test_wrong_use_exits_two_before_anything_is_asked(waybill, service, words):
    assert waybill(*words) == WRONG_USE
    assert waybill.err
    assert service.asked == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (WrongUse("No such entry.", hint="See the list."), WRONG_USE),
        (ControlError("Not now.", code="NOT_NOW", hint="Later."), ATTENTION),
        (NotAllowed("Not for you.", hint="Ask."), ATTENTION),
        (KeyError("Muster GmbH"), ATTENTION),
    ],
)
def test_what_the_service_refuses_is_a_sentence_a_hint_and_a_code(waybill, service, error, code):
    service.fails["queue.show"] = error
    assert waybill("queue", "show", "7") == code
    assert waybill.out == ""
    assert "Muster" not in waybill.err
    assert len(waybill.err.splitlines()) == 2


def test_status_tells_attention_by_its_exit_code_and_names_the_reason(waybill, service):
    service.answers["status"] |= {"health": "error", "reasons": [REASON]}
    assert waybill("status") == ATTENTION
    assert waybill.out.startswith("Sign-in to crm failed.")
    assert REASON["meaning"] in waybill.out
    assert REASON["hint"] in waybill.out
    assert waybill.json("status")["reasons"] == [REASON]
    assert waybill.code == ATTENTION


def test_an_unknown_health_is_not_taken_for_good_news(waybill, service):
    service.answers["status"]["health"] = "something new"
    assert waybill("status") == ATTENTION


def test_wait_returns_when_idle_and_gives_up_in_time(waybill, service):
    assert waybill.json("wait", "--idle", "--timeout", "5")["idle"] is True
    service.answers["status"]["idle"] = False
    assert waybill.json("wait", "--idle", "--timeout", "0.1")["idle"] is False
    assert waybill.code == ATTENTION
    assert len(service.asked) >= 3


def test_findings_refusals_and_a_broken_audit_are_attention(waybill, service):
    error = {"level": "error", "code": "X", "text": "t", "hint": "h", "subject": "sources.a"}
    service.answers["check"]["findings"] = [error]
    service.answers["test"]["findings"] = [error | {"level": "warning"}]
    service.answers["exceptions.replay"]["refused"] = [{"ref": "e7", "why": "newer entry"}]
    service.answers["audit.verify"] = {"ok": False, "entries": 4, "problem": "entry 3 changed"}
    assert waybill("check") == ATTENTION
    assert "sources.a: t [X]" in waybill.out
    assert waybill.json("check")["ok"] is False
    assert waybill("test", "crm") == FINE
    assert waybill("exceptions", "replay", "--all") == ATTENTION
    assert "newer entry" in waybill.out
    assert waybill("audit", "verify") == ATTENTION
    assert "entry 3 changed" in waybill.out


def test_more_is_announced_with_how_to_get_it(waybill, service):
    service.answers["queue.list"]["next"] = 100
    service.answers["exceptions.list"]["next"] = "e100"
    assert waybill("queue", "list") == FINE
    assert "--after 100" in waybill.out
    assert waybill("exceptions", "list") == FINE
    assert "--after e100" in waybill.out


NASTY = "A\x1b[2J\x07\r\nB\x9b31m\u202eC\u2028D\x7f"


def test_values_of_an_erp_cannot_reach_the_terminal_as_control_characters(waybill, service):
    service.answers["exceptions.list"]["items"] = [EXCEPTION | {"reason": NASTY}]
    service.answers["exceptions.show"] |= {"fields": {"name": NASTY}, "reason": NASTY}
    service.fails["holds.approve"] = ControlError(NASTY, code="X", hint=NASTY)
    printed = ""
    for words in (["exceptions", "list"], ["exceptions", "show", "e7"], ["holds", "approve", "h"]):
        waybill(*words)
        printed += waybill.out + waybill.err
        waybill(*words, "--json")
        printed += waybill.out + waybill.err
    assert not set(printed) & set("\x1b\x07\r\x9b\u202e\u2028\x7f")
    assert "\\x1b[2J" in printed


# --- secrets --------------------------------------------------------------------------------------


class Stdin:
    def __init__(self, text: str) -> None:
        self.text = text

    def isatty(self) -> bool:
        return False

    def read(self, size: int = -1) -> str:
        return self.text if size < 0 else self.text[:size]


def test_a_secret_comes_from_standard_input_and_is_never_shown(waybill, service, monkeypatch):
    monkeypatch.setattr("sys.stdin", Stdin("s3cret\nsecond line\n"))
    assert waybill.json("secrets", "set", "crm-key") == {"name": "crm-key", "set": True}
    assert service.asked == [("secrets.set", {"name": "crm-key", "value": "s3cret\nsecond line"})]
    assert waybill("secrets", "set", "crm-key") == FINE
    assert "s3cret" not in waybill.out + waybill.err
    assert all("s3cret" not in str(entry) for entry in service.audited)


@pytest.mark.parametrize("value", ["", "\n", "x" * 70_000])
def test_an_empty_or_endless_secret_is_refused(waybill, service, monkeypatch, value):
    monkeypatch.setattr("sys.stdin", Stdin(value))
    assert waybill("secrets", "set", "crm-key") == WRONG_USE
    assert service.asked == []


def test_a_secret_is_never_taken_from_the_arguments(waybill, service):
    assert waybill("secrets", "set", "crm-key", "s3cret") == WRONG_USE
    assert service.asked == []


def test_without_a_service_a_secret_is_set_directly(waybill, agent_app, monkeypatch):
    waybill.home.mkdir(mode=0o700)
    stored = []
    agent_app.set_secret = lambda *given: stored.append(given)
    monkeypatch.setattr("sys.stdin", Stdin("s3cret"))
    assert waybill("secrets", "set", "crm-key") == FINE
    assert stored == [(waybill.home, "crm-key", "s3cret")]


# --- without a service ----------------------------------------------------------------------------


def test_check_works_without_a_service(waybill, agent_app):
    waybill.home.mkdir(mode=0o700)
    agent_app.check = lambda home: (Finding(Level.OK, "FOLDER", "The folder is there."),)
    found = waybill.json("check")
    assert waybill.code == FINE
    assert found["ok"] is True
    assert found["findings"][0]["level"] == "ok"


def test_every_problem_of_a_configuration_is_printed(waybill, agent_app):
    def check(home):
        raise ConfigError([ConfigProblem("flows.a", "no source."), ConfigProblem("b", "no key.")])

    waybill.home.mkdir(mode=0o700)
    agent_app.check = check
    assert waybill("check") == ATTENTION
    assert "flows.a: no source." in waybill.err
    assert "b: no key." in waybill.err


def test_a_missing_home_is_wrong_use_and_nothing_is_made(waybill, agent_app, monkeypatch):
    monkeypatch.setattr("sys.stdin", Stdin("x"))
    assert waybill("check") == WRONG_USE
    assert waybill("secrets", "set", "a") == WRONG_USE
    assert not waybill.home.exists()


def test_a_service_that_is_there_but_broken_is_not_bypassed(waybill, agent_app, service):
    service.fails["check"] = StoreBusy("Not now.")
    agent_app.check = lambda home: pytest.fail("two processes on one home")
    assert waybill("check") == ATTENTION


def test_an_unexpected_error_is_one_sentence_and_its_place_is_in_the_log(waybill, agent_app):
    customer = "Muster GmbH"

    def check(home):
        raise KeyError(customer)

    agent_app.check = check
    (waybill.home / "logs").mkdir(mode=0o700, parents=True)
    assert waybill("check") == ATTENTION
    log = waybill.home / "logs" / "commands.log"
    assert str(log) in waybill.err
    assert len(waybill.err.splitlines()) == 2
    text = log.read_text()
    assert "in check" in text
    assert "KeyError" in text
    assert customer not in text + waybill.err
    assert log.stat().st_mode & 0o777 == 0o600


def test_an_unexpected_error_without_a_log_folder_still_has_a_log(waybill, agent_app, tmp_path):
    waybill.home.mkdir(mode=0o700)
    agent_app.check = lambda home: 1 / 0
    assert waybill("check") == ATTENTION
    (log,) = tmp_path.glob("waybill-*.log")
    assert str(log) in waybill.err
    assert "ZeroDivisionError" in log.read_text()


# --- init, run, demo, sandbox ---------------------------------------------------------------------


def test_init_makes_a_private_home_and_shows_the_recovery_key_once(waybill, agent_app):
    agent_app.initialise = lambda home: "ABCD-EFGH"
    assert waybill("init") == FINE
    assert waybill.out.count("ABCD-EFGH") == 1
    assert "password safe" in waybill.out
    assert waybill.home.stat().st_mode & 0o777 == 0o700
    assert (waybill.home / "mappings").is_dir()
    assert "version = 1" in (waybill.home / "waybill.toml").read_text()
    assert all("ABCD" not in path.read_text() for path in waybill.home.rglob("*") if path.is_file())


def test_init_names_the_agent_after_the_machine(waybill, agent_app, monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "ERP-SRV01")
    agent_app.initialise = lambda home: "ABCD-EFGH"
    assert waybill.json("init") == {"home": str(waybill.home), "recovery_key": "ABCD-EFGH"}
    assert 'name = "ERP-SRV01"' in (waybill.home / "waybill.toml").read_text()


def test_init_takes_an_empty_folder_and_never_a_used_one(waybill, agent_app):
    agent_app.initialise = lambda home: "ABCD-EFGH"
    waybill.home.mkdir()
    assert waybill("init") == FINE
    before = sorted(waybill.home.rglob("*"))
    assert waybill("init") == WRONG_USE
    assert "HOME_EXISTS" in waybill.err
    assert sorted(waybill.home.rglob("*")) == before


@pytest.mark.parametrize("was_there", [True, False])
def test_init_that_fails_leaves_nothing_in_the_way_of_the_next_try(waybill, agent_app, was_there):
    def initialise(home):
        (home / "keys").mkdir()
        raise StoreBusy("No.")

    agent_app.initialise = initialise
    if was_there:
        waybill.home.mkdir()
    assert waybill("init") == ATTENTION
    assert waybill.home.exists() is was_there
    agent_app.initialise = lambda home: "ABCD-EFGH"
    assert waybill("init") == FINE


def test_init_where_nothing_can_be_made_is_a_sentence(waybill, agent_app, tmp_path):
    agent_app.initialise = lambda home: "ABCD-EFGH"
    (tmp_path / "file").write_text("")
    waybill.home = tmp_path / "file" / "h"
    assert waybill("init") == ATTENTION
    assert "HOME_NOT_MADE" in waybill.err


def test_run_hosts_the_agent_and_exits_with_its_code(waybill, agent_app):
    seen = []

    def run(home, *, stop):
        seen.append((home, stop.is_set()))
        return 1

    agent_app.run = run
    assert waybill("run") == ATTENTION
    assert seen == [(waybill.home, False)]
    agent_app.run = lambda home, *, stop: 0
    assert waybill("run") == FINE


def test_run_that_cannot_start_says_why(waybill, agent_app):
    def run(home, *, stop):
        raise ConfigError([ConfigProblem("flows.a", "no source.")])

    agent_app.run = run
    assert waybill("run") == ATTENTION
    assert "flows.a: no source." in waybill.err


def test_the_demo_gets_its_own_options_as_they_are(monkeypatch):
    module = types.ModuleType("agent.demo")
    seen = []
    module.main = lambda words: seen.append(list(words)) or 0
    monkeypatch.setitem(sys.modules, "agent.demo", module)
    assert main(["demo", "--small", "--keep", "x", "--json", "--help"]) == FINE
    assert seen == [["--small", "--keep", "x", "--json", "--help"]]


def test_the_sandbox_gets_its_folder_and_port(agent_app, tmp_path):
    seen = []
    agent_app.sandbox = lambda *given: seen.append(given)
    assert main(["sandbox", "--folder", str(tmp_path), "--port", "8443"]) == FINE
    assert seen == [(tmp_path, 8443)]


def test_help_names_every_command(capsys):
    assert main(["--help"]) == FINE
    said = capsys.readouterr().out
    for words, _, _ in ASKING:
        assert words[0] in said
    for word in ("run", "init", "demo", "sandbox", "wait"):
        assert word in said


def test_the_home_folder_comes_from_the_environment(waybill, service, monkeypatch):
    monkeypatch.setenv("WAYBILL_HOME", str(waybill.home))
    assert main(["status"]) == FINE
