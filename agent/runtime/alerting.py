"""Tells people outside: one worker for each channel of `[[alerts]]`, none of which delivery waits for.

What was told is kept sealed with the queue, so that a restart tells nothing twice and forgets no
recovery. What could not be told is simply still to be told: the next attempt says how it is then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

import orjson

from agent.alerts import Cause, Known, Memory, News, What, alert_of, judge
from agent.config import Config
from agent.errors import AlertFailed, Damaged, SecretMissing, WaybillError
from agent.escalation import Quiet
from agent.health import Conditions, Progress, Severity, reasons_of
from agent.log import get_logger
from agent.model import Finding, Findings, Level
from agent.ports import AlertChannel, Cipher, Clock, Pulse, Stop
from agent.queue.store import Store
from agent.runtime.status import StatusDesk

_logger = get_logger(__name__)

CODE = "ALERT_FAILED"
LOOK_EVERY = 5.0
_FIRST_WAIT, _LONGEST_WAIT = 60.0, 900.0


@dataclass(frozen=True, slots=True)
class Watched:
    """Where causes come from, and how whoever reads of them knows the machine."""

    conditions: Conditions
    progress: Progress
    clock: Clock
    agent: str
    environment: str
    zone: tzinfo
    unsure: Callable[[], Collection[str]] = frozenset
    """Subjects of which nobody can know now whether their causes still stand."""

    def causes(self) -> list[Cause]:
        """Everything that is wrong now."""
        return [
            Cause(
                r.code, r.subject, r.title, r.meaning, r.hint, r.severity is Severity.ERROR, r.times
            )
            for r in reasons_of(self.conditions, self.progress, self.clock.now())
        ]


class Told:
    """What one channel has told, over restarts."""

    def __init__(self, store: Store, cipher: Cipher, name: str) -> None:
        self._store, self._cipher = store, cipher
        self._place = f"alerts/{name}"
        self._context = self._place.encode()
        self._kept = b""

    def read(self) -> tuple[Memory, float]:
        """What is remembered, and when something was last told."""
        sealed = self._store.db.meta(self._place)
        if sealed is None:
            return {}, 0.0
        try:
            kept = orjson.loads(self._cipher.open(self._context, sealed))
        except (Damaged, ValueError):
            return {}, 0.0
        known = [Known(Cause(*cause), *rest) for cause, *rest in kept["known"]]
        return {one.cause.key: one for one in known}, float(kept["last"])

    def keep(self, memory: Memory, last: float) -> None:
        """Write it down, where it is not what was kept last."""
        known = [
            [list(k.cause), k.first, k.told, k.told_serious, k.gone] for k in memory.values()
        ]  # fmt: skip
        plain = orjson.dumps({"known": known, "last": last})
        if plain != self._kept:
            self._store.db.set_meta(self._place, self._cipher.seal(self._context, plain))
            self._kept = plain


@dataclass
class Alerter:
    """Tells by one channel."""

    name: str
    channel: AlertChannel
    watched: Watched
    kept: Told
    warnings: bool = True
    """Whether warnings are told, not only errors."""
    quiet: Callable[[datetime], bool] = lambda _now: False
    _memory: dict[tuple[str, str], Known] = field(default_factory=dict)
    _last: float | None = None
    _failures: int = 0
    _not_before: float = 0.0

    def step(self) -> None:
        """Tell what is due. Never raises for what the channel does."""
        clock = self.watched.clock
        if self._last is None:
            memory, self._last = self.kept.read()
            self._memory = dict(memory)
        now = clock.now()
        judged = judge(
            self._causes(), self._memory, now.timestamp(), self._last,
            quiet=self.quiet(now) or clock.monotonic() < self._not_before,
            unsure=self.watched.unsure(),
        )  # fmt: skip
        self._memory = dict(judged.untold)
        if judged.news:
            watched = self.watched
            alert = alert_of(judged.news, watched.agent, watched.environment, now, watched.zone)
            if self._sent(lambda: self.channel.send(alert)):
                self._memory, self._last = dict(judged.told), now.timestamp()
                _logger.info("alert sent", action=self.name, number=len(judged.news))
        self.kept.keep(self._memory, self._last)

    def check(self) -> Findings:
        """Send a message that says that it is a test."""
        watched, now = self.watched, self.watched.clock.now()
        cause = Cause("ALERT_TEST", "", "This is a test; nothing is wrong.", "", "", serious=False)
        try:
            news = [News(What.NEW, cause, now.timestamp())]
            self.channel.send(alert_of(news, watched.agent, watched.environment, now, watched.zone))
        except WaybillError as error:
            return (Finding(Level.ERROR, error.code, error.title, error.hint, params=error.params),)
        return (
            Finding(
                Level.OK,
                "ALERT_SENT",
                f"{self.name} took a test message.",
                params={"name": self.name},
            ),
        )

    def close(self) -> None:
        """Release connections."""
        self.channel.close()

    # --- inside -----------------------------------------------------------------------------------

    def _causes(self) -> list[Cause]:
        """What this channel tells of; its own failure is for the others to tell."""
        mine = subject_of(self.name)
        return [
            cause
            for cause in self.watched.causes()
            if cause.subject != mine and (cause.serious or self.warnings)
        ]

    def _sent(self, send: Callable[[], None]) -> bool:
        clock, conditions = self.watched.clock, self.watched.conditions
        try:
            send()
        except (AlertFailed, SecretMissing) as error:
            wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(self._failures, 10))
            self._failures += 1
            self._not_before = clock.monotonic() + wait
            say_failed(conditions, self.name, error)
            return False
        except Exception:
            _logger.exception("an alert failed", action=self.name)
            self._not_before = clock.monotonic() + _LONGEST_WAIT
            say_failed(conditions, self.name, AlertFailed("Telling failed in an unforeseen way."))
            return False
        self._failures = 0
        conditions.clear(CODE, subject_of(self.name))
        return True


@dataclass
class Heart:
    """The dead-man signal: it beats as long as the route moves."""

    name: str
    pulse: Pulse
    conditions: Conditions
    progress: Progress
    clock: Clock
    _due: float = 0.0

    def step(self) -> None:
        """Beat if it is time and nothing stands still. Never raises for what the pulse does."""
        if self.clock.monotonic() < self._due or self.progress.stuck():
            return
        self._due = self.clock.monotonic() + self.pulse.every.total_seconds()
        try:
            self.pulse.beat()
        except (AlertFailed, SecretMissing) as error:
            self._due = self.clock.monotonic() + _FIRST_WAIT
            say_failed(self.conditions, self.name, error)
        except Exception:
            _logger.exception("a heartbeat failed", action=self.name)
            say_failed(
                self.conditions, self.name, AlertFailed("The signal failed in an unforeseen way.")
            )
        else:
            self.conditions.clear(CODE, subject_of(self.name))

    def close(self) -> None:
        """Release connections."""
        self.pulse.close()

    def check(self) -> Findings:
        """Beat once."""
        try:
            self.pulse.beat()
        except WaybillError as error:
            return (Finding(Level.ERROR, error.code, error.title, error.hint, params=error.params),)
        return (
            Finding(
                Level.OK, "ALERT_SENT", f"{self.name} took the signal.", params={"name": self.name}
            ),
        )


Teller = Alerter | Heart


def tellers_of(
    config: Config,
    channels: Mapping[str, AlertChannel | Pulse],
    store: Store,
    cipher: Cipher,
    status: StatusDesk,
) -> list[Teller]:
    """One for each channel of the configuration."""
    watched = Watched(
        status.conditions, status.progress, status.clock, config.agent.name,
        config.agent.environment, ZoneInfo(config.agent.timezone), lambda: resting(status),
    )  # fmt: skip
    made: list[Teller] = []
    for one in config.alerts:
        channel = channels[one.name]
        if isinstance(channel, Pulse):
            made.append(Heart(one.name, channel, status.conditions, status.progress, status.clock))
            continue
        quiet = None if one.quiet is None else Quiet(
            ZoneInfo(one.quiet.timezone or config.agent.timezone),
            one.quiet.since, one.quiet.until, one.quiet.days,
        )  # fmt: skip
        made.append(
            Alerter(
                one.name, channel, watched, Told(store, cipher, one.name),
                one.severity == "warning", quiet.holds if quiet else _never,
            )
        )  # fmt: skip
    return made


def resting(status: StatusDesk) -> frozenset[str]:
    """Targets that nobody contacts now, by a person's wish or their own times."""
    everything = status.store.paused("all", "")
    return frozenset(
        name
        for name, workers in status.targets.items()
        if everything
        or status.store.paused("target", name)
        or any(worker.closed() is not None for worker in workers)
    )


