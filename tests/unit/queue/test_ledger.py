"""Base and delta answer as one memory, through merges, damage, and flows that come and go."""

import itertools
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.crypto import EphemeralCipher
from agent.memory import DELETED, NO_FLOW_MEMORY, NOTHING, FlowMemory, RowChange, RowText
from agent.model import Parent
from agent.queue import base as bases
from agent.queue import blocks
from agent.queue.commit import seal_page, write_rows
from agent.queue.ledger import Ledger
from agent.queue.store import Store
from tests.fakes import FakeClock
from tests.wine import IS_WINDOWS, KEPT_OPEN


def key_of(number: int) -> bytes:
    """Spread over all buckets."""
    return (number * 0x9E3779B97F4A7C15 % (1 << 128)).to_bytes(16, "little")


def hash_of(kind: str, number: int, version: int) -> bytes:
    return f"{kind}{number}.{version}".encode().ljust(16, b"\0")


@dataclass
class Memory:
    """One stream's ledger, written as the reads do it."""

    folder: Path
    flows: list[int] = field(default_factory=lambda: [1])
    lanes: tuple[int, ...] = ()
    pure: bool = False
    indexed: int = 1000

    def __post_init__(self) -> None:
        self.cipher = EphemeralCipher()
        self.store = Store(None, self.cipher, FakeClock(), scratch=self.folder)
        self.store.register(["s"], {f"f{n}": ("s", "crm", 1) for n in (1, 2, 3)})
        self.open()

    def open(self) -> None:
        self.store._pure, self.store._indexed = self.pure, self.indexed
        self.ledger: Ledger = self.store.ledger(1, self.flows, self.lanes)

    def reopen(self, flows: list[int] | None = None, lanes: tuple[int, ...] | None = None) -> None:
        self.ledger.close()
        self.flows = self.flows if flows is None else flows
        self.lanes = self.lanes if lanes is None else lanes
        self.open()

    def put(self, rows: Sequence[tuple[int, int]], *, gone: bool = False, seq: int = 0) -> None:
        """Remember these rows: (number, version)."""
        changes = []
        for number, version in rows:
            at = self.ledger.find_key(key_of(number))[0]
            kept = (0, 0)
            if at >= 0:
                before = self.ledger.memory(int(at))
                kept = (before.block, before.slot)
            lane = NOTHING if gone else hash_of("lane", number, version)
            flows = [FlowMemory(hash_of("m", number, version), lane, 1, seq) for _ in self.flows]
            ids = tuple(f"{number}/{version}/{flow}" for flow in self.flows)
            parents = tuple((Parent("p", "e", f"{flow}"),) for flow in self.flows)
            text = RowText((str(number),), ids, parents)
            raw = NOTHING if gone else hash_of("raw", number, version)
            flags = DELETED if gone else 0
            changes.append(
                RowChange(key_of(number), raw, b"v" * 16, flags, text, kept, flows, [], [])
            )
        page = seal_page(
            changes, first=self.store.reserve(0), block=self.store.reserve_block(),
            envelopes=self.store.envelopes, ledger=self.ledger,
        )  # fmt: skip
        with self.store.db.transaction() as conn:
            write_rows(conn, 1, page)
        self.ledger.learn(page.rows)

    def check(self, expected: dict[int, int]) -> None:
        """Exactly these rows live: number -> version."""
        ledger = self.ledger
        found = {}
        for row in ledger.each():
            text = ledger.text(row)
            number, version, _ = text.external_ids[0].split("/")
            assert row.key == key_of(int(number))
            assert text.key == (number,)
            assert [p[0].external_id for p in text.parents] == [str(flow) for flow in self.flows]
            found[int(number)] = int(version)
        assert found == expected
        for number, version in expected.items():
            at = int(ledger.find_key(key_of(number))[0])
            assert ledger.memory(at).raw == hash_of("raw", number, version)
            assert int(ledger.find_raw(hash_of("raw", number, version))[0]) == at
            assert ledger.find_raw(hash_of("raw", number, version + 1))[0] == -1
            assert not ledger.is_gone(at)


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path)


