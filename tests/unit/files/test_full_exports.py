"""Of full exports the newest is read, once, and nothing that stands in the way is a deletion."""

from __future__ import annotations

import errno
import os

import pytest

from adapters.sources.files import stream
from agent.errors import SourceUnavailable
from tests.unit.files.exports import HEAD, codes
from tests.wine import IS_WINDOWS


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


@pytest.mark.skipif(IS_WINDOWS, reason="no time of change there; the hourly hash sees it")
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


@pytest.mark.parametrize("number", [errno.EIO, errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ESTALE])
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


@pytest.mark.skipif(IS_WINDOWS, reason="no such names can be made there")
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

    def busy(path):
        raise OSError(errno.EBUSY, "busy", str(path))

    monkeypatch.setattr(stream, "open_plain", busy)
    assert source.read(None) is None
    exports.clock.passed += 61
    with pytest.raises(SourceUnavailable) as caught:
        source.read(None)
    assert caught.value.code == "FILE_LOCKED"
