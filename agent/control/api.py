"""What faces may ask the service: methods, their parameters and roles.

The shapes of answers are in `agent.control.answers`.

The API only grows: fields and methods are added, readers ignore what they do not know.
`API_VERSION` changes only when an older face could no longer understand an answer; then the
client refuses to go on instead of guessing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Final, Literal

from agent.control.states import State, headline, sentence_of, state_of

__all__ = [
    "API_VERSION",
    "HEALTHY",
    "METHODS",
    "Method",
    "Param",
    "Role",
    "State",
    "default_home",
    "headline",
    "sentence_of",
    "state_of",
]

API_VERSION: Final = 1


class Role(IntEnum):
    """What a caller may do. Viewer, operator and engineer each include the ones before it."""

    AUDITOR = 0
    """Reads what any role reads, and changes nothing."""
    VIEWER = 1
    OPERATOR = 2
    ENGINEER = 3


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a method."""

    kind: Literal["text", "integer", "flag", "texts"]
    required: bool = False
    secret: bool = False
    """Never logged, never part of a digest."""


@dataclass(frozen=True, slots=True)
class Method:
    """One thing that may be asked."""

    name: str
    role: Role
    writes: bool
    summary: str
    params: Mapping[str, Param] = field(default_factory=dict)

    def is_for(self, role: Role) -> bool:
        """Whether a caller of this role may ask it."""
        if role is Role.AUDITOR:
            return not self.writes
        return role >= self.role


HEALTHY: Final = "ok"
"""The one value of `health` that asks nothing of anybody; a face treats any other as a call."""


# --- methods --------------------------------------------------------------------------------------

_TEXT = Param("text")
_NEEDED = Param("text", required=True)
_NUMBER = Param("integer")
_PARTS = {"kind": _NEEDED, "name": _TEXT}
_PAGED = {"after": _TEXT, "limit": _NUMBER}
_NUMBER_NEEDED = Param("integer", required=True)
_QUEUE = {"state": _TEXT, "flow": _TEXT, "after": _NUMBER, "limit": _NUMBER}
_FLAG = Param("flag")
_TEXTS = Param("texts")
_CHOICE = {
    "flow": _TEXT, "code": _TEXT, "owner": _TEXT, "severity": _TEXT, "older_than": _NUMBER,
}  # fmt: skip
_EXCEPTIONS = {**_CHOICE, **_PAGED, "aside": _FLAG}
_FOLLOWED = {"after": _NUMBER, "limit": _NUMBER}
_EXPORT = {"flow": _TEXT, "code": _TEXT, "after": _TEXT}
_SOME = {"refs": _TEXTS, "code": _TEXT, "flow": _TEXT, "field": _TEXT}
_REPLAY = {**_SOME, "all": _FLAG, "crm_changed": _FLAG}
_ASIDE = {**_SOME, "reason": Param("text", required=True, secret=True)}
_VALUES = Param("texts", required=True, secret=True)
_FIX = {"ref": _NEEDED, "set": _VALUES}
_WORD = Param("text", required=True, secret=True)
_RULE = {"ref": _TEXT, "flow": _TEXT, "table": _TEXT, "key": Param("text", secret=True)}
_RULE_DONE = {**_RULE, "value": _WORD, "comment": _TEXT}
_IMPORT = {"rows": _VALUES, "check": _FLAG}
_DRAFT = {"flow": _NEEDED, "draft": _NEEDED}
_SHEET = {"flow": _TEXT, "draft": _TEXT, "source": _TEXT, "entity": _TEXT}
_PLACE = {"draft": _NEEDED, "place": _NEEDED, "value": _TEXT}
_VERSION = {"flow": _NEEDED, "version": _NUMBER_NEEDED, "comment": _TEXT}
_PREVIEW = {"flow": _NEEDED, "draft": _TEXT, "records": _NUMBER, "show": _NUMBER, "back": _NUMBER}
_AUDIT = {"before": _NUMBER, "limit": _NUMBER, "actor": _TEXT, "action": _TEXT}
_LINKED = {"flow": _NEEDED, "kind": _TEXT, "after": _NUMBER, "limit": _NUMBER}
_COMPARE = {"flow": _NEEDED, "partial": _FLAG}
_ITEM = {"item": _NUMBER_NEEDED}
_DECIDE = {
    **_ITEM, "crm_id": _TEXT, "create": _FLAG, "leave_out": _FLAG, "keep": _TEXTS, "preview": _FLAG,
}  # fmt: skip
_ALIKE = {"flow": _TEXT, "all": _FLAG, "after": _NUMBER, "limit": _NUMBER}
_WINDOW = {"flow": _TEXT, "code": _TEXT, "offset": _NUMBER, "limit": _NUMBER}
_LOG = {"after": _TEXT, "flow": _TEXT, "level": _TEXT, "text": _TEXT, "limit": _NUMBER}
_BUNDLE = {"hours": _NUMBER, "strict": _FLAG}
_SORT = {"state": _TEXT, "order": _TEXT}
_CAUSE = {"field": _TEXT, "severity": _TEXT, "owner": _TEXT, "aside": _FLAG}
_SECRET = {"name": _NEEDED, "value": Param("text", required=True, secret=True), "expires": _TEXT}


