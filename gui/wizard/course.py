"""The way through the steps: on which home, and which of its sources, destinations and flows."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from PySide6.QtWidgets import QScrollArea

from gui.bridge import Bridge, Fault
from gui.session import Session

Settings = dict[str, Any]
_NO_NAME: Final = re.compile(r"[^a-z0-9]+")
_LONGEST: Final = 30


class Host(Protocol):
    """The page that the steps are on."""

    bridge: Bridge
    session: Session
    area: QScrollArea

    def show_fault(self, fault: Fault) -> None:
        """Tell why the service did not do it."""

    def clear_fault(self) -> None:
        """It went well."""


class Course:
    """One set-up. What was chosen is remembered for the person, apart for the practice."""

    def __init__(self, page: Host) -> None:
        self.page = page
        self.bridge: Bridge = page.bridge
        """Asks the home that is set up."""
        self.practice: Mapping[str, Any] | None = None
        """What `practice.state` tells while this is practice; None: it is for real."""
        self.config: Mapping[str, Any] = {}
        """The latest `config.list`."""
        self.adds = False
        """Whether a source is to be added beside those that there are."""

    @property
    def session(self) -> Session:
        """Who sits here."""
        return self.page.session

    # --- for real, or practice --------------------------------------------------------------------

    @property
    def wants_practice(self) -> bool:
        """Whether this person chose to practise."""
        return self.session.choice("setup.practice", "no") == "yes"

    def practise(self, found: Mapping[str, Any]) -> None:
        """From now on the home of the practice is asked."""
        self.session.choose("setup.practice", "yes")
        self.practice = found
        home = Path(str(found["home"]))
        if self.bridge.home != home:
            self.bridge = Bridge(home, self.page.bridge)

    def be_real(self) -> None:
        """From now on the real home is asked."""
        self.session.choose("setup.practice", "no")
        self.practice, self.bridge = None, self.page.bridge

    # --- which parts ------------------------------------------------------------------------------

    def remembered(self, name: str) -> str:
        """What was chosen on the way."""
        return self.session.choice(self._key(name), "")

    def remember(self, name: str, value: str) -> None:
        """Choose it; it is known again after a break."""
        self.session.choose(self._key(name), value)

    def names(self, parts: str) -> list[str]:
        """What there is of `sources`, `targets` or `flows`."""
        return [str(each["name"]) for each in self.config.get(parts) or ()]

    def chosen(self, parts: str) -> str:
        """The source or target that is set up; empty: there is none yet."""
        names, said = self.names(parts), self.remembered(parts)
        return said if said in names else names[0] if names else ""

    def settings(self, parts: str, name: str) -> Settings:
        """As it is written, with its kind; empty where there is no such part."""
        found = next((each for each in self.config.get(parts) or () if each["name"] == name), None)
        if found is None:
            return {}
        kind = {"kind": found["kind"]} if found.get("kind") else {}
        return {**kind, **found["settings"]}

    @property
    def flows(self) -> list[str]:
        """The flows that are set up: those that were just made, else those of the source, else all."""
        names = self.names("flows")
        said = [each for each in self.remembered("flows").split(",") if each in names]
        source = self.chosen("sources")
        of = [name for name in names if self.settings("flows", name).get("source") == source]
        return said or of or names

    # --- a ready set for a known ERP --------------------------------------------------------------

    @property
    def pack(self) -> Mapping[str, Any]:
        """Its name, settings and kinds of records; empty: a source of one's own is set up."""
        try:
            found = json.loads(self.remembered("pack") or "{}")
        except ValueError:
            found = None
        return found if isinstance(found, dict) else {}

    def choose_pack(self, pack: Mapping[str, Any]) -> None:
        """Set up by this one; empty: by none."""
        self.remember("pack", json.dumps(pack) if pack else "")

    def _key(self, name: str) -> str:
        return f"setup.{'practice.' if self.practice is not None else ''}{name}"


def free_name(wanted: str, taken: Collection[str], otherwise: str) -> str:
    """A name for a part, made of a file's or table's: small letters and digits, not taken."""
    plain = _NO_NAME.sub("-", wanted.rpartition(".")[0].lower() or wanted.lower()).strip("-")
    base = plain[:_LONGEST].strip("-") or otherwise
    base = base if base[0].isalpha() else f"{otherwise}-{base}"
    number, name = 1, base
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name
