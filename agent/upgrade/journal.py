"""What is being done, and where whoever finds it half done goes on. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Final

from agent.errors import WaybillError

FORM: Final = 1
MOST_TRIES: Final = 3
"""So often an interrupted upgrade begins again before it goes back."""


class Step(StrEnum):
    """What is under way. A journal names a step before it is begun."""

    STOP = "stop"
    KEEP = "keep"
    """Copies of queue, configuration and mappings."""
    CONVERT = "convert"
    """Going back only: the queue gets the older version's schema."""
    TRIAL = "trial"
    """The home is told that the next version is on trial."""
    POINT = "point"
    START = "start"
    GATE = "gate"
    SETTLE = "settle"
    """It passed."""

    HALT = "halt"
    """The return begins: whatever runs is stopped."""
    RESTORE = "restore"
    UNPOINT = "unpoint"
    RESTART = "restart"
    OVER = "over"


FORWARD: Final = (
    Step.STOP, Step.KEEP, Step.CONVERT, Step.TRIAL, Step.POINT, Step.START, Step.GATE, Step.SETTLE,
    Step.OVER,
)  # fmt: skip
RETURN: Final = (Step.HALT, Step.RESTORE, Step.UNPOINT, Step.RESTART, Step.OVER)
_UNTOUCHED: Final = frozenset({Step.STOP, Step.KEEP, Step.CONVERT})
_HALFWAY: Final = frozenset({Step.TRIAL, Step.POINT})
_SWITCHED: Final = frozenset({Step.START, Step.GATE})


class Outcome(StrEnum):
    """How it ended."""

    NONE = ""
    DONE = "done"
    RETURNED = "returned"


class Convert(StrEnum):
    """How a queue gets the schema of an older version."""

    NONE = "none"
    STEP_BACK = "step back"
    PUT_BACK = "put back"
    """An older copy takes its place."""


@dataclass(frozen=True, slots=True)
class Journal:
    """One upgrade, or one way back."""

    id: str
    home: str
    previous: str
    version: str
    began: str
    """UTC, ISO 8601."""
    step: Step = Step.STOP
    is_back: bool = False
    was_running: bool = True
    within: float = 300.0
    """Seconds that the service has to pass its trial."""
    known: tuple[str, ...] = ()
    """What was wrong before: it is not held against the new version."""
    judged: bool = True
    """Whether anything was known of before: the service answered."""
    schema: int | None = None
    """Of the queue, before."""
    goal: int = 0
    """The schema that `version` works on."""
    convert: Convert = Convert.NONE
    config_goal: int = 0
    """Going back: the form of configuration that `version` knows."""
    put_back: str = ""
    """The upgrade whose copy is put back."""
    forgot: tuple[Mapping[str, Any], ...] = ()
    """By flow, what the queue had done and held that the copy in its place does not know of."""
    tries: int = 1
    reason: str = ""
    """Why it returned."""
    outcome: Outcome = Outcome.NONE
    ended: str = ""

    @property
    def is_over(self) -> bool:
        """Nothing is left to do."""
        return self.step is Step.OVER

    @property
    def returns(self) -> bool:
        """Whether it is on its way back to the version before."""
        return self.step in RETURN and self.step is not Step.OVER

    @property
    def running(self) -> str:
        """The version in force when this is over, or that is to be."""
        back = self.returns or self.outcome is Outcome.RETURNED
        return self.previous if back else self.version

    def as_json(self) -> dict[str, Any]:
        """For the file."""
        found: dict[str, Any] = {"form": FORM}
        for each in fields(self):
            value = getattr(self, each.name)
            found[each.name] = list(value) if isinstance(value, tuple) else value
        return found


def parsed(found: Mapping[str, Any]) -> Journal:
    """A journal of its file. Raises WaybillError for one that this version does not understand."""
    if found.get("form") != FORM:
        raise WaybillError(
            "The journal of an upgrade was written by another version of Waybill.",
            code="UPGRADE_JOURNAL_FOREIGN",
            hint="Run `waybill upgrade resume` with the newest version in the versions folder.",
        )
    known = {each.name for each in fields(Journal)}
    try:
        given = {name: value for name, value in found.items() if name in known}
        given["known"] = tuple(map(str, given.get("known", ())))
        given["forgot"] = tuple(given.get("forgot", ()))
        for name, kind in (("step", Step), ("outcome", Outcome), ("convert", Convert)):
            if name in given:
                given[name] = kind(given[name])
        return Journal(**given)
    except (TypeError, ValueError) as error:
        raise damaged() from error


def damaged() -> WaybillError:
    """The journal cannot be read."""
    return WaybillError(
        "The journal of the last upgrade is damaged.",
        code="UPGRADE_JOURNAL_DAMAGED",
        hint="The version that the pointer names is in force. Move upgrade.json away, then start"
        " the service.",
    )


def following(step: Step) -> Step:
    """The step after one that is done."""
    line = RETURN if step in RETURN else FORWARD
    return line[min(line.index(step) + 1, len(line) - 1)]


def resumed(journal: Journal) -> Journal:
    """Where whoever finds this journal goes on.

    Nothing was switched yet: back, which starts what ran before. Half switched: from the beginning
    again, because the version before may have run since and the copies be too old. Switched: onward,
    as only the version on trial can have run. On the way back: from its beginning, because a
    restarted machine may have started the version on trial once more. Passed: onward.
    """
    if journal.returns:
        return replace(journal, step=Step.HALT)
    if journal.step in _UNTOUCHED and journal.tries == 1:
        return returning(journal, "It was interrupted before anything was switched.")
    if journal.step not in _UNTOUCHED | _HALFWAY | _SWITCHED:
        return journal
    if journal.tries >= MOST_TRIES:
        return returning(journal, f"It was interrupted {journal.tries} times.")
    step = journal.step if journal.step in _SWITCHED else Step.STOP
    return replace(journal, step=step, tries=journal.tries + 1)


def returning(journal: Journal, reason: str) -> Journal:
    """Back to the version before, because of this."""
    return replace(journal, step=Step.HALT, reason=journal.reason or reason)


def ended(journal: Journal, outcome: Outcome, at: str) -> Journal:
    """Over."""
    return replace(journal, step=Step.OVER, outcome=outcome, ended=at)