@settings(max_examples=30)
@given(
    pure=st.booleans(),
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("put"), st.lists(st.integers(0, 9), max_size=6, unique=True)),
            st.tuples(st.just("go"), st.lists(st.integers(0, 9), max_size=3, unique=True)),
            st.tuples(st.sampled_from(["merge", "reopen", "two flows", "one flow"]), st.just([])),
        ),
        max_size=12,
    ),
)
def test_whatever_happens_the_last_memory_of_each_row_is_found(
    tmp_path_factory: pytest.TempPathFactory, pure: bool, steps: list[tuple[str, list[int]]]
) -> None:
    memory = Memory(tmp_path_factory.mktemp("ledger"), pure=pure)
    versions, expected = itertools.count(1), {}
    for what, numbers in steps:
        if what == "put":
            version = next(versions)
            memory.put([(number, version) for number in numbers])
            expected |= dict.fromkeys(numbers, version)
        elif what == "go":
            here = [(number, expected.pop(number)) for number in numbers if number in expected]
            memory.put(here, gone=True)
        elif what == "merge":
            memory.ledger.merge()
        else:
            flows = {"two flows": [1, 2], "one flow": [1]}.get(what)
            memory.reopen(flows)
        if what in ("two flows", "one flow") or not expected:
            continue
    living = {int(memory.ledger.text(row).key[0]) for row in memory.ledger.each()}
    assert living == set(expected)
    for number, version in expected.items():
        assert memory.ledger.find_raw(hash_of("raw", number, version))[0] >= 0
    memory.store.close()


@pytest.mark.parametrize("pure", [False, True])
def test_a_merge_in_buckets_is_the_merge_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pure: bool
) -> None:
    monkeypatch.setattr(bases, "_BUCKET_ROWS", 8)
    memory = Memory(tmp_path, pure=pure, lanes=(0,))
    memory.put([(n, 1) for n in range(100)])
    memory.ledger.merge()
    memory.put([(n, 2) for n in range(0, 100, 3)])
    memory.put([(n, 1) for n in range(100, 120)])
    memory.ledger.merge()
    memory.check({n: 2 if n < 100 and n % 3 == 0 else 1 for n in range(120)})
    for number in (0, 1, 119):
        version = 2 if number == 0 else 1
        owner = memory.ledger.lane_owner(0, hash_of("lane", number, version))
        assert owner is not None
        assert owner.key == key_of(number)


def test_a_deletes_memory_is_kept_as_long_as_its_entry_is_open(memory: Memory) -> None:
    memory.put([(1, 1), (2, 1)])
    memory.store.db.conn.execute(
        "insert into entry (seq, flow, lane, row, id, state, kind, op, shape, envelope, prev, read,"
        " size, created) values (77, 1, x'', x'', x'', 0, 0, 1, 0, 0, 0, 0, 0, 0)"
    )
    memory.put([(1, 1)], gone=True, seq=77)
    memory.put([(2, 1)], gone=True, seq=78)
    memory.ledger.merge()
    assert memory.ledger.find_key(key_of(1))[0] >= 0
    assert memory.ledger.find_key(key_of(2))[0] == -1
    assert memory.ledger.is_gone(int(memory.ledger.find_key(key_of(1))[0]))
    memory.store.db.conn.execute("update entry set state = 10")
    memory.ledger.merge()
    assert memory.ledger.find_key(key_of(1))[0] == -1


def test_a_flow_that_stays_keeps_its_memory_and_a_new_one_has_none(memory: Memory) -> None:
    memory.put([(1, 1)])
    memory.reopen([2, 1])
    (row,) = memory.ledger.each()
    assert row.flows[0] == NO_FLOW_MEMORY
    assert row.flows[1].message == hash_of("m", 1, 1)
    assert memory.ledger.text(row).external_ids == ("", "1/1/1")
    memory.reopen([2])
    (row,) = memory.ledger.each()
    assert row.flows == (NO_FLOW_MEMORY,)


def test_a_lane_has_its_living_owner_only(tmp_path: Path) -> None:
    memory = Memory(tmp_path, lanes=(0,))
    memory.put([(1, 1)])
    lane = hash_of("lane", 1, 1)
    for _ in range(2):  # in the delta, then in the base
        owner = memory.ledger.lane_owner(0, lane)
        assert owner is not None
        memory.ledger.merge()
    memory.put([(1, 2)])
    assert memory.ledger.lane_owner(0, lane) is None, "it feeds another lane now"
    memory.put([(1, 2)], gone=True)
    assert memory.ledger.lane_owner(0, hash_of("lane", 1, 2)) is None


