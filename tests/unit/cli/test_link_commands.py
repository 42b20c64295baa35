"""What takes a while is told and then looked at until it is done."""

import pytest

from tests.unit.cli.typing_commands import ATTENTION, FINE, WRONG_USE

LOOK = ("link.show", {"flow": "customers", "limit": 1})


@pytest.mark.parametrize("word", ["propose", "approve", "undo"])
def test_it_is_asked_for_and_then_looked_at_once_it_is_done(waybill, service, word):
    assert waybill("link", word, "customers") == FINE
    assert service.asked == [(f"link.{word}", {"flow": "customers"}), LOOK]
    for part in ("2,300 certain", "12 ambiguous", "300 only here", "100 only there", "a1b2c3"):
        assert part in waybill.out
    assert waybill.json("link", word, "customers")["state"] == "linked"


def test_only_the_proposal_that_was_seen_is_approved(waybill, service):
    assert waybill("link", "approve", "customers", "--proposal", "a1b2c3") == FINE
    given = {"flow": "customers", "proposal": "a1b2c3"}
    assert service.asked[0] == ("link.approve", given)


def test_what_is_not_done_in_time_or_not_decided_asks_for_attention(waybill, service):
    service.answers["link.show"] |= {"state": "approved", "said": "keys are being put"}
    assert waybill("link", "approve", "customers", "--wait", "0") == ATTENTION
    service.answers["link.show"] |= {"state": "linked", "undecided": 12}
    assert waybill("link", "approve", "customers") == ATTENTION


def test_an_item_is_shown_with_both_sides_and_the_evidence(waybill, service):
    assert waybill("link", "show", "customers") == FINE
    for part in ("C100", "ERP  Ace", "001xx (key C99)  ACE, 1", "likely: name: the same; phone"):
        assert part in waybill.out
    assert "More: --after 7" in waybill.out


def test_what_an_undo_took_away_and_left_is_listed_before_and_after(waybill, service):
    item = service.answers["link.show"]["items"][0]
    item |= {"state": "unstamped", "before": "C100", "after": ""}
    assert waybill("link", "show", "customers") == FINE
    assert "key before: C100, now: none" in waybill.out


@pytest.mark.parametrize(
    "choice", [[], ["--create", "--leave-out"], ["--crm-id", "001xx", "--create"]]
)
def test_exactly_one_decision_is_taken(waybill, service, choice):
    assert waybill("link", "decide", "customers", "7", *choice) == WRONG_USE
    assert waybill("duplicates", "decide", "7", *choice) == WRONG_USE
    assert service.asked == []
