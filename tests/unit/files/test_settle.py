"""Settling: nothing unread is ever lost, whatever happens between two steps."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from adapters.sources.files.settle import Disk
from agent.errors import SourceUnavailable

DATA = "ID;NAME\n1;x\n"
OTHER = "ID;NAME\n1;y\n"  # of the same size


class CrashError(BaseException):
    """The process is gone."""


class CrashingDisk(Disk):
    """Really does each step; dies before or after the chosen one."""

    def __init__(self, at: int, *, after: bool, one_volume: bool = True) -> None:
        self.left = at
        self.after = after
        self.one_volume = one_volume
        self.died = False

    def _step(self, act, *args) -> None:
        self.left -= 1
        if self.left == 0 and not self.after:
            self.died = True
            raise CrashError
        act(*args)
        if self.left == 0:
            self.died = True
            raise CrashError

    def rename(self, source: Path, target: Path) -> None:
        self._step(super().rename, source, target)

    def place(self, source: Path, target: Path) -> None:
        if not self.one_volume and source.parent != target.parent:
            raise OSError(errno.EXDEV, "another volume")
        self._step(super().place, source, target)

    def copy(self, source: Path, target: Path) -> None:
        self._step(super().copy, source, target)

    def unlink(self, path: Path) -> None:
        self._step(super().unlink, path)


def everything(exports) -> list[bytes]:
    files = [path for path in exports.root.rglob("*") if path.is_file()]
    return sorted({path.read_bytes() for path in files})


ARCHIVE = {"archive": "done"}


@pytest.mark.parametrize("one_volume", [True, False])
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("how", [ARCHIVE, "delete"])
@pytest.mark.parametrize("replaced", [True, False])
def test_after_a_crash_at_any_step_settling_ends_as_if_nothing_had_been(
    exports, take, how, after, one_volume, replaced
):
    for at in range(1, 20):
        path = exports.put("a.csv", DATA)
        checkpoint = take(exports.source(settle=how).read(None)).checkpoint
        if replaced:
            exports.put("a.csv", OTHER, age=50)
        disk = CrashingDisk(at, after=after, one_volume=one_volume)
        try:
            exports.source(settle=how, disk=disk).settle(checkpoint, clean=True)
        except CrashError:
            kept = [] if how == "delete" and not replaced else [OTHER if replaced else DATA]
            assert set(kept) <= {data.decode() for data in everything(exports)}
        source = exports.source(
            settle=how,
            ready={"quiet": "0s"},
            disk=CrashingDisk(0, after=True, one_volume=one_volume),
        )
        news = source.read(checkpoint)
        if news is not None:
            news.close()
        assert source.settle(checkpoint, clean=True)
        if replaced:
            again = take(source.read(checkpoint))
            assert again.rows == [("1", "y")]
            assert exports.names() == ["a.csv"]
            path.unlink()
        else:
            assert news is None
            assert exports.names() == []
            if how == ARCHIVE:
                assert [p.name for p in (exports.root / "done").iterdir()] == ["a.csv"]
                (exports.root / "done" / "a.csv").unlink()
        if not disk.died:
            break
    assert at > 1
    assert not disk.died


def test_leaving_files_alone_is_settling_too(exports, take):
    exports.put("a.csv", DATA)
    source = exports.source()
    assert source.settle(take(source.read(None)).checkpoint, clean=False)
    assert exports.names() == ["a.csv"]


def test_a_file_with_something_parked_is_archived_and_not_deleted(exports, take):
    exports.put("a.csv", DATA)
    source = exports.source(settle="delete")
    checkpoint = take(source.read(None)).checkpoint
    assert source.settle(checkpoint, clean=False) is False
    assert exports.names() == ["a.csv"]
    assert exports.source(settle=ARCHIVE).settle(checkpoint, clean=False)
    assert exports.names() == []


def test_the_archive_never_overwrites_another_file(exports, take):
    (exports.root / "done").mkdir()
    (exports.root / "done" / "a.csv").write_text("another")
    for content in (DATA, OTHER):
        exports.put("a.csv", content)
        source = exports.source(settle=ARCHIVE)
        assert source.settle(take(source.read(None)).checkpoint, clean=True)
    assert everything(exports) == sorted([b"another", DATA.encode(), OTHER.encode()])


def test_a_file_that_came_under_the_same_name_stays_and_is_read(exports, take):
    exports.put("a.csv", DATA)
    source = exports.source(settle=ARCHIVE)
    checkpoint = take(source.read(None)).checkpoint
    exports.put("a.csv", DATA + "2;y\n", age=50)
    assert source.settle(checkpoint, clean=True)
    assert len(take(exports.source().read(checkpoint)).rows) == 2


def test_a_leftover_whose_name_was_taken_is_kept_and_named(exports, take):
    exports.put(".waybill-0123456789abcdef-a.csv", OTHER)
    exports.put("a.csv", DATA)
    source = exports.source(settle=ARCHIVE)
    assert take(source.read(None)).rows == [("1", "x")]
    assert [finding.code for finding in source.conditions] == ["FILE_NAME_TAKEN"]
    assert exports.names() == [".waybill-0123456789abcdef-a.csv", "a.csv"]


def test_a_leftover_goes_back_when_files_are_no_longer_settled(exports, take):
    exports.put(".waybill-0123456789abcdef-a.csv", DATA)
    assert take(exports.source().read(None)).rows == [("1", "x")]


def test_an_archive_that_cannot_be_reached_is_a_condition_and_keeps_the_name(exports, take):
    exports.put("a.csv", DATA)
    source = exports.source(settle={"archive": "nowhere/done"})
    checkpoint = take(source.read(None)).checkpoint
    with pytest.raises(SourceUnavailable) as caught:
        source.settle(checkpoint, clean=True)
    assert "nowhere" in caught.value.title
    assert exports.names() == ["a.csv"]


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_volume_without_links_is_settled_all_the_same(exports, take, monkeypatch, number):
    def no_links(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", no_links)
    (exports.root / "done").mkdir()
    (exports.root / "done" / "a.csv").write_text("another")
    exports.put("a.csv", DATA)
    source = exports.source(settle=ARCHIVE)
    assert source.settle(take(source.read(None)).checkpoint, clean=True)
    assert everything(exports) == sorted([b"another", DATA.encode()])


def test_a_folder_that_is_gone_is_not_a_file_that_is_settled(exports, take):
    exports.put("a.csv", DATA)
    source = exports.source(settle="delete")
    checkpoint = take(source.read(None)).checkpoint
    exports.folder.rename(exports.root / "away")
    with pytest.raises(SourceUnavailable):
        source.settle(checkpoint, clean=True)
