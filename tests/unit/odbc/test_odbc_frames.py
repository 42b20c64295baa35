"""The pipe's frames: whole, or an error."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sources.odbc import frames


@given(st.lists(st.tuples(st.sampled_from([frames.JSON, frames.DATA]), st.binary())))
def test_frames_arrive_as_they_were_sent(sent):
    stream = io.BytesIO(b"".join(frames.frame(kind, body) for kind, body in sent))
    received = []
    while (one := frames.receive(stream)) is not None:
        received.append(one)
    assert received == sent


@pytest.mark.parametrize("cut", [1, 4, 6, 8])
def test_a_frame_that_is_cut_off_is_never_taken_for_an_end(cut):
    whole = frames.frame(frames.DATA, b"12345")
    with pytest.raises(frames.BrokenFrameError):
        frames.receive(io.BytesIO(whole[:cut]))


def test_what_is_no_frame_is_refused():
    with pytest.raises(frames.BrokenFrameError):
        frames.receive(io.BytesIO(b"Segmentation fault"))
