"""Answer files: read with all problems at once, and a home made of them that is never overwritten."""

import base64
import os
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from agent import keys, resources
from agent.answers import Place, read, read_key_file, write_key_file
from agent.app import judged
from agent.clock import SystemClock
from agent.errors import ConfigError, WrongUse

ANSWERS = """\
# Of the branch in Ulm.
version = 1
[sources.customers]
kind = "files"
folder = "../export"
pattern = "CUST*.CSV"
content = "full"
format = { kind = "delimited", delimiter = ";" }
key = ["CUSTNO"]
[targets.crm]
kind = "webhook"
url = "https://localhost:1/x"
secret = "secret:crm"
[ownership.account]
master = "erp"
[flows.customers]
source = "customers"
target = "crm"
entity = "account"
mapping = "mappings/customers.toml"   # given below
[setup]
recovery_key_file = "recovery.txt"
[setup.secrets]
crm = { file = "crm.secret" }
[setup.mappings."customers.toml"]
version = 1
entity = "account"
external_id = "CUSTNO"
on_leave = "delete"
[setup.mappings."customers.toml".fields]
name = "NAME1"
"""
SECRET = "whsec_" + base64.b64encode(b"a secret of the tests").decode()
posix = pytest.mark.skipif(sys.platform == "win32", reason="modes are Posix's")


@pytest.fixture
def answers(tmp_path):
    (tmp_path / "crm.secret").write_text(SECRET + "\n")
    (tmp_path / "crm.secret").chmod(0o600)
    path = tmp_path / "answers.toml"
    path.write_text(ANSWERS)
    return path


def problems(path, environ=None):
    with pytest.raises(ConfigError) as caught:
        read(path, environ or {}, judged)
    return {problem.place: str(problem) for problem in caught.value.problems}


def place(home: Path) -> Place:
    clock = SystemClock()

    def known() -> list[str]:
        return [item.name for item in keys.open_vault(home, clock).secrets().list()]

    return Place(
        home, keys.initialise, lambda: keys.open_vault(home, clock).new_recovery_key(),
        lambda *said: keys.set_secret(home, *said), known, lambda: datetime(2026, 11, 21, tzinfo=UTC),
    )  # fmt: skip


def test_a_home_is_made_with_its_configuration_mappings_secrets_and_keys(answers, tmp_path):
    home = tmp_path / "home"
    done = place(home).apply(read(answers, {}, judged))
    assert (done.what, done.secrets, done.recovery_key) == ("made", ["crm"], True)
    text = (home / "waybill.toml").read_text()
    assert "# Of the branch in Ulm." in text
    assert "# given below" in text
    assert "setup" not in tomllib.loads(text)
    assert tomllib.loads((home / "mappings/customers.toml").read_text())["fields"] == {
        "name": "NAME1"
    }
    assert keys.open_vault(home, SystemClock()).secrets().get("crm") == SECRET
    proven = keys.open_vault(home, SystemClock()).proves_recovery_key(
        read_key_file(tmp_path / "recovery.txt")
    )
    assert proven


def test_no_secret_and_no_recovery_key_stands_anywhere_else(answers, tmp_path):
    home = tmp_path / "home"
    place(home).apply(read(answers, {}, judged))
    key = read_key_file(tmp_path / "recovery.txt")
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert SECRET.encode() not in content
            assert key.encode() not in content


