"""Every command: what it asks, what it prints, how it exits."""

import threading

import pytest

from agent.cli.main import main
from agent.control.api import METHODS
from agent.errors import ControlError, NotAllowed, WrongUse
from tests.control_answers import ANSWERS, OPERATE_ANSWERS
from tests.control_items import EXCEPTION, REASON
from tests.unit.cli.asking import ASKING
from tests.unit.cli.typing_commands import ATTENTION, FINE, UNREACHABLE, WRONG_USE

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
    files = {"exceptions.export", "exceptions.import"}  # see test_exception_files
    typed = {"keys.recovery_confirm", "config.check", "config.put"}  # see test_config_commands
    typed |= {"sign_in.begin", "sign_in.finish", "sign_in.poll"}  # `waybill sign-in` does it itself
    typed |= {"backup.create"}  # see test_backup_commands
    typed |= {"upgrade.check"}  # `waybill upgrade check` asks by itself, also without a service
    typed |= {"packs.list", "packs.fill"}  # `waybill packs` and `init --pack` need no service
    told = {"link.propose", "link.approve", "link.undo"}  # see test_link_commands
    told |= {"mapping.edit"}  # see test_sheet_commands
    here = {"me", "subscribe"} | OPERATE_ANSWERS.keys()  # see below, and test_operate_commands
    assert set(METHODS) - asked - files - told - here - typed == {"stop", "secrets.set"}


@pytest.mark.usefixtures("service")
def test_me_says_who_asks_and_what_he_may_do(waybill):
    assert waybill("me") == FINE
    assert "engineer" in waybill.out
    assert waybill.json("me")["kinds"] is None


def test_a_followed_status_is_said_again_when_it_changed_and_ends_with_the_service(
    waybill, service
):
    service.fails["subscribe"] = WrongUse("Enough.")
    assert waybill("status", "--follow") == WRONG_USE
    del service.fails["subscribe"]
    ending = threading.Timer(1.0, lambda: service.fails.update(subscribe=WrongUse("Enough.")))
    paused = {**service.answers["subscribe"], "activity": "paused"}
    changing = threading.Timer(0.1, lambda: service.answers.update(subscribe=paused))
    for timer in (changing, ending):
        timer.start()
    assert waybill("status", "--follow") == UNREACHABLE
    assert waybill.out.splitlines()[0].endswith("ok: Up to date.")
    assert waybill.out.splitlines()[1].endswith("ok: Paused.")


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
        ["exceptions", "set-aside", "e1"],
        ["exceptions", "set-aside", "e1", "--reason", " "],
        ["exceptions", "set-aside", "--reason", "r"],
        ["exceptions", "take-back"],
        ["exceptions", "fix", "e1"],
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


def test_flows_are_listed_with_their_way_and_what_waits(waybill, service):
    assert waybill("flows") == FINE
    heading, *rows = waybill.out.splitlines()
    assert heading.split("\t")[:6] == ["FLOW", "KIND", "FROM", "TO", "WAITING", "SENDING"]
    flows = ANSWERS["status"]["flows"]
    assert [row.split("\t")[0] for row in rows] == [flow["name"] for flow in flows]
    assert waybill.json("flows") == {"items": flows}


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


def test_groups_name_the_words_of_the_erp_and_count_the_others(waybill, service):
    assert waybill("exceptions", "groups") == FINE
    assert '  the ERP says: "D" in 200, "Narnia" in 11, others in 1\n' in waybill.out
