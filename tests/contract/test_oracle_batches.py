"""Oracle does all of a batch or nothing, pages lie, keys are shared: what follows for each record."""

from __future__ import annotations

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.wire import Response
from agent.model import (
    BatchRefused,
    Deferred,
    Delivered,
    Level,
    Message,
    Op,
    Rejected,
    Stamp,
)
from tests.contract.oracle_records import everything, message, one
from tests.contract.oracle_rig import OracleRig


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", crm="oracle", seed=1) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def cx(sandbox, tmp_path):
    rig = OracleRig(sandbox, tmp_path)
    yield rig
    rig.target.close()


@pytest.mark.parametrize("names_part", ["parts", "path"])
def test_the_failing_part_is_rejected_and_the_others_are_told_that_nothing_happened(cx, names_part):
    cx.sandbox.options.names_part = names_part
    batch = [message("account", key=f"C-{n}") for n in range(5)]
    bad = message("account", key="C-2", name="x" * 361)
    batch[2] = bad
    receipts = cx.target.deliver(batch)
    assert isinstance(receipts[2], Rejected)
    assert (receipts[2].code, receipts[2].field) == ("JBO-27010", "name")
    others = [receipt for n, receipt in enumerate(receipts) if n != 2]
    assert {type(receipt) for receipt in others} == {BatchRefused}
    assert cx.held() == {}


def test_where_no_part_is_named_the_whole_batch_is_refused_and_a_batch_of_one_tells(cx):
    cx.sandbox.options.names_part = "none"
    bad = message("account", key="C-2", name="x" * 361)
    receipts = cx.target.deliver([message("account"), bad])
    assert {type(receipt) for receipt in receipts} == {BatchRefused}
    alone = one(cx.target, bad)
    assert isinstance(alone, Rejected)
    assert alone.code == "JBO-27010"


def test_a_unique_key_that_the_database_refuses_names_no_part_and_is_found_by_halving(cx):
    cx.sandbox.options.upsert_matches = False
    trusting = OracleRig(cx.sandbox, cx.folder, settings={"upsert_matches": ["account"]})
    one(cx.target, message("account"))
    batch = [message("account"), message("account", key="C-2")]
    assert {type(r) for r in trusting.target.deliver(batch)} == {BatchRefused}
    alone = one(trusting.target, batch[0])
    assert isinstance(alone, Rejected)
    assert alone.code == "ORA-00001"
    trusting.target.close()


def test_plain_text_errors_are_read_too(cx):
    cx.sandbox.options.plain_errors = True
    refused = one(cx.target, message("account", name="x" * 361))
    assert isinstance(refused, Rejected)
    assert (refused.code, refused.field) == ("JBO-27010", "name")
    assert "xxx" not in refused.reason


def test_a_service_whose_upsert_matches_otherwise_makes_no_duplicate(cx):
    cx.sandbox.options.upsert_matches = False
    for revision in range(3):
        one(cx.target, message("account", phone=str(revision)))
    assert len(cx.sandbox.every("accounts")) == 1


def test_a_resource_that_refuses_upserts_is_created_where_the_configuration_says_so(
    sandbox, tmp_path
):
    sandbox.options.no_upsert = ("accounts",)
    rig = OracleRig(sandbox, tmp_path)
    assert isinstance(one(rig.target, message("account")), Rejected)
    found = {f.code for f in rig.target.check() if f.level is not Level.OK}
    assert found == {"NO_UPSERT"}
    rig.target.close()
    rig = OracleRig(sandbox, tmp_path, settings={"no_upsert": ["account"]})
    assert isinstance(one(rig.target, message("account")), Delivered)
    rig.target.close()


