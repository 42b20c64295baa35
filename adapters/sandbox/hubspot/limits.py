"""The limits of an account: per ten seconds, per day, per second of searching.

What a client hears of them is in the headers of each answer; with OAuth the daily ones are absent,
and answers of a search have none.
"""

from __future__ import annotations

from adapters.sandbox.hubspot.options import HubspotOptions
from adapters.sandbox.window import Limit, Window
from adapters.sandbox.wire import ApiError
from agent.ports import Clock

_INTERVAL = 10.0
_DAY = 24 * 3600.0


class Limits:
    """Counts calls. The caller holds the core's lock."""

    def __init__(self, options: HubspotOptions, clock: Clock) -> None:
        self._options = options
        self._interval = Window(clock, _INTERVAL)
        self._day = Window(clock, _DAY)
        self._search = Window(clock, 1)

    def count(self, *, is_search: bool) -> None:
        """Count one call. Raises ApiError when it is one too many."""
        if not self._interval.take(self._options.interval_limit):
            raise exceeded("TEN_SECONDLY_ROLLING")
        if is_search and not self._search.take(self._options.search_limit):
            raise exceeded("SECONDLY")
        if not self._day.take(self._options.daily_limit):
            raise exceeded("DAILY")

    def headers(self, *, with_oauth: bool) -> dict[str, str]:
        """What an answer says of them."""
        most, daily = self._options.interval_limit, self._options.daily_limit
        told = {
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(int(_INTERVAL * 1000)),
            "X-HubSpot-RateLimit-Max": str(most),
            "X-HubSpot-RateLimit-Remaining": str(max(most - self._interval.used, 0)),
        }
        if not with_oauth:
            told["X-HubSpot-RateLimit-Daily"] = str(daily)
            told["X-HubSpot-RateLimit-Daily-Remaining"] = str(max(daily - self._day.used, 0))
        return told

    def seen(self) -> list[Limit]:
        """How near the calls came to each."""
        options = self._options
        return [
            self._interval.seen("in 10 seconds", options.interval_limit),
            self._search.seen("searches in a second", options.search_limit),
            self._day.seen("in 24 hours", options.daily_limit),
        ]

    def shown(self) -> str:
        """For people."""
        return f"{self._day.used}/{self._options.daily_limit} today"


def exceeded(policy: str) -> ApiError:
    """The refusal by one policy."""
    word = {"DAILY": "daily", "SECONDLY": "secondly"}.get(policy, "ten_secondly_rolling")
    message = f"You have reached your {word} limit."
    details = {"errorType": "RATE_LIMIT", "policyName": policy}
    return ApiError(429, "RATE_LIMITS", message, details=details)
