"""Drafts of mappings are read and written as files of the person who types, never by surprise."""

from tests.unit.cli.typing_commands import ATTENTION, FINE, WRONG_USE


def test_a_suggestion_can_be_kept_as_a_file(waybill, service, tmp_path):
    out = tmp_path / "draft.toml"
    assert (
        waybill("mapping", "suggest", "customers", "--entity", "account", "--out", str(out)) == FINE
    )
    assert out.read_text(encoding="utf-8") == "version = 1\n"
    assert "waybill mapping preview" in waybill.out


def test_a_file_that_exists_is_never_written_over(waybill, service, tmp_path):
    out = tmp_path / "draft.toml"
    out.write_text("mine", encoding="utf-8")
    words = ["mapping", "suggest", "customers", "--entity", "account", "--out", str(out)]
    assert waybill(*words) == WRONG_USE
    assert out.read_text(encoding="utf-8") == "mine"


def test_a_suggestion_says_its_evidence_its_doubts_and_what_is_left_over(waybill, service):
    assert waybill("mapping", "suggest", "customers", "--entity", "account") == FINE
    for part in ("90%", "an ERP's own", "LOOK: look at it", "currency", "FAX"):
        assert part in waybill.out


def test_a_preview_with_problems_asks_for_attention(waybill, service):
    problem = {
        "code": "NOT_A_DATE", "field": "due_date", "count": 3, "reason": "It is no date.",
        "places": ["INV.CSV, line 4"],
    }  # fmt: skip
    service.answers["mapping.preview"]["problems"] = [problem]
    assert waybill("mapping", "preview", "customers") == ATTENTION
    assert "NOT_A_DATE" in waybill.out
    assert "INV.CSV, line 4" in waybill.out


def test_a_previewed_record_stands_beside_what_is_in_force_field_by_field(waybill, service):
    service.answers["mapping.preview"]["items"] = [
        {
            "place": "CUST.CSV, line 2",
            "row": {"NAME1": "ace", "LIMIT": "5,00"},
            "external_id": "K1",
            "fields": {"name": "ACE", "credit_limit": "5.00", "phone": None},
            "published": {"external_id": "K1", "fields": {"name": "ace", "credit_limit": "5.00"}},
        }
    ]
    assert waybill("mapping", "preview", "customers") == FINE
    lines = waybill.out.splitlines()
    assert "CUST.CSV, line 2: K1" in lines
    assert "LIMIT\t5,00" in lines
    shown = lines[lines.index("FIELD\tNOW\tWOULD BE SENT\t") + 1 :]
    assert shown == ["name\tace\tACE\t*", "credit_limit\t5.00\t5.00\t", "phone\t(not sent)\t-\t*"]


def test_a_previewed_record_that_would_be_refused_says_so_in_a_sentence(waybill, service):
    refused = {"code": "NOT_A_DATE", "reason": "due_date (DUE) is no date.", "field": "due_date"}
    service.answers["mapping.preview"]["items"] = [
        {
            "place": "INV.CSV, line 4",
            "row": {"DUE": "soon"},
            **refused,
            "published": {"left_out": "own branches"},
        }
    ]
    assert waybill("mapping", "preview", "invoices") == FINE
    assert "  now left out by 'own branches'" in waybill.out
    assert "  refused: due_date (DUE) is no date. [NOT_A_DATE]" in waybill.out


def test_a_draft_that_cannot_be_read_is_wrong_use(waybill, service, tmp_path):
    assert waybill("mapping", "diff", "customers", str(tmp_path / "none.toml")) == WRONG_USE
    latin = tmp_path / "latin.toml"
    latin.write_bytes("name = 'Straße'".encode("latin-1"))
    assert waybill("mapping", "diff", "customers", str(latin)) == WRONG_USE
    assert "UTF-8" in waybill.err
    assert service.asked == []


def test_an_empty_draft_is_not_taken_for_the_mapping_in_force(waybill, service, tmp_path):
    empty = tmp_path / "empty.toml"
    empty.write_bytes(b"\xef\xbb\xbf\r\n")
    assert waybill("mapping", "preview", "customers", str(empty)) == WRONG_USE
    assert "is empty" in waybill.err
    assert service.asked == []


def test_a_draft_may_begin_with_the_mark_that_windows_editors_write(waybill, service, tmp_path):
    draft = tmp_path / "draft.toml"
    draft.write_bytes(b"\xef\xbb\xbfversion = 1\n")
    assert waybill("mapping", "diff", "customers", str(draft)) == FINE
    assert service.asked == [("mapping.diff", {"flow": "customers", "draft": "version = 1\n"})]


def test_a_draft_that_waits_for_a_second_person_is_not_said_to_be_in_force(
    waybill, service, tmp_path
):
    draft = tmp_path / "draft.toml"
    draft.write_text("version = 1\n", encoding="utf-8")
    service.answers["mapping.publish"] |= {"proposed": True, "needs": "bob must accept it."}
    words = ["mapping", "publish", "customers", str(draft), "--comment", "limits"]
    assert waybill(*words) == ATTENTION
    assert "bob must accept it." in waybill.out
    assert "in force" not in waybill.out
