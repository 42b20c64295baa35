"""The step for the destination: which CRM, how to sign in, and the test before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from gui.kit import Flow, button, muted
from gui.kit.fields import Description
from gui.places.signing import SignInCard
from gui.wizard.course import Course
from gui.wizard.parts import PartStep, insert_before

_BY_BROWSER: Final = frozenset({"browser", "oauth"})
_BY_CODE: Final = frozenset({"device_code"})
_FLOW: Final = "sign_in.flow"
_KEPT: Final = "sign_in.refresh_token"


class DestinationStep(PartStep):
    """A CRM with its sign-in. Going on saves it, signs in, and tests it."""

    key = "destination"
    part, parts = "target", "targets"

    def title(self) -> str:
        return self.tr("Destination")

    def about(self) -> str:
        return self.tr("The CRM that gets the records. The test signs in and writes nothing.")

    def __init__(self, course: Course) -> None:
        super().__init__(course)
        self._is_saved = self._is_tested = False
        self._is_signed_in = False
        self._signs_in = False
        self.signing: SignInCard | None = None
        self.person = muted(
            self.tr(
                "A person signs in at the CRM, in a browser. What comes of it goes to the service,"
                " which renews it by itself; the password is never seen here."
            )
        )
        insert_before(self, self.card, self.person)
        self.sign_in = button(self.tr("Sign in again…"), self._begin_sign_in)
        self.test = button(self.tr("Test only"), self._test)
        self.skip = button(self.tr("Go on without the test"), self.passed.emit, kind="link")
        self.files = button(
            self.tr("Files for the CRM's administrator…"),
            lambda: self.leads.emit("destinations", {"name": self.name}), kind="link",
        )  # fmt: skip
        row = Flow()
        for each in (self.sign_in, self.test, self.files, self.skip):
            row.addWidget(each)
        self.box.addLayout(row)
        self.skip.hide()
        self.files.hide()

    def next_text(self) -> str:
        if self._is_tested:
            return super().next_text()
        return self.tr("Save and sign in") if self._needs_person() else self.tr("Save and test")

    def first_settings(self) -> dict[str, Any]:
        found = self.course.practice
        return dict(found["target"]) if found else {"kind": "salesforce"}

    def wanted_name(self, settings: Mapping[str, Any]) -> str:  # noqa: ARG002 as every part
        return "crm"

    def described(self, fields: Sequence[Description]) -> Sequence[Description]:
        """Where a person's sign-in is kept need not be asked: it has a name by itself."""
        return [
            {**each, "required": False, "advanced": True} if each["name"] == _KEPT else each
            for each in fields
        ]

    def built(self) -> None:
        self._is_signed_in = False
        self.changed()
        if self.name:
            self.ask("targets.list", {}, self._listed)

    def changed(self) -> None:
        self._is_saved = self._is_tested = False
        self.skip.hide()
        is_person = self._is_person()
        self.person.setVisible(is_person)
        self.sign_in.setVisible(is_person and self._is_signed_in)
        if is_person and self.form is not None:
            field = self.form.field(_KEPT)
            if not field.value():
                field.set_value(f"secret:{self.name or 'crm'}-sign-in")
        self.renamed.emit()

    def show_view(self, name: str) -> None:
        if name == "secret" and self.form is not None:
            self.wanted("sign_in.client_secret", "secret")
        elif name == "test":
            self._test()

    def go_on(self) -> None:
        if self._is_tested:
            self.passed.emit()
        elif self._needs_person():
            self._begin_sign_in()
        else:
            self._save(signs_in=False)

    def saved(self) -> None:
        self._is_saved = True
        if self._signs_in:
            self._sign_in()
        else:
            self._test()

    # --- test -------------------------------------------------------------------------------------

    def _save(self, *, signs_in: bool) -> None:
        settings = self.settings()
        if settings is not None:
            self._signs_in = signs_in
            self.save(settings)

    def _test(self) -> None:
        settings = self.settings()
        if settings is None:
            return
        asked: dict[str, object] = {
            "kind": str(self.kind.currentData()), "settings": json.dumps(settings),
        }  # fmt: skip
        if self.name:
            asked["name"] = self.name
        self.findings.clear()
        self.show_results()
        self.ask("targets.test", asked, self._tested)

    def _tested(self, answer: dict[str, Any]) -> None:
        found = answer.get("findings") or ()
        self.findings.show_findings(found, self.tr("All is well."))
        is_well = all(each.get("level") != "error" for each in found)
        self._is_tested = is_well and self._is_saved
        self.skip.setVisible(not is_well and bool(self.name))
        self.files.setVisible(bool(self.name) and self.course.practice is None)
        self.show_results()
        self.renamed.emit()

    # --- sign-in ----------------------------------------------------------------------------------

    def _listed(self, answer: dict[str, Any]) -> None:
        for item in answer.get("items") or ():
            if item["name"] == self.name:
                self._is_signed_in = (item.get("sign_in") or {}).get("state") == "ok"
        self.sign_in.setVisible(self._is_person() and self._is_signed_in)
        self.renamed.emit()

    def _is_person(self) -> bool:
        return self._way() in _BY_BROWSER | _BY_CODE

    def _way(self) -> str:
        if self.form is None:
            return ""
        try:
            return str(self.form.field(_FLOW).value() or "")
        except KeyError:
            return ""

    def _needs_person(self) -> bool:
        return self._is_person() and not self._is_signed_in

    def _begin_sign_in(self) -> None:
        self._save(signs_in=True)

    def _sign_in(self) -> None:
        if self.signing is not None:
            self.signing.dismiss()
            self.signing.deleteLater()
        self.signing = SignInCard(self, self.name)
        self.signing.signed_in.connect(self._signed_in)
        insert_before(self, self.results, self.signing)
        self.signing.begin("code" if self._way() in _BY_CODE else "browser")
        self.show_in_sight(self.top)

    def _signed_in(self) -> None:
        self._is_signed_in = True
        self.renamed.emit()
        self._test()
