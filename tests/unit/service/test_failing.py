"""Why a service did not start is found where it was kept."""

import logging
from datetime import timedelta

import pytest

from agent.clock import SystemClock
from agent.errors import KeyUnavailable
from agent.service import failing


@pytest.fixture
def begun():
    yield SystemClock().now() - timedelta(seconds=1)
    for handler in [one for one in logging.getLogger().handlers if hasattr(one, "of_waybill")]:
        logging.getLogger().removeHandler(handler)
        handler.close()


def test_what_was_kept_is_found(tmp_path, begun):
    failing.note(tmp_path, KeyUnavailable("There are no keys.", hint="Make them."))
    assert failing.found(tmp_path, begun) == "There are no keys. [KEY_UNAVAILABLE]"


def test_the_latest_is_found(tmp_path, begun):
    failing.note(tmp_path, KeyUnavailable("There are no keys."))
    failing.note(tmp_path, KeyUnavailable("The keys are torn."))
    assert "torn" in failing.found(tmp_path, begun)


def test_a_fault_of_our_own_is_named_and_its_text_is_not(tmp_path, begun):
    failing.note(tmp_path, ValueError("customer 4711"))
    assert failing.found(tmp_path, begun) == "it ended by a fault of its own [INTERNAL]"
    assert "4711" not in (tmp_path / "logs/waybill.log").read_text()


def test_what_was_before_is_no_reason_for_now(tmp_path, begun):
    failing.note(tmp_path, KeyUnavailable("There are no keys."))
    assert failing.found(tmp_path, SystemClock().now() + timedelta(seconds=1)) == ""


@pytest.mark.parametrize("text", ["", "no json\n", '{"event": "not started"}\n', "[1]\n"])
def test_a_log_that_says_nothing_says_nothing(tmp_path, begun, text):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/waybill.log").write_text(text)
    assert failing.found(tmp_path, begun) == ""


def test_a_home_that_is_not_there_is_not_made(tmp_path, begun):
    failing.note(tmp_path / "none", KeyUnavailable("There are no keys."))
    assert failing.found(tmp_path / "none", begun) == ""
    assert not (tmp_path / "none").exists()
