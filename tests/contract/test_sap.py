"""The SAP target keeps every promise of the suites, against the sandbox over real sockets."""

from __future__ import annotations

import pytest

from adapters.sandbox import Sandbox
from adapters.targets.sap import SapConfig
from agent.model import Deferred, Delivered, Level, Message, Op, Rejected, Stamp
from tests.contract.link_suite import LinkSuite
from tests.contract.target_suite import TargetSuite
from tests.sap_rig import ACCOUNTS, SapRig

SIGN_IN = {"flow": "basic", "user": "_WAYBILL", "password": "secret:crm-password"}


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", crm="sap", seed=1) as running:
        yield running
        assert list(running.crashes) == []


class TestSap(TargetSuite):
    @pytest.fixture(params=[("basic", True), ("basic", False), ("saml_bearer", True)])
    def rig(self, sandbox, tmp_path, request):
        flow, sandbox.options.needs_token = request.param
        rig = SapRig(sandbox, tmp_path, flow=flow)
        yield rig
        rig.target.close()


class TestSapLinks(LinkSuite):
    @pytest.fixture
    def links(self, sandbox, tmp_path):
        rig = SapRig(sandbox, tmp_path, {"page": 200})
        yield rig
        rig.target.close()


def test_it_tells_what_it_was_sent_and_how_many_at_once_it_stands(sandbox, tmp_path):
    rig = SapRig(sandbox, tmp_path, {"threads": 3})
    assert (rig.target.meter().sent, rig.target.limits.parallel) == (0, 3)
    rig.target.deliver([message("account", "C-1", name="ACME")])
    assert rig.target.meter().sent == 3, "a session, a look-up, a batch"
    assert rig.target.meter().skew is not None
    rig.target.close()


@pytest.fixture
def rig(sandbox, tmp_path):
    rig = SapRig(sandbox, tmp_path)
    yield rig
    rig.target.close()


def message(entity, external_id, op=Op.UPSERT, revision=1, **fields):
    return Message(
        f"id-{external_id}-{revision}", op, entity, f"{entity}/1", external_id, revision, fields
    )


ROUTE = [
    message("account", "C-1", name="ACME", billing_city="Köln", credit_limit="1000.00", active=True),
    message("product", "P/1", name="Pump", code="PUMP-1", unit="EA", active=True),
    message("price_book", "L-1", name="List", currency="EUR", active=True),
    message("price_book_entry", "L-1/P/1", price_book="L-1", product="P/1", unit_price="9.9900"),
    message("contact", "K-1", account="C-1", last_name="O'Neill", mobile_e164="+49891234"),
    message("quote", "Q-1", account="C-1", contact="K-1", number="Q 1", quote_date="2026-11-20"),
    message("quote_line", "Q-1/10", quote="Q-1", product="P/1", number=10, quantity="3.0000"),
    message(
        "order", "SO-1", account="C-1", number="SO 1", order_date="2026-11-21",
        requested_date="2026-12-01", status="confirmed", currency="EUR", total="29.97",
    ),
    message(
        "order_line", "SO-1/10", order="SO-1", product="P/1", price_book_entry="L-1/P/1",
        number=10, quantity="3.0000", unit="EA", unit_price="9.9900", amount="29.97",
    ),
    message("invoice", "I-1", account="C-1", order="SO-1", number="I 1", invoice_date="2026-11-21"),
    message("invoice_line", "I-1/1", invoice="I-1", product="P/1", number=1, amount="29.97"),
    message(
        "inventory", "P/1@W", product="P/1", warehouse="W", on_hand="5.0000",
        counted_at="2026-11-21T10:30:00Z",
    ),
    message("shipment", "SH-1", order="SO-1", number="SH 1", expected_date="2026-11-25"),
    message("shipment_line", "SH-1/1", shipment="SH-1", order_line="SO-1/10", number=1, lot="L"),
    message("payment", "PY-1", account="C-1", invoice="I-1", number="PY 1", amount="29.97"),
    message("credit_note", "CN-1", account="C-1", invoice="I-1", number="CN 1", total="1.00"),
    message("tax_line", "I-1/T", invoice="I-1", invoice_line="I-1/1", number=1, rate="19.0000"),
    message("contract", "CT-1", account="C-1", number="CT 1", start_date="2026-01-01"),
    message("subscription", "SB-1", account="C-1", contract="CT-1", product="P/1", number="SB 1"),
    message("billing_schedule", "B-1", account="C-1", subscription="SB-1", number=1),
    message("acceptance", "A-1", account="C-1", order="SO-1", number="A 1", status="accepted"),
    message(
        "opportunity", "O-1", account="C-1", contact="K-1", name="Deal", stage="proposal",
        amount="1000.00", probability="50.00", close_date="2026-12-31",
    ),
    message(
        "service_case", "SC-1", account="C-1", contact="K-1", product="P/1", number="SC 1",
        subject="It leaks", opened_at="2026-11-21T08:00:00Z",
    ),
]  # fmt: skip