def test_two_records_under_one_key_are_left_alone_and_named(cx):
    cx.sandbox.enter("products", {"ItemNumber": "1", "Name": "a", "Description": "a", "DefaultUOMCode": "EA", "ProductTypeCode": "GOODS", "ERP_Id_c": "A-1"})  # fmt: skip
    number = cx.sandbox.enter("products", {"ItemNumber": "2", "Name": "b", "Description": "b", "DefaultUOMCode": "EA", "ProductTypeCode": "GOODS"})  # fmt: skip
    table = cx.sandbox._dialect._records.store.tables["products"]
    table.swap(table.rows[number], {**table.rows[number].values, "ERP_Id_c": "A-1"})
    for receipt in (
        one(cx.target, message("product")),
        one(cx.target, message("product", Op.DELETE)),
    ):
        assert isinstance(receipt, Rejected)
        assert receipt.code == "EXTERNAL_ID_AMBIGUOUS"
    waiting = one(cx.target, message("inventory"))
    assert isinstance(waiting, Rejected)
    assert (waiting.code, waiting.field) == ("EXTERNAL_ID_AMBIGUOUS", "product")


def test_what_is_taken_only_once_is_not_sent_again_and_a_change_of_it_needs_a_person(cx):
    everything(cx.target)
    one(cx.target, message("product", key="A-2", code="A-2"))
    one(cx.target, message("price_book", key="L-2"))
    for change in ({"product": "A-2"}, {"price_book": "L-2"}):
        receipt = one(cx.target, message("price_book_entry", **change))
        assert isinstance(receipt, Rejected)
        assert (receipt.code, receipt.field) == ("CREATE_ONLY_CHANGED", next(iter(change)))
    assert isinstance(one(cx.target, message("price_book_entry", unit_price="1.0000")), Delivered)
    (entry,) = cx.sandbox.records("priceBookHeaders/PriceBookItem").values()
    assert entry["ListPrice"] == 1


def test_the_same_record_twice_in_a_batch_goes_one_after_the_other(cx):
    receipts = cx.target.deliver([message("account"), message("account", phone="1")])
    assert [type(receipt) for receipt in receipts] == [Delivered, Deferred]


def test_keys_of_any_characters_are_found_again(cx):
    keys = ["O'Brien", "a''b", "10/2026", "Ünï ✓", "a,b;c=d&e", "%", "x" * 200, " "]
    receipts = cx.target.deliver([message("account", key=key) for key in keys])
    assert {type(receipt) for receipt in receipts} == {Delivered}
    assert set(cx.target.find("account", keys)) == set(keys)
    assert set(cx.held()) == set(keys)


def test_a_listing_and_a_look_up_survive_silent_caps_and_a_has_more_that_lies(cx):
    cx.sandbox.options.page_size = 7
    cx.sandbox.options.has_more = False
    keys = [f"C-{n:03}" for n in range(60)]
    cx.target.deliver([message("account", key=key) for key in keys])
    assert set(cx.target.find("account", keys)) == set(keys)
    seen, after = [], None
    while True:
        page = cx.target.list("account", after)
        seen += [item.external_id for item in page.items]
        after = page.after
        if after is None:
            break
    assert seen == keys


def test_lines_of_many_owners_are_listed_once_each(cx):
    cx.sandbox.options.page_size = 9
    everything(cx.target)
    orders = [message("order", key=f"N-{n:02}") for n in range(30)]
    cx.target.deliver(orders)
    lines = [message("order_line", key=f"N-{n:02}/1", order=f"N-{n:02}") for n in range(30)]
    assert {type(receipt) for receipt in cx.target.deliver(lines)} == {Delivered}
    seen, after = [], None
    while True:
        page = cx.target.list("order_line", after)
        seen += [item.external_id for item in page.items]
        after = page.after
        if after is None:
            break
    assert sorted(seen) == sorted([*(line.external_id for line in lines), "SO-1/10"])


def test_another_systems_reference_is_neither_ours_nor_overwritten(cx):
    other = {"SourceSystem": "LEGACY", "SourceSystemReferenceValue": "C-1"}
    number = cx.sandbox.enter("accounts", {"OrganizationName": "Theirs", **other})
    assert cx.target.find("account", ["C-1"]) == {}
    assert list(cx.target.list("account", None).items) == []
    (receipt,) = cx.target.stamp("account", [Stamp(number, "C-9")])
    assert isinstance(receipt, Rejected)
    assert receipt.code == "LINK_TAKEN"


