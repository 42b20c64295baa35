"""numpy or not, the ledger's questions have the same answers."""

import struct
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import arrays

pytest.importorskip("numpy", reason="numpy is left out under Wine")
arrays.order(bytes(16 * arrays.WORTH))  # from now on numpy does all

# Few different halves, so that first halves agree by chance and hashes stand twice.
HALVES = st.sampled_from([b"\0" * 8, b"\1" * 8, b"\xff" * 8, b"\0" * 7 + b"\1", b"\1" + b"\0" * 7])
HASHES = st.lists(st.tuples(HALVES, HALVES).map(b"".join), max_size=40)


def numbers(count: int) -> bytes:
    return struct.pack(f"<{count}I", *range(count))


@given(HASHES, HASHES)
def test_an_index_finds_the_same_rows(known: list[bytes], asked: list[bytes]) -> None:
    unique = b"".join(dict.fromkeys(known))
    answers = []
    for pure in (False, True):
        columns = arrays.sort(unique, numbers(len(unique) // 16), pure=pure)
        index = arrays.index(*columns, pure=pure)
        assert len(index) == len(unique) // 16
        found = arrays.numbers(index.find(b"".join(asked)))
        answers.append((columns, found, arrays.unknown(index.find(b"".join(asked)))))
    assert answers[0] == answers[1]
    place = {unique[at : at + 16]: at // 16 for at in range(0, len(unique), 16)}
    assert answers[0][1] == [place.get(each, -1) for each in asked]


@given(HASHES)
def test_order_twins_and_last_of_each_are_the_same(hashes: list[bytes]) -> None:
    joined = b"".join(hashes)
    assert list(arrays.order(joined)) == list(arrays.order(joined, pure=True))
    twins = sorted(arrays.earlier_twins(joined))
    assert twins == sorted(arrays.earlier_twins(joined, pure=True))
    last = list(arrays.last_of_each(joined)) if joined else []
    assert last == list(arrays.last_of_each(joined, pure=True))
    assert {hashes[at]: at for at in last} == {each: at for at, each in enumerate(hashes)}
    assert {early for early, _ in twins} == set(range(len(hashes))) - set(last)


@given(HASHES, st.integers(0, 1000))
def test_cutting_and_numbering_are_the_same(hashes: list[bytes], first: int) -> None:
    joined = b"".join(hashes)
    for at, width in ((0, 16), (4, 8), (15, 1)):
        assert arrays.column(joined, 16, at, width) == arrays.column(
            joined, 16, at, width, pure=True
        )
    places = list(range(len(hashes)))[::-1]
    assert arrays.take(joined, 16, places) == arrays.take(joined, 16, places, pure=True)
    without = hashes[0] if hashes else bytes(16)
    one = arrays.numbered(joined, first, without)
    assert one == arrays.numbered(joined, first, without, pure=True)
    counted = b"".join(each[:4] for each in hashes)
    assert arrays.counted(counted) == arrays.counted(counted, pure=True)


@given(st.lists(st.lists(st.integers(-1, 5), max_size=8), max_size=5))
def test_what_a_read_met_is_remembered_the_same(pages: list[list[int]]) -> None:
    quick, pure = arrays.seen(6), arrays.seen(6, pure=True)
    first, expected = 1, {}
    for page in pages:
        twice = quick.mark(page, first)
        assert sorted(twice) == sorted(pure.mark(page, first))
        for at, row in enumerate(page, first):
            if row >= 0:
                if row in expected:
                    assert (row, expected[row]) in twice
                expected[row] = at
        first += len(page)
    for seen in (quick, pure):
        assert list(seen.unseen()) == [row for row in range(6) if row not in expected]
        assert {row: seen.last(row) for row in range(6) if seen.last(row)} == expected
        assert seen.count() == len(expected)


def test_small_tables_do_without_numpy_and_a_large_one_loads_it() -> None:
    program = """
import sys
import agent.app  # all that an agent loads
from agent import arrays
small, large = bytes(16 * (arrays.WORTH - 1)), bytes(16 * arrays.WORTH)
arrays.order(small)
arrays.order(large, pure=True)
index = arrays.index(small[::2], small[::2], small[::4])
assert "numpy" not in sys.modules
found = arrays.index(large[::2], large[::2], large[::4]).find(bytes(16))
assert "numpy" in sys.modules
assert arrays.numbers(found) == [0]
# What was begun before goes on with what comes after.
assert index.find(bytes(16)) == [0]
seen = arrays.seen(3, pure=True)
assert seen.mark(found, 1) == []
assert seen.mark(found, 2) == [(0, 1)]
"""
    subprocess.run([sys.executable, "-c", program], check=True)
