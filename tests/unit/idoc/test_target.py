"""IDoc files: there whole or not at all, once in effect, answered by receipts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from adapters.targets import idoc
from adapters.targets.idoc import IdocConfig
from agent.errors import TargetUnavailable
from agent.model import (
    Accepted,
    Ambiguous,
    Deferred,
    Delivered,
    Level,
    Message,
    Op,
    Rejected,
    Stamp,
)
from tests.accounts import as_nobody, as_root, reachable
from tests.http_stub import context
from tests.idoc_reader import Reader


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "back").mkdir()
    return tmp_path


def made(folder, **more):
    return idoc.make(IdocConfig(folder="out", **more), context(folder))


def message(number=1, revision=1, op=Op.UPSERT, name="ACME"):
    fields = {} if op is Op.DELETE else {"name": name}
    return Message(
        f"id-{op}-{number}-{revision}", op, "account", "account/1", f"C/{number}", revision, fields
    )


def test_without_receipts_a_file_on_the_disk_is_delivered(folder):
    receipts = made(folder).deliver([message(1), message(2)])
    assert receipts == [Delivered(), Delivered()]
    assert {path.name for path in (folder / "out").iterdir()} == {
        "id-upsert-1-1.idoc",
        "id-upsert-2-1.idoc",
    }


def test_the_same_message_again_has_one_effect(folder):
    target, reader = made(folder), Reader(folder / "out")
    target.deliver([message()])
    target.deliver([message()])
    assert reader.run() == 1
    target.deliver([message()])
    reader.run()
    assert (reader.records, reader.dropped) == ({("account", "C/1"): {"name": "ACME"}}, 1)


def test_records_come_change_and_go(folder):
    target, reader = made(folder), Reader(folder / "out")
    for each in (message(1), message(2), message(1, 2, name="New"), message(2, 2, Op.DELETE)):
        target.deliver([each])
        reader.run()
    assert reader.records == {("account", "C/1"): {"name": "New"}}


def test_with_receipts_a_message_is_on_its_way_until_sap_has_answered(folder):
    target = made(folder, receipts="back", check_after="5s")
    reader = Reader(folder / "out", folder / "back", {"C/2": "ZCRM042\nNo such\npartner."})
    sent = target.deliver([message(1), message(2), message(3)])
    assert sent[0] == Accepted("id-upsert-1-1", timedelta(seconds=5))
    handles = [receipt.handle for receipt in sent]
    assert target.follow(handles) == sent
    reader.run()
    one, two, three = target.follow(handles)
    assert isinstance(one, Delivered)
    assert isinstance(three, Delivered)
    assert one.remote_id
    assert isinstance(two, Rejected)
    assert two.code == "ZCRM042"
    assert "No such\npartner." in two.reason


def test_what_sap_has_processed_is_not_written_again(folder):
    target = made(folder, receipts="back")
    reader = Reader(folder / "out", folder / "back")
    target.deliver([message()])
    reader.run()
    (again,) = target.deliver([message()])
    assert isinstance(again, Delivered)
    assert list((folder / "out").iterdir()) == []


@pytest.mark.parametrize("ask", ["follow", "deliver"])
def test_a_refusal_is_told_once_and_a_message_sent_once_more_hears_a_new_answer(folder, ask):
    target = made(folder, receipts="back")
    reader = Reader(folder / "out", folder / "back", {"C/1": "E1\nNo."})

    def asked():
        return (
            target.follow(["id-upsert-1-1"]) if ask == "follow" else target.deliver([message()])
        )[0]

    target.deliver([message()])
    reader.run()
    assert isinstance(asked(), Rejected)
    reader.refuse.clear()
    target.deliver([message()])
    assert isinstance(asked(), Accepted)
    reader.run()
    assert isinstance(asked(), Delivered)


def test_a_file_that_sap_has_not_taken_yet_is_left_as_it_is(folder):
    target = made(folder, receipts="back")
    target.deliver([message()])
    (path,) = (folder / "out").iterdir()
    before = path.stat()
    assert isinstance(target.deliver([message()])[0], Accepted)
    assert path.stat() == before


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("", "SAP_REFUSED", "nothing more."),
        ("E1", "E1", "nothing more."),
        ("It did not work", "SAP_REFUSED", "It did not work"),
        ("E1\n" + "x" * 9000, "E1", "x" * 300),
        ("Ö\nÄ", "SAP_REFUSED", "Ö\nÄ"),
    ],
)
def test_a_refusal_is_read_however_it_is_written(folder, text, code, says):
    (folder / "back" / "h.err").write_text(text, "utf-8")
    (receipt,) = made(folder, receipts="back").follow(["h"])
    assert isinstance(receipt, Rejected)
    assert receipt.code == code
    assert receipt.reason.endswith(says)


def test_a_handle_that_is_none_of_ours_reads_no_file(folder):
    (folder / "x.ok").write_text("1")
    target = made(folder, receipts="back")
    assert isinstance(target.follow(["../x"])[0], Ambiguous)
    assert isinstance(made(folder).follow(["h"])[0], Ambiguous)


def test_a_text_that_cannot_be_written_stops_only_its_own_record(folder):
    one, two, three = made(folder).deliver([message(1), message(2, name="\x00"), message(3)])
    assert (one, three) == (Delivered(), Delivered())
    assert isinstance(two, Rejected)
    assert (two.code, two.field) == ("TEXT_INVALID", "name")
    assert len(list((folder / "out").iterdir())) == 2


@pytest.mark.parametrize("part", ["out", "back"])
def test_a_folder_that_is_not_there_stops_the_target_with_nothing_written(folder, part):
    target = made(folder, receipts="back")
    (folder / part).rmdir()
    (folder / part).write_text("no folder")
    with pytest.raises(TargetUnavailable, match="FOLDER_MISSING"):
        target.deliver([message()])
    assert any(finding.code == "FOLDER_MISSING" for finding in target.check())
    if part == "back":
        with pytest.raises(TargetUnavailable, match="FOLDER_MISSING"):
            target.follow(["h"])


@as_root
def test_a_folder_that_may_not_be_written_is_named(folder):
    target = made(folder)
    reachable(folder / "out")

    def refused() -> int:
        with pytest.raises(TargetUnavailable, match="FOLDER_REFUSED"):
            target.deliver([message()])
        return 0

    assert as_nobody(refused) == 0


def test_a_folder_that_fails_in_the_middle_does_not_hide_what_was_written(folder):
    (folder / "out" / "id-upsert-2-1.idoc").mkdir()  # nothing can take this name
    one, two, three = made(folder).deliver([message(1), message(2), message(3)])
    assert one == Delivered()
    assert isinstance(two, Deferred)
    assert isinstance(three, Deferred)
    assert not list((folder / "out").glob(".*")), "nothing half-written is left"


def test_what_a_crash_left_half_written_is_no_file_and_is_replaced(folder):
    (folder / "out" / ".id-upsert-1-1.part").write_bytes(b"half")
    assert Reader(folder / "out").run() == 0
    assert made(folder).deliver([message()]) == [Delivered()]
    assert [path.name for path in (folder / "out").iterdir()] == ["id-upsert-1-1.idoc"]


def test_a_check_is_fine_and_leaves_nothing_behind(folder):
    target = made(folder, receipts="back")
    assert {finding.level for finding in target.check()} == {Level.OK}
    assert not list((folder / "out").iterdir())
    assert not list((folder / "back").iterdir())


def test_it_says_what_delivery_needs_to_know(folder):
    target = made(folder)
    assert (target.finds, target.links, target.repeatable) == (False, False, True)
    assert target.resource("account") == "account"
    assert target.deliver([]) == []
    assert target.find("account", ["C-1"]) == {}
    assert target.list("account", None).items == ()
    assert target.match("account", ["name"], None).items == ()
    assert target.stamp("account", [Stamp("1", "C-1")])[0].code == "LINK_UNSUPPORTED"
    target.close()
    target.close()


@pytest.mark.parametrize(
    "wrong", [{"client": "1"}, {"encoding": "utf-16"}, {"basic_type": "Z a"}, {"batch": 0}]
)
def test_a_wrong_setting_is_named(wrong):
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        IdocConfig(folder="out", **wrong)


def test_the_set_up_page_describes_both_segments():
    page = IdocConfig(folder="out", basic_type="ZOWN01").setup()["sap-idoc-setup.md"].decode()
    for word in (
        "ZOWN01",
        "Z1WBHEAD",
        "| EXTID | 255 |",
        "| VALUE | 900 |",
        "524",
        "1063",
        "RSEINB00",
    ):
        assert word in page
