"""The promises that any Source keeps, whatever it reads. A harness per adapter plugs it in.

To add a source: write a class that satisfies `SourceHarness` and name it in
tests/contract/test_sources.py.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Protocol

import pytest

from agent.errors import SourceUnavailable
from agent.model import Checkpoint, Level, Page, Raw, Record
from agent.ports import Read, Source

ROWS = [("K1", "Müller", "1"), ("K2", 'say "hi"\nthere', "2"), ("K3", "", "3")]
MORE = [("K1", "Müller", "1"), ("K2", "changed", "2"), ("K4", "new", "4")]


class SourceHarness(Protocol):
    """An ERP with one stream of rows (ID, NAME, NUMBER), keyed by ID, read in full."""

    def put(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Make these rows all that the ERP has; ready to be read."""
        ...

    def open(self) -> Source:
        """A new source on this ERP, as after a restart of the agent."""
        ...

    def break_away(self) -> None:
        """Make the ERP unreachable."""
        ...

    def come_back(self) -> None:
        """Make it reachable again, as it was."""
        ...


def read_all(read: Read | None) -> tuple[list[Page], list[Record], Checkpoint]:
    assert read is not None
    pages = list(read.pages())
    raws = [Raw(data, page.place(i)) for page in pages for i, data in enumerate(page.records)]
    records = read.parse(raws)
    assert all(isinstance(record, Record) for record in records)
    checkpoint = read.end().checkpoint
    read.close()
    return pages, list(records), json.loads(json.dumps(checkpoint))


class SourcePromises:
    """Subclass it with a fixture `erp` that gives a SourceHarness."""

    def test_a_full_read_gives_every_row_with_its_key_and_is_complete(self, erp):
        erp.put(ROWS)
        read = erp.open().read(None)
        assert read is not None
        assert list(read.columns) == ["ID", "NAME", "NUMBER"]
        pages = list(read.pages())
        raws = [Raw(d, p.place(i)) for p in pages for i, d in enumerate(p.records)]
        records = read.parse(raws)
        assert [tuple(map(str, record.values)) for record in records] == ROWS
        assert [record.key for record in records] == [("K1",), ("K2",), ("K3",)]
        assert read.end().complete
        read.close()

    def test_what_was_read_is_no_news_also_after_a_restart(self, erp):
        erp.put(ROWS)
        _, _, checkpoint = read_all(erp.open().read(None))
        again = erp.open().read(checkpoint)
        if again is not None:  # a source that cannot tell must at least give the same bytes
            assert [r.values for r in read_all(again)[1]] == [tuple(row) for row in ROWS]

    def test_what_was_read_can_be_asked_for_again(self, erp):
        erp.put(ROWS)
        source = erp.open()
        pages, _, checkpoint = read_all(source.read(None))
        repeated, records, _ = read_all(source.read(checkpoint, again=True))
        assert [tuple(map(str, record.values)) for record in records] == ROWS
        assert [list(page.records) for page in repeated] == [list(page.records) for page in pages]

    def test_what_changed_is_read_after_the_checkpoint(self, erp):
        erp.put(ROWS)
        source = erp.open()
        _, _, checkpoint = read_all(source.read(None))
        erp.put(MORE)
        _, records, _ = read_all(source.read(checkpoint))
        assert [tuple(map(str, record.values)) for record in records] == MORE

    def test_an_interrupted_read_is_repeated_from_the_same_checkpoint_byte_for_byte(self, erp):
        erp.put(ROWS)
        source = erp.open()
        first = source.read(None)
        next(iter(first.pages()))
        first.close()
        one = [bytes(d) for p in read_all(source.read(None))[0] for d in p.records]
        two = [bytes(d) for p in read_all(erp.open().read(None))[0] for d in p.records]
        assert one == two
        assert len(one) == len(ROWS)

    def test_the_meaning_is_the_same_for_the_same_stream(self, erp):
        erp.put(ROWS)
        one, _, _ = read_all(erp.open().read(None))
        two, _, _ = read_all(erp.open().read(None))
        assert {page.meaning for page in one} == {page.meaning for page in two}
        assert len({page.meaning for page in one}) == 1

    def test_places_count_from_one_without_holes(self, erp):
        erp.put(ROWS)
        pages, records, _ = read_all(erp.open().read(None))
        assert [record.place.number for record in records] == [1, 2, 3]
        assert [page.first for page in pages] == [page.place(0) for page in pages]

    def test_any_part_of_a_read_can_be_parsed_in_any_order_also_after_its_end(self, erp):
        erp.put(ROWS)
        read = erp.open().read(None)
        pages = list(read.pages())
        raws = [Raw(d, p.place(i)) for p in pages for i, d in enumerate(p.records)]
        read.close()
        assert [record.key for record in read.parse(raws[::-1])] == [("K3",), ("K2",), ("K1",)]
        assert list(read.parse([])) == []

    def test_a_bad_record_is_an_answer_and_no_exception(self, erp):
        erp.put(ROWS)
        read = erp.open().read(None)
        page = next(iter(read.pages()))
        answers = read.parse([Raw(b"\x00\xff\x00", page.first), Raw(page.records[0], page.first)])
        assert len(answers) == 2
        assert answers[0].code
        assert answers[0].reason
        assert isinstance(answers[1], Record)
        read.close()

    def test_an_erp_that_is_away_is_a_condition_and_never_an_empty_read(self, erp):
        erp.put(ROWS)
        source = erp.open()
        _, _, checkpoint = read_all(source.read(None))
        erp.break_away()
        with pytest.raises(SourceUnavailable) as caught:
            list(source.read(checkpoint).pages())
        assert caught.value.code
        assert caught.value.hint
        erp.come_back()
        erp.put(MORE)
        assert len(read_all(source.read(checkpoint))[1]) == len(MORE)

    def test_check_finds_and_does_not_raise(self, erp):
        erp.put(ROWS)
        source = erp.open()
        assert Level.ERROR not in {finding.level for finding in source.check()}
        erp.break_away()
        findings = source.check()
        assert any(finding.level is Level.ERROR and finding.hint for finding in findings)

    def test_the_end_is_only_told_after_the_last_page(self, erp):
        erp.put(ROWS)
        read = erp.open().read(None)
        with pytest.raises(RuntimeError):
            read.end()
        read.close()
        read.close()

    def test_settling_may_be_repeated(self, erp):
        erp.put(ROWS)
        source = erp.open()
        _, _, checkpoint = read_all(source.read(None))
        assert source.settle(checkpoint, clean=True)
        assert erp.open().settle(checkpoint, clean=True)

    def test_waiting_ends_at_once_when_it_is_time_to_stop(self, erp):
        erp.put(ROWS)
        source = erp.open()
        stop = threading.Event()
        stop.set()
        assert source.wait(stop, 60.0) in (True, False)
        source.close()
        source.close()
