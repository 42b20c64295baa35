"""Messages into Salesforce requests: exact values, parents by external id, safe queries."""

import json
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.targets.salesforce import encode
from adapters.targets.salesforce.profile import Override, build
from agent.model import Deferred, Message, Op, Rejected
from agent.resources import contracts

PROFILE = build("ERP_Id__c", {})
CONTRACTS = Path(__file__).parents[3] / "resources" / "contracts"


def message(entity="account", external_id="C-1", **fields):
    return Message("id-1", Op.UPSERT, entity, f"{entity}/1", external_id, 1, fields)


def body(*batch, profile=PROFILE):
    return encode.upserts(batch, profile).body


def test_an_account_becomes_this_request_and_no_other():
    sent = message(
        name='M"ü',
        parent_account="C-0",
        credit_limit="12.50",
        credit_hold=False,
        balance=None,
        phone=None,
    )
    assert body(sent).decode() == (
        '{"allOrNone":false,"records":[{"attributes":{"type":"Account"},"ERP_Id__c":"C-1",'
        '"Name":"M\\"ü","Parent":{"ERP_Id__c":"C-0"},"ERP_Credit_Limit__c":12.50,'
        '"ERP_Credit_Hold__c":false,"ERP_Balance__c":null,"Phone":null}]}'
    )


def test_parents_are_nested_under_the_relationship_and_none_is_an_explicit_null():
    line = message("order_line", order="SO/1", price_book_entry=None, product="P-1", number=10)
    record = json.loads(body(line))["records"][0]
    assert record["Order"] == {"ERP_Id__c": "SO/1"}
    assert record["PricebookEntryId"] is None
    assert record["ERP_Product__r"] == {"ERP_Id__c": "P-1"}
    assert record["ERP_Number__c"] == 10


def test_an_order_is_kept_as_a_draft_with_the_state_of_the_erp_beside_it():
    record = json.loads(body(message("order", status="shipped")))["records"][0]
    assert (record["Status"], record["ERP_Status__c"]) == ("Draft", "shipped")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_a_decimal_crosses_digit_by_digit(value):
    text = f"{value:f}"
    parsed = json.loads(body(message(credit_limit=text)), parse_float=lambda s: s, parse_int=str)
    assert parsed["records"][0]["ERP_Credit_Limit__c"] == text
    assert Decimal(text) == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("credit_limit", "1e5"),
        ("credit_limit", "NaN"),
        ("credit_limit", "1,5"),
        ("credit_limit", ".5"),
        ("credit_limit", "01"),
        ("credit_limit", '1},{"x":1'),
        ("credit_limit", "１２"),
        ("credit_limit", True),
        ("name", 5),
        ("name", True),
        ("active", "yes"),
        ("active", 1),
        ("parent_account", 7),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_alone(field, value):
    request = encode.upserts([message(**{field: value}), message(external_id="C-2")], PROFILE)
    assert request.refused[0].code == "WRONG_TYPE"
    assert request.refused[0].field == field
    assert request.sent == [1]
    assert len(json.loads(request.body)["records"]) == 1


def test_a_checkbox_without_a_value_is_off_since_it_holds_no_null():
    assert json.loads(body(message(active=None)))["records"][0]["ERP_Active__c"] is False


def test_the_same_record_is_never_twice_in_a_request():
    request = encode.upserts([message(), message(external_id="C-2"), message()], PROFILE)
    assert request.sent == [0, 1]
    assert isinstance(request.refused[2], Deferred)
    assert request.refused[2].code == "SAME_RECORD_IN_BATCH"


def test_a_field_without_a_place_is_refused_not_dropped():
    request = encode.upserts([message(shoe_size="44")], PROFILE)
    assert isinstance(request.refused[0], Rejected)
    assert request.refused[0].code == "FIELD_NOT_IN_PROFILE"
    assert request.sent == []


