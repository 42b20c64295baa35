"""Oracle's refusals: each documented code has its meaning, anything odd proves nothing."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.http import Answer
from adapters.targets.oracle import trouble
from adapters.targets.oracle.profile import build
from agent.errors import TargetAuthError, TargetUnavailable
from agent.model import Ambiguous, BatchRefused, Deferred, Message, Op, Rejected

ACCOUNT = build("ERP", "cx", {}).entities["account"]
NOW = datetime(2026, 11, 21, tzinfo=UTC)
ERROR = {"content-type": "application/vnd.oracle.adf.error+json"}
TEXT = {"content-type": "text/plain"}


def message(number=0, op=Op.UPSERT, **fields):
    given_fields = fields or {"name": "Acme GmbH", "billing_city": "Ulm"}
    return Message(f"id-{number}", op, "account", "account/1", f"C-{number}", 1, given_fields)


def error(code="", text="says Oracle", path="", status=400):
    detail = {"detail": text, "o:errorCode": code, "o:errorPath": path}
    return {"title": "Bad Request", "status": str(status), "o:errorDetails": [detail]}


def refused(body, *batch, status=400, headers=ERROR, single=False):
    batch = batch or (message(),)
    body = body if isinstance(body, bytes) else orjson.dumps(body)
    answer = Answer(status, headers, body)
    return trouble.refused(answer, dict(enumerate(batch)), ACCOUNT, single=single)


def alone(body, status=400, headers=ERROR, **more):
    return refused(body, message(**more), status=status, headers=headers, single=True)[0]


def as_oracle_says(code):
    """With and without the prefix, as JSON and as plain text."""
    number = code.removeprefix("JBO-")
    yield error(number)
    yield error(code)
    yield {"title": "Bad Request", "status": "400", "detail": "x", "o:errorCode": number}
    yield error("", f"{code}: something in Accounts")


# Written out beside the code's own tables: a change of either shows.
LATER = (
    "JBO-25014", "JBO-25019", "JBO-25020", "JBO-26030", "JBO-26061", "JBO-26080",
    "ORA-00054", "ORA-00060", "ORA-01013",
)  # fmt: skip
NEVER = (
    "JBO-25013", "JBO-25030", "JBO-25058", "JBO-26041", "JBO-26048", "JBO-27008", "JBO-27009",
    "JBO-27010", "JBO-27011", "JBO-27014", "JBO-27018", "JBO-27019", "JBO-27023", "JBO-27024",
    "JBO-27025", "JBO-27027", "JBO-29000", "ORA-00001", "ORA-01400", "ORA-01438", "ORA-02290",
    "ORA-02291", "ORA-02292", "ORA-12899",
)  # fmt: skip


def test_every_code_of_the_tables_has_a_row_here():
    assert set(LATER) == set(trouble.DEFERRED)
    assert set(NEVER) == set(trouble.REJECTED)


@pytest.mark.parametrize("code", LATER)
@pytest.mark.parametrize("status", [400, 500])
def test_what_may_succeed_later_is_deferred(code, status):
    for said in as_oracle_says(code):
        receipt = alone(said, status)
        assert isinstance(receipt, Deferred)
        assert (receipt.code, receipt.retry_after) == (code, trouble.DEFERRED[code])
    receipt = alone(f"{code}: text".encode(), status, TEXT)
    assert isinstance(receipt, Deferred)


@pytest.mark.parametrize("code", [*trouble.REJECTED, "HZ-120081", "PER-1531234", "MOO_LOCK-88120"])
def test_what_needs_a_change_is_rejected_with_a_reason(code):
    for said in as_oracle_says(code):
        receipt = alone(said)
        assert isinstance(receipt, Rejected)
        assert receipt.code == code
        meaning = trouble.REJECTED.get(code, "Oracle refused it.")
        assert receipt.reason.startswith(f"{meaning} Oracle says: ")


@pytest.mark.parametrize("code", sorted(set(trouble.REJECTED) - {"JBO-29000"}))
def test_a_code_that_is_known_is_definite_whatever_the_status(code):
    assert isinstance(alone(error(code), 500), Rejected)


@pytest.mark.parametrize("code", ["JBO-29000", "HZ-1", ""])
@pytest.mark.parametrize("status", [500, 502, 504])
def test_an_error_of_the_server_without_a_known_code_is_in_doubt(code, status):
    assert isinstance(alone(error(code), status), Ambiguous)
    assert isinstance(alone(b"<html>Bad Gateway</html>", status, TEXT), Ambiguous)


@pytest.mark.parametrize("status", [200, 202, 301, 408])
def test_a_status_that_does_not_belong_there_is_in_doubt(status):
    assert isinstance(alone(b"{}", status), Ambiguous)


AGAIN = (404, 409, 412, 428)
PLAIN = "Invalid operation create for the specified resource."
STATUSES = {*AGAIN, 400, 405, 406, 413, 415, 422, 429, 500, 502, 503, 504}
"""All that have a row here."""


@pytest.mark.parametrize("status", AGAIN)
def test_a_record_that_changed_meanwhile_is_looked_up_again(status):
    receipt = alone(b"Not Found", status, TEXT)
    assert isinstance(receipt, Deferred)
    assert receipt.code == f"HTTP_{status}"


@pytest.mark.parametrize("status", [400, 405, 406, 413, 415, 422])
def test_a_refusal_without_a_code_is_rejected_under_its_status(status):
    for body in (
        b"",
        b"<html></html>",
        b"{",
        PLAIN.encode(),
    ):
        receipt = alone(body, status, TEXT)
        assert isinstance(receipt, Rejected)
        assert receipt.code == f"HTTP_{status}"


@pytest.mark.parametrize("body", [error("25020"), b"Not Found"])
@pytest.mark.parametrize("op", list(Op))
def test_what_is_gone_is_looked_up_again_which_shows_a_delete_that_it_is_done(body, op):
    assert isinstance(alone(body, 404, op=op), Deferred)


@pytest.mark.parametrize("code", ["26048", "ORA-02292"])
def test_a_delete_of_what_others_belong_to_says_so(code):
    assert alone(error(code), op=Op.DELETE).code == "HAS_CHILDREN"
    assert alone(error(code)).code != "HAS_CHILDREN"


def test_a_lasting_problem_outweighs_a_passing_one_and_a_known_one_a_general_one():
    said = error("26030")
    said["o:errorDetails"] += [
        {"detail": "x", "o:errorCode": "HZ-1"},
        {"detail": "y", "o:errorCode": "27014", "o:errorPath": "/OrganizationName"},
    ]
    receipt = alone(said)
    assert (receipt.code, receipt.field) == ("JBO-27014", "name")


@pytest.mark.parametrize(
    ("path", "text", "field"),
    [
        ("/OrganizationName", "", "name"),
        ("/parts/m0/OrganizationName", "", "name"),
        ("", "JBO-27014: Attribute OrganizationName in Accounts is required.", "name"),
        ("/City", "", "billing_city"),
        ("/parts/m0-SHIP_TO/City", "", "shipping_city"),
        ("/Their_Own_c", "", "Their_Own_c"),
        ("/parts/m0", "Attribute EmailAddress is wrong", "email"),
        ("", "nothing named", ""),
    ],
)
def test_the_field_is_named_in_our_words(path, text, field):
    assert alone(error("27014", text, path)).field == field


def test_the_records_own_values_are_blanked_in_the_reason():
    receipt = alone(error("27010", "Attribute: acme gmbh of C-0 in Ulm is too long"))
    for hidden in ("acme", "Acme", "C-0", "Ulm"):
        assert hidden not in receipt.reason
    assert "is too long" in receipt.reason


# --- batches --------------------------------------------------------------------------------------


def in_parts(part, inner):
    return {"parts": [{"id": part, "path": "/accounts", "operation": "upsert", "payload": inner}]}


@pytest.mark.parametrize(
    "body",
    [
        in_parts("m1", error("27014")),
        in_parts("m1-BILL_TO", error("27014")),
        {"parts": [{"id": "m1", "path": "/accounts", "operation": "upsert", **error("27014")}]},
        error("27014", path="/parts/m1/OrganizationName"),
        error("27014", path="parts:m1-SHIP_TO"),
    ],
)
def test_the_named_part_is_judged_and_the_others_are_told_that_nothing_happened(body):
    receipts = refused(body, message(0), message(1), message(2))
    assert isinstance(receipts[1], Rejected)
    assert receipts[1].code == "JBO-27014"
    assert {type(receipts[n]) for n in (0, 2)} == {BatchRefused}


@pytest.mark.parametrize(
    "body",
    [
        error("27014"),
        error("27014", path="/parts/m7"),
        in_parts("m12", error("27014")),
        in_parts("other", error("27014")),
        b"ORA-00001: unique constraint violated",
        b"",
    ],
)
def test_a_batch_whose_failing_part_is_not_named_is_refused_as_a_whole(body):
    receipts = refused(body, message(0), message(1))
    assert {type(receipt) for receipt in receipts.values()} == {BatchRefused}


def test_a_part_that_may_succeed_later_is_deferred_and_the_others_go_again():
    receipts = refused(in_parts("m0", error("26030")), message(0), message(1))
    assert isinstance(receipts[0], Deferred)
    assert isinstance(receipts[1], BatchRefused)


def test_a_batch_that_met_an_error_of_the_server_is_in_doubt_as_a_whole():
    receipts = refused(b"", message(0), message(1), status=502)
    assert {type(receipt) for receipt in receipts.values()} == {Ambiguous}


@given(st.binary(max_size=200), st.integers(400, 599))
def test_no_answer_breaks_the_judgement(body, status):
    for receipts in (refused(body, message(0), message(1), status=status),
                     refused(body, status=status, single=True)):  # fmt: skip
        assert all(isinstance(r, Rejected | Deferred | Ambiguous | BatchRefused) for r in receipts.values())  # fmt: skip


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "parts",
                    "id",
                    "payload",
                    "title",
                    "detail",
                    "o:errorCode",
                    "o:errorPath",
                    "o:errorDetails",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_JSON)
def test_no_json_breaks_the_judgement(body):
    receipts = refused(body, message(0), message(1))
    assert set(receipts) == {0, 1}


# --- whole requests -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "code", "seconds"),
    [
        (429, {"retry-after": "7"}, "TOO_MANY_REQUESTS", 7),
        (429, {}, "TOO_MANY_REQUESTS", 30),
        (503, {"retry-after": "90"}, "SERVER_UNAVAILABLE", 90),
        (503, {}, "SERVER_UNAVAILABLE", None),
    ],
)
def test_a_target_that_takes_nothing_says_until_when(status, headers, code, seconds):
    with pytest.raises(TargetUnavailable) as caught:
        trouble.stop(Answer(status, headers, b""), NOW)
    assert caught.value.code == code
    assert caught.value.retry_after == (seconds and timedelta(seconds=seconds))


def test_a_refused_permission_stops_the_target_and_says_what_to_do():
    with pytest.raises(TargetAuthError) as caught:
        trouble.stop(Answer(403, {}, b"Forbidden"), NOW)
    assert caught.value.code == "PERMISSION_DENIED"
    assert "privileges" in caught.value.hint


@pytest.mark.parametrize("status", [200, 201, 204, 400, 404, 409, 412, 500])
def test_other_answers_concern_their_records_only(status):
    trouble.stop(Answer(status, {}, b""), NOW)


@pytest.mark.parametrize(("status", "code"), [(404, "OBJECT_MISSING"), (400, "QUERY_REFUSED")])
def test_a_refused_question_names_what_was_asked_about(status, code):
    found = trouble.query_refused(Answer(status, TEXT, b"no"), "accounts")
    assert found.code == code
    assert "accounts" in found.title
    assert found.hint
