"""What is small goes together, in order, and never stays behind."""

from __future__ import annotations

import io
import threading

from adapters.sources.odbc import frames
from adapters.sources.odbc.outgoing import Outgoing

BEAT = frames.message({"beat": True})


class Pipe(io.BytesIO):
    """Counts how often its reader would have been woken."""

    writes = 0

    def write(self, data):
        self.writes += 1
        return super().write(data)


def received(pipe):
    stream, found = io.BytesIO(pipe.getvalue()), []
    while (one := frames.receive(stream)) is not None:
        found.append(one)
    return found


def until(holds):
    for _ in range(500):
        if holds():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never came")


def test_what_answers_one_question_wakes_the_agent_once():
    out = Outgoing(pipe := Pipe())
    out.say(columns=[])
    out.put(frames.frame(frames.DATA, b"1"))
    out.say(end={"rows": 1})
    assert not pipe.writes
    out.flush()
    assert pipe.writes == 1
    assert [kind for kind, _ in received(pipe)] == [frames.JSON, frames.DATA, frames.JSON]
    out.flush()
    assert pipe.writes == 1, "nothing was said"


def test_small_and_large_arrive_in_the_order_in_which_they_were_said():
    out, said = Outgoing(pipe := Pipe()), []
    for size in (10, 100_000, 20, 30, 50_000, 5):
        said.append((frames.DATA, bytes(size)))
        out.put(frames.frame(*said[-1]))
    out.flush()
    until(lambda: len(received_so_far(pipe)) == len(said))
    assert received(pipe) == said


def received_so_far(pipe):
    try:
        return received(pipe)
    except frames.BrokenFrameError:  # the writer is in the middle of it
        return []


def test_a_sign_of_life_takes_along_what_is_held():
    """A database that takes long for its next row keeps nobody waiting for what it has said."""
    out = Outgoing(pipe := Pipe())
    out.say(columns=[])
    out.beat()
    assert [frames.frame(*one) for one in received(pipe)] == [frames.message({"columns": []}), BEAT]


def test_whoever_ends_waits_until_what_was_said_is_written():
    class Slow(Pipe):
        def write(self, data):
            may.wait(10)
            return super().write(data)

    may, out = threading.Event(), Outgoing(pipe := Slow())
    out.put(frames.frame(frames.DATA, bytes(100_000)))
    out.flush()
    ends = threading.Thread(target=out.drain)
    ends.start()
    ends.join(0.05)
    assert ends.is_alive()
    may.set()
    ends.join(10)
    assert not ends.is_alive()
    assert received(pipe) == [(frames.DATA, bytes(100_000))]
