"""Fingerprints lie on disks: an update that made them otherwise would make every row news."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.changes.fingerprint import Fingerprints, Lanes
from agent.changes.judge import Fate
from agent.model import Page, Place

HERE = Place("f.csv", 1, 1, 0)


class Spelling:
    """A hasher that tells what it was given, and remembers for what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def keyed_hash(self, purpose: str, size: int = 16) -> Callable[[bytes], bytes]:
        self.asked.append(purpose)
        return lambda value: f"{purpose}[{size}]:".encode() + value

    def keyed_hashes(self, purpose: str) -> Callable[[Iterable[bytes]], bytes]:
        self.asked.append(purpose)
        return lambda values: f"{purpose}*:".encode() + b"|".join(values)


def hexed(text: str) -> str:
    return text.encode().hex()


def test_a_raw_fingerprint_is_of_the_records_under_their_meaning() -> None:
    page = Page([b"one", b"two"], HERE, b"head")
    meant = hexed("meaning/s[16]:head")
    assert Fingerprints(Spelling(), "s").page(page) == f"raw/s/{meant}*:one|two".encode()


def test_the_key_of_a_meaning_is_derived_once_and_not_for_each_page() -> None:
    hasher = Spelling()
    prints = Fingerprints(hasher, "s")
    for _ in range(3):
        prints.page(Page([b"one"], HERE, b"head"))
    assert len([purpose for purpose in hasher.asked if purpose.startswith("raw/")]) == 1


def test_the_fingerprint_of_a_key_is_of_its_parts() -> None:
    assert Fingerprints(Spelling(), "s").key(("a", "b")) == b'row/s[16]:["a","b"]'


def test_the_fingerprint_of_values_is_of_the_types_and_values_by_name() -> None:
    prints = Fingerprints(Spelling(), "s")
    prints.columns(["b", "a", "d", "c"])
    moment = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    values = prints.values([b"\x01", Decimal("1.50"), moment, date(2026, 1, 2)])
    named = hexed('meaning/s[16]:["a","b","c","d"]')
    said = (
        '[{"decimal":"1.50"},{"bytes":"01"},'
        '{"time":"2026-01-02"},{"time":"2026-01-02T03:04:00+00:00"}]'
    )
    assert values == f"values/s/{named}[16]:{said}".encode()


def test_values_that_fast_json_cannot_write_are_written_slowly() -> None:
    prints = Fingerprints(Spelling(), "s")
    prints.columns(["a", "b"])
    named = hexed('meaning/s[16]:["a","b"]')
    said = f'[{2**70}, {{"decimal": "1"}}]'
    assert prints.values([2**70, Decimal(1)]) == f"values/s/{named}[16]:{said}".encode()


def test_a_value_of_no_known_type_is_an_error_and_no_fingerprint() -> None:
    prints = Fingerprints(Spelling(), "s")
    prints.columns(["a"])
    with pytest.raises(TypeError):
        prints.values([object()])


def test_lanes_and_messages_are_told_apart_by_target_resource_and_flow() -> None:
    lanes = Lanes(Spelling(), "crm", "Account", "accounts")
    assert lanes.lane("Ä1") == "lane/crm/Account[16]:Ä1".encode()
    assert lanes.message(b"{}") == b"message/accounts[16]:{}"


def test_the_fates_of_a_row_have_the_names_that_people_read() -> None:
    assert [str(fate) for fate in Fate] == ["unchanged", "queued", "parked", "left out", "behind"]
