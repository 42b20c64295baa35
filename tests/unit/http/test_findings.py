"""What the tests of several targets tell alike."""

from datetime import timedelta

import pytest

from adapters import findings
from agent.errors import SourceUnavailable, TargetAuthError, TargetUnavailable
from agent.model import Level


@pytest.mark.parametrize(
    "skew", [None, timedelta(0), timedelta(seconds=60), timedelta(seconds=-60)]
)
def test_a_clock_that_is_near_or_unknown_is_not_told(skew):
    assert list(findings.clock("CRM", skew)) == []


@pytest.mark.parametrize("skew", [timedelta(minutes=7, seconds=10), timedelta(minutes=-7)])
def test_a_clock_that_is_far_is_told_either_way_with_what_to_do(skew):
    (found,) = findings.clock("CRM", skew, "Put it right.")
    assert (found.level, found.code) == (Level.WARNING, "CLOCK_SKEW")
    assert found.text == "This machine's clock differs from CRM's by 7 minutes."
    assert found.hint == "Put it right."
    assert found.params == {"target": "CRM", "minutes": "7"}


def test_a_target_may_bear_more():
    assert not list(findings.clock("CRM", timedelta(minutes=7), most=timedelta(minutes=7)))


def test_a_field_that_is_shorter_than_believed_is_told_with_the_line_that_says_so():
    found = findings.shorter("Account.Name", "name", 40, 80)
    assert (found.level, found.code) == (Level.WARNING, "FIELD_SHORTER")
    assert found.text == "Account.Name takes 40 characters, fewer than 80."
    assert "lengths = { name = 40 }" in found.hint
    assert found.params == {"name": "Account.Name", "most": "40", "ours": "name"}


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (TargetUnavailable("Nobody answers."), "Network: Nobody answers."),
        (TargetAuthError("Refused."), "Sign-in: Refused."),
        (TargetAuthError("Refused.", code="PERMISSION_DENIED"), "Permission: Refused."),
        (SourceUnavailable("Broken."), "Other: Broken."),
    ],
)
def test_what_keeps_a_target_from_being_tested_says_of_which_sort_it_is(error, text):
    found = findings.unreached(error, "Other: ")
    assert (found.level, found.code, found.text) == (Level.ERROR, error.code, text)
