"""The chain shows every alteration, survives crashes, and never lies about what is on the disk."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.audit import Audit, Head
from agent.errors import StoreDamaged, StoreFull


class SteppingClock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()


def mac(data: bytes) -> bytes:
    return blake2b(data, key=b"k" * 32, digest_size=32).digest()


def opened(path: Path) -> Audit:
    return Audit(path, mac, SteppingClock())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.log"


@pytest.fixture
def audit(path: Path) -> Audit:
    audit = opened(path)
    for number in range(1, 6):
        audit.append("uid:1000", "holds.approve", f"hold/{number}", "ok", {"rows": str(number)})
    return audit


def test_an_untouched_chain_verifies_against_each_head_it_ever_had(path: Path) -> None:
    audit = opened(path)
    heads = [audit.head, *(audit.append("a", "b", "c", "ok") for _ in range(5))]
    assert [audit.verify(head) for head in heads] == [()] * 6
    assert heads[-1] == audit.head
    assert [head.seq for head in heads] == list(range(6))


def test_a_chain_goes_on_after_a_restart(path: Path, audit: Audit) -> None:
    again = opened(path)
    assert again.head == audit.head
    again.append("uid:0", "keys.rotate", "2", "ok")
    assert again.verify() == ()
    assert [record.seq for record in again.records()] == [1, 2, 3, 4, 5, 6]


def test_a_record_says_who_did_what_and_when(audit: Audit) -> None:
    record = next(audit.records())
    assert record.model_dump(exclude={"hash"}) == {
        "seq": 1,
        "at": "2026-11-20T12:00:01.000+00:00",
        "actor": "uid:1000",
        "action": "holds.approve",
        "object": "hold/1",
        "result": "ok",
        "details": {"rows": "1"},
    }


def swapped(lines: list[bytes]) -> list[bytes]:
    return [lines[1], lines[0], *lines[2:]]


TAMPERING: dict[str, tuple[Callable[[list[bytes]], list[bytes]], int]] = {
    "edit": (lambda lines: [*lines[:2], lines[2].replace(b"1000", b"1001"), *lines[3:]], 3),
    "edit without effect": (lambda lines: [lines[0].replace(b":", b": ", 1), *lines[1:]], 1),
    "delete first": (lambda lines: lines[1:], 1),
    "delete in the middle": (lambda lines: [*lines[:2], *lines[3:]], 3),
    "insert a copy": (lambda lines: [*lines[:3], lines[1], *lines[3:]], 4),
    "reorder": (swapped, 1),
    "junk": (lambda lines: [*lines[:1], b"junk\n", *lines[1:]], 2),
    "blank line": (lambda lines: [*lines[:1], b"\n", *lines[1:]], 2),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_found_at_its_line(path: Path, audit: Audit, name: str) -> None:
    tamper, line = TAMPERING[name]
    path.write_bytes(b"".join(tamper(path.read_bytes().splitlines(keepends=True))))
    for some in (audit, opened(path)):
        findings = some.verify(audit.head)
        assert findings
        assert findings[0].line == line


@pytest.mark.parametrize("kept", range(5))
def test_records_cut_off_the_end_are_missed_by_a_head_kept_elsewhere(
    path: Path, audit: Audit, kept: int
) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:kept]))
    findings = opened(path).verify(audit.head)
    assert len(findings) == 1
    assert findings[0].line == kept + 1
    assert "Record 5" in findings[0].text


def test_records_cut_off_while_running_are_missed_without_any_head(
    path: Path, audit: Audit
) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    assert "cut off" in audit.verify()[0].text


def test_a_chain_made_again_without_the_key_is_found(path: Path, audit: Audit) -> None:
    path.unlink()
    forged = Audit(path, lambda data: blake2b(data, digest_size=32).digest(), SteppingClock())
    for _ in range(5):
        forged.append("uid:1000", "holds.reject", "hold/1", "ok")
    assert len(opened(path).verify(audit.head)) == 6  # each record, and the missing head


def test_a_record_of_another_continuation_is_found(path: Path, audit: Audit) -> None:
    common = path.read_bytes()
    audit.append("uid:1000", "holds.reject", "hold/6", "ok")
    audit.append("uid:1000", "pause", "crm", "ok")
    seventh = path.read_bytes().splitlines(keepends=True)[-1]
    path.write_bytes(common)
    other = opened(path)
    other.append("uid:1000", "holds.approve", "hold/6", "ok")
    path.write_bytes(path.read_bytes() + seventh)  # true, but it followed another sixth
    assert opened(path).verify()[0].line == 7


@given(position=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_any_single_changed_bit_is_found(
    tmp_path_factory: pytest.TempPathFactory, position: int, bit: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "bits.log"
    path.unlink(missing_ok=True)
    audit = opened(path)
    for _ in range(3):
        audit.append("uid:1000", "pause", "crm", "ok")
    content = bytearray(path.read_bytes())
    content[position % len(content)] ^= 1 << bit
    path.write_bytes(content)
    assert audit.verify()


def test_a_torn_last_line_is_cut_off_and_the_cut_recorded(path: Path, audit: Audit) -> None:
    content = path.read_bytes()
    last = len(content.splitlines(keepends=True)[-1])
    for torn in (1, last // 2, last - 1):
        path.write_bytes(content + content[-last:-torn])
        again = opened(path)
        assert again.verify(audit.head) == ()
        cut = list(again.records())[-1]
        assert (cut.seq, cut.action, cut.details) == (
            6,
            "audit.repair",
            {"bytes": f"{last - torn}"},
        )


def test_a_tail_of_zeros_as_a_power_cut_leaves_it_is_cut_off(path: Path, audit: Audit) -> None:
    with path.open("ab") as file:
        file.write(bytes(100_000))
    again = opened(path)
    assert again.verify(audit.head) == ()
    assert again.head.seq == 6


def test_a_file_of_nothing_but_a_torn_line_becomes_a_new_chain(path: Path) -> None:
    path.write_bytes(b'{"seq":1,"at"')
    assert opened(path).verify() == ()


@pytest.mark.parametrize("failing", ["write", "fsync"])
def test_a_full_disk_leaves_no_half_line_and_no_false_head(
    path: Path, audit: Audit, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    before, head = path.read_bytes(), audit.head
    with monkeypatch.context() as patch:
        patch.setattr(os, failing, breaking(getattr(os, failing)))
        with pytest.raises(StoreFull, match="No space left") as caught:
            audit.append("uid:1000", "pause", "crm", "ok")
    assert caught.value.code == "AUDIT_UNWRITABLE"
    assert path.read_bytes() == before
    assert audit.head == head
    audit.append("uid:1000", "pause", "crm", "ok")
    assert audit.verify() == ()


def test_a_failed_write_that_could_not_be_taken_back_is_cut_by_the_next_one(
    path: Path, audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", breaking(os.write))
        patch.setattr(os, "ftruncate", breaking(os.ftruncate))
        with pytest.raises(StoreFull):
            audit.append("uid:1000", "pause", "crm", "ok")
    assert audit.verify() == ()
    audit.append("uid:1000", "pause", "crm", "ok")
    assert [finding.text for finding in opened(path).verify(audit.head)] == []


def breaking(real: Callable[..., int]) -> Callable[..., int]:
    """Does half of a write, then fails; anything else fails at once."""

    def fail(handle: int, *data: object) -> int:
        if data and isinstance(data[0], (bytes, memoryview)):
            real(handle, data[0][: len(data[0]) // 2])
        raise OSError(28, "No space left on device")

    return fail


def test_nothing_is_appended_that_would_not_fit_a_line(audit: Audit) -> None:
    head = audit.head
    with pytest.raises(ValueError, match="too many details"):
        audit.append("a", "b", "c", "ok", {str(number): "x" * 200 for number in range(100)})
    assert audit.head == head


def test_long_and_odd_texts_are_cut_and_escaped(path: Path, audit: Audit) -> None:
    audit.append("a\nb", "ü" * 1000, "\ud800", "ok")
    assert audit.verify() == ()
    assert len(path.read_bytes().splitlines()) == 6
    assert len(list(audit.records())[-1].action) == 256


def test_threads_append_one_after_the_other(path: Path) -> None:
    audit = opened(path)
    with ThreadPoolExecutor(4) as pool:
        heads = list(pool.map(lambda n: audit.append("a", "b", str(n), "ok"), range(40)))
    assert sorted(head.seq for head in heads) == list(range(1, 41))
    assert audit.verify(max(heads)) == ()


def test_a_path_that_is_no_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "audit.log").mkdir()
    with pytest.raises(StoreDamaged, match="cannot be read"):
        opened(tmp_path / "audit.log")


def test_an_empty_chain_is_whole_but_has_no_known_head(path: Path) -> None:
    assert opened(path).verify() == ()
    assert opened(path).verify(Head(3, "ab")) != ()
