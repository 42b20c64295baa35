"""Messages into Web API requests, exactly."""

import json
from decimal import Decimal

import pytest

from adapters.targets.dynamics import encode
from adapters.targets.dynamics.encode import References
from adapters.targets.dynamics.profile import Override, build
from agent.model import Deferred, Message, Op, Rejected

PROFILE = build({})
KNOWN = References({"EUR": "11111111-0000-0000-0000-000000000000"}, "unit-id", "group-id")


def message(entity, external_id, fields, op=Op.UPSERT):
    return Message("id", op, entity, f"{entity}/1", external_id, 1, fields)


def one(entity, fields, external_id="K-1", profile=PROFILE, references=KNOWN):
    found = encode.records([message(entity, external_id, fields)], profile, references)
    assert not found.refused, found.refused
    return json.loads(found.bodies[0], parse_float=Decimal)


def refusal(entity, fields, external_id="K-1"):
    found = encode.records([message(entity, external_id, fields)], PROFILE, KNOWN)
    (receipt,) = found.refused.values()
    assert isinstance(receipt, Rejected)
    return receipt.code, receipt.field


def test_a_decimal_crosses_digit_by_digit():
    body = encode.records(
        [message("account", "K-1", {"credit_limit": "12345678901234.56"})], PROFILE, KNOWN
    ).bodies[0]
    assert b'"creditlimit":12345678901234.56' in body


def test_values_have_the_types_of_their_columns():
    assert one("account", {"name": "A", "credit_hold": True, "payment_days": 30, "phone": None}) == {
        "name": "A", "creditonhold": True, "erp_paymentdays": 30, "telephone1": None,
    }  # fmt: skip


def test_the_key_is_in_the_address_and_never_in_the_body():
    found = encode.records([message("account", "10/a", {"name": "A"})], PROFILE, KNOWN)
    assert found.paths == ["accounts(erp_id='10_2F_A')"]
    assert b"erp_id" not in found.bodies[0]


def test_a_parent_is_bound_by_its_key_and_no_parent_is_null():
    assert one("contact", {"account": "C/1"}) == {
        "parentcustomerid_account@odata.bind": "/accounts(erp_id='C_2F1')"
    }
    assert one("account", {"parent_account": None}) == {"parentaccountid@odata.bind": None}


def test_a_currency_is_bound_by_its_id_and_an_unknown_one_stops_its_record():
    bound = "/transactioncurrencies(11111111-0000-0000-0000-000000000000)"
    assert one("account", {"currency": "EUR"}) == {"transactioncurrencyid@odata.bind": bound}
    assert one("account", {"currency": None}) == {}
    assert refusal("account", {"currency": "XTS"}) == ("CURRENCY_MISSING", "currency")


def test_a_line_with_a_product_has_the_erps_price_and_a_unit():
    body = one("order_line", {"order": "O-1", "product": "P-1", "unit_price": "9.9900"})
    assert body["productid@odata.bind"] == "/products(erp_id='P-1')"
    assert body["uomid@odata.bind"] == "/uoms(unit-id)"
    assert (body["isproductoverridden"], body["ispriceoverridden"]) == (False, True)
    assert body["productdescription"] is None
    assert body["priceperunit"] == Decimal("9.99")


def test_only_prices_and_lines_of_a_product_have_a_unit():
    assert "uomid@odata.bind" in one("price_book_entry", {"product": "P-1"})
    assert "uomid@odata.bind" not in one("service_case", {"product": "P-1"})


def test_a_line_without_a_product_is_written_in():
    body = one("order_line", {"order": "O-1", "product": None, "description": "x" * 600})
    assert body["isproductoverridden"] is True
    assert body["productdescription"] == "x" * 500
    assert body["description"] == "x" * 600
    assert "uomid@odata.bind" not in body
    assert one("order_line", {"product": None}, "L-7")["productdescription"] == "L-7"


def test_a_product_gets_unit_and_group_and_a_number_where_the_erp_has_none():
    body = one("product", {"name": "Bolt", "code": None}, "P-1")
    assert body["productnumber"] == "P-1"
    assert body["defaultuomid@odata.bind"] == "/uoms(unit-id)"
    assert body["defaultuomscheduleid@odata.bind"] == "/uomschedules(group-id)"
    assert (body["productstructure"], body["quantitydecimal"]) == (1, 4)
    assert one("product", {"code": "B1"})["productnumber"] == "B1"