def test_an_installation_may_name_its_own_fields_and_leave_some_out():
    own = {"account": Override("Konto__c", {"phone": "Tel__c", "website": ""})}
    profile = build("Key__c", own)
    record = json.loads(body(message(phone="1", website="x"), profile=profile))["records"][0]
    assert record == {"attributes": {"type": "Konto__c"}, "Key__c": "C-1", "Tel__c": "1"}
    assert profile.version != PROFILE.version
    assert profile.version == build("Key__c", own).version


@pytest.mark.parametrize(
    "own", [{"acount": Override()}, {"account": Override(None, {"fone": "Phone"})}]
)
def test_an_unknown_name_in_the_profile_is_refused(own):
    with pytest.raises(ValueError, match="there are"):
        build("ERP_Id__c", own)


# --- queries --------------------------------------------------------------------------------------


def test_a_look_up_reads_parents_through_their_relationship():
    entity = PROFILE.entities["contact"]
    (query,) = encode.finds(entity, PROFILE, ["K-1", "K-2", "K-1"], ["account", "last_name"])
    assert unquote(query) == (
        "SELECT Id, ERP_Id__c, Account.ERP_Id__c, LastName FROM Contact "
        "WHERE ERP_Id__c IN ('K-1','K-2')"
    )


def test_many_look_ups_are_split_to_fit_a_url_and_none_is_forgotten():
    entity = PROFILE.entities["account"]
    ids = [f"Ünïcode {'x' * 200} {n}" for n in range(100)]
    queries = list(encode.finds(entity, PROFILE, ids, ["name"]))
    assert len(queries) > 1
    assert max(map(len, queries)) <= 12_100
    together = "".join(unquote(query) for query in queries)
    assert all(f"'{external_id}'" in together for external_id in ids)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_external_id_breaks_out_of_its_literal(text):
    literal = encode.literal(text)
    inner, position = literal[1:-1], 0
    while position < len(inner):
        assert inner[position] not in "'\n\r"
        position += 2 if inner[position] == "\\" else 1
    assert position == len(inner)


def test_a_listing_goes_on_after_the_last_external_id():
    entity = PROFILE.entities["price_book"]
    assert unquote(encode.listing(entity, PROFILE, "A'B")) == (
        "SELECT Id, ERP_Id__c, Name, ERP_Currency__c, ERP_Valid_From__c, ERP_Valid_To__c, "
        "IsActive FROM Pricebook2 WHERE ERP_Id__c != null AND ERP_Id__c > 'A\\'B' ORDER BY ERP_Id__c LIMIT 2000"
    )


WIRE = {"percent": "decimal"}
TEXTS = {"text", "code", "phone", "email", "url"}


def test_the_profile_has_a_place_for_every_field_of_every_contract():
    for entity, contract in contracts().items():
        mapped = PROFILE.entities[entity]
        assert set(mapped.fields) == set(contract.fields), entity
        notes = orjson.loads((CONTRACTS / f"{entity}.json").read_bytes())["properties"]
        for name, field in mapped.fields.items():
            said = notes[name]["x-waybill"]
            wire = "text" if said["type"] in TEXTS else WIRE.get(said["type"], said["type"])
            assert wire == field.kind, name
            assert said.get("entity", "") == field.parent, name
            assert field.kind != "decimal" or said["places"] == field.places, name
            assert set(field.words) <= set(said.get("codes", ())), name


def test_a_code_of_a_standard_picklist_goes_out_in_the_orgs_own_word():
    own = build("ERP_Id__c", {"quote": Override(words={"status": {"sent": "Versandt"}})})
    said = [body(message("quote", status="sent"), profile=p) for p in (PROFILE, own)]
    assert [json.loads(each)["records"][0]["Status"] for each in said] == ["Presented", "Versandt"]
    assert own.version != PROFILE.version, "its rows are mapped again"
    with pytest.raises(ValueError, match="the same word"):
        build("ERP_Id__c", {"quote": Override(words={"status": {"sent": "A", "draft": "A"}})})
