"""Parked rows as a file for a spreadsheet: private, harmless, and nothing changed by halves."""

from __future__ import annotations

import csv
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.control.sheet import escaped, unescaped
from tests.unit.cli.typing_commands import ATTENTION, FINE, WRONG_USE
from tests.wine import has_mode

HEAD = "ref,flow,entity,external_id,code,reason,name,phone"


def sheet(tmp_path, *lines: str, encoding: str = "utf-8-sig"):
    file = tmp_path / "in.csv"
    file.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return str(file)


@given(st.text(alphabet=st.sampled_from("=+-@\t\r\n'ae;,.\"019")))
def test_an_escaped_cell_is_never_a_formula_and_comes_back_as_it_was(cell):
    assert escaped(cell)[:1] not in set("=+-@\t\r\n")
    assert unescaped(escaped(cell)) == cell


@pytest.mark.parametrize(
    "cell",
    [
        "01067",
        "1.12",
        "1234.50",
        "2026-11-21",
        "12345678901234567",
        "1E5",
        "3-Mar",
        "10:30",
        "true",
    ],
)
def test_what_a_spreadsheet_would_write_otherwise_is_marked_as_text(cell):
    assert escaped(cell) == f"'{cell}"
    assert unescaped(f"'{cell}") == unescaped(cell) == cell


@pytest.mark.parametrize(
    "cell", ["", "12", "0", "E7", "K100103", "Weg 3", "Dez", "Müller & 1 Sohn"]
)
def test_what_a_spreadsheet_leaves_as_it_is_stands_as_it_is(cell):
    assert escaped(cell) == cell


def test_an_export_is_private_says_so_and_holds_no_formulas(waybill, service, tmp_path):
    file = tmp_path / "out.csv"
    assert waybill("exceptions", "export", str(file), "--code", "C") == FINE
    assert "business data in clear" in waybill.out
    assert service.asked == [("exceptions.export", {"code": "C"})]
    if sys.platform != "win32":
        assert has_mode(file, 0o600)
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == HEAD.split(",")
    assert rows[1] == ["E7", "customers", "account", "C100", "REFUSED", "no", "'=1+1", "'+4989"]


def test_an_export_never_writes_over_a_file(waybill, service, tmp_path):
    file = tmp_path / "out.csv"
    file.write_text("mine")
    assert waybill("exceptions", "export", str(file)) == WRONG_USE
    assert file.read_text() == "mine"


def test_every_row_is_checked_before_the_changed_ones_are_edited(waybill, service, tmp_path):
    file = sheet(tmp_path, HEAD, "E7,f,a,C1,X,no,Ace,'+49", "E8,f,a,C2,X,no,Bee,")
    assert waybill("exceptions", "import", file) == FINE
    (_, checked), (_, made) = service.asked
    assert checked["check"] is True
    assert [json.loads(row)["ref"] for row in checked["rows"]] == ["E7", "E8"]
    assert json.loads(checked["rows"][0])["cells"] == {"name": "Ace", "phone": "+49"}
    assert [json.loads(row)["ref"] for row in made["rows"]] == ["E7"]
    assert "check" not in made


def test_with_a_problem_in_any_line_nothing_is_changed(waybill, service, tmp_path):
    said = {"line": 3, "ref": "E8", "field": "name", "code": "TOO_LONG", "why": "name is long."}
    service.answers["exceptions.import"]["problems"] = [said]
    file = sheet(
        tmp_path, HEAD, "E7,f,a,C1,X,no,A,", "E8,f,a,C2,X,no,B,", "E7,f,a,C1,X,no,C,", "E9"
    )
    assert waybill("exceptions", "import", file) == ATTENTION
    assert [asked["check"] for _, asked in service.asked] == [True]
    for words in ("line 3 E8: name: name is long. [TOO_LONG]", "line 4 E7", "line 5 E9", "Nothing"):
        assert words in waybill.out


def test_a_check_changes_nothing(waybill, service, tmp_path):
    file = sheet(tmp_path, HEAD.replace(",", ";"), "E7;f;a;C1;X;no;Ace;")
    answer = waybill.json("exceptions", "import", file, "--check")
    assert waybill.code == FINE
    assert (answer["rows"], answer["changed"]) == (1, ["E7"])
    assert [asked["check"] for _, asked in service.asked] == [True]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("name,phone", "utf-8"), ("ref,name,name", "utf-8"), ("ref,n\u00e4me", "cp1252"), ("", "utf-8"),
     ('ref,name\r\n"E7', "utf-8")],
)  # fmt: skip
def test_what_is_no_export_is_refused(waybill, service, tmp_path, text, encoding):
    assert waybill("exceptions", "import", sheet(tmp_path, text, encoding=encoding)) == WRONG_USE
    assert service.asked == []


def test_a_file_that_is_not_there_is_refused(waybill, service, tmp_path):
    assert waybill("exceptions", "import", str(tmp_path / "no.csv")) == WRONG_USE
