"""What a preview looks at: real exports, also archived ones, untouched."""

from __future__ import annotations

from tests.unit.files.exports import HEAD


def test_the_newest_export_comes_first_and_may_be_unfinished(exports, take):
    exports.put("a.csv", HEAD + "1;new\n", age=0)
    exports.put("b.csv", HEAD + "1;old\n", age=500)
    source = exports.source()
    assert take(source.sample()).name == "a.csv"
    assert take(source.sample(1)).name == "b.csv"
    assert source.sample(2) is None


def test_archived_exports_come_after_those_in_the_folder(exports, take):
    exports.put("a.csv", HEAD + "1;x\n", age=100)
    source = exports.source(settle={"archive": "done"})
    taken = take(source.read(None))
    assert source.settle(taken.checkpoint, clean=True)
    exports.put("a.csv", HEAD + "1;y\n", age=50)
    source = exports.source(settle={"archive": "done"})
    again = take(source.read(taken.checkpoint))
    assert source.settle(again.checkpoint, clean=True)
    exports.put("a.csv", HEAD + "1;z\n", age=10)
    rows = [take(source.sample(back)).rows for back in range(3)]
    assert rows[0] == [("1", "z")]
    assert sorted(map(str, rows[1:])) == [str([("1", "x")]), str([("1", "y")])]
    assert source.sample(3) is None


def test_looking_at_a_sample_changes_nothing_of_what_is_read_next(exports, take):
    exports.put("a.csv", HEAD + "1;x\n2;y\n", age=100)
    source = exports.source()
    read = source.sample()
    next(read.pages())
    read.close()
    taken = take(source.read(None))
    assert taken.rows == [("1", "x"), ("2", "y")]
    assert sorted(path.name for path in exports.folder.iterdir()) == ["a.csv"]


def test_an_empty_folder_has_no_sample(exports):
    assert exports.source().sample() is None
