"""A part of the configuration is taken out: what that means is said before, in one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QObject

from gui.bridge import Fault
from gui.overview.lamps import count_of
from gui.places.work import Confirming

_STILL_WAITING: Final = "STILL_WAITING"
_OPEN: Final = ("waiting", "sending", "parked")
"""Entries of a flow that are not at their end."""


class Removal(QObject):
    """Of a source, a destination or a flow; for a page that asks and tells."""

    def __init__(self, page: Confirming) -> None:
        super().__init__()
        self._page = page

    def ask(self, part: str, name: str, flows: Sequence[Mapping[str, Any]]) -> None:
        """`flows`: as the status has them, that go with it; of a flow, itself."""
        names = [str(flow["name"]) for flow in flows]
        waiting = sum(count_of(flow, *_OPEN) for flow in flows)
        told = [self.tr("Remove {name}?").format(name=name)]
        wanted = [("flow", each) for each in names]
        if part != "flow":
            wanted.append((part, name))
            if names:
                text = self.tr("Its flows are removed with it: {names}.")
                told.append(text.format(names=", ".join(names)))
        if waiting:
            told.append(self._stays(waiting))
        told.append(self.tr("What was delivered stays where it is."))
        said = self.tr("Remove {name} anyway") if waiting else self.tr("Remove {name}")
        self._page.confirm.ask(
            " ".join(told), said.format(name=name),
            lambda _: self._remove(wanted, anyway=bool(waiting)), danger=True,
        )  # fmt: skip

    def _stays(self, waiting: int) -> str:
        text = self.tr(
            "{count} records are still to be delivered. They stay sealed in the queue and go out"
            " only if the same is set up again under the same names."
        )
        return text.format(count=self._page.session.number(waiting))

    def _remove(self, wanted: Sequence[tuple[str, str]], *, anyway: bool = False) -> None:
        """One part after the other: flows before what they use."""
        page = self._page
        (part, name), *others = wanted

        def done(answer: Mapping[str, Any]) -> None:
            problems = answer.get("problems") or ()
            if problems:
                told = [page.session.said(each, "text") for each in problems]
                hint = page.session.said(problems[0], "hint")
                text = self.tr("{name} was not removed.").format(name=name)
                page.show_trouble(text, "\n".join(told), hint, str(problems[0]["code"]))
            elif others:
                self._remove(others, anyway=anyway)
            else:
                page.refresh()

        def failed(fault: Fault) -> None:
            if fault.code != _STILL_WAITING:
                page.show_fault(fault)
                return
            number = str(fault.params.get("number") or "")
            waiting = int(number) if number.isdigit() else 0
            stays = self._stays(waiting) if waiting else page.session.fault(fault)["title"]
            page.confirm.ask(
                stays, self.tr("Remove {name} anyway").format(name=name),
                lambda _: self._remove(wanted, anyway=True), danger=True,
            )  # fmt: skip

        asked: dict[str, object] = {"part": part, "name": name}
        if anyway:
            asked["anyway"] = True
        page.ask("config.remove", asked, done, failed)
