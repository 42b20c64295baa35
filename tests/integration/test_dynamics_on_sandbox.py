"""The Dynamics 365 target against the sandbox: every kind there and back, checks, hard cases."""

import json
from contextlib import closing

import pytest

from adapters.sandbox import Sandbox
from adapters.sandbox.dynamics import DynamicsOptions
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Deferred, Delivered, Level, Message, Op, Parent, Rejected, WaitingFor
from tests.dynamics_rig import DynamicsRig, certificate

ROWS = {
    "account": [("C-1", {"name": "Acme", "number": "1", "parent_account": None, "phone": "1 2",
                         "credit_limit": "12345678901234.56", "credit_hold": True,
                         "billing_street": "A 1\nB", "balance": "-0.10", "active": True,
                         "currency": "EUR"}),
                ("C-1/a", {"name": "Acme Süd", "parent_account": "C-1", "active": False})],
    "contact": [("K-1", {"account": "C-1", "first_name": None, "last_name": "O'Neill \\ \"x\"",
                         "email": "a@example.com", "active": True})],
    "product": [("P-1", {"name": "Bolt", "code": "B1", "weight": "0.1250", "active": True})],
    "price_book": [("L-1", {"name": "List", "currency": "EUR", "valid_from": "2026-01-01",
                            "active": True})],
    "price_book_entry": [("L-1/P-1", {"price_book": "L-1", "product": "P-1", "account": "C-1",
                                      "unit_price": "9.9900", "currency": "EUR", "active": True})],
    "quote": [("Q-1", {"account": "C-1", "contact": "K-1", "price_book": "L-1", "number": "Q 1",
                       "name": "Bolts", "quote_date": "2026-11-19", "status": "sent",
                       "currency": "EUR", "total": "19.98"})],
    "quote_line": [("Q-1/1", {"quote": "Q-1", "product": "P-1", "number": 1, "quantity": "2.0000",
                              "price_book_entry": "L-1/P-1", "unit_price": "9.9900"})],
    "order": [("SO-1", {"account": "C-1", "quote": "Q-1", "price_book": "L-1", "number": "SO 1",
                        "order_date": "2026-11-20", "requested_date": None, "status": "confirmed",
                        "currency": "EUR", "total": "19.98", "shipping_city": "Kiel"})],
    "order_line": [("SO-1/10", {"order": "SO-1", "price_book_entry": "L-1/P-1", "product": "P-1",
                                "number": 10, "quantity": "2.0000", "unit_price": "9.9900",
                                "amount": "19.98", "discount": "0.00"}),
                   ("SO-1/20", {"order": "SO-1", "product": None, "description": "Freight",
                                "number": 20, "quantity": "1.0000", "unit_price": "5.0000"})],
    "invoice": [("I-1", {"account": "C-1", "order": "SO-1", "number": "I 1",
                         "invoice_date": "2026-11-20", "due_date": None, "currency": "EUR",
                         "total": "19.98", "paid": "0.00", "payment_status": "open"})],
    "invoice_line": [("I-1/10", {"invoice": "I-1", "order_line": "SO-1/10", "product": None,
                                 "number": 10, "quantity": "2.5000", "unit_price": None,
                                 "amount": "19.98"})],
    "inventory": [("P-1/WH1", {"product": "P-1", "warehouse": "WH1", "on_hand": "3.5000",
                               "available": None, "counted_at": "2026-11-20T10:00:00Z"})],
    "shipment": [("S-1", {"order": "SO-1", "account": "C-1", "number": "S 1", "carrier": "DHL",
                          "expected_date": "2026-11-21", "delivered_date": None,
                          "status": "shipped"})],
    "shipment_line": [("S-1/1", {"shipment": "S-1", "order_line": "SO-1/10", "product": "P-1",
                                 "number": 1, "quantity": "2.0000"})],
    "payment": [("Z-1", {"account": "C-1", "invoice": "I-1", "number": "Z 1", "currency": "EUR",
                         "payment_date": "2026-11-21", "amount": "19.98"})],
    "opportunity": [("P-7", {"account": "C-1", "contact": "K-1", "name": "Bolts for 2027",
                             "stage": "proposal", "amount": "1000.00", "currency": "EUR",
                             "probability": "12.50", "close_date": "2027-01-31"})],
    "service_case": [("T-1", {"account": "C-1", "product": "P-1", "order": "SO-1", "number": "T 1",
                              "subject": "Rust", "status": "new",
                              "opened_at": "2026-11-20T10:00:00Z", "resolved_at": None})],
    "contract": [("V-1", {"account": "C-1", "number": "V 1", "start_date": "2026-01-01",
                          "notice_days": 30, "currency": "EUR", "total": "1200.00"})],
    "subscription": [("U-1", {"account": "C-1", "contract": "V-1", "product": "P-1",
                              "number": "U 1", "start_date": "2026-01-01", "quantity": "1.0000",
                              "unit_price": "9.9900", "currency": "EUR"})],
    "credit_note": [("G-1", {"account": "C-1", "invoice": "I-1", "number": "G 1",
                             "credit_date": "2026-11-21", "reason": "x" * 4000,
                             "currency": "EUR", "total": "-19.98"})],
    "tax_line": [("I-1/T", {"invoice": "I-1", "invoice_line": "I-1/10", "number": 1,
                            "rate": "19.0000", "amount": "3.80", "currency": "EUR"})],
    "billing_schedule": [("B-1", {"account": "C-1", "contract": "V-1", "subscription": "U-1",
                                  "number": 1, "due_date": "2026-12-01", "percent": "100.00",
                                  "amount": "1200.00", "currency": "EUR"})],
    "acceptance": [("X-1", {"account": "C-1", "order": "SO-1", "shipment": "S-1", "number": "X 1",
                            "remarks": "y" * 32000, "status": "accepted"})],
}  # fmt: skip


