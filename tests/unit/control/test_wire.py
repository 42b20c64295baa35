"""What may travel over the control connection, and what is refused before it is understood."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.clock import SystemClock
from agent.control import wire
from agent.control.wire import Lines

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class FakeConnection:
    """Hands out prepared chunks, then the end."""

    def __init__(self, *chunks: bytes) -> None:
        self.chunks = list(chunks)

    def receive(self, timeout: float) -> bytes:
        return self.chunks.pop(0) if self.chunks else b""


class SteppingClock(SystemClock):
    """Every look at it takes a second."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        self.seconds += 1
        return self.seconds


def lines(*chunks: bytes, limit: int = 64) -> Lines:
    return Lines(FakeConnection(*chunks), SystemClock(), limit)


@given(JSON)
def test_what_is_encoded_comes_back_and_is_one_line_of_ascii(value):
    line = wire.encode(value)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert all(0x20 <= byte < 0x7F for byte in line[:-1])
    assert wire.decode(line, max_depth=100) == value


def test_a_file_name_that_is_no_text_survives_the_way():
    name = b"K\xfcnde.csv".decode("utf-8", "surrogateescape")
    assert wire.decode(wire.encode({"name": name})) == {"name": name}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_hold_is_not_sent(value):
    with pytest.raises(ValueError):
        wire.encode(value)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"a": NaN}',
        b"[Infinity]",
        b'{"a": "\xff"}',
        b"{} {}",
        b"[1" + b"0" * 5000 + b"]",
        b'"' + b'\\"' * 400_000,
    ],
)
def test_malformed_json_is_refused_quickly_without_its_content(line):
    with pytest.raises(wire.Malformed) as caught:
        wire.decode(line)
    assert "nonsense" not in str(caught.value)


def test_depth_is_limited_to_the_level():
    assert wire.decode(b"[" * 32 + b"]" * 32)
    with pytest.raises(wire.Malformed, match="deeper"):
        wire.decode(b"[" * 33 + b"]" * 33)


@pytest.mark.parametrize("nest", [b"[" * 500_000, b'{"a":' * 100_000, b'[{"a":' * 50_000])
def test_endless_depth_is_refused_before_it_is_parsed(nest):
    with pytest.raises(wire.Malformed, match="deeper"):
        wire.decode(nest)


def test_brackets_inside_text_do_not_count_as_depth():
    text = json.dumps({"a": '[[[{{{"\\' * 100}).encode()
    assert wire.decode(text) == {"a": '[[[{{{"\\' * 100}


def test_lines_are_put_together_from_any_pieces():
    reader = lines(b"on", b"e\ntwo\nth", b"ree\n")
    assert [reader.read(5) for _ in range(4)] == [b"one", b"two", b"three", None]


@pytest.mark.parametrize("chunks", [[b"x" * 70], [b"x" * 65 + b"\n"], [b"x"] * 70])
def test_a_line_beyond_the_limit_is_refused_however_it_arrives(chunks):
    with pytest.raises(wire.Malformed, match="longer"):
        lines(*chunks).read(5)


def test_a_line_at_the_limit_passes():
    assert lines(b"x" * 64 + b"\n").read(5) == b"x" * 64


def test_half_a_line_at_the_end_is_told_from_a_clean_end():
    with pytest.raises(wire.Gone):
        lines(b"half").read(5)


def test_a_byte_now_and_then_does_not_extend_the_time():
    reader = Lines(FakeConnection(*[b"x"] * 60), SteppingClock())
    with pytest.raises(TimeoutError):
        reader.read(10)
