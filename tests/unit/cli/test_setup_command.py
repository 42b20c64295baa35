"""`waybill setup`: files for the CRM's administrator, made of the configuration alone."""

import pytest

from tests.unit.cli.typing_commands import ATTENTION, FINE, WRONG_USE

CONFIG = """
version = 1
[agent]
name = "here"
[targets.crm]
kind = "salesforce"
url = "https://example.my.salesforce.com"
sign_in = { flow = "client_credentials", client_id = "x", client_secret = "secret:x" }
entities = ["account"]
[targets.hook]
kind = "webhook"
url = "https://crm.invalid/hook"
secret = "secret:hook"
"""


@pytest.fixture
def home(waybill):
    waybill.home.mkdir(mode=0o700)
    (waybill.home / "waybill.toml").write_text(CONFIG, encoding="utf-8")
    return waybill.home


def test_the_files_are_in_a_new_folder_without_keys_secrets_or_a_service(waybill, home, tmp_path):
    out = tmp_path / "new" / "folder"
    found = waybill.json("setup", "crm", "--out", str(out))
    assert waybill.code == FINE
    assert "objects/Account.object" in found["files"]
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert there == set(found["files"])
    assert b"ERP_Id__c" in (out / "objects" / "Account.object").read_bytes()
    assert {path.name for path in home.iterdir()} == {"waybill.toml"}


def test_left_out_the_folder_has_the_targets_name(waybill, home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert waybill("setup", "crm") == FINE
    assert (tmp_path / "crm-setup" / "package.xml").is_file()
    assert "waybill test crm" in waybill.out


def test_nothing_is_written_over(waybill, home, tmp_path):
    (tmp_path / "mine").write_text("mine")
    for out in (tmp_path, tmp_path / "mine"):
        assert waybill("setup", "crm", "--out", str(out)) == WRONG_USE
        assert "Nothing was written" in waybill.err
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_named(waybill, home, tmp_path):
    (tmp_path / "mine").write_text("mine")
    assert waybill("setup", "crm", "--out", str(tmp_path / "mine" / "below")) == ATTENTION
    assert "--out" in waybill.err


@pytest.mark.parametrize(("name", "says"), [("nope", "crm, hook"), ("hook", "needs nothing")])
def test_a_target_that_is_not_there_or_needs_nothing_is_told(waybill, home, name, says):
    assert waybill("setup", name) == WRONG_USE
    assert says in waybill.err