def test_a_crash_while_a_base_is_written_or_swapped_leaves_the_old_one(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory.put([(1, 1)])
    memory.ledger.merge()
    memory.put([(2, 1)])

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for name in ("finish", "_write_index"):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):  # noqa: PT012 - the block is what is tested
            patch.setattr(bases, name, dies)
            memory.ledger.merge()
        memory.reopen()
        memory.check({1: 1, 2: 1})
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):  # noqa: PT012 - the block is what is tested
        patch.setattr(memory.store.db, "transaction", dies)
        memory.ledger.merge()  # written whole, but the database does not know it
    memory.reopen()
    memory.check({1: 1, 2: 1})
    memory.ledger.merge()
    memory.check({1: 1, 2: 1})


def test_the_former_base_stays_until_the_next_one(memory: Memory) -> None:
    for number in range(4):
        memory.put([(number, 1)])
        memory.ledger.merge()
    assert sorted(path.name for path in memory.store.ledger_folder.iterdir()) == ["1.3", "1.4"]


@pytest.mark.parametrize("name", ["rows", "key.hi", "raw.row", "blocks", "places", "header.json"])
@pytest.mark.skipif(IS_WINDOWS, reason=KEPT_OPEN)
def test_a_damaged_base_is_noticed_and_the_former_one_still_knows_the_rows(
    memory: Memory, name: str
) -> None:
    memory.put([(1, 1)])
    memory.ledger.merge()
    memory.put([(2, 1)])
    memory.ledger.merge()
    path = memory.store.ledger_folder / "1.2" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data if name != "header.json" else b"{")
    memory.reopen()
    assert memory.ledger.missing_base
    memory.check({1: 1})
    memory.put([(2, 2)])
    memory.ledger.merge()
    memory.check({1: 1, 2: 2})


@pytest.mark.skipif(IS_WINDOWS, reason=KEPT_OPEN)
def test_without_any_base_everything_is_unproven_and_nothing_breaks(memory: Memory) -> None:
    memory.put([(1, 1)])
    memory.ledger.merge()
    shutil.rmtree(memory.store.ledger_folder / "1.1")
    memory.reopen()
    assert memory.ledger.missing_base
    memory.check({})


def test_a_page_of_the_delta_that_was_altered_is_not_believed(memory: Memory) -> None:
    memory.put([(1, 1)])
    memory.put([(2, 1)])
    memory.store.db.conn.execute("update delta set sum = sum + 1 where id = 1")
    memory.reopen()
    assert memory.ledger.missing_base
    memory.check({2: 1})


def test_a_delta_too_large_to_index_is_merged_before_the_next_read(tmp_path: Path) -> None:
    memory = Memory(tmp_path, indexed=5)
    memory.put([(n, 1) for n in range(20)])
    memory.ledger.ready()
    memory.check(dict.fromkeys(range(20), 1))
    memory.put([(n, 2) for n in range(20)])
    memory.reopen()
    memory.ledger.ready()
    memory.check(dict.fromkeys(range(20), 2))
    assert memory.store.db.one("select count(*) from delta") == (0,)


def test_dead_texts_are_packed_away_and_the_living_ones_stay_true(memory: Memory) -> None:
    memory.put([(n, 1) for n in range(200)])
    memory.ledger.merge()
    size = (memory.store.ledger_folder / "1.1" / "blocks").stat().st_size
    expected = dict.fromkeys(range(200), 1)
    for version in range(2, 9):
        some = [n for n in range(200) if n % 7 == version % 7]
        memory.put([(n, version) for n in some])
        expected |= dict.fromkeys(some, version)
        memory.ledger.merge()
        memory.check(expected)
    number = memory.ledger._base_number
    grown = (memory.store.ledger_folder / f"1.{number}" / "blocks").stat().st_size
    assert grown < 2.5 * size


def test_few_blocks_are_packed_again_at_once_the_emptiest_first(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "MOST", 1)
    memory.put([(n, 1) for n in range(100)])
    memory.put([(n, 1) for n in range(100, 200)])
    memory.ledger.merge()
    expected = dict.fromkeys(range(200), 1)
    some = [*range(60), *range(100, 190)]
    memory.put([(n, 2) for n in some])
    memory.ledger.merge()
    base = memory.ledger._base
    assert base is not None
    assert sorted(base.texts().values()) == [10, 100, 150]
    memory.check(expected | dict.fromkeys(some, 2))


def test_a_base_says_whose_it_is_without_naming_it(memory: Memory) -> None:
    memory.put([(1, 1)])
    memory.ledger.merge()
    (header,) = bases.headers(memory.store.ledger_folder)
    assert (header.stream, header.number, header.ids) == (1, 1, [1])
    text = (memory.store.ledger_folder / "1.1" / "header.json").read_text(encoding="ascii")
    assert '"f1"' not in text
    assert '"s"' not in text