@posix
def test_the_home_and_the_recovery_key_are_closed_to_others(answers, tmp_path):
    home = tmp_path / "home"
    place(home).apply(read(answers, {}, judged))
    for path in (home, tmp_path / "recovery.txt", *home.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize(
    ("given", "environ", "said"),
    [
        ('{ file = "open.secret" }', {}, "every account"),
        ('{ file = "missing" }', {}, "cannot be read"),
        ('{ file = "empty" }', {}, "is empty"),
        ('{ env = "CRM" }', {}, "the environment has no CRM"),
        ('{ env = "CRM", file = "crm.secret" }', {"CRM": "x"}, "one of file and env"),
        ("{}", {}, "one of file and env"),
    ],
)
@posix
def test_a_secret_that_cannot_be_had_is_said_with_its_reason(
    answers, tmp_path, given, environ, said
):
    (tmp_path / "open.secret").write_text("hunter2-and-more")
    (tmp_path / "open.secret").chmod(0o644)
    (tmp_path / "empty").touch(0o600)
    answers.write_text(ANSWERS.replace('{ file = "crm.secret" }', given))
    found = problems(answers, environ)
    assert said in found["setup.secrets.crm"]
    assert "hunter2" not in str(found)


def test_a_secret_written_into_the_answers_is_refused_and_not_repeated(answers):
    answers.write_text(ANSWERS.replace('{ file = "crm.secret" }', '"hunter2-and-more"'))
    found = problems(answers)
    assert "setup.secrets.crm" in found
    assert "hunter2" not in str(found)


def test_a_secret_comes_from_the_environment_too(answers, tmp_path):
    answers.write_text(ANSWERS.replace('{ file = "crm.secret" }', '{ env = "CRM_SECRET" }'))
    found = read(answers, {"CRM_SECRET": SECRET}, judged)
    assert found.secrets["crm"].value == SECRET
    assert SECRET not in repr(found)


def test_every_problem_is_told_at_once_with_its_line_in_the_answers(answers):
    text = ANSWERS.replace('content = "full"', 'contents = "full"')
    text = text.replace('name = "NAME1"', 'nam = "NAME1"')
    text = text.replace('recovery_key_file = "recovery.txt"', 'recovery_key_fil = "r.txt"')
    text = text.replace("crm = {", "crn = {")
    answers.write_text(text)
    found = problems(answers)
    assert "Did you mean content?" in found["sources.customers.contents"]
    assert f"{answers}:7:" in found["sources.customers.contents"]
    assert "Did you mean recovery_key_file" in found["setup.recovery_key_fil"]
    assert "waybill-answers" not in str(found)


def test_a_mistake_in_a_mapping_is_told_too_and_without_the_folder_of_the_trial(answers):
    answers.write_text(ANSWERS.replace('name = "NAME1"', 'nam = "NAME1"'))
    found = str(problems(answers))
    assert "nam" in found
    assert "mappings/customers.toml" in found
    assert "waybill-answers" not in found


def test_a_secret_that_the_configuration_needs_and_nobody_gives_is_a_problem(answers):
    answers.write_text(ANSWERS.replace("crm = {", "other = {"))
    assert "secret:crm" in problems(answers)["setup.secrets"]


def test_a_mapping_lies_beside_the_answers_or_where_they_say(answers, tmp_path):
    head, _, mapping = ANSWERS.partition('[setup.mappings."customers.toml"]\n')
    mapping = mapping.replace('[setup.mappings."customers.toml".fields]', "[fields]")
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "customers.toml").write_text(mapping)
    answers.write_text(head)
    assert read(answers, {}, judged).files["mappings/customers.toml"].decode() == mapping
    (tmp_path / "mappings" / "customers.toml").rename(tmp_path / "else.toml")
    answers.write_text(head + '[setup.mappings]\n"customers.toml" = { file = "else.toml" }\n')
    assert read(answers, {}, judged).files["mappings/customers.toml"].decode() == mapping


@pytest.mark.parametrize("name", ["keys/keys.json", "../x", "queue.db", "mappings/../../x"])
def test_files_go_only_where_configuration_lies(answers, tmp_path, name):
    (tmp_path / "x").write_text("x")
    answers.write_text(ANSWERS + f"[setup.files]\n'{name}' = 'x'\n")
    assert "files go into" in problems(answers)[f"setup.files.{name}"]


def test_the_same_answers_again_change_nothing_that_people_edited(answers, tmp_path):
    home = tmp_path / "home"
    place(home).apply(read(answers, {}, judged))
    edited = (home / "waybill.toml").read_text() + "# by hand\n"
    (home / "waybill.toml").write_text(edited)
    key = (tmp_path / "recovery.txt").read_bytes()
    before = (home / "keys" / "keys.json").read_bytes()
    done = place(home).apply(read_again(answers))
    assert (done.what, done.files, done.secrets) == ("unchanged", [], [])
    assert (home / "waybill.toml").read_text() == edited
    assert (home / "keys" / "keys.json").read_bytes() == before
    assert (tmp_path / "recovery.txt").read_bytes() == key


def read_again(path):
    return read(path, {}, judged)


