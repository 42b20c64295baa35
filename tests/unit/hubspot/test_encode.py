"""Messages into HubSpot's batches, and its texts back into canonical values."""

from __future__ import annotations

import orjson
import pytest

from adapters.targets.hubspot import decode, encode
from adapters.targets.hubspot.ids import Ids
from adapters.targets.hubspot.profile import FieldMap, Override, build
from agent.model import Deferred, Message, Op, Parent, Rejected, Stamp, WaitingFor

PROFILE = build("erp_id", {})


def message(entity="account", external_id="C-1", **fields):
    id_ = f"id-{external_id}"
    return Message(id_, Op.UPSERT, entity, f"{entity}/1", external_id, 1, fields)


def encoded(*batch, parents=None, profile=PROFILE):
    request = encode.upserts(batch, profile, parents or {})
    return orjson.loads(request.body)["inputs"], request


def test_an_input_has_key_trace_and_texts_only():
    inputs, request = encoded(
        message(name="Ä", credit_limit="12.50", payment_days=30, credit_hold=True, phone=None)
    )
    assert inputs == [
        {
            "idProperty": "erp_id",
            "id": "C-1",
            "objectWriteTraceId": "id-C-1",
            "properties": {
                "erp_id": "C-1",
                "name": "Ä",
                "erp_credit_limit": "12.50",
                "erp_payment_days": "30",
                "erp_credit_hold": "true",
                "phone": "",
            },
        }
    ]
    assert (list(request.sent), dict(request.refused)) == ([0], {})


def test_a_decimal_stays_the_text_that_it_is():
    (item,), _ = encoded(message(balance="-12345678901234567890.10"))
    assert item["properties"]["erp_balance"] == "-12345678901234567890.10"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"balance": "much"}, "WRONG_TYPE"),
        ({"balance": "1e5"}, "WRONG_TYPE"),
        ({"balance": True}, "WRONG_TYPE"),
        ({"credit_hold": "yes"}, "WRONG_TYPE"),
        ({"name": 5}, "WRONG_TYPE"),
        ({"name": "\ud800"}, "TEXT_INVALID"),
        ({"nothing": "x"}, "FIELD_NOT_IN_PROFILE"),
    ],
)
def test_what_cannot_be_sent_stops_only_its_own_record(fields, code):
    inputs, request = encoded(message(external_id="1", **fields), message(external_id="2"))
    assert [item["id"] for item in inputs] == ["2"]
    assert list(request.sent) == [1]
    assert isinstance(request.refused[0], Rejected)
    assert request.refused[0].code == code


def test_a_key_that_cannot_be_sent_stops_only_its_own_record():
    _, request = encoded(message(external_id="\ud800"), message(external_id="2"))
    assert request.refused[0].code == "TEXT_INVALID"


def test_of_two_changes_of_one_record_the_second_waits_in_any_spelling():
    _, request = encoded(message(external_id="c-1"), message(external_id="C-1"))
    assert isinstance(request.refused[1], Deferred)


def test_parents_are_asked_for_once_each_and_a_missing_one_is_waited_for():
    batch = [
        message("order_line", "1", order="SO-1", product="P-1"),
        message("order_line", "2", order="SO-1", product="P-9"),
        message("order_line", "3", order=None, product=None),
    ]
    assert encode.wanted(batch, PROFILE) == {"order": ["SO-1"], "product": ["P-1", "P-9"]}
    parents = {("order", "SO-1"): "11", ("product", "P-1"): "22"}
    inputs, request = encoded(*batch, parents=parents)
    assert inputs[0]["properties"] == {
        "erp_id": "1",
        "erp_order": "SO-1",
        "erp_product": "P-1",
        "hs_product_id": "22",
    }
    assert inputs[1]["properties"] == {
        "erp_id": "3",
        "erp_order": "",
        "erp_product": "",
        "hs_product_id": "",
    }
    assert request.refused == {1: WaitingFor(Parent("product", "product", "P-9"))}


def test_a_field_that_the_account_does_not_keep_is_left_out():
    own = build("erp_id", {"account": Override(None, {"phone": "", "name": "erp_name"})})
    (item,), _ = encoded(message(name="a", phone="1"), profile=own)
    assert item["properties"] == {"erp_id": "C-1", "erp_name": "a"}
    assert own.version != PROFILE.version


def test_a_stamp_writes_the_key_and_nothing_else():
    body = orjson.loads(encode.stamps([Stamp("7", "C-1"), Stamp("8", "", "C-2")], PROFILE))
    assert [item["properties"] for item in body["inputs"]] == [{"erp_id": "C-1"}, {"erp_id": ""}]
    assert len({item["objectWriteTraceId"] for item in body["inputs"]}) == 2


@pytest.mark.parametrize(
    "overrides", [{"nothing": Override()}, {"account": Override(None, {"x": "y"})}]
)
def test_a_profile_of_unknown_names_is_refused(overrides):
    with pytest.raises(ValueError, match="profile"):
        build("erp_id", overrides)


# --- back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        (None, FieldMap("x"), None),
        ("", FieldMap("x"), None),
        ("a", FieldMap("x"), "a"),
        ("12.5", FieldMap("x", "decimal", 2), "12.50"),
        ("12.505", FieldMap("x", "decimal", 2), "12.505"),
        ("-0.0", FieldMap("x", "decimal", 2), "0.00"),
        ("1E3", FieldMap("x", "decimal", 0), "1000"),
        ("much", FieldMap("x", "decimal", 2), "much"),
        ("NaN", FieldMap("x", "decimal", 2), "NaN"),
        ("30", FieldMap("x", "integer"), 30),
        ("30.0", FieldMap("x", "integer"), 30),
        ("true", FieldMap("x", "boolean"), True),
        ("False", FieldMap("x", "boolean"), False),
        ("maybe", FieldMap("x", "boolean"), "maybe"),
        ("2026-11-20", FieldMap("x", "date"), "2026-11-20"),
        ("2026-11-20T00:00:00Z", FieldMap("x", "date"), "2026-11-20"),
        ("2026-11-20T21:33:54.000Z", FieldMap("x", "instant"), "2026-11-20T21:33:54Z"),
        ("soon", FieldMap("x", "instant"), "soon"),
    ],
)
def test_a_text_comes_back_in_the_contracts_form(text, field, value):
    found = decode.value(text, field)
    assert (found, type(found)) == (value, type(value))


def test_remembered_ids_are_bounded_and_the_longest_unused_go_first():
    ids = Ids(most=2)
    ids.learn("account", {"1": "a", "2": "b"})
    assert ids.known("account", ["1"]) == {"1": "a"}
    ids.learn("account", {"3": "c"})
    assert ids.known("account", ["1", "2", "3"]) == {"1": "a", "3": "c"}
    assert ids.known("contact", ["1"]) == {}
    ids.forget("account", ["1", "9"])
    assert ids.known("account", ["1", "3"]) == {"3": "c"}
