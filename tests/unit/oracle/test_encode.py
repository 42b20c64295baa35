"""Messages become Oracle's records exactly, conditions are safe, answers are read strictly."""

import json
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from adapters.http import Answer
from adapters.targets.oracle import OracleConfig, decode, encode, query, setup
from adapters.targets.oracle.encode import Held, Part, Refused
from adapters.targets.oracle.profile import Override, build
from agent.errors import TargetUnavailable
from agent.model import Ambiguous, Delivered, Message, Op, Rejected

PROFILE = build("ERP", "cx", {})
JSON = {"content-type": "application/json"}
SIGN_IN = {"flow": "basic", "user": "u", "password": "secret:p"}


def message(entity="account", key="C-1", **fields):
    return Message("id", Op.UPSERT, entity, f"{entity}/1", key, 1, fields)


def drafted(entity="account", **fields):
    return encode.draft(message(entity, **fields), PROFILE.entities[entity])


def refusal(entity="account", **fields):
    with pytest.raises(Refused) as caught:
        drafted(entity, **fields)
    assert isinstance(caught.value.receipt, Rejected)
    return caught.value.receipt


def created(entity="account", parents=None, *, upsert=True, **fields):
    made = drafted(entity, **fields)
    (part,) = encode.parts(3, made, PROFILE.entities[entity], parents or {}, None, upsert=upsert)
    return part, json.loads(encode.plain(part))


# --- records --------------------------------------------------------------------------------------


def test_a_new_record_says_its_key_its_constants_and_its_address_rows():
    part, body = created(name="Acme", billing_city="Ulm", billing_country="DE", credit_hold=None)
    assert (part.id, part.operation, part.path) == ("m3", "upsert", "accounts")
    assert body == {
        "Type": "ZCA_CUSTOMER",
        "SourceSystem": "ERP",
        "SourceSystemReferenceValue": "C-1",
        "OrganizationName": "Acme",
        "OrganizationDEO_ERP_Credit_Hold_c": False,
        "Address": [{"City": "Ulm", "Country": "DE", "AddressType": "BILL_TO"}],
    }


def test_where_upserts_are_refused_it_is_created():
    assert created(name="Acme", upsert=False)[0].operation == "create"


def test_decimals_cross_digit_by_digit():
    part, _ = created(name="Acme", credit_limit="12345678901234567890.10")
    assert b'"OrganizationDEO_ERP_Credit_Limit_c":12345678901234567890.10' in encode.plain(part)


def test_a_line_goes_into_its_owners_path_with_the_numbers_of_its_parents():
    parents = {
        ("price_book", "L-1"): Held("7", "priceBookHeaders/7"),
        ("product", "A-1"): Held("300000000000000009", "products/HASH"),
    }
    part, body = created(
        "price_book_entry", parents, price_book="L-1", product="A-1", unit_price="9.9500"
    )
    assert part.path == "priceBookHeaders/7/child/PriceBookItem"
    assert body == {"ERP_Id_c": "C-1", "InvItemId": 300000000000000009, "ListPrice": 9.95}


def test_a_day_that_oracle_keeps_as_a_time_is_sent_as_midnight_utc():
    parents = {("account", "C-1"): Held("1", "accounts/1")}
    _, body = created("quote", parents, account="C-1", valid_to="2026-12-31")
    assert body["ExpirationDate"] == "2026-12-31T00:00:00+00:00"


def test_what_exists_is_updated_by_its_path_and_its_rows_by_theirs():
    held = Held("1", "accounts/X", {}, {"BILL_TO": "accounts/X/child/Address/R"})
    made = drafted(name="Acme", billing_city="Ulm", shipping_city="Bonn")
    parts = encode.parts(0, made, PROFILE.entities["account"], {}, held, upsert=True)
    assert [(p.id, p.operation, p.path) for p in parts] == [
        ("m0", "update", "accounts/X"),
        ("m0-BILL_TO", "update", "accounts/X/child/Address/R"),
        ("m0-SHIP_TO", "create", "accounts/X/child/Address"),
    ]
    body = json.loads(encode.body(parts))
    assert [part["path"] for part in body["parts"]] == [f"/{part.path}" for part in parts]
    assert body["parts"][0]["payload"] == {"OrganizationName": "Acme"}, "it was found by its key"