def _never(_now: datetime) -> bool:
    return False


def told_test(tellers: Collection[Teller], name: str) -> Findings:
    """What came of a test of the channel called so; nothing where there is none."""
    return next((teller.check() for teller in tellers if teller.name == name), ())


def run(teller: Teller, stop: Stop, lost: Callable[[WaybillError], None]) -> None:
    """The loop of a channel's thread. `lost`: hears of trouble with the store."""
    while not stop.wait(LOOK_EVERY):
        try:
            teller.step()
        except WaybillError as error:
            lost(error)
        except Exception:
            if stop.is_set():  # a stop does not wait for a mail server; the store is closed by now
                return
            _logger.exception("an alert failed", action=teller.name)


def thread(teller: Teller, stop: Stop, lost: Callable[[WaybillError], None]) -> threading.Thread:
    """A channel's thread; a daemon, so that a mail server that hangs holds no stop up."""
    return threading.Thread(
        target=run, args=(teller, stop, lost), name=f"alert {teller.name}", daemon=True
    )


def subject_of(name: str) -> str:
    """What a condition about a channel is about."""
    return f"alert {name}"


def say_failed(conditions: Conditions, name: str, error: WaybillError) -> None:
    """A channel that does not work is a condition like any other."""
    conditions.raise_(
        CODE, subject_of(name), f"{name} does not work: {error.title}",
        " ".join(filter(None, (error.hint, f"Then: waybill test {name}"))),
        Severity.WARNING,
        "The data is not concerned: everything is delivered as always. What was to be told is "
        "told as soon as it works.", params={"name": name, **error.params},
    )  # fmt: skip