def test_the_same_answers_put_back_what_is_missing(answers, tmp_path):
    home = tmp_path / "home"
    place(home).apply(read(answers, {}, judged))
    (home / "mappings/customers.toml").unlink()
    keys.open_vault(home, SystemClock()).secrets().delete("crm")
    done = place(home).apply(read_again(answers))
    assert (done.what, done.files) == ("repaired", ["mappings/customers.toml"])
    assert done.secrets == ["crm"]
    assert keys.open_vault(home, SystemClock()).secrets().get("crm") == SECRET


def test_other_answers_are_refused_until_they_are_asked_for_and_the_old_is_kept(answers, tmp_path):
    home = tmp_path / "home"
    place(home).apply(read(answers, {}, judged))
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    answers.write_text(ANSWERS.replace("CUST*.CSV", "KUND*.CSV"))
    with pytest.raises(WrongUse) as caught:
        place(home).apply(read_again(answers))
    assert caught.value.code == "HOME_CONFIGURED"
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before
    done = place(home).apply(read_again(answers), replace=True)
    assert (done.what, done.files, done.recovery_key) == ("replaced", ["waybill.toml"], False)
    assert "KUND*.CSV" in (home / "waybill.toml").read_text()
    kept = (home / "waybill.toml.before-20261121T000000Z").read_bytes()
    assert kept == before[home / "waybill.toml"]
    assert (home / "keys/keys.json").read_bytes() == before[home / "keys/keys.json"]


def test_a_home_that_a_service_made_by_itself_is_filled_in(answers, tmp_path):
    from agent import home as homes

    home = tmp_path / "home"
    home.mkdir()
    assert homes.begin(home, home / "waybill.toml")
    done = place(home).apply(read(answers, {}, judged))
    assert (done.what, done.recovery_key) == ("replaced", True)
    vault = keys.open_vault(home, SystemClock())
    assert vault.proves_recovery_key(read_key_file(tmp_path / "recovery.txt"))
    assert vault.secrets().get("crm") == SECRET


def test_a_recovery_key_is_never_written_over_another_and_nothing_is_left(answers, tmp_path):
    (tmp_path / "recovery.txt").write_text("of another agent")
    home = tmp_path / "home"
    with pytest.raises(WrongUse) as caught:
        place(home).apply(read(answers, {}, judged))
    assert caught.value.code == "RECOVERY_KEY_FILE"
    assert (tmp_path / "recovery.txt").read_text() == "of another agent"
    assert not home.exists()


def test_a_recovery_key_sealed_for_somebody_opens_with_openssl(tmp_path):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private, public = tmp_path / "it.pem", tmp_path / "it.pub"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    write_key_file(tmp_path / "sealed", "K7QD-0M3X", tmp_path, public)
    assert b"K7QD" not in (tmp_path / "sealed").read_bytes()
    try:
        opened = subprocess.run(
            ["openssl", "pkeyutl", "-decrypt", "-inkey", private, "-in", tmp_path / "sealed",
             "-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256"],
            check=True, capture_output=True,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("no openssl here")
    assert opened.stdout == b"K7QD-0M3X"


def test_the_example_in_the_templates_is_right_as_it_stands(tmp_path):
    path = tmp_path / "answers.toml"
    path.write_text(resources.text("templates/answers.toml"))
    (tmp_path / "crm-key.pem").write_text("-----BEGIN PRIVATE KEY-----\n")
    (tmp_path / "crm-key.pem").chmod(0o600)
    found = read(path, os.environ, judged)
    assert list(found.secrets) == ["crm-key"]
    assert found.recovery_key_file == tmp_path / "waybill-recovery-key.txt"


def test_a_pack_is_the_base_and_the_answers_go_over_it(answers, tmp_path):
    text = """
version = 1
[agent]
name = "Ulm"
[targets.crm]
kind = "salesforce"
url = "https://ulm.my.salesforce.com"
sign_in = { flow = "client_credentials", client_id = "x", client_secret = "secret:crm" }
[setup]
pack = "generic-csv"
pack_settings = { folder = "../export" }
recovery_key_file = "recovery.txt"
[setup.secrets]
crm = { file = "crm.secret" }
"""
    answers.write_text(text)
    found = read(answers, {}, judged)
    made = tomllib.loads(found.configuration)
    assert made["agent"]["name"] == "Ulm"
    assert made["targets"]["crm"]["url"] == "https://ulm.my.salesforce.com"
    assert made["flows"]
    assert any(name.startswith("mappings/") for name in found.files)
