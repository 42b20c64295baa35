"""A file is read when it has been quiet for its time, however the news of it came."""

from __future__ import annotations

import threading

from adapters.sources.files.watch import Watch
from tests.unit.files.exports import HEAD


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
    monkeypatch.setattr(Watch, "start", lambda _, ring=None: False)
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
