"""Which file is read, when, and how its end is judged."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from pydantic import ValidationError

from adapters.sources.files.config import FilesConfig
from adapters.sources.files.watch import Watch
from agent.errors import SourceChanged, SourceUnavailable
from agent.model import Level, Op

HEAD = "ID;NAME\n"


def codes(findings) -> list[str]:
    return [finding.code for finding in findings]


# --- ready ---


def test_a_file_that_grows_is_not_read_until_it_was_quiet(exports, take):
    source = exports.source()
    exports.put("a.csv", HEAD + "1;x\n", age=0)
    assert source.read(None) is None
    exports.clock.passed += 6
    exports.put("a.csv", HEAD + "1;x\n2;y\n", age=0)
    assert source.read(None) is None
    exports.clock.passed += 6
    assert source.read(None) is None
    exports.clock.passed += 5
    assert take(source.read(None)).rows == [("1", "x"), ("2", "y")]


def test_a_file_that_looks_old_but_changes_while_watched_is_not_ready(exports):
    source = exports.source()
    exports.put("a.csv", HEAD, age=5)
    assert source.read(None) is None
    exports.put("a.csv", HEAD + "1;x\n", age=500)
    assert source.read(None) is None


def test_a_file_from_the_future_has_to_be_quiet_like_any_other(exports, take):
    exports.put("a.csv", HEAD + "1;x\n", age=-3600)
    source = exports.source()
    assert source.read(None) is None
    exports.clock.passed += 10
    assert take(source.read(None)).rows == [("1", "x")]


def test_waiting_wakes_up_when_the_quiet_period_is_over(exports):
    exports.put("a.csv", HEAD, age=0)
    source = exports.source()
    assert source.read(None) is None

    class Passing(threading.Event):
        def wait(self, timeout=None):
            exports.clock.passed += timeout
            return False

    assert source.wait(Passing(), 60)
    assert 10 <= exports.clock.passed < 11
    source.close()


def test_without_any_event_a_scan_still_finds_the_file(exports, take, monkeypatch):
    monkeypatch.setattr(Watch, "start", lambda _: False)
    source = exports.source()
    stop = threading.Event()
    assert source.wait(stop, 0.0) is False
    exports.put("a.csv", HEAD + "1;x\n")
    assert take(source.read(None)).rows == [("1", "x")]


def test_an_event_is_a_hint_that_ends_the_waiting(exports):
    source = exports.source()
    stop = threading.Event()
    source.wait(stop, 0.0)  # begins to watch
    writer = threading.Timer(0.1, lambda: exports.put("a.csv", HEAD))
    writer.start()
    assert source.wait(stop, 30.0)
    writer.join()
    source.close()


# --- full ---


def test_the_newest_export_is_read_and_the_older_ones_never(exports, take):
    exports.put("a.csv", HEAD + "1;new\n", age=100)
    exports.put("b.csv", HEAD + "1;old\n", age=200)
    source = exports.source()
    taken = take(source.read(None))
    assert taken.name == "a.csv"
    assert source.read(taken.checkpoint) is None
    assert codes(source.conditions) == []


def test_an_older_export_that_comes_later_is_stale_and_named(exports, take):
    exports.put("b.csv", HEAD + "1;new\n", age=100)
    source = exports.source()
    taken = take(source.read(None))
    exports.put("a.csv", HEAD + "1;old\n", age=500)
    assert source.read(taken.checkpoint) is None
    assert codes(source.conditions) == ["FILE_STALE"]
    assert "FILE_STALE" in codes(source.check())


def test_an_export_may_be_read_again_and_an_older_one_still_not(exports, take):
    exports.put("a.csv", HEAD + "1;x\n", age=100)
    source = exports.source()
    taken = take(source.read(None))
    exports.put("b.csv", HEAD + "1;old\n", age=200)
    again = take(source.read(taken.checkpoint, again=True))
    assert (again.name, again.rows) == ("a.csv", [("1", "x")])
    assert source.read(again.checkpoint) is None


def test_the_same_content_written_again_is_no_news(exports, take):
    exports.put("a.csv", HEAD + "1;x\n", age=100)
    source = exports.source()
    taken = take(source.read(None))
    exports.put("a.csv", HEAD + "1;x\n", age=50)
    exports.put("copy.csv", HEAD + "1;x\n", age=20)
    assert exports.source().read(taken.checkpoint) is None


def test_the_same_size_and_times_with_other_content_is_seen(exports, take):
    path = exports.put("a.csv", HEAD + "1;x\n")
    taken = take(exports.source().read(None))
    before = path.stat()
    path.write_bytes((HEAD + "1;y\n").encode())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert take(exports.source().read(taken.checkpoint)).rows == [("1", "y")]


def test_an_unchanged_stamp_is_believed_for_an_hour_only(exports, take):
    exports.put("a.csv", HEAD + "1;x\n")
    source = exports.source()
    taken = take(source.read(None))
    checkpoint = {**taken.checkpoint, "digest": "0" * 64}  # as if its content had changed unseen
    assert source.read(checkpoint) is None
    exports.clock.passed += 3601
    assert take(source.read(checkpoint)).rows == [("1", "x")]


def test_a_time_in_the_future_hides_no_later_export(exports, take):
    exports.put("a.csv", HEAD + "1;x\n", age=-10_000_000)
    source = exports.source(ready={"quiet": "0s"})
    first = take(source.read(None))
    exports.clock.passed += 60
    exports.put("b.csv", HEAD + "1;later\n", age=0)
    second = take(source.read(first.checkpoint))
    assert second.rows == [("1", "later")]
    assert source.read(second.checkpoint) is None


def test_a_folder_that_is_gone_is_a_condition_and_an_empty_one_no_news(exports, take):
    exports.put("a.csv", HEAD + "1;x\n")
    source = exports.source()
    taken = take(source.read(None))
    (exports.folder / "a.csv").unlink()
    assert source.read(taken.checkpoint) is None
    exports.folder.rmdir()
    with pytest.raises(SourceUnavailable) as caught:
        source.read(taken.checkpoint)
    assert caught.value.code == "FOLDER_MISSING"


@pytest.mark.parametrize("number", [5, 110, 113, 116])
def test_a_share_that_answers_with_an_error_is_never_a_deletion(exports, take, monkeypatch, number):
    exports.put("a.csv", HEAD + "1;x\n")
    source = exports.source()
    taken = take(source.read(None))

    def fail(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "scandir", fail)
    with pytest.raises(SourceUnavailable) as caught:
        source.read(taken.checkpoint)
    assert caught.value.code == "SHARE_UNREACHABLE"


def test_links_pipes_devices_and_control_characters_are_not_followed(exports, take):
    secret = exports.root / "secret"
    secret.write_text(HEAD + "1;secret\n")
    (exports.folder / "link.csv").symlink_to(secret)
    os.mkfifo(exports.folder / "pipe.csv")
    exports.put("con.csv", HEAD + "1;x\n")
    exports.put("a\nb.csv", HEAD + "1;x\n")
    source = exports.source()
    assert source.read(None) is None
    assert codes(source.conditions) == ["PATH_UNSAFE"] * 4


def test_a_locked_file_is_waited_for_and_named_when_it_stays_locked(exports, monkeypatch):
    exports.put("a.csv", HEAD + "1;x\n")
    source = exports.source()

    def busy(path, flags, *_):
        raise OSError(16, "busy", str(path))

    monkeypatch.setattr(os, "open", busy)
    assert source.read(None) is None
    exports.clock.passed += 61
    with pytest.raises(SourceUnavailable) as caught:
        source.read(None)
    assert caught.value.code == "FILE_LOCKED"


# --- changes ---


def changes(exports, **more):
    table = {
        "content": "changes",
        "operation": {"column": "OP", "delete": ["D"], "upsert": ["I", "U"]},
        **more,
    }
    return exports.source(**table)


OPS = "OP;ID;NAME\n"


def test_change_files_are_taken_one_by_one_in_order_with_their_operations(exports, take):
    exports.put("c2.csv", OPS + "D;1;\nX;3;z\n", age=300)
    exports.put("c1.csv", OPS + "I;1;x\nU;2;y\n", age=100)
    source = changes(exports)
    first = take(source.read(None))
    assert [answer.op for answer in first.answers] == [Op.UPSERT, Op.UPSERT]
    second = take(source.read(first.checkpoint))
    assert second.answers[0].op is Op.DELETE
    assert second.answers[0].key == ("1",)
    assert (second.codes, second.answers[1].key) == (["OPERATION_UNKNOWN"], ("3",))
    assert source.read(second.checkpoint) is None


def test_an_earlier_change_file_that_is_not_ready_holds_back_the_later_ones(exports, take):
    exports.put("c1.csv", OPS + "I;1;x\n", age=0)
    exports.put("c2.csv", OPS + "I;2;x\n", age=100)
    source = changes(exports)
    assert source.read(None) is None
    assert codes(source.conditions) == ["FILE_WAITED_FOR"]
    exports.clock.passed += 10
    assert take(source.read(None)).name == "c1.csv"


def test_a_missing_number_is_waited_for_and_named(exports, take):
    order = {"number": r"c(\d+)"}
    exports.put("c9.csv", OPS + "I;1;x\n")
    source = changes(exports, order=order)
    ninth = take(source.read(None))
    exports.put("c11.csv", OPS + "I;1;z\n")
    with pytest.raises(SourceChanged) as caught:
        source.read(ninth.checkpoint)
    assert caught.value.code == "FILE_MISSING"
    assert "number 10" in str(caught.value)
    exports.put("c10.csv", OPS + "I;1;y\n")
    tenth = take(source.read(ninth.checkpoint))
    assert take(source.read(tenth.checkpoint)).name == "c11.csv"
    gaps = changes(exports, order={**order, "gaps": True})
    (exports.folder / "c10.csv").unlink()
    assert take(gaps.read(ninth.checkpoint)).name == "c11.csv"


def test_a_change_file_that_comes_too_late_is_named_and_not_read(exports, take):
    exports.put("c1.csv", OPS + "I;1;x\n")
    exports.put("c3.csv", OPS + "I;3;x\n")
    source = changes(exports)
    third = take(source.read(take(source.read(None)).checkpoint))
    assert source.read(third.checkpoint) is None
    assert codes(source.conditions) == []
    exports.put("c2.csv", OPS + "I;2;x\n")
    exports.put("c3.csv", OPS + "I;3;other\n", age=50)
    assert source.read(third.checkpoint) is None
    assert codes(source.conditions) == ["FILE_STALE", "FILE_STALE"]


def test_a_cut_off_change_file_holds_the_stream_until_it_is_whole(exports, take):
    exports.put("c1.csv", OPS + "I;1;x\nI;2;", age=100)
    source = changes(exports, end="newline")
    with pytest.raises(SourceUnavailable) as caught:
        take(source.read(None))
    assert caught.value.code == "FILE_INCOMPLETE"
    with pytest.raises(SourceUnavailable):
        source.read(None)
    exports.put("c1.csv", OPS + "I;1;x\nI;2;y\n", age=50)
    exports.clock.passed += 0
    assert source.read(None) is None
    exports.clock.passed += 10
    assert len(take(source.read(None)).rows) == 2


# --- append ---


def append(exports, **more):
    return exports.source(content="append", pattern="log*.csv", **{"key": [], **more})


def test_only_whole_new_records_of_a_growing_file_are_read_each_once(exports, take):
    exports.put("log.csv", HEAD + "1;x\n2;y")
    source = append(exports)
    first = take(source.read(None))
    assert first.rows == [("1", "x")]
    assert source.read(first.checkpoint) is None
    exports.put("log.csv", HEAD + '1;x\n2;yy\n3;"a\nb"\n4;')
    second = take(append(exports).read(first.checkpoint))
    assert second.rows == [("2", "yy"), ("3", "a\nb")]
    assert [answer.key for answer in second.answers] == [("log.csv", "12"), ("log.csv", "17")]
    assert second.answers[1].place.line == 4


def test_a_growing_file_that_starts_anew_is_read_from_its_start(exports, take):
    exports.put("log.csv", HEAD + "1;x\n2;y\n")
    source = append(exports, key=["ID"])
    first = take(source.read(None))
    exports.put("log.csv", HEAD + "9;z\n")
    assert take(source.read(first.checkpoint)).rows == [("9", "z")]
    exports.put("log.csv", HEAD + "7;z\n8;z\n9;z\n10;z\n")
    assert len(take(source.read(first.checkpoint)).rows) == 4


def test_a_rotated_file_is_read_to_its_end_before_the_next(exports, take):
    exports.put("log.csv", HEAD + "1;x\n", age=300)
    source = append(exports)
    first = take(source.read(None))
    exports.put("log.csv", HEAD + "1;x\n2;y\n3;z", age=200)
    (exports.folder / "log.csv").rename(exports.folder / "log1.csv")
    exports.put("log.csv", HEAD + "4;x\n", age=100)
    second = take(append(exports).read(first.checkpoint))
    assert second.rows == [("2", "y"), ("3", "z")]
    third = take(source.read(second.checkpoint))
    assert third.rows == [("4", "x")]
    assert source.read(third.checkpoint) is None


# --- the end of a file, its head ---


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


# --- configuration ---


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key": []}, "key = [...] is needed"),
        ({"format": {"encoding": "cp500"}}, "does not extend ASCII"),
        ({"format": {"encoding": "klingon"}}, "no encoding called"),
        ({"format": {"header": False}}, "needs columns"),
        ({"format": {"header": False, "columns": ["A"]}}, "does not name"),
        ({"format": {"delimiter": '";'}}, "quote cannot be part"),
        ({"end": "trailer"}, "trailer belongs"),
        ({"end": "count", "trailer": {"marker": "T"}}, "count_field"),
        ({"order": {"number": "[0-9]+"}}, "needs a group"),
        ({"operation": {"column": "OP", "delete": ["D"]}}, "is for content"),
        ({"ready": {"quiet": "ten seconds"}}, "quiet"),
        ({"timezone": "Mars/Olympus"}, "no time zone"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(change, said):
    table = {
        "folder": "x",
        "pattern": "*",
        "content": "full",
        "format": {"kind": "delimited"},
        "key": ["ID"],
    }
    FilesConfig.model_validate(table)
    with pytest.raises(ValidationError, match=said.replace("[...]", r"\[\.\.\.\]")):
        FilesConfig.model_validate({**table, **change})


def test_every_setting_is_described():
    def undescribed(schema: dict) -> list[str]:
        tables = [schema, *schema.get("$defs", {}).values()]
        fields = [item for table in tables for item in table.get("properties", {}).items()]
        return [name for name, field in fields if "description" not in field]

    assert undescribed(FilesConfig.model_json_schema()) == []


def test_a_relative_folder_is_relative_to_the_home(exports):
    assert exports.source()._folder == Path(exports.root) / "export"
