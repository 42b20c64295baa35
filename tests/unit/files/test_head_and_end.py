"""What a file's head means, and how its end is proven."""

from __future__ import annotations

import pytest

from agent.errors import SourceChanged, SourceUnavailable
from agent.model import Level
from tests.unit.files.exports import HEAD, codes

TRAILER = {"marker": "TRAILER", "count_field": 1}


@pytest.mark.parametrize(
    ("end", "body", "rows", "why"),
    [
        ("quiet", "1;x\n2;y", 2, ""),
        ("newline", "1;x\n2;y\n", 2, ""),
        ("newline", "1;x\n2;y", 1, "line end"),
        ("trailer", "1;x\n2;y\nTRAILER;2\n", 2, ""),
        ("count", "1;x\n2;y\nTRAILER; 0002", 2, ""),
        ("trailer", "1;x\n2;y\n", 1, "trailer"),
        ("count", "1;x\nTRAILER;2\n", 1, "says 2 records, 1 were found"),
        ("count", "1;x\nTRAILER;?\n", 1, "no number"),
        ("count", "TRAILER;0\n", 0, ""),
        ("quiet", '1;x\n2;"y\n3;z\n', 1, "record 2 never ends"),
        ("quiet", "1;x\n2;y\n\n\r\n", 2, ""),
        ("quiet", "1;x\r\n2;y\r\n\x1a", 2, ""),
        ("quiet", "", 0, ""),
    ],
)
def test_the_end_is_judged_as_configured(exports, take, end, body, rows, why):
    exports.put("a.csv", HEAD + body)
    more = {"trailer": TRAILER} if end in ("trailer", "count") else {}
    taken = take(exports.source(end=end, **more).read(None))
    assert len(taken.rows) == rows
    assert taken.codes == []
    assert taken.end.complete is (why == "")
    assert why in taken.end.unproven


def test_an_empty_file_where_a_header_belongs_proves_nothing(exports, take):
    exports.put("a.csv", "")
    taken = take(exports.source().read(None))
    assert (taken.rows, taken.end.complete) == ([], False)
    assert "header" in taken.end.unproven


FORM = {"kind": "delimited", "delimiter": ";"}


@pytest.mark.parametrize("said", ['"EXTF";700;16\n', '\n"EXTF";700;"a\nb"\r\n', "\ufeffEXTF\n"])
def test_lines_before_the_header_are_no_rows_and_places_count_rows_only(exports, take, said):
    exports.put("a.csv", said + HEAD + "1;x\n")
    read = exports.source(format={**FORM, "skip": 1}).read(None)
    assert read.columns == ("ID", "NAME")
    taken = take(read)
    assert (taken.rows, taken.codes, taken.end.complete) == ([("1", "x")], [], True)


def test_lines_before_rows_without_a_header_are_no_rows(exports, take):
    form = {**FORM, "skip": 2, "header": False, "columns": ["ID", "NAME"]}
    exports.put("a.csv", "Stock\n21.11.2026\n1;x\n2;y")
    taken = take(exports.source(format=form).read(None))
    assert (taken.rows, taken.end.complete) == ([("1", "x"), ("2", "y")], True)


@pytest.mark.parametrize("header", [True, False])
def test_a_file_that_ends_before_its_rows_begin_proves_nothing(exports, take, header):
    columns = [] if header else ["ID", "NAME"]
    form = {**FORM, "skip": 2, "header": header, "columns": columns}
    exports.put("a.csv", "Stock\n")
    taken = take(exports.source(format=form).read(None))
    assert (taken.rows, taken.end.complete) == ([], False)
    assert "missing" in taken.end.unproven


def test_fillers_may_stand_several_times_and_other_names_may_not(exports, take):
    exports.put("a.csv", "ID;Filler;NAME;Filler\n1;;x;\n")
    read = exports.source(format={**FORM, "fillers": ["Filler"]}).read(None)
    assert read.columns == ("ID", "Filler #1", "NAME", "Filler #2")
    assert take(read).rows == [("1", "", "x", "")]
    exports.put("b.csv", "ID;Filler;NAME;NAME\n1;;x;\n")
    with pytest.raises(SourceChanged, match="NAME more than once"):
        exports.source(pattern="b.csv", format={**FORM, "fillers": ["Filler"]}).read(None)


def test_a_lone_quote_cannot_swallow_the_file_into_memory(exports, take):
    exports.put("a.csv", HEAD + '1;x\n2;"y\n' + "3;zzzzzzzzzzzzzzzz\n" * 200_000)
    taken = take(exports.source(max_record_bytes=4096).read(None))
    assert taken.rows == [("1", "x")]
    assert "longer than 4096 bytes" in taken.end.unproven


