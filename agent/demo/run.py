"""`waybill demo`: sets the stage, plays the acts, judges the outcome, clears up."""

from __future__ import annotations

import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

from agent.clock import SystemClock
from agent.demo import options, tables
from agent.demo.acts import ACTS, secrets_of
from agent.demo.compare import Verdict
from agent.demo.crm import Crm, CrmSilentError
from agent.demo.ends import KINDS
from agent.demo.erp import Erp
from agent.demo.leaks import leaks
from agent.demo.stage import ActFailedError, Stage
from agent.demo.teller import Teller
from agent.demo.worker import NotReadyError, Worker, odbc_driver

_SEED = 20261102
_NO_DRIVER = """\
waybill demo: the ODBC driver for SQLite is missing, so the ERP's tables cannot be read.
  Install it (Debian: apt-get install --no-install-recommends unixodbc libsqliteodbc),
  or show the half that needs none: waybill demo --files-only
"""


@dataclass
class Outcome:
    """What the demo amounted to."""

    acts: dict[str, str] = field(default_factory=dict)
    """What came of each act that ended well."""
    kinds: dict[str, Verdict] = field(default_factory=dict)
    counts: Mapping[str, Any] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)
    failure: str = ""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether every act ended well and both ends agree."""
        return (
            not self.failure
            and not self.leaks
            and bool(self.kinds)
            and all(verdict.is_good for verdict in self.kinds.values())
            and not (self.counts.get("waiting") or self.counts.get("parked"))
        )

    def as_json(self, asked: options.Options) -> dict[str, Any]:
        """The object that `--json` ends with."""
        counts = {name: self.counts.get(name, 0) for name in ("captured", "delivered", "parked")}
        return {
            "ok": self.ok,
            "seconds": round(self.seconds, 1),
            **counts,
            "waiting": self.counts.get("waiting", 0) + self.counts.get("sending", 0),
            "doubled": sum(verdict.doubled for verdict in self.kinds.values()),
            "leaks": len(self.leaks),
            "crm": asked.crm,
            "lacks": dict(asked.shape.lacks),
            "files_only": asked.files_only,
            "failure": self.failure,
            "acts": self.acts,
            "kinds": {kind: verdict.numbers() for kind, verdict in self.kinds.items()},
        }


def main(arguments: Sequence[str], drivers: Callable[[], Sequence[str]]) -> int:
    """Run the demo with one of these ODBC drivers.

    0 when everything agrees, 1 when not, 2 when it cannot be run.
    """
    asked = options.parse(arguments)
    driver = "" if asked.files_only else odbc_driver(drivers())
    if not (driver or asked.files_only):
        sys.stderr.write(_NO_DRIVER)
        return 2
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="waybill-demo-"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = folder.resolve()
    outcome = Outcome()
    keep = True
    try:
        with (
            _signals_end_us(),
            Teller(sys.stderr if asked.as_json else sys.stdout, SystemClock()) as teller,
        ):
            _play(asked, folder, driver, teller, outcome)
            outcome.seconds = teller.seconds
            _conclude(asked, folder, teller, outcome)
        keep = asked.keep is not None or not outcome.ok
    except KeyboardInterrupt:
        keep = asked.keep is not None
        raise
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    if asked.as_json:
        sys.stdout.write(json.dumps(outcome.as_json(asked)) + "\n")
        sys.stdout.flush()
    return 0 if outcome.ok else 1


def _play(
    asked: options.Options, folder: Path, driver: str, teller: Teller, outcome: Outcome
) -> None:
    with ExitStack() as ending:
        try:
            stage = _set(asked, folder, driver, teller, ending)
        except (CrmSilentError, NotReadyError, OSError) as error:
            outcome.failure = f"The stage could not be set: {str(error) or 'the CRM is silent'}"
            return
        for number, act in enumerate(ACTS, 1):
            teller.act(number, act.title)
            try:
                outcome.acts[act.name] = act.play(stage)
            except (ActFailedError, OSError) as error:
                outcome.failure = f"Act {number} ({act.name}) failed: {error}"
                break
            teller.done(outcome.acts[act.name])
        _judge(stage, outcome)


def _set(
    asked: options.Options, folder: Path, driver: str, teller: Teller, ending: ExitStack
) -> Stage:
    """The ERP, the CRM and the agent's home; what is started is ended by `ending`."""
    (folder / "exports").mkdir()
    logs = folder / "logs"
    logs.mkdir()
    crm = Crm(
        folder / "crm",
        logs / "crm.log",
        crm=asked.crm,
        shape=asked.shape,
        keep=asked.keep is not None,
    )
    ending.callback(crm.process.end)
    worker = Worker(folder / "home", logs / "agent.log")
    ending.callback(worker.end)
    erp = Erp(asked.size, Random(_SEED), files_only=asked.files_only)
    if not asked.files_only:
        tables.create(folder / "erp.db")
    worker.prepare()  # while the CRM starts
    crm.wait()
    values = {**crm.about, "driver": driver}
    values |= {"quiet": asked.size.quiet, "settles_within": f"{asked.size.settles_seconds:g}s"}
    worker.configure(asked.crm, values, crm.secret, files_only=asked.files_only)
    half = ": only its exports, for --files-only was asked for" if asked.files_only else ""
    teller.say(
        f"A sample ERP{half}, the agent, and a sandbox {asked.shape.title} at {crm.about['url']}."
    )
    for what, why in asked.shape.lacks.items():
        teller.say(f"   {asked.shape.title} has no place for {what}: {why}")
    return Stage(asked, folder, erp, crm, worker, teller, SystemClock())


