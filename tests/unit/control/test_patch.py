"""Merge patches of RFC 7396: what they hold, and that they bring back what they were made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.control.patch import difference, patched

# Appendix A of RFC 7396, as far as target and patch are objects.
OFFICIAL = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]

SCALARS = st.none() | st.booleans() | st.integers(0, 3) | st.floats(0, 2) | st.text(max_size=2)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4)


def without_nulls(value):
    """What can be told apart by merge patches: a null member is as good as none."""
    if isinstance(value, dict):
        return {key: without_nulls(each) for key, each in value.items() if each is not None}
    return value


@pytest.mark.parametrize(("before", "patch", "after"), OFFICIAL)
def test_a_patch_is_applied_as_the_standard_says(before, patch, after):
    assert patched(before, patch) == after


@given(OBJECTS, OBJECTS)
def test_the_difference_of_two_objects_makes_one_of_the_other(before, after):
    kept = repr(before)
    made = patched(before, difference(before, after))
    assert without_nulls(made) == without_nulls(after)
    assert repr(before) == kept, "the former object stays as it is"


@given(OBJECTS)
def test_what_has_not_changed_makes_an_empty_patch(found):
    assert difference(found, found) == {}


def test_a_patch_names_only_what_changed():
    before = {"health": "ok", "counts": {"waiting": 1, "parked": 2}, "flows": [{"name": "a"}]}
    after = {"health": "ok", "counts": {"waiting": 3, "parked": 2}, "flows": [{"name": "a"}]}
    assert difference(before, after) == {"counts": {"waiting": 3}}