def test_the_route_has_every_kind():
    assert {each.entity for each in ROUTE} == set(
        SapConfig(url="https://my1.crm.ondemand.com", sign_in=SIGN_IN).places()
    )


def test_every_kind_arrives_with_its_parents_and_is_read_back_as_it_was_sent(rig):
    for each in ROUTE:
        (receipt,) = rig.target.deliver([each])
        assert isinstance(receipt, Delivered), (each.entity, receipt)
        found = rig.target.find(each.entity, [each.external_id], list(each.fields))
        assert found[each.external_id].fields == each.fields
        assert found[each.external_id].remote_id == receipt.remote_id
    for each in ROUTE:
        (again,) = rig.target.deliver([each])
        assert isinstance(again, Delivered)
        log = rig.sandbox.write_log(rig.target.resource(each.entity))[each.external_id]
        assert (log["creates"], log["updates"], log["repeats"]) == (1, 0, 1), each.entity


def test_what_is_emptied_in_the_erp_is_emptied_there(rig):
    for each in ROUTE[:5]:
        rig.target.deliver([each])
    empty = {"billing_city": None, "credit_limit": None, "active": None, "parent_account": None}
    rig.target.deliver([message("account", "C-1", revision=2, name="ACME", **empty)])
    fields = rig.target.find("account", ["C-1"], list(empty))["C-1"].fields
    assert fields == {**empty, "active": False}


def test_a_create_that_lost_a_race_is_found_and_changed(rig, sandbox):
    other = SapRig(sandbox, rig.folder)
    accounts = "CorporateAccountCollection"
    sandbox.options.duplicate_names = False
    original = rig.target._client.change

    def late(service, wanted):  # between our look and our write, somebody else creates it
        rig.target._client.change = original
        other.target.deliver([message("account", "C-1", name="ACME")])
        return original(service, wanted)

    rig.target._client.change = late
    (receipt,) = rig.target.deliver([message("account", "C-1", name="ACME", phone="089 1")])
    other.target.close()
    assert isinstance(receipt, Delivered)
    (held,) = sandbox.every(accounts).values()
    assert held["Phone"] == "089 1"
    assert sandbox.write_log(accounts)["C-1"]["doubled"] == 0


def test_a_duplicate_that_does_not_hold_our_key_is_a_persons_business(rig, sandbox):
    sandbox.options.duplicate_names = False
    rig.typed_in("ACME")
    (receipt,) = rig.target.deliver([message("account", "C-1", name="ACME")])
    assert isinstance(receipt, Rejected)
    assert receipt.code == "DUPLICATES_DETECTED"


def test_a_key_that_several_records_hold_changes_none_of_them(rig, sandbox):
    for name in ("One", "Two"):
        sandbox.enter(ACCOUNTS, {"Name": name, "ERPKey_KUT": "C-1"})
    for op in (Op.UPSERT, Op.DELETE):
        (receipt,) = rig.target.deliver([message("account", "C-1", op, name="X")])
        assert isinstance(receipt, Rejected)
        assert receipt.code == "EXTERNAL_ID_AMBIGUOUS"
    (receipt,) = rig.target.deliver([message("contact", "K-1", account="C-1", last_name="N")])
    assert (receipt.code, receipt.field) == ("EXTERNAL_ID_AMBIGUOUS", "account")
    assert sorted(each["Name"] for each in sandbox.every(ACCOUNTS).values()) == ["One", "Two"]


