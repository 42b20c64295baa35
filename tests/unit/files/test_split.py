"""Splitting and parsing: what was written is what is read, however the bytes arrive."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sources.files.config import FilesConfig
from adapters.sources.files.formats.delimited import Delimited
from adapters.sources.files.split import Splitter, line_end
from adapters.sources.files.stream import decoded
from agent.model import Place, Raw, Record

ENCODINGS = ["utf-8", "cp1252", "latin-1", "cp850", "utf-16"]
ALPHABETS = {
    "utf-8": st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    "utf-16": st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    "cp1252": st.characters(codec="cp1252", exclude_characters="\0"),
    "latin-1": st.characters(codec="latin-1", exclude_characters="\0"),
    "cp850": st.characters(codec="cp850", exclude_characters="\0"),
}
NASTY = st.sampled_from(['"', "\n", "\r\n", "\r", ";", '""', " ", "a"])


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    blocks, at = [], 0
    for size in sizes:
        blocks.append(data[at : at + size])
        at += size
    return [block for block in (*blocks, data[at:]) if block]


def split(
    data: bytes, blocks: list[bytes], *, end: bytes = b"", quote: bytes = b'"'
) -> list[bytes]:
    splitter = Splitter(quote=quote, end=end or line_end(data, quote), limit=1 << 20)
    records = [record for block in blocks for record in splitter.feed(block)]
    held, rest, _ = splitter.finish()
    return [*records, *held, *([rest] if rest else [])]


def settings(**form) -> FilesConfig:
    return FilesConfig.model_validate(
        {
            "folder": "x",
            "pattern": "*",
            "content": "full",
            "format": {"kind": "delimited", "delimiter": ";", **form},
            "key": ["ID"],
        }
    )


@given(st.lists(st.sampled_from([b'"', b"\n", b"\r\n", b"\r", b";", b"ab"])), st.data())
def test_the_same_records_come_out_however_the_bytes_are_cut(parts, data):
    whole = b"".join(parts)
    sizes = data.draw(st.lists(st.integers(1, 4), max_size=30))
    end = line_end(whole, b'"')
    once = split(whole, [whole] if whole else [], end=end)
    assert split(whole, cut(whole, sizes), end=end) == once
    assert b"".join(once) == whole


@given(st.lists(st.sampled_from([b"&", b"|", b"\n", b"&|\n", b"ab"])), st.integers(1, 5))
def test_own_record_ends_are_found_across_blocks(parts, size):
    whole = b"".join(parts)
    blocks = [whole[at : at + size] for at in range(0, len(whole), size)]
    found = split(whole, blocks, end=b"&|\n", quote=b"")
    assert b"".join(found) == whole
    assert [part for part in whole.split(b"&|\n") if part] == [
        record.removesuffix(b"&|\n") for record in found if record != b"&|\n"
    ]


@pytest.mark.parametrize("line_terminator", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@given(data=st.data())
def test_what_the_csv_module_writes_is_read_back_to_the_letter(encoding, line_terminator, data):
    text = st.lists(st.one_of(NASTY, ALPHABETS[encoding]), max_size=6).map("".join)
    rows = data.draw(st.lists(st.tuples(st.just("k"), text, text), min_size=1, max_size=8))
    out = io.StringIO(newline="")
    quoting = data.draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    csv.writer(out, delimiter=";", lineterminator=line_terminator, quoting=quoting).writerows(rows)
    raw = out.getvalue().encode(encoding)
    sizes = data.draw(st.lists(st.integers(1, 9), max_size=20))
    blocks = cut(raw, sizes)
    dialect = Delimited(settings(encoding=encoding))
    if encoding == "utf-16":
        blocks = list(decoded(iter(blocks), "utf-16"))
        blocks[0] = blocks[0].removeprefix(b"\xef\xbb\xbf")
        blocks = [block for block in blocks if block]
    records = split(b"".join(blocks), blocks)
    place = Place("f", 1, 1, 0)
    answers = dialect.parser(["ID", "A", "B"])([Raw(record, place) for record in records])
    assert [a.values if isinstance(a, Record) else a for a in answers] == rows


@given(st.lists(st.tuples(st.text('ab"\n+|', max_size=6), st.text("|+x", max_size=6)), min_size=1))
def test_a_delimiter_of_two_characters_may_stand_inside_quotes(pairs):
    def written(value: str) -> str:
        return '"' + value.replace('"', '""') + '"'

    records = [f"k+|{written(a)}+|{written(b)}\n".encode() for a, b in pairs]
    dialect = Delimited(settings(delimiter="+|"))
    answers = dialect.parser(["ID", "A", "B"])(
        [Raw(record, Place("f", 1, 1, 0)) for record in records]
    )
    assert [answer.values for answer in answers] == [("k", a, b) for a, b in pairs]


@pytest.mark.parametrize(
    ("record", "code", "key"),
    [
        (b"1;2\n", "RAGGED_ROW", None),
        (b"1;2;3;4\n", "RAGGED_ROW", None),
        (b" ;2;3\n", "KEY_MISSING", None),
        (b"1;\x00;3\n", "FILE_NUL_BYTES", ("1",)),
        (b"\x00;2;3\n", "FILE_NUL_BYTES", None),
        (b"1;\xff;3\n", "ENCODING_ERROR", ("1",)),
        (b"\xff;2;3\n", "ENCODING_ERROR", None),
        (b'1;"2"x;3\n', "BAD_QUOTES", None),
        (b'1;5" pipe;3\n2;6" pipe;3\n', "RAGGED_ROW", None),
        (b"1;" + b"x" * 300 + b";3\n", "FIELD_TOO_LARGE", ("1",)),
        (b"1;" + b"x" * 1100 + b";3\n", "ROW_TOO_LARGE", None),
    ],
)
def test_one_bad_record_is_refused_alone_with_its_reason(record, code, key):
    config = settings().model_copy(update={"max_record_bytes": 1024, "max_field_bytes": 256})
    good = [Raw(b"%d;b;c\n" % n, Place("f", n, n, 10 * n)) for n in range(1, 100)]
    bad = Raw(record, Place("f", 50, 50, 500))
    answers = Delimited(config).parser(["ID", "A", "B"])([*good[:49], bad, *good[50:]])
    assert [a.key for a in answers if isinstance(a, Record)] == [
        (str(n),) for n in range(1, 100) if n != 50
    ]
    refused = answers[49]
    assert (refused.code, refused.key, refused.place) == (code, key, bad.place)


def test_an_encoding_error_names_the_byte_in_the_file():
    parse = Delimited(settings()).parser(["ID", "A"])
    (refused,) = parse([Raw(b"1;ab\xff\n", Place("f", 1, 1, 1000))])
    assert "1004" in refused.reason


def test_values_are_never_trimmed():
    parse = Delimited(settings()).parser(["ID", "A"])
    (record,) = parse([Raw(b" 01 ; x \n", Place("f", 1, 1, 0))])
    assert record.values == (" 01 ", " x ")
    assert record.key == (" 01 ",)