def message(entity, external_id, fields=None, revision=1, op=Op.UPSERT):
    id_ = f"{op}-{entity}-{external_id}-{revision}"
    return Message(id_, op, entity, f"{entity}/1", external_id, revision, fields or {})


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", crm="dynamics", seed=1) as running:
        yield running
        assert list(running.crashes) == []


@pytest.fixture
def rig(sandbox, tmp_path):
    rig = DynamicsRig(sandbox, tmp_path)
    yield rig
    rig.target.close()


def checked(sandbox, folder, flow="client_credentials", **settings):
    """Codes of what a check of this target finds fault with."""
    rig = DynamicsRig(sandbox, folder, flow, settings)
    with closing(rig.target):
        return codes(rig.target.check())


def codes(findings):
    return {f.code for f in findings if f.level in (Level.ERROR, Level.WARNING)}


def deliver_all(target):
    for entity, rows in ROWS.items():
        batch = [message(entity, key, fields) for key, fields in rows]
        assert {type(receipt) for receipt in target.deliver(batch)} == {Delivered}, entity


def test_every_kind_arrives_is_found_as_it_was_sent_and_goes_again(rig):
    deliver_all(rig.target)
    for entity, rows in ROWS.items():
        found = rig.target.find(entity, [key for key, _ in rows])
        for key, fields in rows:
            held = {name: found[key].fields[name] for name in fields}
            assert held == fields, entity
        listed = rig.target.list(entity, None)
        assert {item.external_id for item in listed.items} == {key for key, _ in rows}
    deliver_all(rig.target)  # again: nothing is doubled
    for entity in reversed(ROWS):
        batch = [message(entity, key, op=Op.DELETE) for key, _ in ROWS[entity]]
        assert {type(receipt) for receipt in rig.target.deliver(batch)} == {Delivered}, entity
    records = rig.sandbox.state()["records"]
    tables = {rig.target.resource(entity) for entity in ROWS}
    assert sum(records[table] for table in tables) == 0


def test_the_second_time_nothing_is_changed(rig):
    for _ in range(2):
        deliver_all(rig.target)
    for table, totals in rig.sandbox.state()["writes"].items():
        assert totals["updates"] == totals["doubled"] == 0, table


# --- what the organisation refuses ----------------------------------------------------------------


def test_a_closed_order_and_its_lines_wait_for_a_person(rig):
    deliver_all(rig.target)
    (number,) = rig.sandbox.every("salesorder")
    rig.sandbox.change("salesorder", number, {"statecode": 3})
    (order,) = rig.target.deliver([message("order", "SO-1", {"total": "1.00"}, 2)])
    (line,) = rig.target.deliver([message("order_line", "SO-1/10", {"quantity": "1.0000"}, 2)])
    for receipt in (order, line):
        assert isinstance(receipt, Rejected)
        assert receipt.code == "RECORD_READ_ONLY"
        assert "reopen" in receipt.reason


def test_locked_prices_wait_for_a_person(rig):
    deliver_all(rig.target)
    (number,) = rig.sandbox.every("salesorder")
    rig.sandbox.change("salesorder", number, {"ispricelocked": True})
    dearer = message("order_line", "SO-1/10", {"unit_price": "10.0000"}, 2)
    (receipt,) = rig.target.deliver([dearer])
    assert isinstance(receipt, Rejected)
    assert receipt.code == "PRICING_LOCKED"