def _judge(stage: Stage, outcome: Outcome) -> None:
    """The last word: both ends once more, the agent's counts, and its files byte by byte."""
    status = stage.status()
    outcome.counts = dict(status["counts"]) if status else {}
    code = stage.worker.end()
    if code and not outcome.failure:
        outcome.failure = f"The agent ended with exit code {code}."
    outcome.leaks = leaks(stage.worker.home, secrets_of(stage))
    try:
        outcome.kinds = {kind: stage.judge(kind, final=True) for kind in stage.erp.kinds}
    except OSError as error:
        outcome.failure = outcome.failure or f"The CRM cannot be read: {error}"


def _conclude(asked: options.Options, folder: Path, teller: Teller, outcome: Outcome) -> None:
    teller.table({kind: KINDS[kind].title for kind in KINDS}, outcome.kinds)
    for found in outcome.leaks:
        teller.say(f"IN THE CLEAR: {found}")
    for kind, verdict in outcome.kinds.items():
        if verdict.example:
            teller.say(f"NOT ALIKE: {KINDS[kind].title}: {verdict.example}")
    if outcome.failure:
        teller.say(f"FAILED: {outcome.failure}")
    if not outcome.ok:
        teller.say(
            f"Everything is left in {folder}; logs: {folder / 'logs'}, {folder / 'home'}/logs"
        )
    else:
        teller.say(
            f"Both ends agree, nothing doubled, nothing in the clear: {outcome.seconds:.0f} s."
        )
    if asked.keep is not None and "url" in _where(folder):
        _how_to_look(folder, asked.crm, teller)


def _where(folder: Path) -> str:
    path = folder / "home" / "waybill.toml"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _how_to_look(folder: Path, crm: str, teller: Teller) -> None:
    port = _where(folder).partition("https://127.0.0.1:")[2].partition('"')[0]
    teller.say("To look at it, start the CRM and the agent again, each in a terminal of its own:")
    teller.say(f"  waybill sandbox --crm {crm} --folder {folder / 'crm'} --port {port}")
    teller.say(f"  waybill run --home {folder / 'home'}")
    teller.say(f"  waybill status --home {folder / 'home'}")
    teller.say(f"The ERP's exports: {folder / 'exports'}; its database: {folder / 'erp.db'}")


@contextmanager
def _signals_end_us() -> Iterator[None]:
    """SIGTERM and SIGHUP end the demo as Ctrl-C does: through every `finally`."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    former = {name: signal.signal(getattr(signal, name), interrupt) for name in names}
    try:
        yield
    finally:
        for name, handler in former.items():
            signal.signal(getattr(signal, name), handler)