def _asks(method: str, role: Role, summary: str, /, **params: Param) -> Method:
    return Method(method, role, writes=False, summary=summary, params=params)


def _does(method: str, role: Role, summary: str, /, **params: Param) -> Method:
    return Method(method, role, writes=True, summary=summary, params=params)


_ALL = (
    _asks("status", Role.VIEWER, "How the agent is"),
    _does("stop", Role.ENGINEER, "Stop the service"),
    _asks("queue.list", Role.VIEWER, "Entries of the queue", **_QUEUE),
    _asks("queue.show", Role.OPERATOR, "One entry with its values", seq=_NUMBER_NEEDED),
    _asks("exceptions.list", Role.OPERATOR, "Rows that wait for a person", **_EXCEPTIONS),
    _asks("exceptions.show", Role.OPERATOR, "One such row with its values", ref=_NEEDED),
    _asks("exceptions.groups", Role.OPERATOR, "Rows that wait, by cause", **_CHOICE),
    _asks("exceptions.escalated", Role.VIEWER, "What waited too long, and still waits"),
    _asks("exceptions.events", Role.VIEWER, "What was raised and resolved", **_FOLLOWED),
    _asks("exceptions.preview", Role.OPERATOR, "What a replay would do", **_REPLAY),
    _does("exceptions.replay", Role.OPERATOR, "Try parked rows again", **_REPLAY),
    _does("exceptions.set_aside", Role.OPERATOR, "Decide that rows are not sent", **_ASIDE),
    _does("exceptions.take_back", Role.OPERATOR, "Park again what was set aside", refs=_TEXTS),
    _does("exceptions.fix", Role.OPERATOR, "Edit values of a parked row", **_FIX),
    _asks("exceptions.rule_preview", Role.OPERATOR, "Try a rule", **_RULE, value=_WORD),
    _does("exceptions.rule", Role.ENGINEER, "Fix all like one by a rule", **_RULE_DONE),
    _does("exceptions.export", Role.OPERATOR, "Parked rows with their values", **_EXPORT),
    _does("exceptions.import", Role.OPERATOR, "Edit parked rows by a sheet", **_IMPORT),
    _asks("holds.list", Role.VIEWER, "Deletes that are held, or were rejected", state=_TEXT),
    _asks("holds.show", Role.OPERATOR, "The rows of a hold", id=_NEEDED, **_PAGED),
    _does("holds.approve", Role.OPERATOR, "Let a hold's deletes go", id=_NEEDED),
    _does("holds.reject", Role.OPERATOR, "Discard a hold's deletes", id=_NEEDED),
    _asks("link.list", Role.VIEWER, "How far the first link of each flow is"),
    _asks("link.show", Role.OPERATOR, "Which record is which, and why", **_LINKED),
    _asks("link.key", Role.OPERATOR, "Which record of the CRM a key is", flow=_NEEDED, key=_NEEDED),
    _does("link.propose", Role.OPERATOR, "Compare with what the target has", **_COMPARE),
    _does("link.approve", Role.ENGINEER, "Let a proposal in", flow=_NEEDED, proposal=_TEXT),
    _does("link.undo", Role.ENGINEER, "Take the keys away again", flow=_NEEDED),
    _does("link.decide", Role.OPERATOR, "Say who a record is", flow=_NEEDED, **_DECIDE),
    _asks("duplicates.list", Role.OPERATOR, "New records that may exist already", **_ALIKE),
    _asks("duplicates.show", Role.OPERATOR, "One of them with its values", **_ITEM),
    _does("duplicates.decide", Role.OPERATOR, "Say who it is", **_DECIDE),
    _does("secrets.set", Role.ENGINEER, "Set a secret", **_SECRET),
    _asks("secrets.list", Role.ENGINEER, "Names of secrets"),
    _does("pause", Role.OPERATOR, "Pause sources, targets or flows", **_PARTS, minutes=_NUMBER),
    _does("resume", Role.OPERATOR, "Let them go on", **_PARTS),
    _does("scan", Role.OPERATOR, "Look for news now", source=_TEXT),
    _asks("check", Role.OPERATOR, "Check configuration and mappings"),
    _asks("upgrade.check", Role.ENGINEER, "Ask the publisher whether there is a newer version"),
    _asks("test", Role.OPERATOR, "Test one source or target", name=_NEEDED),
    _asks("audit.list", Role.OPERATOR, "Who did what, the latest first", **_AUDIT),
    _asks("audit.verify", Role.OPERATOR, "Check the audit's chain"),
    _asks("mapping.suggest", Role.OPERATOR, "Suggest a mapping", source=_NEEDED, entity=_NEEDED),
    _asks("mapping.preview", Role.OPERATOR, "Try a mapping on real records", **_PREVIEW),
    _asks("mapping.shadow", Role.OPERATOR, "A draft on past exports", **_DRAFT, exports=_NUMBER),
    _asks("mapping.diff", Role.OPERATOR, "What a draft changes", **_DRAFT),
    _asks("mapping.sheet", Role.OPERATOR, "A mapping as a table, with samples", **_SHEET),
    _asks("mapping.edit", Role.OPERATOR, "A draft with one place changed", **_PLACE),
    _asks("mapping.functions", Role.VIEWER, "What formulas can do"),
    _asks("mapping.draft", Role.OPERATOR, "The draft that is kept", flow=_NEEDED),
    _does("mapping.draft_save", Role.OPERATOR, "Keep a draft for later", **_DRAFT),
    _asks("mapping.show", Role.OPERATOR, "A mapping as it stands", flow=_NEEDED, version=_NUMBER),
    _asks("mapping.versions", Role.VIEWER, "What was in force when", flow=_NEEDED),
    _does("mapping.publish", Role.ENGINEER, "Bring a draft into force", **_DRAFT, comment=_NEEDED),
    _does("mapping.restore", Role.ENGINEER, "Bring a version into force", **_VERSION),
    _asks("mapping.proposals", Role.OPERATOR, "Drafts that wait for a second person"),
    _does("mapping.accept", Role.ENGINEER, "Accept somebody else's draft", flow=_NEEDED),
    _does("mapping.withdraw", Role.ENGINEER, "Throw a waiting draft away", flow=_NEEDED),
    _asks("mapping.publishes", Role.VIEWER, "Mappings that came into force", flow=_TEXT),
    _asks("mapping.canary", Role.OPERATOR, "The first of a publish", flow=_NEEDED, limit=_NUMBER),
    _does("mapping.approve", Role.ENGINEER, "Let a publish go on", flow=_NEEDED),
    _does("mapping.undo", Role.ENGINEER, "Take a publish back", flow=_NEEDED),
    _asks("mapping.undo_preview", Role.OPERATOR, "What an undo would do", flow=_NEEDED),
    _asks("reads.list", Role.VIEWER, "The latest reads", source=_TEXT, limit=_NUMBER),
    _asks("me", Role.VIEWER, "Who asks, and what he may do"),
    _asks("subscribe", Role.VIEWER, "The status, and from then on what changes of it"),
    _asks("queue.window", Role.OPERATOR, "A part of the queue", **_WINDOW, **_SORT),
    _asks("exceptions.window", Role.OPERATOR, "A part of what waits", **_WINDOW, **_CAUSE),
    _asks("history", Role.VIEWER, "What each hour brought", flow=_TEXT, hours=_NUMBER),
    _asks("logs.tail", Role.ENGINEER, "The latest lines of the log", **_LOG),
    _asks("logs.folder", Role.ENGINEER, "Where the log is kept"),
    _does("logs.debug", Role.ENGINEER, "Let the log say more for a while", minutes=_NUMBER_NEEDED),
    _asks("reconcile.flows", Role.VIEWER, "Where the rows of the last complete read are"),
    _asks("audit.export", Role.OPERATOR, "The audit as it is chained", after=_TEXT),
    _asks("doctor", Role.OPERATOR, "Look around the agent"),
    _asks("bundle.preview", Role.ENGINEER, "What a bundle would hold", **_BUNDLE),
    _does("bundle.create", Role.ENGINEER, "Write a bundle", **_BUNDLE, leave_out=_TEXTS),
    _asks("settings.changes", Role.OPERATOR, "Who changed which setting when"),
)
_PART = {"part": _NEEDED, "name": _TEXT}
_SETTINGS = {"settings": Param("text", required=True, secret=True)}
_KIND = {"kind": _NEEDED, **_SETTINGS}
_FLOW_WANTED = {
    "name": _NEEDED, "source": _NEEDED, "target": _NEEDED, "entity": _NEEDED, "mapping": _NEEDED,
    "when": _TEXT, "paused": _FLAG, "first_link": _TEXT,
}  # fmt: skip
_GONE = {"part": _NEEDED, "name": _NEEDED, "anyway": _FLAG}
_SETUP = (
    _asks("config.kinds", Role.ENGINEER, "What may be configured", part=_NEEDED),
    _asks("config.list", Role.ENGINEER, "The configuration as it is written"),
    _asks("config.check", Role.ENGINEER, "Try a part of it", **_PART, **_SETTINGS),
    _does("config.put", Role.ENGINEER, "Write a part of it", **_PART, **_SETTINGS, rename=_TEXT),
    _does("config.remove", Role.ENGINEER, "Take a part out of it", **_GONE),
    _asks("keys.state", Role.ENGINEER, "How the keys are"),
    _does("keys.recovery_new", Role.ENGINEER, "Make another recovery key, shown once"),
    _does("keys.recovery_confirm", Role.ENGINEER, "Prove that the recovery key is kept", key=_WORD),
    _does("keys.rotate", Role.ENGINEER, "Seal under a new data key"),
    _asks("backup.state", Role.ENGINEER, "The last backup, and the next"),
    _does("backup.create", Role.ENGINEER, "Begin a backup", out=_TEXT),
    _asks("sources.list", Role.OPERATOR, "What is read, from where"),
    _asks("sources.look", Role.ENGINEER, "Look at a source not saved yet", **_KIND, rows=_NUMBER),
    _asks("sources.preview", Role.OPERATOR, "The first rows", source=_NEEDED, rows=_NUMBER),
    _asks("sources.test", Role.ENGINEER, "Test a source not saved yet", **_KIND),
    _asks("sources.drivers", Role.ENGINEER, "ODBC drivers and data sources"),
    _asks("sources.tables", Role.ENGINEER, "Tables of a database", **_SETTINGS),
    _asks("sources.folders", Role.ENGINEER, "A folder as the service sees it", path=_TEXT),
    _asks("targets.list", Role.OPERATOR, "Where records go, and its sign-in"),
    _asks("targets.test", Role.ENGINEER, "Test a target not saved yet", **_KIND, name=_TEXT),
    _asks("targets.setup", Role.ENGINEER, "What a CRM's admin needs", target=_NEEDED),
    _does("setup.flow", Role.ENGINEER, "Write a mapping and its flow", **_FLOW_WANTED),
    _does("sign_in.begin", Role.ENGINEER, "Begin a sign-in", target=_NEEDED, how=_TEXT),
    _does("sign_in.finish", Role.ENGINEER, "End it in the browser", id=_NEEDED, query=_WORD),
    _does("sign_in.poll", Role.ENGINEER, "Whether a code was confirmed", id=_NEEDED),
    _asks("packs.list", Role.ENGINEER, "Ready configurations for known ERPs"),
    _asks("packs.fill", Role.ENGINEER, "One with settings put in", pack=_NEEDED, settings=_TEXT),
    _asks("practice.state", Role.ENGINEER, "Whether the practice runs"),
    _does("practice.start", Role.ENGINEER, "Start the practice CRM and agent", crm=_TEXT),
    _does("practice.stop", Role.ENGINEER, "End them"),
    _asks("setup.state", Role.VIEWER, "How far the set-up is"),
    _does("setup.mark", Role.ENGINEER, "Note a step as done", step=_NEEDED),
)
METHODS: Final[Mapping[str, Method]] = {method.name: method for method in (*_ALL, *_SETUP)}


# --- what every face knows alike ------------------------------------------------------------------


def default_home() -> Path:
    """The home folder when nobody names one: `WAYBILL_HOME`, else the system's place."""
    if named := os.environ.get("WAYBILL_HOME"):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "Waybill"
    return Path("/var/lib/waybill")
