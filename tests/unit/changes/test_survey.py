"""Of several records of one key the last one wins, and nothing is inferred of what was not seen."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from agent.changes.survey import Survey


def raw(key: int, version: int) -> bytes:
    return bytes([key, version]) + bytes(14)


def key_of(key: int) -> bytes:
    return bytes([key]) + bytes(15)


class Known:
    """A ledger whose row n has key n and raw fingerprint (n, 0)."""

    def __init__(self, rows: int, gone: Sequence[int] = ()) -> None:
        self.rows = rows
        self._gone = set(gone)

    def find_raw(self, hashes: bytes) -> list[int]:
        parts = [hashes[at : at + 16] for at in range(0, len(hashes), 16)]
        return [
            part[0] if part[0] < self.rows and part == raw(part[0], 0) else -1 for part in parts
        ]

    def find_key(self, hashes: bytes) -> list[int]:
        return [hashes[at] if hashes[at] < self.rows else -1 for at in range(0, len(hashes), 16)]

    def is_gone(self, row: int) -> bool:
        return row in self._gone


def surveyed(
    records: Sequence[tuple[int, int]], rows: int = 4, page: int = 3, *, everything: bool = False,
    unreadable: Sequence[int] = (),
) -> tuple[Survey, set[int]]:  # fmt: skip
    survey = Survey(Known(rows), everything)
    for at in range(0, len(records), page):
        some = records[at : at + page]
        parse = survey.page(b"".join(raw(*each) for each in some), at + 1)
        bad = [i for i in parse if at + 1 + i in unreadable]
        good = [i for i in parse if at + 1 + i not in unreadable]
        for i in bad:
            survey.unreadable(key_of(some[i][0]), at + 1 + i)
        survey.keyed([at + 1 + i for i in good], [key_of(some[i][0]) for i in good])
    return survey, survey.conclude()


RECORDS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), max_size=14)


@given(RECORDS, st.integers(1, 5), st.booleans())
def test_exactly_the_last_record_of_each_key_is_judged_or_known(
    records: list[tuple[int, int]], page: int, everything: bool
) -> None:
    survey, losers = surveyed(records, page=page, everything=everything)
    last = {key: number for number, (key, _) in enumerate(records, 1)}
    winners = set(survey.numbers) - losers
    for key, number in last.items():
        known = not everything and key < 4 and records[number - 1] == (key, 0)
        assert (number in winners) is not known
    assert winners <= set(last.values())
    assert survey.records - len(survey.duplicates) == len(last), "the counts add up"
    assert set(survey.missing()) == set(range(4)) - set(last)


@given(RECORDS, st.sets(st.integers(1, 14)), st.integers(1, 5))
def test_an_unreadable_last_record_keeps_its_row_and_lets_no_older_one_win(
    records: list[tuple[int, int]], bad: set[int], page: int
) -> None:
    bad = {n for n in bad if n <= len(records) and records[n - 1][1] != 0}
    survey, losers = surveyed(records, page=page, unreadable=sorted(bad))
    last = {key: number for number, (key, _) in enumerate(records, 1)}
    winners = set(survey.numbers) - losers
    assert winners <= set(last.values()) - bad
    assert set(survey.missing()) == set(range(4)) - set(last)


def test_a_known_record_after_a_changed_one_wins_and_nothing_flaps() -> None:
    survey, losers = surveyed([(1, 1), (1, 0)])
    assert losers == {1}
    assert [d.number for d in survey.duplicates] == [1]


def test_a_changed_record_after_a_known_one_wins() -> None:
    survey, losers = surveyed([(1, 0), (1, 1)])
    assert losers == set()
    assert [d.number for d in survey.duplicates] == [1]


def test_a_record_without_a_known_key_is_counted() -> None:
    survey = Survey(Known(2))
    survey.page(raw(9, 9), 1)
    survey.unreadable(None, 1)
    survey.conclude()
    assert survey.unknown_keys == 1


def test_a_row_that_is_only_a_memory_of_a_delete_is_not_missing() -> None:
    survey = Survey(Known(3, gone=[1]))
    survey.page(raw(0, 0), 1)
    survey.conclude()
    assert list(survey.missing()) == [2]
