"""A file nobody has described is described well enough to be looked at."""

import pytest

from adapters.sources.files.sniff import encoding_of, key_of, sniff

ROWS = "CUSTNO;NAME1;ORT\r\n00001;Müller;Köln\r\n00002;Groß;Köln\r\n"


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "cp1252"), ("cp850", "cp850"),
     ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le")],
)  # fmt: skip
def test_an_encoding_is_told_by_its_bytes(encoding, named):
    looked = sniff(ROWS.encode(encoding), whole=True)
    assert looked.format["encoding"] == named
    assert looked.columns == ("CUSTNO", "NAME1", "ORT")
    assert looked.rows[0] == ("00001", "Müller", "Köln")


def test_a_character_cut_at_the_end_of_the_head_is_no_other_encoding():
    assert encoding_of("aü".encode()[:-1]) == "utf-8"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|", "^", "~"])
def test_a_delimiter_is_what_cuts_every_line_alike(delimiter):
    text = ROWS.replace(";", delimiter).replace("Groß", '"A; B, C | D"')
    if delimiter in '"A; B, C | D"':
        text = ROWS.replace(";", delimiter)
    looked = sniff(text.encode(), whole=True)
    assert looked.format["delimiter"] == delimiter
    assert len(looked.rows) == 2


def test_quoted_values_hold_delimiters_and_line_ends():
    looked = sniff(b'ID;TEXT\n1;"a;b\nc"\n2;x\n', whole=True)
    assert looked.rows == (("1", "a;b\nc"), ("2", "x"))
    assert "quote" not in looked.format


def test_a_stray_quote_is_a_letter():
    looked = sniff(b'ID;TEXT;N\n1;5" pipe;3\n2;6";4\n3;7;5\n', whole=True)
    assert (looked.format.get("quote", '"'), len(looked.rows)) in {("", 3), ('"', 3)}


def test_lines_before_the_header_are_skipped():
    looked = sniff(b"Export of customers\n\nID;NAME\n1;a\n2;b\n", whole=True)
    assert looked.format["skip"] == 2
    assert looked.columns == ("ID", "NAME")


def test_a_file_without_header_gets_names():
    looked = sniff(b"1;2024-01-01;x\n2;2024-01-02;y\n", whole=True)
    assert looked.format["header"] is False
    assert looked.format["columns"] == ["C1", "C2", "C3"]
    assert looked.key == ("C1",)


def test_a_cut_last_line_is_no_row():
    looked = sniff(b"ID;NAME\n1;a\n2;b\n3", whole=False)
    assert looked.rows == (("1", "a"), ("2", "b"))


def test_nothing_is_made_of_nothing():
    assert sniff(b"", whole=True).columns == ()
    assert sniff(b"\x00\x01\x02\xff" * 50, whole=True).format["kind"] == "delimited"
    assert sniff(b"just one line", whole=True).columns == ("just one line",)


@pytest.mark.parametrize(
    ("columns", "rows", "key"),
    [
        (("NAME", "KDNR"), [("a", "1"), ("b", "2")], ("KDNR",)),
        (("A", "B"), [("1", "x"), ("2", "y")], ("A",)),
        (("ORDERNO", "POS", "T"), [("1", "1", "x"), ("1", "2", "x")], ("POS",)),
        (("O", "P", "T"), [("1", "1", "x"), ("1", "2", "x"), ("2", "1", "x")], ("O", "P")),
        (("O",), [("1",), ("1",)], ()),
        (("O", "K"), [("", "1"), ("", "2")], ("K",)),
        ((), [], ()),
    ],
)
def test_a_key_is_never_blank_and_never_twice(columns, rows, key):
    assert key_of(columns, rows) == key