def test_a_document_is_called_by_its_number_unless_it_has_a_name():
    assert one("order", {"number": "SO 1"})["name"] == "SO 1"
    assert one("quote", {"number": "Q 1", "name": "Bolts"})["name"] == "Bolts"


@pytest.mark.parametrize(
    ("entity", "fields", "code"),
    [
        ("account", {"credit_limit": "12,50"}, ("WRONG_TYPE", "credit_limit")),
        ("account", {"credit_limit": True}, ("WRONG_TYPE", "credit_limit")),
        ("account", {"credit_hold": "yes"}, ("WRONG_TYPE", "credit_hold")),
        ("account", {"name": 7}, ("WRONG_TYPE", "name")),
        ("account", {"parent_account": 7}, ("WRONG_TYPE", "parent_account")),
        ("account", {"shoe_size": 42}, ("FIELD_NOT_IN_PROFILE", "shoe_size")),
        ("account", {"name": "half \ud800"}, ("TEXT_INVALID", "")),
        ("contact", {"account": "x" * 300}, ("EXTERNAL_ID_TOO_LONG", "")),
    ],
)
def test_what_cannot_be_encoded_is_refused_alone(entity, fields, code):
    assert refusal(entity, fields) == code


def test_a_key_that_is_too_long_stops_its_record_only():
    batch = [message("account", "x" * 300, {}), message("account", "A", {"name": "A"})]
    found = encode.records(batch, PROFILE, KNOWN)
    assert found.refused[0].code == "EXTERNAL_ID_TOO_LONG"
    assert found.sent == [1]


def test_the_second_of_the_same_record_in_a_batch_goes_later():
    batch = [message("account", "A", {"name": name}) for name in ("one", "two")]
    found = encode.records(batch, PROFILE, KNOWN)
    assert found.sent == [0]
    assert isinstance(found.refused[1], Deferred)


def test_upsert_multiple_says_type_and_address_of_each_record():
    batch = [message("account", "A", {"name": "A"}), message("account", "B", {})]
    found = encode.records(batch, PROFILE, KNOWN)
    assert json.loads(encode.multiple(found, PROFILE.entities["account"])) == {
        "Targets": [
            {"@odata.type": "Microsoft.Dynamics.CRM.account",
             "@odata.id": "accounts(erp_id='A')", "name": "A"},
            {"@odata.type": "Microsoft.Dynamics.CRM.account",
             "@odata.id": "accounts(erp_id='B')"},
        ]
    }  # fmt: skip


def test_a_delete_is_its_address():
    found = encode.records([message("account", "A", {}, Op.DELETE)], PROFILE, KNOWN, bare=True)
    assert (found.paths, found.bodies) == (["accounts(erp_id='A')"], [b""])


def test_what_the_organisation_does_not_keep_is_not_sent():
    profile = build({"account": Override(fields={"phone": "", "number": "accountnumber"})})
    assert one("account", {"phone": "1", "number": "7"}, profile=profile) == {"accountnumber": "7"}


def test_another_prefix_and_key_column_are_used_everywhere():
    profile = build({}, prefix="acme", key="acme_sap")
    found = encode.records([message("inventory", "A", {"on_hand": "1.0000"})], profile, KNOWN)
    assert found.paths == ["acme_stocks(acme_sap='A')"]
    assert json.loads(found.bodies[0]) == {"acme_onhand": 1.0}
    assert profile.version != PROFILE.version


def test_queries_for_many_keys_are_short_enough_for_a_url():
    ids = [f"KEY-{n}/x" for n in range(3000)]
    queries = list(encode.finds(PROFILE.entities["account"], PROFILE, ids, ["name"]))
    assert len(queries) > 1
    assert max(map(len, queries)) < 16_000
    assert sum(query.count("%22KEY-") for query in queries) == 3000


def test_what_was_never_a_key_is_not_asked_for():
    assert list(encode.finds(PROFILE.entities["account"], PROFILE, ["x" * 300], ["name"])) == []
