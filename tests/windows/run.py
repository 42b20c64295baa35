"""What the steps share: the machine under test, where things lie, and the outcome of each step."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.windows.lab import Lab
from tests.windows.wine import Ran, Wine, WineError, patient

OK = "ok"
PROGRAM_FILES = r"C:\Program Files"
INSTALLED = rf"{PROGRAM_FILES}\Waybill"
HOME = r"C:\ProgramData\Waybill"
SERVICE = "Waybill"


class StepFailedError(Exception):
    """A step did not show what it is for; the text says what was seen instead."""


class StepSkippedError(Exception):
    """A step could not be tried; the text says why."""


@dataclass
class Bench:
    """Everything that a step can touch."""

    lab: Lab
    wine: Wine
    folder: Path
    """For what the run makes: frozen programs, installers, the ERP."""
    is_long: bool = False
    frozen: Path | None = None
    """A folder that an earlier run froze; None: this one freezes."""
    made: dict[str, Path] = field(default_factory=dict)
    """What earlier steps left for later ones: `frozen`, `setup`, `setup next`, `msi`."""
    story: object = None
    """The demo that is being played through the service (`steps.deliver`)."""

    def need(self, name: str) -> Path:
        """What an earlier step made. Raises StepSkippedError."""
        if name not in self.made:
            raise StepSkippedError(f"there is no {name}")
        return self.made[name]

    def program(self, name: str) -> str:
        """A program of the installed version, as Windows calls it."""
        return rf"{INSTALLED}\versions\{self.version}\{name}"

    @property
    def version(self) -> str:
        """The version that the pointer names; empty when nothing is installed."""
        pointer = self.wine.path(rf"{INSTALLED}\current")
        return pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else ""

    def waybill(self, *words: str, within: float = 60.0, text: str = "") -> Ran:
        """The installed command line. Raises WineError."""
        return self.wine.run(self.program("waybill.exe"), *words, within=within, text=text)

    def service_state(self) -> str:
        """What the service manager says: running, stopped, …; `absent` when it knows none."""
        done = self.wine.run("sc", "query", SERVICE)
        for line in done.said.splitlines():
            name, _, rest = line.partition(":")
            if name.strip().upper() == "STATE":
                return rest.split()[-1].lower()
        return "absent"


def until(what: str, holds: Callable[[], bool], within: float) -> None:
    """Wait until a fact holds. Raises StepFailedError."""
    within = patient(within)
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            raise StepFailedError(f"waited {within:.0f} s for {what}")
        time.sleep(0.2)


def told(text: str) -> None:
    sys.stderr.write(f"windows: {text}\n")
    sys.stderr.flush()


@dataclass
class Report:
    """The outcome of each step, in order, told as it comes."""

    outcomes: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def play(self, name: str, step: Callable[[], str]) -> None:
        """Do a step; whatever it raises is its outcome."""
        began = time.monotonic()
        told(f"{name} ...")
        try:
            self.notes[name] = step()
            outcome = OK
        except StepSkippedError as reason:
            outcome = f"skipped: {reason}"
        except (StepFailedError, WineError) as reason:
            outcome = f"failed: {reason}"
        except Exception as error:  # noqa: BLE001 the next steps are tried all the same
            outcome = f"failed: {type(error).__name__}: {error}"
        self.outcomes[name] = " ".join(outcome.split())
        self.seconds[name] = time.monotonic() - began
        told(f"{name}: {self.line(name)}")

    def skip(self, name: str, reason: str) -> None:
        self.outcomes[name] = f"skipped: {reason}"

    def line(self, name: str) -> str:
        """One step in one line."""
        after = f" ({self.notes[name]})" if self.notes.get(name) else ""
        time_ = f" [{self.seconds[name]:.0f} s]" if name in self.seconds else ""
        return f"{self.outcomes[name]}{after}{time_}"

    @property
    def ok(self) -> bool:
        """Whether every step is ok."""
        return bool(self.outcomes) and all(each == OK for each in self.outcomes.values())

    @property
    def has_failed(self) -> bool:
        """Whether a step failed; one that was skipped did not."""
        return any(each.startswith("failed") for each in self.outcomes.values())

    def as_json(self) -> dict[str, object]:
        """The object that `--json` ends with."""
        return {"ok": self.ok, "steps": self.outcomes}
