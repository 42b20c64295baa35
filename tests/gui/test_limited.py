"""A role for some kinds of records: the window shows what is for it, and nothing fails on its pages."""

from __future__ import annotations

import pytest

from gui.pages import PAGES
from tests.gui.hands import connected


@pytest.fixture
def limited(qtbot, face, service):
    """An operator for customers and contacts alone."""
    service.become("operator")
    service.you["kinds"] = ["account", "contact"]
    connected(qtbot, face)
    return face


def keys_of(window):
    navigation = window.navigation
    return [navigation.item(row).data(0x0100) for row in range(navigation.count())]


def test_the_window_says_for_which_kinds_the_role_is_and_lists_its_pages_only(limited):
    window = limited.window
    assert window.line.role.text() == "You are: Operator (account, contact)"
    assert {"activity", "logs", "bundle"}.isdisjoint(keys_of(window))
    window.open("activity")
    assert window.page.key != "activity"


@pytest.mark.parametrize("key", [entry.key for entry in PAGES if entry.key != "setup"])
def test_a_page_that_is_for_it_works_and_no_other_opens(qtbot, limited, service, key):
    window = limited.window
    window.open(key)
    assert (window.page.key == key) is (key in keys_of(window))
    qtbot.waitUntil(lambda: limited.bridge.is_quiet)
    assert not window.page.problem.isVisible(), window.page.problem.details()


def test_the_overview_shows_his_flows_and_what_concerns_all_is_off_with_the_reason(limited, qtbot):
    window = limited.window
    window.open("overview")
    qtbot.waitUntil(lambda: len(window.page._cards) == 2)
    assert set(window.page._cards) == {"accounts", "contacts"}
    assert not window.page.scan.isEnabled()
    assert "these kinds of records only: account, contact" in window.page.scan.toolTip()


def test_sources_and_destinations_are_those_of_his_flows(limited, qtbot):
    limited.window.open("sources")
    qtbot.waitUntil(lambda: "customers" in limited.window.page.cards)
    limited.window.open("destinations")
    qtbot.waitUntil(lambda: "crm" in limited.window.page.cards)
