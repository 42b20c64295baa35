"""Mappings are suggested from, tried on and compared with what the ERP really wrote."""

from __future__ import annotations

import pytest

ROWS = {
    "accounts": {f"{i:03}": f"Customer {i}" for i in range(30)},
    "contacts": {f"C-{i:03}": f"Person {i}" for i in range(12)},
}


@pytest.fixture
def running(agent):
    agent.export(ROWS)
    agent.start()
    agent.until_idle()
    return agent


def draft_of(agent, name: str, was: str, becomes: str):
    text = (agent.home / "mappings" / f"{name}.toml").read_text(encoding="utf-8")
    assert was in text
    draft = agent.home.parent / "draft.toml"
    draft.write_text(text.replace(was, becomes), encoding="utf-8")
    return str(draft)


def test_a_suggested_mapping_of_a_real_source_can_be_previewed_at_once(running):
    out = str(running.home.parent / "suggested.toml")
    code, found, said = running.waybill(
        "mapping", "suggest", "accounts", "--entity", "account", "--out", out, "--json"
    )
    assert (code, said) == (0, "")
    assert [match["column"] for match in found["fields"] if match["field"] == "name"] == ["NAME1"]
    code, preview, _ = running.waybill("mapping", "preview", "accounts", out, "--json")
    assert code == 0
    assert preview["would_send"] == len(ROWS["accounts"])


def test_a_preview_shows_before_and_after_and_sends_nothing(running, receiver):
    sent = len(receiver.cases["crm"].history)
    draft = draft_of(
        running, "accounts", 'name = "NAME1"', 'name = { column = "NAME1", case = "upper" }'
    )
    code, found, _ = running.waybill(
        "mapping", "preview", "accounts", draft, "--show", "1", "--json"
    )
    assert code == 0
    (item,) = found["items"]
    assert item["row"]["NAME1"] == item["published"]["fields"]["name"]
    assert item["fields"]["name"] == item["row"]["NAME1"].upper()
    assert found["differs"] == {"records": 30, "fields": {"name": 30}}
    running.until_idle()
    assert len(receiver.cases["crm"].history) == sent


def test_a_draft_that_fits_no_record_names_the_field_and_the_first_places(running):
    draft = draft_of(
        running, "accounts", 'name = "NAME1"', 'name = "NAME1"\ncredit_limit = "NAME1"'
    )
    code, found, _ = running.waybill("mapping", "preview", "accounts", draft, "--json")
    assert code == 1
    (problem,) = found["problems"]
    assert (problem["code"], problem["field"], problem["count"]) == (
        "NOT_A_NUMBER",
        "credit_limit",
        30,
    )
    assert problem["places"]


def test_a_broken_draft_is_refused_with_every_problem_and_its_place(running):
    draft = draft_of(running, "accounts", 'name = "NAME1"', 'nmae = "NAME1"')
    code, _, said = running.waybill("mapping", "diff", "accounts", draft)
    assert code == 1
    assert "nmae" in said
    assert "draft for accounts" in said
    assert "Traceback" not in said


def test_a_shadow_run_compares_a_draft_with_what_is_in_force_on_whole_exports(running):
    draft = draft_of(
        running, "accounts", 'name = "NAME1"', 'name = { column = "NAME1", case = "upper" }'
    )
    code, found, _ = running.waybill("mapping", "shadow", "accounts", draft, "--json")
    assert code == 0
    assert found["exports"][-1]["records"] == 30
    assert found["exports"][-1]["differ"] == 30
    assert found["exports"][-1]["fields"] == {"name": 30}


def test_a_difference_in_writing_only_is_said_to_mean_the_same(running):
    draft = draft_of(running, "accounts", 'name = "NAME1"', 'name = { column = "NAME1" }')
    code, found, _ = running.waybill("mapping", "diff", "accounts", draft, "--json")
    assert code == 0
    assert found["same_meaning"] is True
    assert found["needs"].startswith("Nothing")


def test_a_published_draft_comes_into_force_and_an_earlier_version_can_be_restored(
    running, receiver
):
    crm = receiver.cases["crm"]
    upper = draft_of(
        running, "accounts", 'name = "NAME1"', 'name = { column = "NAME1", case = "upper" }'
    )
    code, published, _ = running.waybill(
        "mapping", "publish", "accounts", upper, "--comment", "names in capitals", "--json"
    )
    assert (code, published["version"], published["same_meaning"]) == (0, 2, False)
    running.until(lambda _: crm.now["account", "007"] == "CUSTOMER 7", "it is not in force")
    running.until_idle()

    code, _, said = running.waybill("mapping", "publish", "accounts", upper, "--comment", "x")
    assert code == 2
    assert "MAPPING_UNCHANGED" in said

    _, listed, _ = running.waybill("mapping", "versions", "accounts", "--json")
    assert [(v["number"], v["in_force"]) for v in listed["items"]] == [(2, True), (1, False)]
    assert listed["items"][0]["comment"] == "names in capitals"
    _, shown, _ = running.waybill("mapping", "show", "accounts", "--version", "1", "--json")
    assert 'name = "NAME1"' in shown["text"]

    code, restored, _ = running.waybill("mapping", "restore", "accounts", "1", "--json")
    assert (code, restored["version"]) == (0, 3)
    running.until(lambda _: crm.now["account", "007"] == "Customer 7", "it is not restored")
    running.until_idle()
    assert len(crm.history["contact", "C-003"]) == 1, "other flows are not touched"
    assert not crm.wrong


def test_a_broken_draft_is_never_published_and_the_old_mapping_stays(running):
    before = (running.home / "mappings" / "accounts.toml").read_text(encoding="utf-8")
    broken = draft_of(running, "accounts", 'name = "NAME1"', 'nmae = "NAME1"')
    code, _, said = running.waybill("mapping", "publish", "accounts", broken, "--comment", "x")
    assert code == 1
    assert "nmae" in said
    assert "draft for accounts" in said
    absent = draft_of(running, "accounts", 'name = "NAME1"', 'name = "NAME9"')
    code, _, said = running.waybill("mapping", "publish", "accounts", absent, "--comment", "x")
    assert code == 2
    assert "SCHEMA_CHANGED" in said
    assert "'NAME9' is missing" in said
    code, _, said = running.waybill(
        "mapping", "publish", "accounts", broken, "--comment", " ", "--json"
    )
    assert code == 2
    assert (running.home / "mappings" / "accounts.toml").read_text(encoding="utf-8") == before
    _, listed, _ = running.waybill("mapping", "versions", "accounts", "--json")
    assert [v["by"] for v in listed["items"]] == ["somebody, in the file"]
