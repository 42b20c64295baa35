"""One observer watches the folders of all sources; hints reach whose folder it is."""

import shutil
import threading
from types import SimpleNamespace

import pytest

from adapters.sources.files import watch as watching
from adapters.sources.files.watch import Watch
from tests.wine import IS_WINDOWS, IS_WINE


def watchers():
    return [each for each in threading.enumerate() if "observer" in type(each).__module__]


@pytest.fixture
def folders(tmp_path):
    made = [tmp_path / name for name in ("a", "b")]
    for folder in made:
        folder.mkdir()
    return made


@pytest.fixture
def watch(request):
    def begin(folder):
        rung = threading.Event()
        watch = Watch(folder)
        request.addfinalizer(watch.close)
        assert watch.start(rung.set)
        return watch, rung

    return begin


def test_a_hint_rings_for_the_sources_of_its_folder_only(folders, watch):
    first, second, other = watch(folders[0]), watch(folders[0]), watch(folders[1])
    (folders[0] / "x.csv").write_text("x")
    for each, rung in (first, second):
        assert rung.wait(10)
        assert each.take()
    assert not other[0].take()
    assert not other[1].is_set()


def test_many_sources_of_a_folder_cost_no_more_threads_than_one_and_the_last_leaves_none(
    folders, watch
):
    before = len(watchers())
    one, _ = watch(folders[0])
    threads = len(watchers())
    assert threads > before
    more = [watch(folders[0])[0] for _ in range(20)]
    assert len(watchers()) == threads
    for each in (one, *more):
        each.close()
    assert len(watchers()) == before


def test_who_closes_takes_no_hint_from_the_others(folders, watch):
    one, _ = watch(folders[0])
    other, rung = watch(folders[0])
    one.close()
    (folders[0] / "x.csv").write_text("x")
    assert rung.wait(10)
    assert other.take()
    assert not one.take()


@pytest.mark.skipif(IS_WINE, reason="Wine says nothing of a watched folder that goes")
def test_a_folder_that_was_taken_away_and_came_back_is_watched_again(folders, watch):
    one, rung = watch(folders[0])
    other, _ = watch(folders[0])
    shutil.rmtree(folders[0])
    assert rung.wait(10)
    folders[0].mkdir()
    for _ in range(100):  # the dead watch may be noticed a moment later
        rung.clear()
        assert one.start(rung.set)
        (folders[0] / "x.csv").write_text("x")
        if rung.wait(0.2):
            break
        (folders[0] / "x.csv").unlink()
    assert rung.is_set()
    other.start()


def test_what_died_of_a_share_that_went_away_is_begun_again(folders, watch, monkeypatch):
    one, rung = watch(folders[0])
    (emitter,) = watching._HUB._observer.emitters
    dead = threading.Thread(target=print)  # never started: as dead as one that ended
    stop = emitter._reader.stop if IS_WINDOWS else list
    fake = SimpleNamespace(_reader_thread=dead, stop=stop, get_events=lambda _timeout: [])
    monkeypatch.setattr(emitter, "_reader", fake, raising=False)
    assert one.start(rung.set)
    assert emitter not in watching._HUB._observer.emitters
    (folders[0] / "x.csv").write_text("x")
    assert rung.wait(10)


def test_a_folder_that_is_not_there_cannot_be_watched(tmp_path):
    watch = Watch(tmp_path / "none")
    assert not watch.start()
    assert not watch.take()
    watch.close()
