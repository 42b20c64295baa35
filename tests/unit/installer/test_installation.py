"""What an installer's one call decides: set up, upgraded, or left as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.installation import Answer, Wanted, clear, complete, current, point

REFUSED = "waybill: The service Waybill did not start: Error 1069. [SERVICE_NOT_STARTED]"


class Calls:
    """Commands that were asked for; some fail."""

    def __init__(self, root: Path, **failing: str) -> None:
        self.words: list[list[str]] = []
        self._root = root
        self._failing = failing

    def __call__(self, words: list[str]) -> Answer:
        self.words.append(list(words))
        name = "_".join(words[:2] if words[0] != "init" else words[:1])
        if name == "upgrade_apply" and name not in self._failing:
            point(self._root, words[-1])
        return Answer(1, self._failing[name]) if name in self._failing else Answer(0)

    @property
    def names(self) -> list[str]:
        return [" ".join(w for w in words[:2] if not w.startswith("-")) for words in self.words]


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "Program Files" / "Waybill"
    for version in ("1", "1.1.0", "1.2.0"):
        programs = folder / "versions" / version
        programs.mkdir(parents=True)
        for name in ("waybill.exe", "waybill-service.exe"):
            (programs / name).touch()
    return folder


@pytest.fixture
def told():
    return []


def home_in(tmp_path):
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    (home / "waybill.toml").touch()
    return home


def test_on_a_clean_machine_the_service_is_set_up_and_started(tmp_path, root, told):
    calls = Calls(root)
    outcome = complete(Wanted(root, "1.2.0", tmp_path / "home"), calls, told.append)
    assert (outcome.is_installed, outcome.attention) == (True, "")
    assert calls.names == ["service install", "service start"]
    assert current(root) == "1.2.0"


def test_a_home_is_made_by_the_service_itself_when_nobody_asks_for_a_key_or_brings_answers(
    tmp_path, root, told
):
    calls = Calls(root)
    home = tmp_path / "data" / "home"
    complete(Wanted(root, "1.2.0", home), calls, told.append)
    assert "init" not in calls.names
    assert list(home.iterdir()) == []


def test_a_home_that_cannot_be_made_is_told_and_undoes_nothing(tmp_path, root, told):
    (tmp_path / "data").write_text("a file", encoding="utf-8")
    calls = Calls(root)
    outcome = complete(Wanted(root, "1.2.0", tmp_path / "data" / "home"), calls, told.append)
    assert outcome.is_installed
    assert "cannot be made" in outcome.attention
    assert calls.words == []


def test_answers_and_the_place_of_the_recovery_key_are_handed_on_as_names_of_files(
    tmp_path, root, told
):
    calls = Calls(root)
    answers, key = tmp_path / "answers.toml", tmp_path / "recovery.txt"
    wanted = Wanted(root, "1", tmp_path / "home", answers=answers, recovery_key=key)
    complete(wanted, calls, told.append)
    home = str(tmp_path / "home")
    assert calls.words[0] == [
        *("init", "--home", home, "--from", str(answers), "--recovery-key-file", str(key))
    ]


def test_a_service_that_cannot_start_leaves_an_installed_program_and_says_why(tmp_path, root, told):
    calls = Calls(root, service_start=REFUSED)
    outcome = complete(Wanted(root, "1.2.0", tmp_path / "home"), calls, told.append)
    assert outcome.is_installed
    assert "Error 1069" in outcome.attention
    assert any("Error 1069" in text for text in told)
    assert current(root) == "1.2.0"


def test_a_service_that_cannot_be_registered_does_not_undo_the_installation_either(
    tmp_path, root, told
):
    calls = Calls(root, service_install="The account is not known.")
    outcome = complete(Wanted(root, "1", tmp_path / "home"), calls, told.append)
    assert outcome.is_installed
    assert "account is not known" in outcome.attention
    assert calls.names == ["service install"]


def test_wrong_answers_leave_no_service_running_that_would_make_an_empty_home(tmp_path, root, told):
    calls = Calls(root, init="answers.toml: line 3: no such key")
    wanted = Wanted(root, "1", tmp_path / "home", answers=tmp_path / "answers.toml")
    outcome = complete(wanted, calls, told.append)
    assert outcome.is_installed
    assert "line 3" in outcome.attention
    assert calls.names == ["init"]


def test_an_installation_again_repairs_and_touches_no_home(tmp_path, root, told):
    point(root, "1.2.0")
    calls = Calls(root)
    wanted = Wanted(root, "1.2.0", home_in(tmp_path), answers=tmp_path / "answers.toml")
    assert complete(wanted, calls, told.append).attention == ""
    assert calls.names == ["service install", "service start"]
    assert "--again" in calls.words[0]


def test_over_a_former_version_the_new_one_upgrades_and_does_nothing_itself(tmp_path, root, told):
    point(root, "1.1.0")
    calls = Calls(root)
    home = home_in(tmp_path)
    outcome = complete(Wanted(root, "1.2.0", home), calls, told.append)
    assert outcome.is_installed
    assert calls.words == [
        ["upgrade", "apply", "--root", str(root), "--home", str(home), "--to", "1.2.0"]
    ]


def test_an_upgrade_that_went_back_is_no_installation(tmp_path, root, told):
    point(root, "1.1.0")
    calls = Calls(root, upgrade_apply="The service was not healthy within 5 minutes.")
    outcome = complete(Wanted(root, "1.2.0", home_in(tmp_path)), calls, told.append)
    assert not outcome.is_installed
    assert "not healthy" in outcome.attention
    assert "1.1.0" in outcome.attention
    assert current(root) == "1.1.0"


def test_a_former_version_without_a_home_is_replaced_like_a_first_installation(
    tmp_path, root, told
):
    point(root, "1.1.0")
    calls = Calls(root)
    complete(Wanted(root, "1.2.0", tmp_path / "home"), calls, told.append)
    assert calls.names == ["service install", "service start"]
    assert current(root) == "1.2.0"


def test_the_programs_alone_come_without_a_service(tmp_path, root, told):
    calls = Calls(root)
    complete(Wanted(root, "1", tmp_path / "home", is_service=False), calls, told.append)
    assert calls.words == []
    assert current(root) == "1"


def test_another_account_is_named_and_its_password_stays_in_its_file(tmp_path, root, told):
    calls = Calls(root)
    file = tmp_path / "password.txt"
    file.write_text("Geheim!", encoding="utf-8")
    wanted = Wanted(root, "1", tmp_path / "home", account=r"ERP\svc", password_file=file)
    complete(wanted, calls, told.append)
    assert calls.words[0][-4:] == ["--account", r"ERP\svc", "--password-file", str(file)]
    assert "Geheim!" not in str([calls.words, told])


def test_before_the_files_go_the_service_is_stopped_and_removed_and_the_home_stays(
    tmp_path, root, told
):
    home = home_in(tmp_path)
    calls = Calls(root)
    clear(home, calls, told.append)
    assert calls.names == ["service stop", "service remove"]
    assert (home / "keys").is_dir()
    assert any(str(home) in text for text in told)


def test_the_command_runs_the_version_that_counts(tmp_path, root):
    point(root, "1.2.0")
    text = (root / "bin" / "waybill.cmd").read_bytes()
    assert b"%~dp0..\\current" in text
    assert text.count(b"\r\n") == text.count(b"\n")
    assert sorted(path.name for path in (root / "bin").iterdir()) == ["waybill.cmd"]
