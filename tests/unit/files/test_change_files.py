"""Change files are taken one by one in their order, growing files each record once."""

from __future__ import annotations

import pytest

from agent.errors import SourceChanged, SourceUnavailable
from agent.model import Op
from tests.unit.files.exports import HEAD, codes


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
