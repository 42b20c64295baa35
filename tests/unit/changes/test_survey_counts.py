"""What a survey tells of its read: duplicates by number and row, rows met, rows not judged."""

from collections.abc import Sequence

from agent.changes.survey import Duplicate, Survey


def raw(key: int, version: int) -> bytes:
    return bytes([key, version]) + bytes(14)


def key_of(key: int) -> bytes:
    return bytes([key]) + bytes(15)


class Known:
    """A ledger whose row n has key n and raw fingerprint (n, 0)."""

    rows = 3

    def __init__(self, gone: Sequence[int] = ()) -> None:
        self._gone = gone

    def find_raw(self, hashes: bytes) -> list[int]:
        parts = [hashes[at : at + 16] for at in range(0, len(hashes), 16)]
        return [part[0] if part[0] < 3 and part[1] == 0 else -1 for part in parts]

    def find_key(self, hashes: bytes) -> list[int]:
        return [hashes[at] if hashes[at] < 3 else -1 for at in range(0, len(hashes), 16)]

    def is_gone(self, row: int) -> bool:
        return row in self._gone


def survey_of(
    records: Sequence[tuple[int, int]], bad: Sequence[int] = (), gone: Sequence[int] = ()
) -> tuple[Survey, set[int]]:
    """A read of (key, version), one page; the numbers in `bad` cannot be parsed."""
    survey = Survey(Known(gone))
    parse = survey.page(b"".join(raw(*record) for record in records), 1)
    for at in parse:
        if at + 1 in bad:
            survey.unreadable(key_of(records[at][0]), at + 1)
        else:
            survey.keyed([at + 1], [key_of(records[at][0])])
    return survey, survey.conclude()


def test_a_survey_begins_with_nothing() -> None:
    survey = Survey(Known())
    assert (survey.records, survey.unknown_keys, survey.everything) == (0, 0, False)
    assert survey.conclude() == set()
    assert (survey.touched(), list(survey.missing())) == (0, [0, 1, 2])


def test_known_records_need_no_parsing_and_are_counted() -> None:
    survey = Survey(Known())
    assert survey.page(raw(0, 0) + raw(1, 1) + raw(2, 0) + raw(7, 0), 1) == [1, 3]
    assert survey.page(raw(1, 0), 5) == []
    assert survey.records == 5


def test_everything_is_parsed_where_that_is_asked_for() -> None:
    survey = Survey(Known(), everything=True)
    assert survey.page(raw(0, 0) + raw(1, 1), 1) == [0, 1]
    assert survey.records == 2


def test_every_record_without_a_key_is_counted() -> None:
    survey = Survey(Known())
    survey.unreadable(None, 1)
    survey.unreadable(None, 2)
    assert survey.unknown_keys == 2


def test_a_duplicate_names_its_row_or_that_only_this_read_knows_it() -> None:
    survey, losers = survey_of([(7, 1), (1, 1), (7, 2), (1, 2), (2, 0), (2, 0)])
    assert losers == {1, 2}
    assert sorted(survey.duplicates) == [Duplicate(1, -1), Duplicate(2, 1), Duplicate(5, 2)]


def test_a_known_record_loses_to_a_changed_one_and_the_other_way_round() -> None:
    survey, losers = survey_of([(0, 0), (0, 1), (1, 1), (1, 0)])
    assert losers == {3}
    assert sorted(survey.duplicates) == [Duplicate(1, 0), Duplicate(3, 1)]
    assert survey.touched() == 2
    assert list(survey.missing()) == [2]


def test_a_row_whose_last_record_is_unreadable_is_seen_and_not_judged() -> None:
    survey, losers = survey_of([(0, 1), (0, 2), (1, 0), (1, 2)], bad=[2, 4])
    assert losers == {1}
    assert sorted(survey.duplicates) == [Duplicate(1, 0), Duplicate(3, 1)]
    assert list(survey.missing()) == [2]
    assert list(survey.unjudged()) == [0, 1, 2]


def test_a_readable_record_after_an_unreadable_one_of_its_key_wins() -> None:
    survey, losers = survey_of([(0, 1), (0, 2), (1, 1), (1, 0)], bad=[1, 3])
    assert losers == set()
    assert list(survey.unjudged()) == [2]


def test_an_unreadable_record_of_a_new_key_is_nobody_s_row() -> None:
    survey, losers = survey_of([(7, 1), (7, 2)], bad=[2])
    assert losers == {1}
    assert survey.duplicates == [Duplicate(1, -1)]
    assert list(survey.unjudged()) == [0, 1, 2]


def test_an_unreadable_record_bars_only_its_own_key() -> None:
    survey, losers = survey_of([(7, 1), (8, 1), (9, 1)], bad=[3])
    assert losers == set()
    assert survey.duplicates == []


def test_what_is_only_a_memory_of_a_delete_need_not_be_judged() -> None:
    survey, _ = survey_of([(0, 1), (1, 1)], bad=[1, 2], gone=[0, 2])
    assert list(survey.unjudged()) == [1]
