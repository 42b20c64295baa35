"""Keys of the ERP as alternate keys: no character breaks one, and no two become one record."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.targets.dynamics.keys import LONGEST, KeyUnusable, decode, encode

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def as_dataverse_compares(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c)).rstrip()


@pytest.mark.parametrize(
    ("key", "form"),
    [
        ("C-1001", "C-1001"),
        ("10/2026", "10_2F2026"),
        ("ab", "_A_B"),
        ("Öl", "__D6__L"),
        ("A B", "A_20B"),
        ("a_b", "_A_5F_B"),
        ("O'Neill", "O_27N_E_I_L_L"),
        ("😀", "__1F600_"),
        ("", ""),
    ],
)
def test_the_form_of_a_key_is_fixed_for_good(key, form):
    assert encode(key) == form
    assert decode(form) == key


@given(TEXTS)
def test_each_form_leads_back_to_its_key(key):
    assert decode(encode(key)) == key


@given(TEXTS)
def test_no_form_holds_a_character_that_breaks_a_url_or_a_key(key):
    assert not set(encode(key)) & set("/<>*%&:\\?+'\" #")
    assert encode(key).isascii()


@given(TEXTS, TEXTS)
def test_two_keys_are_never_one_record_however_dataverse_compares(one, two):
    same = as_dataverse_compares(encode(one)) == as_dataverse_compares(encode(two))
    assert same == (one == two)


@pytest.mark.parametrize(
    "other", [("C-1", "c-1"), ("Cafe", "Café"), ("A", "A "), ("Straße", "Strasse")]
)
def test_keys_that_differ_in_case_accents_or_blanks_only_stay_two(other):
    one, two = map(encode, other)
    assert as_dataverse_compares(one) != as_dataverse_compares(two)


@pytest.mark.parametrize("typed", ["a", "C/1", "_", "_2", "_2f", "__FC", "__0041_", "_41", "__41_",
                                   "__110000_", "__D800_", "C 1", "ü"])  # fmt: skip
def test_what_somebody_typed_in_is_no_key_of_ours(typed):
    assert decode(typed) is None


def test_a_key_that_is_too_long_says_so():
    assert encode("X" * LONGEST)
    with pytest.raises(KeyUnusable) as caught:
        encode("x" * (LONGEST // 2 + 1))
    assert caught.value.code == "EXTERNAL_ID_TOO_LONG"
    assert "452" in caught.value.reason


def test_half_a_character_is_no_key():
    with pytest.raises(KeyUnusable) as caught:
        encode("A\ud800")
    assert caught.value.code == "TEXT_INVALID"
