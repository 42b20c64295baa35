"""Messages into OData requests: exact, and what cannot be said is refused alone."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import orjson
import pytest

from adapters.targets.sap import encode
from adapters.targets.sap.profile import KEY, Override, build
from agent.model import Message, Op, Parent, Rejected

PROFILE = build(KEY, {"product": Override(fields={"family": ""})})
ACCOUNT, ORDER, LINE = (PROFILE.entities[name] for name in ("account", "order", "order_line"))


def message(entity="account", at=1, **fields):
    return Message(f"id-{at}", Op.UPSERT, entity, f"{entity}/1", f"X-{at}", 1, fields)


def test_a_message_becomes_the_properties_of_its_collection():
    given = message("order", account="C-1", number="SO 77", order_date="2026-11-21", total="12.50",
                    requested_date=None)  # fmt: skip
    draft = encode.drafts([given], ORDER).ready[0]
    assert draft.properties == {
        "ERPNumber_KUT": "SO 77",
        "DateTime": "2026-11-21T00:00:00Z",
        "ERPTotal_KUT": "12.50",
        "RequestedFulfillmentStartDateTime": "",
    }
    assert list(draft.parents) == [Parent("account", "account", "C-1")]


def test_no_parent_is_an_empty_property():
    draft = encode.drafts([message(parent_account=None)], ACCOUNT).ready[0]
    assert draft.properties == {"ERPParentAccount_KUT": ""}
    assert list(draft.parents) == []


def test_what_cannot_be_said_is_refused_alone():
    batch = [
        message(at=1, name="Good"),
        message(at=2, name="half a \ud800 pair"),
        message(at=3, colour="red"),
        message(at=4, balance="a lot"),
        message(at=5, parent_account="\udfff"),
        replace(message(at=6, name="N"), external_id="\ud800"),
        message(at=1, name="Again"),
        replace(message(at=7, name="N"), external_id="C-7 "),
    ]
    made = encode.drafts(batch, ACCOUNT)
    assert list(made.ready) == [0]
    codes = {at: receipt.code for at, receipt in made.refused.items()}
    assert codes == {
        1: "TEXT_INVALID",
        2: "FIELD_NOT_IN_PROFILE",
        3: "WRONG_TYPE",
        4: "TEXT_INVALID",
        5: "TEXT_INVALID",
        6: "SAME_RECORD_IN_BATCH",
        7: "EXTERNAL_ID_INVALID",
    }
    assert made.refused[3] == Rejected("WRONG_TYPE", "The target takes a decimal here.", "balance")


def test_a_field_that_the_tenant_does_not_keep_is_left_out():
    made = encode.drafts([message("product", name="Pump", family="P")], PROFILE.entities["product"])
    assert made.ready[0].properties == {"Description": "Pump"}


def test_a_new_record_says_its_key_and_what_sap_wants_beside():
    change = encode.created(ACCOUNT, "C/1", {"Name": "ACME"})
    assert (change.method, change.path) == ("POST", "CorporateAccountCollection")
    assert orjson.loads(change.body) == {
        "RoleCode": "CRM000",
        "LifeCycleStatusCode": "2",
        "Name": "ACME",
        "ERPKey_KUT": "C/1",
    }


PATCH = encode.Way("PATCH")


def row(etag="", **fields):
    return {"__metadata": {"etag": etag}, "ObjectID": "0016AB", **fields}


def test_a_put_says_again_what_it_read_and_names_the_version():
    held = row('W/"7"', Name="Old", Fax="1", Contacts={"__deferred": {"uri": "x"}})
    way = encode.Way("PUT", conditional=True)
    change = encode.changed(ACCOUNT, held, {"Name": "New"}, way)
    assert orjson.loads(change.body) == {"ObjectID": "0016AB", "Name": "New", "Fax": "1"}
    assert (change.method, change.headers) == ("PUT", {"if-match": 'W/"7"'})
    assert way.columns(["ObjectID"]) == (), "all columns"
    assert encode.removed(ORDER, held, way).headers == {"if-match": 'W/"7"'}


def test_a_change_leaves_out_what_is_set_at_creation_only():
    change = encode.changed(LINE, row(), {"ParentObjectID": "P", "Quantity": "2.0000"}, PATCH)
    assert (change.method, change.path) == ("PATCH", "CustomerOrderItemCollection('0016AB')")
    assert orjson.loads(change.body) == {"Quantity": "2.0000"}


def test_a_record_is_deleted_or_taken_out_of_use():
    assert encode.removed(ORDER, row(), PATCH).method == "DELETE"
    change = encode.removed(ACCOUNT, row(), encode.Way("MERGE"))
    assert change.method == "MERGE"
    assert orjson.loads(change.body) == {"LifeCycleStatusCode": "4", "ERPKey_KUT": ""}


def test_a_key_is_written_only_onto_the_record_as_it_was_read():
    change = encode.stamped(ACCOUNT, row('W/"x"'), "C-1", PATCH)
    assert change.headers == {"if-match": 'W/"x"'}
    assert orjson.loads(change.body) == {"ERPKey_KUT": "C-1"}
    assert encode.stamped(ACCOUNT, row(), "C-1", PATCH).headers is None


def test_a_look_up_quotes_and_encodes():
    (query,) = encode.lookups(ACCOUNT, KEY, ["O'Neill & Söhne", "a,b"], ["ObjectID", KEY])
    assert "&" not in query.partition("$filter=")[2]
    assert unquote(query) == (
        "CorporateAccountCollection?$format=json&$select=ObjectID,ERPKey_KUT&"
        "$filter=ERPKey_KUT eq 'O''Neill & Söhne' or ERPKey_KUT eq 'a,b'"
    )


def test_a_long_look_up_is_cut_into_addresses_that_servers_take():
    values = [f"C-{n:030}" for n in range(500)]
    queries = list(encode.lookups(ACCOUNT, KEY, [*values, *values], ["ObjectID"]))
    assert all(len(query) < 8_000 for query in queries)
    assert sum(query.count("%20eq%20") for query in queries) == 500


@pytest.mark.parametrize(
    ("after", "linked", "condition"),
    [
        (None, False, "ERPKey_KUT eq ''"),
        ("00AB", False, "ERPKey_KUT eq '' and ObjectID ge '00AB'"),
        ("00AB", True, "ERPKey_KUT ge ' ' and ObjectID ge '00AB'"),
    ],
)
def test_a_page_goes_on_from_the_last_record(after, linked, condition):
    query = unquote(encode.page(ACCOUNT, ["ObjectID"], after, 200, linked=linked))
    assert query.endswith(f"$filter={condition}&$orderby=ObjectID&$top=200")
