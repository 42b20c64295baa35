"""The CSV of bulk jobs: what is empty, what is emptied, and what comes back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.targets.salesforce.profile import build
from adapters.targets.salesforce.table import error_of, lines, table
from agent.model import Message, Op

PROFILE = build("ERP_Id__c", {})


def message(external_id="C-1", entity="account", **fields):
    return Message("m", Op.UPSERT, entity, f"{entity}/1", external_id, 1, fields)


def rows(*batch):
    return list(csv.DictReader(io.StringIO(table(batch, PROFILE).body.decode(), newline="")))


def test_a_field_that_is_not_carried_is_left_alone_and_one_that_is_empty_is_emptied():
    first, second, third = rows(
        message("C-1", name="Acme", phone=None, credit_hold=None, active=True),
        message("C-2", name="B", credit_limit="12.50"),
        message("C-3", name="", phone=" "),
    )
    assert first == {"ERP_Id__c": "C-1", "Name": "Acme", "Phone": "#N/A", "ERP_Active__c": "true",
                     "ERP_Credit_Hold__c": "false", "ERP_Credit_Limit__c": ""}  # fmt: skip
    assert (second["Phone"], second["ERP_Credit_Limit__c"]) == ("", "12.50")
    assert (third["Name"], third["Phone"]) == ("#N/A", "#N/A"), "an empty cell would change nothing"


def test_parents_are_columns_of_their_own():
    with_one, without = rows(
        message("I-1", "invoice", account="C-1", order="O-1"),
        message("I-2", "invoice", account="C-1", order=None),
    )
    assert (with_one["ERP_Order__r.ERP_Id__c"], with_one["ERP_Order__c"]) == ("O-1", "")
    assert (without["ERP_Order__r.ERP_Id__c"], without["ERP_Order__c"]) == ("", "#N/A")


def test_what_cannot_go_in_the_file_is_refused_or_goes_another_way():
    made = table(
        [message("C-1", name="a"), message("C-1", name="b"), message("C-2", name="\ud800"),
         message("C-3", nope=1), message("C-4", credit_limit="x"), message("C-5", name="#N/A"),
         message("C-6", name="z")],
        PROFILE,
    )  # fmt: skip
    assert (list(made.sent), list(made.odd)) == ([0, 6], [5])
    codes = {position: receipt.code for position, receipt in made.refused.items()}
    assert codes == {1: "SAME_RECORD_IN_BATCH", 2: "TEXT_INVALID", 3: "FIELD_NOT_IN_PROFILE",
                     4: "WRONG_TYPE"}  # fmt: skip


@given(st.text(st.characters(codec="utf-8")))
def test_every_text_arrives_as_it_is(text):
    made = table([message(name=text)], PROFILE)
    if made.sent:
        (row,) = lines(made.body)
        assert row["Name"] == (text if text.strip() else "#N/A")
    else:
        assert text == "#N/A"


@pytest.mark.parametrize(
    ("text", "code", "fields"),
    [
        ("REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --",
         "REQUIRED_FIELD_MISSING", ["Name"]),
        ("STRING_TOO_LONG:Name: data value too large: x:Name,Phone --", "STRING_TOO_LONG",
         ["Name", "Phone"]),
        ("UNABLE_TO_LOCK_ROW:unable to obtain exclusive access:--", "UNABLE_TO_LOCK_ROW", []),
        ("something else entirely", "BULK_ERROR", []),
        ("", "BULK_ERROR", []),
    ],
)  # fmt: skip
def test_an_error_of_a_line_is_read_as_one_of_a_record(text, code, fields):
    found = error_of(text)
    assert (found["statusCode"], found["fields"]) == (code, fields)