def test_a_reference_that_is_taken_away_is_a_null():
    made = drafted(name="Acme", parent_account=None)
    assert made.values["ParentAccountPartyId"] is None
    assert made.parents == []


@pytest.mark.parametrize(
    ("entity", "fields", "code", "field"),
    [
        ("account", {"nothing": "x"}, "FIELD_NOT_IN_PROFILE", "nothing"),
        ("account", {"name": 5}, "WRONG_TYPE", "name"),
        ("account", {"name": True}, "WRONG_TYPE", "name"),
        ("account", {"credit_limit": "1e5"}, "WRONG_TYPE", "credit_limit"),
        ("account", {"credit_limit": True}, "WRONG_TYPE", "credit_limit"),
        ("account", {"credit_hold": "yes"}, "WRONG_TYPE", "credit_hold"),
        ("account", {"name": "\ud800"}, "TEXT_INVALID", ""),
        ("account", {"billing_city": "\ud800"}, "TEXT_INVALID", ""),
        ("order_line", {"number": 1}, "PARENT_MISSING", "order"),
        ("order_line", {"order": None}, "PARENT_MISSING", "order"),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_refused_alone_and_named(entity, fields, code, field):
    receipt = refusal(entity, **fields)
    assert (receipt.code, receipt.field) == (code, field)


def test_a_field_that_the_environment_does_not_keep_is_not_sent():
    own = build("ERP", "cx", {"account": Override(fields={"phone": ""})}).entities["account"]
    made = encode.draft(message(name="Acme", phone="1"), own)
    assert "PhoneNumber" not in made.values


# --- questions ------------------------------------------------------------------------------------


def test_a_quote_in_a_key_is_doubled_and_every_condition_names_whose_key_it_is():
    (condition,) = query.by_keys(PROFILE.entities["account"], ["O'Hara", "C-2", "C-2"])
    said = "SourceSystem = 'ERP' and SourceSystemReferenceValue in ('O''Hara','C-2')"
    assert condition == said


@given(st.lists(st.text(min_size=1, max_size=255), min_size=1, max_size=60, unique=True))
def test_every_key_is_asked_for_once_and_no_address_is_too_long(keys):
    product = PROFILE.entities["product"]
    conditions = list(query.by_keys(product, keys))
    asked = [c.removeprefix("ERP_Id_c in (").removesuffix(")") for c in conditions]
    assert ",".join(asked) == ",".join(query.literal(key) for key in keys)
    for condition in conditions:
        if condition not in [f"ERP_Id_c in ({query.literal(key)})" for key in keys]:
            assert len(query.address("", condition, "")) < 6_200


def test_rows_are_asked_for_where_a_field_lives_in_one():
    account = PROFILE.entities["account"]
    assert query.shown(account, ["name", "billing_city", "shipping_city"]) == (
        "PartyId,SourceSystemReferenceValue,SourceSystem,OrganizationName;Address:AddressType,City"
    )


# --- answers --------------------------------------------------------------------------------------


def written(body, *parts, status=200, headers=JSON):
    body = body if isinstance(body, bytes) else orjson.dumps(body)
    return decode.written(Answer(status, headers, body), parts, PROFILE.entities["account"])


def part(position=0, suffix="", operation="upsert"):
    return Part(f"m{position}{suffix}", position, operation, "accounts", None)


def answered(*ids, payload=None):
    usual = {"PartyId": 7}
    return {"parts": [{"id": id_, "payload": payload or usual} for id_ in ids]}


def test_a_batch_that_was_done_delivers_each_record_with_oracles_number():
    receipts = written(answered("m0", "m1", "m1-BILL_TO"), part(0), part(1), part(1, "-BILL_TO"))
    assert receipts == {0: Delivered("7"), 1: Delivered("7")}


@pytest.mark.parametrize(
    "body",
    [
        answered("m0"),
        answered("m0", "m0"),
        answered("m0", "m2"),
        answered("m0", "m1", "m2"),
        {"parts": ["m0", "m1"]},
        {"parts": 0},
        [],
        b"",
        b"<html></html>",
    ],
)
def test_a_batch_whose_answer_is_not_of_its_parts_is_in_doubt(body):
    receipts = written(body, part(0), part(1))
    assert {type(receipt) for receipt in receipts.values()} == {Ambiguous}
    assert set(receipts) == {0, 1}


@pytest.mark.parametrize("body", [b"", b"{}", {"PartyId": None}, {"PartyId": "x"}, {"PartyId": True}, []])  # fmt: skip
def test_a_single_record_without_its_number_is_in_doubt(body):
    assert isinstance(written(body, part())[0], Ambiguous)


@pytest.mark.parametrize("status", [200, 201, 202])
def test_only_an_empty_answer_confirms_a_delete(status):
    delete = part(operation="delete")
    assert isinstance(written(b"<html></html>", delete, status=status)[0], Ambiguous)
    assert written(b"", delete, status=204) == {0: Delivered()}


def test_a_web_page_is_no_record():
    answer = Answer(200, {"content-type": "text/html"}, b'{"PartyId": 1}')
    assert isinstance(decode.written(answer, [part()], PROFILE.entities["account"])[0], Ambiguous)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"items": 1}', b'{"items": [1]}', b"<html>"])
def test_a_collection_of_another_form_makes_the_target_unavailable(body):
    with pytest.raises(TargetUnavailable):
        decode.rows_of(Answer(200, JSON, body))


@pytest.mark.parametrize(
    ("count", "limit", "more"), [(500, 500, True), (499, 500, False), (25, 25, True), (3, None, False), (500, None, True)]
)  # fmt: skip
def test_a_page_is_full_by_its_own_limit_whatever_has_more_says(count, limit, more):
    body = orjson.dumps({"items": [{}] * count, "hasMore": not more, "limit": limit})
    assert decode.rows_of(Answer(200, JSON, body))[1] is more


@pytest.mark.parametrize(
    ("field", "value", "canonical"),
    [
        ("credit_limit", Decimal("12.5"), "12.50"),
        ("credit_limit", 12, "12.00"),
        ("credit_limit", Decimal("-0.0"), "0.00"),
        ("credit_limit", Decimal("12.345"), "12.345"),
        ("credit_hold", "Y", True),
        ("credit_hold", "false", False),
        ("credit_hold", True, True),
        ("name", 7, "7"),
        ("name", None, None),
    ],
)
def test_values_are_read_in_the_contracts_places(field, value, canonical):
    each = PROFILE.entities["account"].fields[field]
    assert decode.read({each.name: value}, each) == canonical


def test_children_are_read_as_a_list_and_as_a_collection():
    city = PROFILE.entities["account"].fields["shipping_city"]
    rows = [{"AddressType": "BILL_TO", "City": "Ulm"}, {"AddressType": "SHIP_TO", "City": "Bonn"}]
    for children in (rows, {"items": rows, "hasMore": False}):
        assert decode.read({"Address": children}, city) == "Bonn"
    assert decode.read({"Address": None}, city) is None


@pytest.mark.parametrize(
    ("href", "path"),
    [
        ("https://x:443/crmRestApi/resources/11.13.18.05/accounts/CDRM_1", "accounts/CDRM_1"),
        ("https://x/crmRestApi/resources/latest/a/1/child/B/00F?x=1", "a/1/child/B/00F"),
    ],
)
def test_the_path_is_the_self_links(href, path):
    links = [
        {"rel": "canonical", "href": "https://x/resources/1/no"},
        {"rel": "self", "href": href},
    ]
    assert decode.path({"links": links}) == path


def test_a_record_without_a_self_link_is_not_guessed_at():
    with pytest.raises(TargetUnavailable):
        decode.path({"links": [{"rel": "child", "href": "https://x/resources/1/no"}]})


# --- configuration --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"entities": ["acount"]}, "acount not known"),
        ({"upsert_matches": ["order_line"]}, "live in other records"),
        ({"profile": {"acount": {}}}, 'no entity "acount"'),
        ({"profile": {"account": {"fields": {"nam": "X"}}}}, 'no field "nam"'),
        ({"profile": {"account": {"lengths": {"credit_limit": 5}}}}, "it has no length"),
        ({"profile": {"order_line": {"fields": {"order": "X"}}}}, "where the record lives"),
        ({"batch": 501}, "less than or equal to 500"),
        ({"source_system": "erp"}, "source_system"),
        ({"framework_version": 1}, "greater than or equal to 2"),
        ({"sign_in": {"flow": "client_credentials", "token_url": "http://idcs.example", "client_id": "a", "scope": "s", "client_secret": "secret:x"}}, "only https"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_told_in_words(settings, said):
    with pytest.raises(ValidationError, match=said):
        OracleConfig.model_validate({"url": "https://x.example", "sign_in": SIGN_IN, **settings})


def test_own_names_change_the_version_that_mappings_count():
    versions = {
        build("ERP", "cx", {}).version,
        build("SAP", "cx", {}).version,
        build("ERP", "order_management", {}).version,
        build("ERP", "cx", {"account": Override(key="X_c")}).version,
        build("ERP", "cx", {"account": Override(fields={"phone": "Y"})}).version,
    }
    assert len(versions) == 5


def test_a_key_of_ones_own_is_asked_for_alone():
    own = build("ERP", "cx", {"account": Override(key="OrganizationDEO_ERP_Id_c")})
    (condition,) = query.by_keys(own.entities["account"], ["C-1"])
    assert condition == "OrganizationDEO_ERP_Id_c in ('C-1')"


def test_a_field_may_be_named_in_an_address_row():
    own = build("ERP", "cx", {"account": Override(fields={"phone": "Address[BILL_TO].Phone"})})
    field = own.entities["account"].fields["phone"]
    assert (field.row, field.name) == ("BILL_TO", "Phone")


def test_order_management_gets_further_places_where_they_are_named():
    named = Override(fields={"total": "Total_c", "status": "Status_c"})
    order = build("ERP", "order_management", {"order": named}).entities["order"]
    assert (order.fields["total"].name, order.fields["total"].kind) == ("Total_c", "decimal")
    assert order.fields["status"].name == "Status_c"
    assert "promised_date" not in order.fields


def test_lines_follow_their_owner_to_another_resource():
    own = build("ERP", "cx", {"price_book": Override(resource="Prices_c")})
    assert own.entities["price_book_entry"].shown == "Prices_c/PriceBookItem"


def test_only_texts_and_references_of_records_of_their_own_can_be_compared():
    linkable = OracleConfig(url="https://x.example", sign_in=SIGN_IN).linkable()
    assert {"name", "phone", "parent_account", "billing_city"} <= linkable["account"]
    assert "credit_limit" not in linkable["account"]
    assert "order_line" not in linkable


# --- what an administrator gets -------------------------------------------------------------------


def test_the_set_up_names_every_custom_object_and_field_and_nothing_of_oracles_own():
    files = setup.documents(PROFILE, list(PROFILE.entities))
    page, table = files[setup.PAGE].decode(), files[setup.TABLE].decode()
    for entity in PROFILE.entities.values():
        for field in entity.fields.values():
            if field.name.endswith("_c"):
                assert f"{entity.shown},".encode() in files[setup.TABLE]
                assert field.name in page
                assert field.name in table
    assert "| Account | ERP_Account_Id_c | Dynamic Choice List (account) |" in page.replace(
        "ERP Account |", "Account |"
    )
    assert "OrganizationName" not in table
    assert "code `ERP`" in page


def test_the_set_up_holds_only_what_is_asked_for():
    files = setup.documents(PROFILE, ["invoice"])
    assert b"ERP_Invoice_c" in files[setup.PAGE]
    assert b"ERP_Stock_c" not in files[setup.PAGE]
