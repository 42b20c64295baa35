"""An IDoc file: every record at SAP's offsets, exact values, the same bytes each time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.targets.idoc import IdocConfig, encode
from adapters.targets.idoc.layout import CONTROL, DATA, FIELD, HEADER, width
from agent.model import Message, Op
from tests.idoc_reader import parsed

CONFIG = IdocConfig(folder="out", client="100", receiver={"port": "SAPCRM", "number": "CRM100"})


def message(op=Op.UPSERT, **fields):
    given_fields = {} if op is Op.DELETE else fields or {"name": "ACME"}
    return Message("id-1", op, "account", "account/1", "C/1", 7, given_fields)


def test_the_records_have_saps_widths():
    assert (width(CONTROL), width(DATA)) == (524, 1063)
    assert max(width(HEADER), width(FIELD)) <= 1000


def test_a_message_is_one_idoc():
    said = parsed(encode.content(message(name="Köln", active=True, days=30, phone=None), CONFIG))
    assert said["fields"] == {"name": "Köln", "active": True, "days": 30, "phone": None}
    assert (said["table"], said["client"], said["direction"]) == ("EDI_DC40", "100", "2")
    assert (said["basic_type"], said["message_type"]) == ("ZWAYBILL01", "ZWAYBILL")
    assert (said["sender"], said["receiver"]) == ("WAYBILL", "CRM100")
    assert (said["id"], said["operation"], said["external_id"]) == ("id-1", "UPSERT", "C/1")
    assert (said["entity"], said["contract"], said["revision"]) == ("account", "account/1", 7)
    assert said["segments"] == [
        ("Z1WBHEAD", "000001", "000000"),
        ("Z1WBFIELD", "000002", "000001"),
        ("Z1WBFIELD", "000003", "000001"),
        ("Z1WBFIELD", "000004", "000001"),
        ("Z1WBFIELD", "000005", "000001"),
    ]


def test_a_delete_says_so_and_nothing_else():
    said = parsed(encode.content(message(Op.DELETE), CONFIG))
    assert (said["operation"], said["fields"]) == ("DELETE", {})


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=3000))
def test_any_text_arrives_as_it_is(text):
    tail = f"{text}\r\n \\n "
    assert parsed(encode.content(message(text=tail), CONFIG))["fields"] == {"text": tail}


def test_the_same_message_makes_the_same_bytes_and_another_one_others():
    one = encode.content(message(), CONFIG)
    assert encode.content(message(), CONFIG) == one
    assert encode.content(replace(message(), id="id-2"), CONFIG) != one


def test_another_system_reads_another_encoding():
    config = CONFIG.model_copy(update={"encoding": "cp1252"})
    raw = encode.content(message(name="Köln €"), config)
    assert parsed(raw, "cp1252")["fields"] == {"name": "Köln €"}
    assert len(raw) == 524 + 2 * 1063 + 6, "one byte for each letter"


@pytest.mark.parametrize(
    ("wrong", "encoding", "code"),
    [
        ({"fields": {"name": "a\x00b"}}, "utf-8", "TEXT_INVALID"),
        ({"fields": {"name": "a\x85b"}}, "utf-8", "TEXT_INVALID"),
        ({"fields": {"name": "a\ud800b"}}, "utf-8", "TEXT_INVALID"),
        ({"fields": {"name": "Łódź"}}, "cp1252", "TEXT_INVALID"),
        ({"external_id": "x" * 256}, "utf-8", "STRING_TOO_LONG"),
        ({"external_id": "a\x01"}, "utf-8", "TEXT_INVALID"),
        ({"entity": "e" * 31}, "utf-8", "STRING_TOO_LONG"),
    ],
)
def test_what_a_flat_file_cannot_carry_is_refused(wrong, encoding, code):
    config = CONFIG.model_copy(update={"encoding": encoding})
    with pytest.raises(encode.Refused) as caught:
        encode.content(replace(message(), **wrong), config)
    assert caught.value.receipt.code == code
    assert "x" * 10 not in caught.value.receipt.reason


def test_a_name_is_always_one_of_a_file():
    assert encode.name(message()) == "id-1"
    for odd in ("../../etc", "a b", "", "x" * 200, "ü"):
        made = encode.name(replace(message(), id=odd))
        assert encode.NAME.fullmatch(made)
        assert made != odd