def test_a_second_price_of_a_product_in_a_price_list_waits_for_a_person(rig):
    deliver_all(rig.target)
    fields = {"price_book": "L-1", "product": "P-1", "unit_price": "8.0000"}
    (receipt,) = rig.target.deliver([message("price_book_entry", "L-1/P-1/C-1", fields)])
    assert isinstance(receipt, Rejected)
    assert receipt.code == "PRICE_EXISTS"


def test_a_product_that_lines_name_is_not_deleted(rig):
    deliver_all(rig.target)
    (receipt,) = rig.target.deliver([message("product", "P-1", op=Op.DELETE)])
    assert isinstance(receipt, Rejected)
    assert receipt.code == "HAS_CHILDREN"


def test_a_missing_parent_is_waited_for_among_others_that_go(rig):
    rig.target.deliver([message("account", "C-1", {"name": "A"})])
    batch = [
        message("contact", f"K-{n}", {"account": parent, "last_name": "x"})
        for n, parent in enumerate(("C-1", "C/9", "C-1"))
    ]
    first, second, third = rig.target.deliver(batch)
    assert second == WaitingFor(Parent("account", "account", "C/9"))
    assert isinstance(first, Delivered)
    assert isinstance(third, Delivered)


def test_a_table_without_rights_or_without_a_key_keeps_everything_in_one_request(rig):
    batch = [message("account", f"C-{n}", {"name": "x"}) for n in range(100)]
    rig.target.find("contact", ["x"])
    rig.sandbox.options.unreadable.add("account")
    for code, mend in (
        ("PERMISSION_DENIED", rig.sandbox.options.unreadable.clear),
        ("KEY_NOT_READY", rig.sandbox.options.key_status.clear),
    ):
        before = rig.sandbox.state()["requests"]
        receipts = rig.target.deliver(batch)
        assert {(type(r), r.code) for r in receipts} == {(Deferred, code)}
        assert rig.sandbox.state()["requests"] == before + 1
        mend()
        rig.sandbox.options.key_status["account"] = "Pending"
    rig.sandbox.options.key_status.clear()
    assert {type(r) for r in rig.target.deliver(batch)} == {Delivered}


def test_a_record_that_the_organisations_logic_refuses_is_alone(rig):
    rig.sandbox.fault("partial", object="account", field="name", contains="bad",
                      message="Credit check failed.")  # fmt: skip
    batch = [message("account", f"C-{n}", {"name": "bad" if n == 3 else "ok"}) for n in range(10)]
    receipts = rig.target.deliver(batch)
    assert isinstance(receipts[3], Rejected)
    assert receipts[3].code == "PLUGIN_REFUSED"
    assert "Credit check failed." in receipts[3].reason
    assert sum(isinstance(receipt, Delivered) for receipt in receipts) == 9


def test_a_busy_database_is_tried_again(rig):
    rig.sandbox.fault("lock_row", object="account", times=2)
    first, second = rig.target.deliver([message("account", c, {"name": c}) for c in "AB"])
    assert isinstance(first, Deferred)
    assert first.code == "DATABASE_BUSY"
    assert isinstance(second, Delivered)


def test_the_limit_of_requests_is_waited_for(rig):
    rig.target.deliver([message("account", "C-1", {"name": "A"})])
    rig.sandbox.options.requests_limit = 1
    with pytest.raises(TargetUnavailable) as caught:
        rig.target.deliver([message("account", "C-2", {"name": "A"})])
    assert caught.value.code == "TOO_MANY_REQUESTS"
    assert 200 < caught.value.retry_after.total_seconds() <= 300


def test_a_revoked_sign_in_stops_everything_and_a_new_one_goes_on(rig):
    rig.sandbox.fault("sign_in", times=1)
    with pytest.raises(TargetAuthError) as caught:
        rig.target.deliver([message("account", "C-1", {"name": "A"})])
    assert caught.value.code == "AUTH_EXPIRED"
    assert rig.target.deliver([message("account", "C-1", {"name": "A"})]) == [Delivered()]


def test_a_session_that_ends_in_the_middle_is_renewed(rig):
    rig.target.deliver([message("account", "C-1", {"name": "A"})])
    rig.sandbox.end_sessions()
    assert rig.target.deliver([message("account", "C-2", {"name": "A"})]) == [Delivered()]
    assert rig.sandbox.state()["sign_ins"] == 2