def test_keys_that_differ_only_in_case_are_two_records(rig):
    rig.target.deliver(
        [message("account", "c-1", name="small"), message("account", "C-1", name="BIG")]
    )
    assert rig.held() == {"c-1": "small", "C-1": "BIG"}
    assert rig.target.find("account", ["c-1"], ["name"])["c-1"].fields == {"name": "small"}


def test_a_key_that_sap_would_store_otherwise_is_refused_and_never_made_twice(rig, sandbox):
    for _ in range(2):
        good, bad = rig.target.deliver(
            [
                message("account", "C-1", name="Blank at the end "),
                message("account", "C-2 ", name="X"),
            ]
        )
        assert isinstance(good, Delivered)
        assert bad.code == "EXTERNAL_ID_INVALID"
    assert rig.held() == {"C-1": "Blank at the end"}
    assert len(sandbox.every(ACCOUNTS)) == 1


def test_what_sap_sets_once_may_be_said_again_but_not_changed(rig):
    rig.target.deliver([message("product", "P-1", name="Pump", code="A")])
    (same,) = rig.target.deliver([message("product", "P-1", revision=2, name="Pumpe", code="A")])
    assert isinstance(same, Delivered)
    (moved,) = rig.target.deliver([message("product", "P-1", revision=3, name="P", code="B")])
    assert (moved.code, moved.field) == ("CREATE_ONLY_CHANGED", "code")
    assert rig.target.find("product", ["P-1"], ["name", "code"])["P-1"].fields == {
        "name": "Pumpe",
        "code": "A",
    }


def test_a_deleted_account_is_out_of_use_and_comes_back_as_a_new_one(rig, sandbox):
    rig.target.deliver([message("account", "C-1", name="ACME")])
    rig.target.deliver([message("account", "C-1", Op.DELETE, 2)])
    assert rig.target.find("account", ["C-1"]) == {}
    assert list(rig.target.match("account", ["name"], None).items) == [], "no candidate to link"
    (old,) = sandbox.every(ACCOUNTS).values()
    assert old["LifeCycleStatusCode"] == "4"
    rig.target.deliver([message("account", "C-1", revision=3, name="ACME")])
    assert len(sandbox.every(ACCOUNTS)) == 2
    assert sandbox.write_log(ACCOUNTS)["C-1"]["doubled"] == 0


def test_an_order_is_deleted_with_its_lines(rig, sandbox):
    for each in ROUTE[:9]:
        rig.target.deliver([each])
    rig.target.deliver([message("order_line", "SO-1/10", Op.DELETE, 2)])
    assert sandbox.every("CustomerOrderItemCollection") == {}
    rig.target.deliver([message("order", "SO-1", Op.DELETE, 2)])
    assert sandbox.every("CustomerOrderCollection") == {}


def test_a_look_up_follows_every_page(sandbox, tmp_path):
    sandbox.options.page_size = 7
    rig = SapRig(sandbox, tmp_path)
    batch = [message("account", f"C-{n}", name=f"N {n}") for n in range(40)]
    for _ in range(2):
        assert {type(r) for r in rig.target.deliver(batch)} == {Delivered}
    assert len(rig.target.find("account", [each.external_id for each in batch])) == 40
    assert len(sandbox.every(ACCOUNTS)) == 40
    seen, after = [], None
    while True:
        page = rig.target.list("account", after)
        seen += [item.external_id for item in page.items]
        if page.after is None:
            break
        after = page.after
    rig.target.close()
    assert sorted(seen) == sorted(each.external_id for each in batch)


def test_a_stamp_on_a_record_that_changed_meanwhile_waits(rig, sandbox):
    one = rig.typed_in("One")
    original = rig.target._client.change

    def late(service, wanted):
        sandbox.change(ACCOUNTS, one, {"Name": "Changed"})
        return original(service, wanted)

    rig.target._client.change = late
    (receipt,) = rig.target.stamp("account", [Stamp(one, "C-1")])
    assert isinstance(receipt, Deferred)
    assert receipt.code == "CHANGED_MEANWHILE"
    assert rig.keys() == {one: ""}


