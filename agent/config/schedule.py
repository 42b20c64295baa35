"""When a flow delivers: at once, at intervals, or by the clock on the wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from cronsim import CronSim, CronSimError

from agent.config.units import duration

REALTIME = "realtime"
_EVERY = "every "
_ANY_DAY = datetime(2024, 1, 1, tzinfo=UTC)  # the start of a leap year: a cron text is tried here


@dataclass(frozen=True, slots=True)
class When:
    """`realtime`, `every 15m`, or a cron text such as `0 6 * * mon-fri`."""

    text: str = REALTIME

    def __post_init__(self) -> None:
        if self.is_realtime:
            return
        try:
            step = self.next(_ANY_DAY, UTC) - _ANY_DAY
        except CronSimError:
            raise ValueError(
                'when is "realtime", "every 15m", or a cron text of five fields: "0 6 * * mon-fri"'
            ) from None
        if step < timedelta(seconds=1):
            raise ValueError("an interval has at least one second")

    @property
    def is_realtime(self) -> bool:
        """Whether each message goes as soon as it can."""
        return self.text == REALTIME

    def next(self, after: datetime, zone: tzinfo) -> datetime:
        """The next time to deliver, UTC; `after` itself where everything goes at once."""
        if self.is_realtime:
            return after
        if self.text.startswith(_EVERY):
            return after + duration(self.text.removeprefix(_EVERY))
        return next(CronSim(self.text, after.astimezone(zone))).astimezone(UTC)