# --- the check ------------------------------------------------------------------------------------


def test_the_check_tells_what_dynamics_does_by_itself(tmp_path):
    options = DynamicsOptions(reprices=True, active_products=False)
    with Sandbox(tmp_path / "s", crm="dynamics", seed=1, options=options) as sandbox:
        found = checked(sandbox, tmp_path)
    assert found == {"PRICES_RECALCULATED", "PRODUCTS_ARE_DRAFTS"}


@pytest.mark.parametrize(
    ("status", "code"),
    [("Pending", "KEY_NOT_ACTIVE"), ("InProgress", "KEY_NOT_ACTIVE"), ("Failed", "KEY_FAILED")],
)
def test_the_check_tells_of_a_key_whose_index_is_not_active(sandbox, tmp_path, status, code):
    sandbox.options.key_status["account"] = status
    assert checked(sandbox, tmp_path, entities=["account", "contact"]) == {code}


def test_a_bare_environment_is_named_piece_by_piece_and_the_set_up_makes_it_ready(tmp_path):
    options = DynamicsOptions(bare=True, reprices=False)
    with Sandbox(tmp_path / "s", crm="dynamics", seed=1, options=options) as sandbox:
        rig = DynamicsRig(sandbox, tmp_path)
        found = rig.target.check()
        assert codes(found) == {"COLUMN_MISSING", "TABLE_MISSING"}
        assert any("account.erp_id" in finding.text for finding in found)
        for call in json.loads(rig.target._config.setup()["calls.json"]):
            body = json.dumps(call["body"]).encode()
            answer = rig.target._client.call(call["method"], call["path"], body)
            assert answer.status == 204, (call["what"], answer.body)
        assert codes(rig.target.check()) == set()
        deliver_all(rig.target)
        rig.target.close()


def test_the_check_tells_lengths_types_sets_units_and_who_is_not_let_in(sandbox, tmp_path):
    def check(**settings):
        return checked(sandbox, tmp_path, **settings)

    only = {"entities": ["account"]}
    assert check(**only, profile={"account": {"lengths": {"name": 300}}}) == {"COLUMN_SHORTER"}
    wrong = {"account": {"fields": {"name": "creditlimit", "phone": "nope"}}}
    assert check(**only, profile=wrong) == {"COLUMN_TYPE", "COLUMN_MISSING"}
    assert check(**only, profile={"account": {"set": "accountss"}}) == {"SET_DIFFERS"}
    lookup = {"account": {"fields": {"parent_account": "transactioncurrencyid"}}}
    assert check(**only, profile=lookup) == {"LOOKUP_DIFFERS"}
    assert check(**only, key_column="accountnumber") == {"KEY_MISSING"}
    assert check(entities=["product"], unit="Barrel") == {"UNIT_MISSING"}
    sandbox.options.has_user = False
    assert check(**only) == {"PERMISSION_DENIED"}


def test_the_check_names_what_the_user_may_not_do_table_by_table(sandbox, tmp_path):
    sandbox.options.lacking = {"prvCreateaccount", "prvAppendcontact", "prvDeletecontact"}
    rig = DynamicsRig(sandbox, tmp_path, settings={"entities": ["account", "contact", "product"]})
    with closing(rig.target):
        found = [f for f in rig.target.check() if f.level is not Level.OK]
    assert [(f.code, f.text) for f in found if "lacks" in f.text] == [
        (
            "PERMISSION_DENIED",
            "The application user lacks prvCreateaccount on account (for account).",
        ),
        (
            "PERMISSION_DENIED",
            "The application user lacks prvAppendcontact on contact (for contact).",
        ),
        (
            "DELETE_FORBIDDEN",
            "The application user lacks prvDeletecontact on contact (for contact).",
        ),
    ]


def test_a_user_that_may_not_ask_for_its_privileges_is_told_so(sandbox, tmp_path):
    sandbox.options.secretive = True
    assert checked(sandbox, tmp_path, entities=["account"]) == {"PRIVILEGES_UNKNOWN"}


def test_the_check_warns_of_a_certificate_that_ends_soon(sandbox, tmp_path):
    rig = DynamicsRig(sandbox, tmp_path, "certificate", {"entities": ["account"]})
    with closing(rig.target):
        assert codes(rig.target.check()) == set()
    pem, public = certificate(days=12)
    sandbox.trust_key(public)
    with closing(rig.make(sandbox.url, "", pem, "")) as soon:
        assert codes(soon.check()) == {"CERTIFICATE_ENDS"}
