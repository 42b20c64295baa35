"""Settings: a person's own choices, and for engineers those of the agent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Final, Protocol

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from agent.control.api import METHODS
from gui.bridge import Bridge, Fault
from gui.kit import Column, busy, button, heading, label, muted, tell
from gui.latest import Latest
from gui.pages.base import Page
from gui.session import Session
from gui.settings.backups import BackupsView
from gui.settings.general import GeneralView
from gui.settings.keys import KeysView
from gui.settings.parts import PartsView
from gui.settings.per_target import NETWORK, PROXY, WINDOWS, PerTarget
from gui.settings.service import ServiceView
from gui.settings.updates import UpdatesView
from gui.settings.whole import WholeView
from gui.theme import Space

_TABS: Final = (
    *("general", "notifications", "service", "network", "limits", "security", "updates"),
)
_LOOKS: Final = "upgrade.check"
_KEPT: Final = "keeping"
"""The topic of what goes on by itself: sealing anew, backups."""
_SAVED_BELOW: Final = frozenset({"network", "limits"})


class _Described(Protocol):
    """A view that `config.kinds` describes."""

    part: str

    def show_kinds(self, kinds: Sequence[Mapping[str, Any]]) -> None:
        """As the service describes them."""

    def show_changes(self, changes: Sequence[Mapping[str, Any]]) -> None:
        """Who did it last."""


class SettingsPage(Page):
    """Seven tabs; one that needs another role is off, and says why."""

    key = "settings"
    topics: ClassVar[frozenset[str]] = frozenset({"config", "secrets", _KEPT})
    views: ClassVar[tuple[str, ...]] = _TABS[1:]

    def title(self) -> str:
        return self.tr("Settings")

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self._asked = 0
        self._latest = Latest()
        self.general = GeneralView(session)
        self.service = ServiceView(session)
        self.service.wanted.connect(self._ask_doctor)
        self.updates = UpdatesView(session)
        self.updates.look.setVisible(_LOOKS in METHODS)
        self.updates.wanted.connect(self._look_for_version)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for widget, said, role in (
            (self.general, self.tr("General"), "viewer"),
            (self._make_alerts(), self.tr("Notifications"), "engineer"),
            (self.service, self.tr("Service"), "operator"),
            (self._make_network(), self.tr("Network"), "engineer"),
            (self._make_limits(), self.tr("Limits"), "engineer"),
            (self._make_security(), self.tr("Security"), "engineer"),
            (self.updates, self.tr("Updates"), "viewer"),
        ):
            number = self.tabs.addTab(widget, said)
            is_whole = role != "viewer" and session.is_limited
            if is_whole or not session.sees(role):
                self.tabs.setTabEnabled(number, False)  # noqa: FBT003 Qt's signature
                self.tabs.setTabToolTip(number, session.why_not_all(role))
        self.body.addWidget(self.tabs, 1)
        self.drop = self.add_pinned(self.tr("Discard changes"), self._drop, role="engineer")
        self.save = self.add_pinned(
            self.tr("Save changes"), self._save, kind="primary", role="engineer"
        )
        self.tabs.currentChanged.connect(self._turned)
        self._turned()

    def _make_alerts(self) -> PartsView:
        name, kind = self.tr("Name"), self.tr("Kind")
        columns = (Column(name, "name", width=150), Column(kind, self._kind, width=190))
        self.alerts = PartsView(self, "alert", columns, name)
        self.alerts.empty.text.setText(
            self.tr("Nobody is told yet. Add mail, a webhook or the log of the operating system.")
        )
        self.test = button(
            self.tr("Send a test"), self._test, why_not=self.session.why_not("operator")
        )
        self.tested = label()
        self.tested.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        self.tested.hide()
        self.alerts.buttons.addWidget(self.test)
        self.alerts.add_below(self.tested)
        self.alerts.table.chosen.connect(self._follow_test)
        self._follow_test()
        return self.alerts

    def _make_network(self) -> QWidget:
        about = self.tr(
            "How each destination is reached from here. The test runs in the service, under its"
            " account: through the proxy, with the certificates that are named here."
        )
        self.proxy = WholeView(self, "agent", self.tr("For everything"), only=PROXY)
        self.proxy.edited.connect(self._follow)
        self.network = PerTarget(self, self.tr("Proxy and certificates"), about, NETWORK)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, Space.M, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self.proxy)
        layout.addWidget(self.network)
        layout.addStretch(1)
        return whole

    def _make_limits(self) -> QWidget:
        self.agent = WholeView(self, "agent", self.tr("This agent"), but=PROXY)
        self.limits = WholeView(self, "limits", self.tr("Limits"))
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, Space.M, 0, 0)
        layout.setSpacing(Space.M)
        for view in (self.agent, self.limits):
            view.edited.connect(self._follow)
            layout.addWidget(view)
        about = self.tr("How fast, and when, each destination is sent to.")
        self.windows = PerTarget(self, self.tr("Windows and pace"), about, WINDOWS)
        self.windows.test.hide()
        layout.addWidget(self.windows)
        layout.addStretch(1)
        return whole

    def _make_security(self) -> QWidget:
        columns = (
            Column(self.tr("Who"), "name", width=220),
            Column(self.tr("Role"), self._role, width=120),
        )
        self.roles = PartsView(self, "role", columns, self.tr("Who: user:NAME or group:NAME"))
        self.roles.empty.text.setText(
            self.tr(
                "No roles yet: the service's own account and the administrators of this computer"
                " may do everything, others nothing."
            )
        )
        self.keys = KeysView(self)
        self.backups = BackupsView(self)
        self.backups.wanted.connect(self._ask_kept)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, Space.M, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(heading(self.tr("Roles")))
        layout.addWidget(muted(self.tr("Who may do what. The service checks it, not this window.")))
        layout.addWidget(self.roles)
        layout.addWidget(self.keys)
        layout.addWidget(self.backups)
        layout.addStretch(1)
        return whole

    def _kind(self, row: Mapping[str, Any]) -> str:
        return self.alerts.kind_of(row)

    def _role(self, row: Mapping[str, Any]) -> str:
        return self.session.role_name(str((row.get("settings") or {}).get("role") or ""))

    # --- what is shown ----------------------------------------------------------------------------

    def hidden(self) -> None:
        super().hidden()
        self.keys.cover()

    def jump(self, target: Mapping[str, Any]) -> None:
        self.show_view(str(target.get("tab") or ""))

    def show_view(self, name: str) -> None:
        if name in _TABS and self.tabs.isTabEnabled(_TABS.index(name)):
            self.tabs.setCurrentIndex(_TABS.index(name))

    def status_changed(self, status: Mapping[str, Any]) -> None:
        self.service.show_status(status, str(self.bridge.home))
        self.updates.show_status(status)

    def refresh(self) -> None:
        self.status_changed(self.bridge.status or {})
        if self.session.is_limited:
            return
        if self.session.sees("operator"):
            self._ask_doctor()
            self.ask("settings.changes", {}, self._show_changes)
        if not self.session.sees("engineer"):
            return
        for view in self._described():
            self.ask("config.kinds", {"part": view.part}, partial(self._describe, view))
        self.ask("config.list", {}, self._latest.only(self._show_config))
        self._ask_kept(self.show_fault)

    def topic_changed(self, topic: str) -> None:
        if topic == _KEPT:
            self._ask_kept()
        else:
            self.refresh()

    def _ask_kept(self, failed: Callable[[Fault], None] | None = None) -> None:
        """Keys and backups, which change by themselves: what a person is told above stays.

        The latest question counts: an answer may come after that of a later one.
        """
        if self.session.is_limited or not self.session.sees("engineer"):
            return
        self._asked += 1
        mine = self._asked

        def latest(show: Callable[[Mapping[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
            return lambda answer: show(answer) if mine == self._asked else None

        for method, show in (
            ("keys.state", self._show_keys),
            ("backup.state", self.backups.show_state),
        ):
            self.bridge.ask(method, {}, latest(show), failed, owner=self)

    def _show_keys(self, found: Mapping[str, Any]) -> None:
        self.keys.show_state(found)
        self.backups.show_keys(found)

    def _described(self) -> tuple[_Described, ...]:
        return (self.alerts, self.roles, self.network, self.windows, *self._whole)

    @property
    def _whole(self) -> tuple[WholeView, ...]:
        return (self.agent, self.proxy, self.limits)

    def _describe(self, view: _Described, answer: Mapping[str, Any]) -> None:
        view.show_kinds(self.session.kinds_told(answer)["kinds"])

    def _show_config(self, found: Mapping[str, Any]) -> None:
        self.alerts.show_parts(found.get("alerts") or ())
        self.roles.show_parts(found.get("roles") or ())
        for own in (self.agent, self.proxy):
            own.show_settings(found.get("agent") or {})
        self.limits.show_settings(found.get("limits") or {})
        for each in (self.network, self.windows):
            each.show_targets(found.get("targets") or ())

    def _show_changes(self, found: Mapping[str, Any]) -> None:
        items = found.get("items") or ()
        for view in self._described():
            view.show_changes(items)

    def _ask_doctor(self) -> None:
        self.ask("doctor", {}, lambda found: self.service.show_findings(found["findings"]))

    def _turned(self) -> None:
        self._footer.setVisible(_TABS[self.tabs.currentIndex()] in _SAVED_BELOW)
        self.area.verticalScrollBar().setValue(0)
        self._follow()

    def _follow(self) -> None:
        is_changed = any(view.is_changed for view in self._whole)
        may = self.session.may("engineer") and is_changed
        self.save.setEnabled(may)
        self.drop.setEnabled(may)

    def _follow_test(self) -> None:
        self.test.setEnabled(self.session.may("operator") and bool(self.alerts.table.selected()))

    # --- what a person does -----------------------------------------------------------------------

    def _save(self) -> None:
        for view in self._whole:
            view.save(self.refresh)

    def _drop(self) -> None:
        for view in self._whole:
            view.drop()

    def _test(self) -> None:
        found = self.alerts.table.selected()
        if found:
            self.tested.hide()
            self.ask("test", {"name": str(found[0]["name"])}, self._show_tested)

    def _look_for_version(self) -> None:
        busy(self.updates.look, self.tr("Looking…"))

        def failed(fault: Fault) -> None:
            told = self.session.fault(fault)
            self.updates.show_unable(f"{told['title']} {told['hint']}".strip())

        self.ask(_LOOKS, {}, self.updates.show_checked, failed)

    def _show_tested(self, found: Mapping[str, Any]) -> None:
        findings = found.get("findings") or ()
        bad = any(one.get("level") == "error" for one in findings)
        said = self.session.said
        lines = [f"{said(one, 'text')} {said(one, 'hint')}".strip() for one in findings]
        self.tested.setText("\n".join(lines) or self.tr("A test message is on its way."))
        tell(self.tested, "error" if bad else "ok")
        self.tested.show()
