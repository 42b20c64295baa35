"""Which causes are told when: once, worse, still, over; nothing twice and nothing for nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from agent.alerts import Cause, Memory, News, What, alert_of, judge

DAY = 86_400.0


def cause(code: str = "AUTH_REVOKED", subject: str = "crm", *, serious: bool = True) -> Cause:
    title = f"{code} at {subject}."
    return Cause(code, subject, title, "Nothing is lost.", "Sign in again.", serious)


AUTH = cause()
AWAY = cause("TARGET_UNAVAILABLE", serious=False)


class Channel:
    """One that takes everything, at times that a test names."""

    def __init__(self) -> None:
        self.memory: Memory = {}
        self.last = 0.0
        self.works = True

    def look(self, now: float, *causes: Cause, **how: object) -> list[tuple[str, str]]:
        judged = judge(causes, self.memory, now, self.last, **how)
        if not judged.news or not self.works:
            self.memory = judged.untold
            return []
        self.memory, self.last = judged.told, now
        return [(one.what.value, one.cause.code) for one in judged.news]


@pytest.fixture
def channel() -> Channel:
    return Channel()


def test_what_a_person_must_look_at_is_told_at_once_and_once(channel) -> None:
    assert channel.look(1000.0, AUTH) == [("new", "AUTH_REVOKED")]
    assert all(channel.look(1000.0 + 60 * n, AUTH) == [] for n in range(1, 1400))


def test_what_may_pass_by_itself_is_told_when_it_has_stood_for_a_quarter_of_an_hour(
    channel,
) -> None:
    assert channel.look(1000.0, AWAY) == []
    assert channel.look(1899.0, AWAY) == []
    assert channel.look(1900.0, AWAY) == [("new", "TARGET_UNAVAILABLE")]


def test_a_mistake_of_ours_may_be_gone_with_the_next_try_too(channel) -> None:
    bug = cause("AGENT_BUG")
    assert channel.look(1000.0, bug) == []
    assert channel.look(1900.0, bug) == [("new", "AGENT_BUG")]


def test_what_passed_before_it_was_told_is_never_mentioned(channel) -> None:
    channel.look(1000.0, AWAY)
    assert all(channel.look(1010.0 + 60 * n) == [] for n in range(60))
    assert channel.memory == {}


def test_what_comes_and_goes_is_one_cause_that_stands(channel) -> None:
    told = []
    for minute in range(30):
        told += channel.look(60.0 * minute, *((AWAY,) if minute % 2 else ()))
    assert told == [("new", "TARGET_UNAVAILABLE")]


def test_a_recovery_is_told_once_after_five_minutes_where_the_cause_was(channel) -> None:
    channel.look(1000.0, AUTH)
    assert channel.look(2000.0) == []
    assert channel.look(2299.0) == []
    assert channel.look(2300.0) == [("over", "AUTH_REVOKED")]
    assert channel.look(9000.0) == []
    assert channel.look(9300.0, AUTH) == [("new", "AUTH_REVOKED")]


def test_what_comes_back_within_five_minutes_was_never_over(channel) -> None:
    channel.look(1000.0, AUTH)
    channel.look(2000.0)
    assert channel.look(2200.0, AUTH) == []
    assert channel.look(2400.0, AUTH) == []


def test_a_warning_that_becomes_an_error_is_told_again_and_not_the_other_way_round(
    channel,
) -> None:
    channel.look(0.0, cause(serious=False))
    assert channel.look(1000.0, cause(serious=False)) == [("new", "AUTH_REVOKED")]
    assert channel.look(2000.0, cause()) == [("worse", "AUTH_REVOKED")]
    assert channel.look(3000.0, cause(serious=False)) == []


def test_errors_are_remembered_daily_and_warnings_weekly(channel) -> None:
    channel.look(0.0, AUTH)
    other = Channel()
    other.look(0.0, AWAY)
    other.look(1000.0, AWAY)
    errors = [day for day in range(1, 15) if channel.look(day * DAY + 2000, AUTH)]
    warnings = [day for day in range(1, 15) if other.look(day * DAY + 2000, AWAY)]
    assert errors == list(range(1, 15))
    assert warnings == [7, 14]


def test_what_comes_within_five_minutes_of_a_message_goes_together_in_the_next(channel) -> None:
    channel.look(1000.0, AUTH)
    more = [cause("DISK_FULL", ""), cause("SOURCE_CHANGED", "customers")]
    assert channel.look(1010.0, AUTH, *more) == []
    assert channel.look(1299.0, AUTH, *more) == []
    assert channel.look(1300.0, AUTH, *more) == [("new", "DISK_FULL"), ("new", "SOURCE_CHANGED")]


def test_in_quiet_hours_nothing_is_told_and_afterwards_what_still_stands(channel) -> None:
    gone = cause("DISK_FULL", "")
    assert channel.look(1000.0, AUTH, gone, quiet=True) == []
    assert channel.look(2000.0, AUTH, quiet=True) == []
    assert channel.look(4000.0, AUTH) == [("new", "AUTH_REVOKED")]


def test_what_could_not_be_told_is_still_to_be_told_as_it_is_then(channel) -> None:
    channel.works = False
    assert channel.look(1000.0, AUTH) == []
    assert channel.look(5000.0, AUTH) == []
    channel.works = True
    assert channel.look(6000.0, AUTH) == [("new", "AUTH_REVOKED")]
    channel.works = False
    assert channel.look(7000.0) == []
    assert channel.look(8000.0) == []
    channel.works = True
    assert channel.look(9000.0) == [("over", "AUTH_REVOKED")]


def test_of_a_target_that_is_paused_nobody_knows_that_it_is_right_again(channel) -> None:
    channel.look(1000.0, AUTH)
    for minute in range(60):
        assert channel.look(1400.0 + 60 * minute, unsure={"crm"}) == []
    assert channel.look(6000.0) == []
    assert channel.look(6300.0) == [("over", "AUTH_REVOKED")]


def test_after_a_restart_what_was_told_is_not_told_again(channel) -> None:
    channel.look(1000.0, AUTH)
    again = Channel()
    again.memory, again.last = dict(channel.memory), channel.last
    assert again.look(2000.0) == []
    assert again.look(2010.0, AUTH) == []
    assert again.look(2400.0, AUTH) == []


# --- words ----------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def said(*news: News, environment: str = "production"):
    return alert_of(news, "ERP-SRV01", environment, NOW, BERLIN)


def test_an_alert_begins_with_the_product_and_the_machine_and_says_what_to_do() -> None:
    alert = said(News(What.NEW, AUTH, NOW.timestamp()))
    assert alert.headline == "[Waybill ERP-SRV01] crm: AUTH_REVOKED at crm."
    for part in ("Waybill on ERP-SRV01 (production), 2026-11-20 18:00 CET", "[AUTH_REVOKED]",
                 "Since 2026-11-20 18:00", "For the data: Nothing is lost.",
                 "What to do: Sign in again."):  # fmt: skip
        assert part in alert.text
    (line,) = alert.lines
    assert (line.what, line.code, line.severity) == ("new", "AUTH_REVOKED", "error")


def test_a_test_system_is_never_mistaken_for_the_real_one() -> None:
    assert said(News(What.NEW, AUTH, 0.0), environment="test").headline.startswith(
        "[Waybill ERP-SRV01, test] "
    )


def test_the_worst_is_in_the_headline_and_the_others_are_counted() -> None:
    alert = said(
        News(What.OVER, cause("DISK_FULL", ""), 5.0), News(What.NEW, AWAY, 1.0),
        News(What.NEW, AUTH, 9.0),
    )  # fmt: skip
    assert alert.headline.endswith("AUTH_REVOKED at crm. (and 2 more)")
    assert [line.what for line in alert.lines] == ["new", "new", "over"]


def test_a_recovery_says_when_it_began_and_that_nothing_is_to_be_done() -> None:
    alert = said(News(What.OVER, AUTH, NOW.timestamp() - 3600))
    assert alert.headline == "[Waybill ERP-SRV01] Solved: crm: AUTH_REVOKED at crm."
    assert "It began 2026-11-20 17:00. Nothing is to be done." in alert.text
    assert "What to do" not in alert.text


def test_a_thousand_causes_are_one_message_that_can_be_read() -> None:
    many = [News(What.NEW, cause(subject=f"source {n}"), float(n)) for n in range(1000)]
    alert = said(*many)
    assert "And 980 more." in alert.text
    assert len(alert.text) < 10_000


def test_the_same_news_have_the_same_id_and_other_news_another() -> None:
    one = News(What.NEW, AUTH, 1.0)
    assert said(one).id == said(one).id
    assert said(one).id != said(one._replace(what=What.STILL)).id
    assert said(one).id != said(one._replace(since=2.0)).id