def test_one_key_is_put_on_one_record_only_also_within_one_call(rig):
    one, two = rig.typed_in("One"), rig.typed_in("Two")
    stamps = [Stamp(one, "C-1"), Stamp(two, "C-1"), Stamp(one, "C-2")]
    first, second, third = rig.target.stamp("account", stamps)
    assert isinstance(first, Delivered)
    assert second.code == "LINK_KEY_HELD"
    assert third.code == "SAME_RECORD_IN_BATCH"


# --- check ---


def laid_over(tmp_path, *schema):
    return Sandbox(tmp_path / "other", crm="sap", seed=1, schema=schema)


def found(rig):
    return {(f.code, f.text.split()[0]) for f in rig.target.check() if f.level is not Level.OK}


def test_a_check_names_what_the_tenant_does_not_have(tmp_path):
    account = {
        "ERPKey_KUT": "String 40 ---",
        "Street": "String 30 cuf",
        "Phone": "String 40 --f",
        "ERPBalance_KUT": None,
    }
    types = {
        "CorporateAccount": {"properties": account},
        "Contact": {"properties": {"ERPKey_KUT": None, "StatusCode": None}},
        "CustomerOrder": {"deletable": False},
        "ERPStock": None,
    }
    with laid_over(tmp_path, {"types": types}) as sandbox:
        rig = SapRig(sandbox, tmp_path)
        problems = found(rig)
        rig.target.close()
    assert problems == {
        ("FIELD_READ_ONLY", "CorporateAccountCollection.ERPKey_KUT"),
        ("NOT_FILTERABLE", "CorporateAccountCollection.ERPKey_KUT"),
        ("FIELD_SHORTER", "CorporateAccountCollection.Street"),
        ("FIELD_READ_ONLY", "CorporateAccountCollection.Phone"),
        ("FIELD_MISSING", "CorporateAccountCollection.ERPBalance_KUT"),
        ("FIELD_MISSING", "ContactCollection.ERPKey_KUT"),
        ("FIELD_MISSING", "ContactCollection.StatusCode"),
        ("DELETE_FORBIDDEN", "CustomerOrderCollection"),
        ("OBJECT_MISSING", "ERPStockCollection"),
    }


def test_a_check_names_what_may_not_be_read_created_or_changed_set_by_set(tmp_path):
    types = {"Contact": {"creatable": False}, "Product": {"updatable": False}}
    with laid_over(tmp_path, {"types": types}) as sandbox:
        sandbox.options.forbidden = frozenset({ACCOUNTS})
        rig = SapRig(sandbox, tmp_path, {"entities": ["account", "contact", "product"]})
        told = [f.text for f in rig.target.check() if f.code == "PERMISSION_DENIED"]
        rig.target.close()
    assert told == [
        "The user may not read CorporateAccountCollection (for account).",
        "The service lets nobody create records of ContactCollection (for contact).",
        "The service lets nobody change records of ProductCollection (for product).",
    ]


def test_a_check_names_a_service_that_is_not_there_once_and_looks_at_the_other(tmp_path, sandbox):
    rig = SapRig(sandbox, tmp_path, {"custom_service": "/sap/c4c/odata/cust/v1/nothing"})
    findings = rig.target.check()
    rig.target.close()
    (problem,) = [f for f in findings if f.level is not Level.OK]
    assert problem.code == "SERVICE_MISSING"
    assert "inventory" in problem.text
    assert problem.hint
    assert sum(f.code == "OBJECT_READY" for f in findings) == 9


def test_the_standard_key_cannot_be_written_and_the_check_says_so(tmp_path, sandbox):
    settings = {"external_id_field": "ExternalID", "entities": ("account",)}
    rig = SapRig(sandbox, tmp_path, settings)
    assert found(rig) == {("FIELD_READ_ONLY", "CorporateAccountCollection.ExternalID")}
    (receipt,) = rig.target.deliver([message("account", "C-1", name="ACME")])
    rig.target.close()
    assert receipt.code == "FIELD_READ_ONLY"