def test_records_that_live_in_others_cannot_be_linked(cx):
    (receipt,) = cx.target.stamp("order_line", [Stamp("1", "C-9")])
    assert isinstance(receipt, Rejected)
    assert receipt.code == "LINK_UNSUPPORTED"


def test_a_resource_that_is_hidden_puts_off_its_own_records_only(cx):
    cx.sandbox.options.hidden = ("ERP_Invoice_c",)
    one(cx.target, message("account"))
    without = message("invoice")
    lone = {k: v for k, v in without.fields.items() if k != "order"}
    put_off = one(cx.target, Message("1", Op.UPSERT, "invoice", "invoice/1", "I-1", 1, lone))
    assert isinstance(put_off, Deferred)
    assert put_off.code == "OBJECT_MISSING"
    assert isinstance(one(cx.target, message("account", phone="2")), Delivered)


# --- linking --------------------------------------------------------------------------------------


def test_a_record_that_refuses_its_key_does_not_keep_the_others_from_theirs(cx):
    cx.sandbox.options.names_part = "none"
    ids = [cx.typed_in(f"Company {n}") for n in range(4)]
    cx.sandbox.fault("partial", field="SourceSystemReferenceValue", contains="C-2")
    receipts = cx.target.stamp("account", [Stamp(one, f"C-{n}") for n, one in enumerate(ids)])
    assert [type(receipt) for receipt in receipts] == [Delivered, Delivered, Rejected, Delivered]
    assert cx.keys() == {ids[0]: "C-0", ids[1]: "C-1", ids[2]: "", ids[3]: "C-3"}


def test_an_outage_in_the_middle_of_linking_tells_what_was_done_and_what_was_not(cx):
    ids = [cx.typed_in(f"Company {n}") for n in range(3)]
    stamps = [Stamp(one, f"C-{n}") for n, one in enumerate(ids)]
    serve, seen = cx.sandbox._listener._serve, []

    def busy_after_the_first(request):
        seen.extend([request] if request.method == "PATCH" else [])
        return Response(503) if len(seen) > 1 and request is seen[-1] else serve(request)

    cx.sandbox.stop()
    cx.sandbox._listener._serve = busy_after_the_first
    cx.sandbox.start()
    receipts = cx.target.stamp("account", stamps)
    assert [type(receipt) for receipt in receipts] == [Delivered, Deferred, Deferred]
    seen.clear()
    cx.sandbox.stop()
    cx.sandbox._listener._serve = serve
    cx.sandbox.start()
    receipts = cx.target.stamp("account", stamps)
    assert {type(receipt) for receipt in receipts} == {Delivered}
    assert set(cx.keys().values()) == {"C-0", "C-1", "C-2"}


def test_one_key_for_two_records_goes_to_the_first(cx):
    one_, two = cx.typed_in("One"), cx.typed_in("Two")
    receipts = cx.target.stamp("account", [Stamp(one_, "C-1"), Stamp(two, "C-1")])
    assert isinstance(receipts[0], Delivered)
    assert isinstance(receipts[1], Rejected)
    assert receipts[1].code == "LINK_KEY_HELD"
    assert cx.keys() == {one_: "C-1", two: ""}


def test_a_check_names_what_the_user_may_not_do_resource_by_resource(sandbox, tmp_path):
    sandbox.options.not_offered = ("accounts create", "accounts delete", "contacts update")
    rig = OracleRig(sandbox, tmp_path, settings={"entities": ["account", "contact", "product"]})
    found = {(f.code, f.text) for f in rig.target.check() if f.level is not Level.OK}
    rig.target.close()
    assert found == {
        ("PERMISSION_DENIED", "accounts (for account) does not let the user create records."),
        ("DELETE_FORBIDDEN", "accounts (for account) does not let the user delete records."),
        ("PERMISSION_DENIED", "contacts (for contact) does not let the user change records."),
    }
