"""`$batch`: what is written is what SAP's guide shows, and only a whole answer is believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.http import Answer
from adapters.targets.sap import multipart
from adapters.targets.sap.multipart import Change

MIXED = {"content-type": "multipart/mixed; boundary=ejjeeffe0"}

DONE = b"""--ejjeeffe0\r
Content-Type: multipart/mixed; boundary=ejjeeffe1\r
Content-Length:       200\r
\r
--ejjeeffe1\r
Content-Type: application/http\r
Content-Length: 100\r
Content-Transfer-Encoding: binary\r
\r
HTTP/1.1 201 Created\r
Content-Type: application/json\r
location: https://my309307.crm.ondemand.com/x/ContactCollection('00163E')\r
\r
{"d":{"results":{"ObjectID":"00163E","Name":"M\xc3\xbcller"}}}\r
--ejjeeffe1--\r
\r
"""
EMPTY = b"""--ejjeeffe0\r
Content-Type: multipart/mixed; boundary=ejjeeffe1\r
\r
--ejjeeffe1\r
Content-Type: application/http\r
Content-Transfer-Encoding: binary\r
\r
HTTP/1.1 204 No Content\r
\r
\r
--ejjeeffe1--\r
\r
"""
REFUSED = b"""--ejjeeffe0\r
Content-Type: application/http\r
Content-Transfer-Encoding: binary\r
\r
HTTP/1.1 400 Bad Request\r
Content-Type: application/xml\r
\r
<error><code/><message xml:lang="en">K\xc3\xb6ln</message></error>\r
"""
END = b"--ejjeeffe0--\r\n"


def read(body, count, status=202, headers=MIXED):
    return multipart.answers(Answer(status, headers, body), count)


def test_each_change_has_a_change_set_of_its_own():
    body = multipart.changes(
        [
            Change("POST", "ContactCollection", b'{"a":1}'),
            Change("PATCH", "ContactCollection('1')", b"{}", {"if-match": 'W/"x"'}),
            Change("DELETE", "ContactCollection('2')"),
        ]
    )
    assert body.count(b"content-type: multipart/mixed; boundary=set_") == 3
    assert b"\r\n\r\nPOST ContactCollection HTTP/1.1\r\n" in body
    assert b'if-match: W/"x"\r\n' in body
    assert b'\r\n\r\n{"a":1}\r\n--set_1--\r\n--batch_waybill\r\n' in body
    assert body.endswith(b"--set_3--\r\n--batch_waybill--\r\n")


def test_answers_come_in_order_whether_wrapped_or_not():
    created, refused, changed = read(DONE + REFUSED + EMPTY + END, 3)
    assert (created.status, refused.status, changed.status) == (201, 400, 204)
    assert created.headers["location"].endswith("ContactCollection('00163E')")
    assert "Müller" in created.body.decode()
    assert "Köln" in refused.body.decode()
    assert changed.body == b""


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (DONE + END, 2),
        (DONE + EMPTY + END, 1),
        (DONE, 1),
        (DONE[:-40], 1),
        (b"", 1),
        (b"<html>Log on</html>", 1),
        (DONE.replace(b"HTTP/1.1 201", b"HTTP/1.1 ok") + END, 1),
        (DONE.replace(b"application/http", b"text/plain") + END, 1),
        (DONE.replace(b"--ejjeeffe1--", b"") + END, 1),
    ],
    ids=["fewer", "more", "no end", "cut", "empty", "page", "no status", "no http", "no inner end"],
)
def test_anything_but_one_answer_to_each_is_none(body, count):
    assert read(body, count) is None


@pytest.mark.parametrize(
    ("status", "headers"), [(500, MIXED), (200, {"content-type": "text/html"}), (202, {})]
)
def test_another_kind_of_answer_is_none(status, headers):
    assert read(DONE + END, 1, status, headers) is None


def test_lines_that_end_with_a_line_feed_alone_are_read_too():
    created, refused = read((DONE + REFUSED + END).replace(b"\r\n", b"\n"), 2)
    assert (created.status, refused.status) == (201, 400)


def test_a_boundary_that_begins_with_another_is_another():
    longer = DONE.replace(b"--ejjeeffe1", b"--ejjeeffe10").replace(
        b"=ejjeeffe1\r", b"=ejjeeffe10\r"
    )
    outer = {"content-type": "multipart/mixed; boundary=ejjeeffe0"}
    assert read(DONE.replace(b"--ejjeeffe0\r", b"--ejjeeffe01\r") + END, 1, 202, outer) is None
    assert [each.status for each in read(longer + END, 1)] == [201]


@given(st.integers(0, len(DONE + EMPTY + REFUSED + END) - len("--\r\n") - 1))
def test_an_answer_that_breaks_off_anywhere_is_none(at):
    assert read((DONE + EMPTY + REFUSED + END)[:at], 3) is None
