"""A destination at a glance: whose account it is, its sign-in, its limit, what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from gui.kit import Flow, button, label, muted
from gui.places.card import PlaceCard
from gui.places.secret import SecretCard
from gui.places.signing import SignInCard
from gui.places.work import Host
from gui.theme import Space

_STANDS: Final = frozenset({"signed out", "unavailable", "paused"})
"""Nothing is sent, until its time has come or a person wants it tried at once."""


class TargetCard(PlaceCard):
    """Says what `targets.list` says of one destination. The button of a secret is `secret-NAME`."""

    def __init__(self, page: Host, name: str) -> None:
        super().__init__(page.session, name)
        self.account, self.sign_in, self.limit = label(), label(), muted()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.counts = muted()
        for each in (
            self.account, self.sign_in, self.limit, self.bar, self.counts, self.reason,
        ):  # fmt: skip
            self.add(each)
        self._secrets = QVBoxLayout()
        self._secrets.setSpacing(Space.XS)
        self.add(self._secrets)
        self._shown: object = None
        self.secret = SecretCard(page)
        self.signing = SignInCard(page, name)
        self._files = QWidget()
        self._names = Flow(self._files)
        self._files.hide()
        for part in (self.secret, self.signing, self.findings, self._files):
            self.add(part)
        self.add_actions(
            ("resume", self.tr("Try again now"), "operator"),
            ("test", self.tr("Test"), "operator"),
            ("browser", self.tr("Sign in again…"), "engineer"),
            ("code", self.tr("Sign in with a code…"), "engineer"),
            ("files", self.tr("Files for the CRM's administrator"), "engineer"),
            ("edit", self.tr("Edit…"), "engineer"),
            ("remove", self.tr("Remove…"), "engineer"),
        )

    def show_files(self, files: list[QPushButton]) -> None:
        """A button for each file that can be saved."""
        _emptied(self._names)
        for each in files:
            self._names.addWidget(each)
        self._files.setVisible(bool(files))

    def show_item(self, item: Mapping[str, Any]) -> None:
        super().show_item(item)
        session = self.session
        self.press("resume").setVisible(item.get("state") in _STANDS)
        account = item.get("account") or "–"
        self.account.setText(f"{item.get('title')} · {account} · {self._environment(item)}")
        sign_in = item.get("sign_in") or {}
        way = sign_in.get("way")
        again = sign_in.get("state") == "ok"
        self.press("browser").setText(self.tr("Sign in again…") if again else self.tr("Sign in…"))
        self.press("browser").setVisible(way == "browser")
        self.press("code").setVisible(way == "code")
        states = {"ok": self.tr("Signed in."), "signed_out": self.tr("Signed out.")}
        told = states.get(str(sign_in.get("state")), self.tr("Not signed in yet, or not known."))
        if sign_in.get("expires"):
            when = session.when(sign_in["expires"], short=False)
            ends = self.tr("The access ends {when}.").format(when=when)
            told = f"{told} {ends}"
        self.sign_in.setText(told)
        self._show_limit(item.get("limits"))
        waiting = session.number(int(item.get("waiting") or 0))
        self.counts.setText(
            self.tr("{count} waiting · last delivery {when}").format(
                count=waiting, when=session.when(item.get("last_delivery"))
            )
        )
        self._show_secrets(item.get("secrets") or [])

    def _environment(self, item: Mapping[str, Any]) -> str:
        names = {
            "production": self.tr("Production"), "sandbox": self.tr("Sandbox"),
            "practice": self.tr("Practice"), "test": self.tr("Test"),
        }  # fmt: skip
        said = str(item.get("environment") or "")
        return names.get(said, said)

    def _show_limit(self, limits: Mapping[str, Any] | None) -> None:
        self.limit.setVisible(limits is not None)
        self.bar.setVisible(limits is not None)
        if limits is None:
            return
        number = self.session.number
        used, allowed = int(limits["used"]), int(limits["allowed"])
        told = (
            self.tr("{used} of {allowed} calls used, anew {when}")
            if limits["resets"]
            else self.tr("{used} of {allowed} calls used")
        ).format(
            used=number(used), allowed=number(allowed), when=self.session.when(limits["resets"])
        )
        self.limit.setText(told)
        self.bar.setAccessibleName(told)
        self.bar.setRange(0, 1000)  # of a thousand: a limit may be more than fits a bar
        self.bar.setValue(min(1000, used * 1000 // max(1, allowed)))

    def _show_secrets(self, secrets: list[Mapping[str, Any]]) -> None:
        if secrets == self._shown:
            return
        self._shown = secrets
        _emptied(self._secrets)
        for each in secrets:
            self._secrets.addWidget(self._secret(each))

    def _secret(self, about: Mapping[str, Any]) -> QWidget:
        name = str(about["name"])
        if about.get("set"):
            who, when = about.get("by"), self.session.when(about.get("set_at"))
            told = (
                self.tr("Secret {name}: set on {when} by {who}")
                if who
                else self.tr("Secret {name}: set on {when}")
            ).format(name=name, when=when, who=who)
        else:
            told = self.tr("Secret {name}: not set").format(name=name)
        made = QWidget()
        row = Flow(made)
        row.addWidget(muted(told, wrap=False))
        press = button(
            self.tr("Change secret…"), lambda: self.secret.ask_for(name), kind="link",
            name=f"{told} {self.place_name}", why_not=self.session.why_not("engineer"),
        )  # fmt: skip
        press.setObjectName(f"secret-{name}")
        row.addWidget(press)
        return made


def _emptied(layout: QVBoxLayout | Flow) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
