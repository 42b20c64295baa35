"""One record that needs a person: what the ERP says, what would be sent, why not, what was done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLayout

from gui import kit
from gui.bridge import Fault
from gui.kit.flow import Flow
from gui.latest import Latest
from gui.pages.base import Page
from gui.pages.desk.aside import AsidePanel
from gui.pages.desk.drawer import Drawer
from gui.pages.desk.editor import Editor
from gui.pages.desk.replay import ReplayPanel
from gui.pages.desk.rule import RulePanel
from gui.pages.desk.scope import Scope
from gui.pages.desk.view import View, fit
from gui.pages.desk.wording import Wording, shown
from gui.theme import Space

_PARKED: Final = "parked"


class RecordView(View):
    """The row editor."""

    back = Signal()
    step = Signal(int)
    """One record on or back."""
    settled = Signal()
    """It needs nobody any more, or its list changed."""

    def __init__(self, page: Page, words: Wording) -> None:
        super().__init__(page, words)
        self.item: dict[str, Any] = {}
        self._latest = Latest()
        self.cause: dict[str, Any] = {}
        why = self.session.why_not
        self.to_cause = kit.button(self.tr("‹ Records of this cause"), self.back.emit, kind="link")
        self.place = kit.muted(wrap=False)
        self.before = kit.button(self.tr("Previous"), lambda: self.step.emit(-1))
        self.after = kit.button(self.tr("Next"), lambda: self.step.emit(1))
        self.headline = kit.Headline()
        self.problem = kit.ProblemPanel(tone="warning")
        self.rule = kit.button(
            self.tr("Fix for all like this …"), self._rule, why_not=why("operator")
        )
        self.replay = kit.button("", self._replay, why_not=why("operator"))
        self.aside = kit.button(
            self.tr("Set this record aside …"), self._aside, why_not=why("operator")
        )
        self.drawer = Drawer()
        self.drawer.closed.connect(self._done)
        self.editor = Editor(self.session)
        self.editor.save.connect(self._fix)
        self._source = kit.RowsModel(
            [
                kit.Column(self.tr("Column"), "name", width=90),
                kit.Column(self.tr("Value"), "value", width=120),
            ]
        )
        self.source = kit.Table(self._source, self.tr("What the ERP says"))
        self.no_source = kit.muted(
            self.tr(
                "Once a message is made, only its values are kept. They stand beside this; the row"
                " itself is in the ERP."
            )
        )
        self.answer = kit.label()
        self._acts = kit.RowsModel(
            [
                kit.Column(self.tr("When"), "at", width=130),
                kit.Column(self.tr("Who"), "who", width=100),
                kit.Column(self.tr("What"), "what", width=360),
            ]
        )
        self.history = kit.Table(self._acts, self.tr("What was done with this record"))
        self.no_history = kit.muted(self.tr("Nobody has done anything with it yet."))
        self._lay_out()
        self.on_key("Esc", self._escape)
        self.on_key("Ctrl+R", self._replay)
        self.on_key("Alt+Left", lambda: self.step.emit(-1))
        self.on_key("Alt+Right", lambda: self.step.emit(1))

    def _lay_out(self) -> None:
        top = Flow()
        top.addWidget(self.to_cause)
        for widget in (self.place, self.before, self.after):
            top.addWidget(widget)
        actions = Flow()
        for widget in (self.rule, self.replay, self.aside):
            actions.addWidget(widget)
        erp = kit.Card(self.tr("What the ERP says"))
        erp.add(self.no_source)
        erp.add(self.source)
        erp.content.addStretch(0)
        sides = QHBoxLayout()
        sides.setSpacing(Space.M)
        sides.addWidget(erp, 2, Qt.AlignmentFlag.AlignTop)
        sides.addWidget(self.editor, 3, Qt.AlignmentFlag.AlignTop)
        crm = kit.Card(self.tr("What the other side answered"))
        crm.add(self.answer)
        past = kit.Card(self.tr("History"))
        past.add(self.no_history)
        past.add(self.history)
        for part in (top, self.headline, self.problem, actions, self.drawer, sides, crm, past):
            if isinstance(part, QLayout):
                self.layout_.addLayout(part)
            else:
                self.layout_.addWidget(part)
        self.layout_.addStretch(1)

    # --- showing ----------------------------------------------------------------------------------

    def show_record(self, ref: str, cause: Mapping[str, Any], place: str = "") -> None:
        """Begin with another record; `place`: `3 of 212`."""
        self.cause = dict(cause)
        self.item = {"ref": ref}
        self.place.setText(place)
        for stepper in (self.before, self.after):
            stepper.setVisible(bool(place))
        self.drawer.close_panel()
        self.drawer.say("")
        self.refresh()

    def refresh(self) -> None:
        if ref := self.item.get("ref"):
            show = self._latest.only(self._show)
            self.page.ask("exceptions.show", {"ref": ref}, show, self._gone)

    def _gone(self, fault: Fault) -> None:
        self.page.show_fault(fault)

    def _show(self, item: Mapping[str, Any]) -> None:
        is_other = item["ref"] != self.editor.ref
        self.item = dict(item)
        self._tell()
        row = item.get("row") or {}
        self._source.set_rows([{"name": n, "value": shown(v)} for n, v in row.items()])
        self.source.setVisible(bool(row))
        self.no_source.setVisible(not row)
        fit(self.source, len(row), 16)
        self.editor.show_item(item, keep=not is_other)
        self._tell_answer()
        acts = item.get("history") or []
        self._acts.set_rows([self._act(act) for act in acts])
        self.history.setVisible(bool(acts))
        self.no_history.setVisible(not acts)
        fit(self.history, len(acts), 5)
        if is_other:
            self.editor.begin()

    def _tell(self) -> None:
        item, words = self.item, self.words
        said = self.session.said
        kind = words.kind(str(item.get("entity") or ""))
        title = f"{kind} {item.get('document') or item.get('external_id') or item['ref']}".strip()
        if item.get("customer") and item["customer"] != item.get("document"):
            title += self.tr(" of {customer}").format(customer=item["customer"])
        if item.get("amount") is not None:
            title += f", {item.get('currency') or ''} {words.amount(item['amount'])}"
        below = [self.tr("since {time}").format(time=words.since(item["since"]))]
        if item.get("place"):
            below.append(self.session.place(item))
        if item.get("state"):
            below.insert(0, words.state(str(item["state"])))
        self.headline.show_text(title, "  ·  ".join(below))
        self.problem.show_problem(
            self.session.why(item), said(item, "meaning"), said(item, "to_do"),
            f"{item['code']}  {item['ref']}", "warning",
        )  # fmt: skip
        is_parked = str(item.get("state") or _PARKED) == _PARKED
        may = is_parked and self.session.may("operator") and str(item["ref"]).startswith("E")
        self.rule.setVisible(bool(self.cause.get("words")))
        side = words.side(str(item.get("flow") or ""))
        self.replay.setText(self.tr("Send this record to {side} again …").format(side=side))
        self.replay.setAccessibleName(self.replay.text())
        for pressed in (self.rule, self.replay, self.aside):
            pressed.setEnabled(may)

    def _tell_answer(self) -> None:
        item = self.item
        tried = int(item.get("attempts") or 0)
        if not tried:
            text = self.tr("It was not sent yet: no message could be made of it.")
        else:
            text = self.session.why(item) + " "
            text += (
                self.tr("Tried once.")
                if tried == 1
                else self.tr("Tried {count} times.").format(count=self.words.number(tried))
            )
        if waits := item.get("waits_for"):
            text += "\n" + self.tr("It waits for: {records}").format(records=", ".join(waits))
        if half := item.get("half_done"):
            text += "\n" + self.tr("Done there already: {done}. Still missing: {missing}.").format(
                done=_named(half.get("done")), missing=_named(half.get("missing"))
            )
        self.answer.setText(text)

    def _act(self, act: Mapping[str, Any]) -> dict[str, str]:
        what = self.words.act(str(act["what"]))
        changes = act.get("fields")
        if isinstance(changes, Mapping):
            what += ": " + ", ".join(
                f"{name} “{shown(pair[0])}” → “{shown(pair[1])}”" for name, pair in changes.items()
            )
        if act.get("reason"):
            what += f": {act['reason']}"
        return {"at": self.words.since(str(act["at"])), "who": str(act["who"]), "what": what}

    # --- doing ------------------------------------------------------------------------------------

    def _fix(self, values: list[str]) -> None:
        self.editor.start()
        params: dict[str, object] = {"ref": self.item["ref"], "set": values}
        self.page.ask("exceptions.fix", params, self._fixed, self._not_fixed)

    def _fixed(self, found: Mapping[str, Any]) -> None:
        self.editor.stop(found["problems"])
        if found["problems"]:
            return
        side = self.words.side(str(self.item.get("flow") or ""))
        self._done(self.tr("Corrected. It is on its way to {side}.").format(side=side))

    def _not_fixed(self, fault: Fault) -> None:
        self.editor.stop([])
        self.page.show_fault(fault)

    def _rule(self) -> None:
        said = list(self.cause.get("words") or [])
        ref = self.item["ref"]
        own = [each for each in said if each.get("example") == ref]
        if not own and (column := self.item.get("word")):
            own = [{"word": column, "count": 0, "example": ref}]
        rest = [each for each in said if each.get("example") != ref]
        side = self.words.side(str(self.item.get("flow") or ""))
        self.drawer.open(RulePanel(self.bridge, self.session, self.words, own + rest, side))

    def _scope(self) -> Scope:
        return Scope(1, refs=(str(self.item["ref"]),))

    def _replay(self) -> None:
        if self.replay.isEnabled():
            side = self.words.side(str(self.item.get("flow") or ""))
            self.drawer.open(
                ReplayPanel(self.bridge, self.session, self.words, self._scope(), side)
            )

    def _aside(self) -> None:
        side = self.words.side(str(self.item.get("flow") or ""))
        self.drawer.open(AsidePanel(self.bridge, self.session, self.words, self._scope(), side))

    def _done(self, text: str) -> None:
        if text:
            self.drawer.say(text)
            for pressed in (self.rule, self.replay, self.aside):
                pressed.setEnabled(False)
            self.editor.finish()
            self.settled.emit()

    def _escape(self) -> None:
        if self.drawer.panel is not None:
            self.drawer.close_panel()
        else:
            self.back.emit()


def _named(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "–")