def test_a_nul_filled_tail_is_one_bad_record_after_the_good_ones(exports, take):
    exports.put("a.csv", (HEAD + "1;x\n").encode() + bytes(4096))
    taken = take(exports.source().read(None))
    assert (taken.rows, taken.codes) == ([("1", "x")], ["FILE_NUL_BYTES"])


@pytest.mark.parametrize(
    ("header", "said"),
    [("ID;ID\n", "ID more than once"), ("ID;;NAME\n", "column 2"), ("NR;NAME\n", "no column ID")],
)
def test_a_header_that_does_not_fit_stops_the_file_before_its_first_row(exports, header, said):
    exports.put("a.csv", header + "1;2\n")
    source = exports.source()
    with pytest.raises(SourceChanged) as caught:
        source.read(None)
    assert caught.value.code == "SCHEMA_CHANGED"
    assert said in caught.value.title
    assert "SCHEMA_CHANGED" in codes(source.check())


def test_a_file_that_changes_while_it_is_read_gives_no_checkpoint(exports):
    path = exports.put("a.csv", HEAD + "1;x\n")
    read = exports.source().read(None)
    with path.open("ab") as file:
        file.write(b"2;y\n")
    with pytest.raises(SourceUnavailable) as caught:
        list(read.pages())
    assert caught.value.code == "FILE_CHANGED_WHILE_READING"
    with pytest.raises(RuntimeError):
        read.end()
    read.close()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_places_point_into_the_file_whatever_its_encoding(exports, take, encoding):
    text = HEAD + '1;Müller\n2;"a\nb 𝄞"\n3;x\n'
    data = exports.put("a.csv", text.encode(encoding)).read_bytes()
    form = {"kind": "delimited", "delimiter": ";", "encoding": encoding}
    taken = take(exports.source(format=form).read(None))
    assert taken.rows == [("1", "Müller"), ("2", "a\nb 𝄞"), ("3", "x")]
    codec = "utf-16-le" if encoding == "utf-16" else encoding.removesuffix("-sig")
    for raw in taken.raws:
        rest = data[raw.place.offset :].decode(codec)
        assert rest.startswith(raw.data.decode())
    assert [raw.place.line for raw in taken.raws] == [2, 3, 5]


def test_broken_utf_16_costs_only_its_record(exports, take):
    data = (HEAD + "1;x\n2;\n3;z\n").encode("utf-16-le")
    at = data.index("2;".encode("utf-16-le")) + 4
    exports.put("a.csv", data[:at] + b"\x00\xd8" + data[at:] + b"\x41")
    form = {"kind": "delimited", "delimiter": ";", "encoding": "utf-16-le"}
    taken = take(exports.source(format=form).read(None))
    assert taken.rows == [("1", "x"), ("3", "z")]
    assert taken.codes == ["ENCODING_ERROR", "ENCODING_ERROR"]


def test_many_pages_have_the_places_of_one_big_one(exports, take):
    body = "".join(f'{n};"v\n{n}"\n' for n in range(70_000))
    data = exports.put("a.csv", HEAD + body).read_bytes()
    taken = take(exports.source().read(None))
    assert len(taken.pages) > 2
    assert [page.first.number for page in taken.pages[:2]] == [1, len(taken.pages[0].records) + 1]
    for page in taken.pages:
        first = page.first
        assert data[first.offset : first.offset + len(page.records[0])] == page.records[0]
        assert first.line == data[: first.offset].count(b"\n") + 1
    assert len(taken.rows) == 70_000


def test_the_meaning_covers_header_dialect_and_key(exports, take):
    def meaning(head: str, **more) -> bytes:
        exports.put("a.csv", head + "1;x\n")
        return take(exports.source(**more).read(None)).pages[0].meaning

    base = meaning(HEAD)
    assert meaning("ID;NAMN\n") != base
    assert meaning(HEAD, key=["ID", "NAME"]) != base
    latin = {"kind": "delimited", "delimiter": ";", "encoding": "latin-1"}
    assert meaning(HEAD, format=latin) != base
    assert meaning(HEAD.replace("\n", "\r\n")) == base


def test_check_names_folder_account_and_the_bad_records(exports):
    exports.put("a.csv", HEAD + "1;x\n2\n")
    findings = exports.source().check()
    assert [finding.level for finding in findings] == [Level.OK, Level.OK, Level.WARNING]
    assert str(exports.folder) in findings[0].text
    assert findings[2].code == "RAGGED_ROW"
    assert "line 3" in findings[2].text
