"""A fingerprint covers the record and its meaning; values are compared by column name."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agent.changes.fingerprint import Fingerprints, Lanes
from agent.crypto import EphemeralCipher
from agent.model import Page, Place

CIPHER = EphemeralCipher()
HERE = Place("f.csv", 1, 1, 0)


def raw(record: bytes, meaning: bytes, stream: str = "s") -> bytes:
    return Fingerprints(CIPHER, stream).page(Page([record], HERE, meaning))


@given(st.binary(), st.binary(), st.binary(), st.binary())
def test_the_same_bytes_under_another_meaning_are_another_record(
    record: bytes, meaning: bytes, other: bytes, other_meaning: bytes
) -> None:
    same = (record, meaning) == (other, other_meaning)
    assert (raw(record, meaning) == raw(other, other_meaning)) is same


def test_bytes_cannot_move_between_record_and_meaning() -> None:
    assert raw(b"ab", b"c") != raw(b"a", b"bc")


def test_the_meaning_may_change_within_a_read() -> None:
    prints = Fingerprints(CIPHER, "s")
    one = prints.page(Page([b"r"], HERE, b"A"))
    two = prints.page(Page([b"r"], HERE, b"B"))
    again = prints.page(Page([b"r"], HERE, b"A"))
    assert one == again != two


def test_streams_share_no_fingerprints() -> None:
    assert raw(b"r", b"m", "a") != raw(b"r", b"m", "b")
    assert Fingerprints(CIPHER, "a").key(("K",)) != Fingerprints(CIPHER, "b").key(("K",))


@given(st.permutations(["a", "b", "c", "d"]))
def test_the_order_of_columns_does_not_matter(names: list[str]) -> None:
    values = {"a": "1", "b": None, "c": Decimal("1.0"), "d": date(2026, 1, 2)}
    one, other = Fingerprints(CIPHER, "s"), Fingerprints(CIPHER, "s")
    one.columns(["a", "b", "c", "d"])
    other.columns(names)
    assert one.values(list(values.values())) == other.values([values[name] for name in names])


def test_a_value_under_another_column_is_another_value() -> None:
    one, other = Fingerprints(CIPHER, "s"), Fingerprints(CIPHER, "s")
    one.columns(["a", "b"])
    other.columns(["a", "c"])
    assert one.values(["1", "2"]) != other.values(["1", "2"])
    assert one.values(["1", "2"]) != one.values(["2", "1"])


def test_the_type_is_part_of_the_value() -> None:
    prints = Fingerprints(CIPHER, "s")
    prints.columns(["a"])
    values = ["1", 1, Decimal(1), Decimal("1.0"), b"1", None, "", True, 2**70, date(2026, 1, 1)]
    values += ["2026-01-01", str(2**70), "\ud800", 1.5, "1.5"]
    assert len({prints.values([value]) for value in values}) == len(values)


def test_composite_keys_do_not_run_together() -> None:
    prints = Fingerprints(CIPHER, "s")
    assert prints.key(("a", "bc")) != prints.key(("ab", "c"))


def test_a_lane_is_target_resource_and_external_id() -> None:
    lane = Lanes(CIPHER, "crm", "Account", "flow").lane("A1")
    assert lane == Lanes(CIPHER, "crm", "Account", "other flow").lane("A1")
    assert lane != Lanes(CIPHER, "crm2", "Account", "flow").lane("A1")
    assert lane != Lanes(CIPHER, "crm", "Contact", "flow").lane("A1")
    assert lane != Lanes(CIPHER, "crm", "Account", "flow").lane("A2")


def test_nobody_without_the_key_can_test_guesses() -> None:
    assert Fingerprints(EphemeralCipher(), "s").key(("A1",)) != Fingerprints(CIPHER, "s").key(
        ("A1",)
    )
