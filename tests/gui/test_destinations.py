"""Destinations are tested, signed in to, given secrets, added and changed from the window."""

from __future__ import annotations

import json
import socket

import pytest
from PySide6.QtGui import QDesktopServices

from tests.gui.hands import connected
from tests.gui.scene import Refusal

STEPS = [
    {"level": "info", "code": "OK", "text": "The address resolves.", "hint": "", "step": "dns", "seconds": 0.004},
    {"level": "info", "code": "OK", "text": "No proxy.", "hint": "", "step": "proxy", "seconds": 0.001},
    {"level": "info", "code": "OK", "text": "The certificate is good.", "hint": "", "step": "tls", "took_ms": 61},
    {"level": "info", "code": "OK", "text": "Signed in.", "hint": "", "step": "sign-in", "took_ms": 210},
    {"level": "error", "code": "NO_RIGHT", "text": "Accounts may not be written.",
     "hint": "Ask the CRM's administrator.", "step": "permissions", "took_ms": 95},
]  # fmt: skip

FLOWS = ("accounts", "contacts", "invoices", "products")


@pytest.fixture
def page(qtbot, service, window):
    window.open("destinations")
    qtbot.waitUntil(lambda: "crm" in window.page.cards)
    return window.page


@pytest.fixture
def card(page):
    return page.cards["crm"]


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def show(qtbot, service, page, **changes):
    """The service tells this of the destination from now on."""
    (item,) = service.world.answer("targets.list", {}, "")["items"]
    service.answers["targets.list"] = {"items": [item | changes]}
    before = len(service.calls("targets.list"))
    page.refresh()
    qtbot.waitUntil(lambda: len(service.calls("targets.list")) > before and page.bridge.is_quiet)


def asked(qtbot, service, method):
    qtbot.waitUntil(lambda: bool(service.calls(method)))
    return service.calls(method)[-1]


def begun(code=None, port=None, interval=None):
    url = "https://login.example/authorize"
    return {"id": "s1", "url": url, "code": code, "port": port, "interval": interval, "lives": 600}


def browse(port, address):
    with socket.create_connection(("127.0.0.1", port), 5) as browser:
        browser.sendall(f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return True


def test_a_card_says_whose_account_it_is_its_sign_in_its_limit_and_what_waits(card):
    assert card.account.text() == "Salesforce · Kessler Handel (00D…) · Production"
    assert card.sign_in.text().startswith("Signed in. The access ends 2/1/27")
    assert card.limit.text().startswith("2,104 of 15,000 calls used")
    assert card.bar.value() == 140
    assert card.counts.text().startswith("61 waiting")


def test_what_is_signed_out_or_has_no_limit_says_so(qtbot, service, page, card):
    sign_in = {"state": "signed_out", "expires": None, "way": "browser"}
    show(qtbot, service, page, sign_in=sign_in, limits=None, state="signed out", reason="No token.")
    qtbot.waitUntil(lambda: card.sign_in.text() == "Signed out.")
    assert card.lamp.word.text() == "Signed out"
    assert card.reason.text() == "No token."
    assert not card.bar.isVisible()


def test_a_test_tells_its_five_steps_with_times_and_what_to_do_next(qtbot, service, card):
    service.answers["test"] = {"findings": STEPS}
    card.press("test").click()
    assert asked(qtbot, service, "test") == {"name": "crm"}
    qtbot.waitUntil(lambda: "Sign-in: Signed in." in card.findings.lines())
    lines = card.findings.lines()
    assert [line for line in lines if line.endswith(" ms")] == [
        "4 ms",
        "1 ms",
        "61 ms",
        "210 ms",
        "95 ms",
    ]
    assert "Permissions: Accounts may not be written." in lines
    assert "Ask the CRM's administrator." in lines


def test_a_browser_that_comes_back_signs_in_and_others_do_not(
    qtbot, service, page, card, free_port, monkeypatch
):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    show(qtbot, service, page, sign_in={"state": "signed_out", "expires": None, "way": "browser"})
    service.answers["sign_in.begin"] = begun(port=free_port)
    assert not card.press("code").isVisible()
    card.press("browser").click()
    assert asked(qtbot, service, "sign_in.begin") == {"target": "crm", "how": "browser"}
    qtbot.waitUntil(lambda: card.signing.loopback.port == free_port)
    card.signing.open.click()
    assert opened == ["https://login.example/authorize"]
    browse(free_port, "/favicon.ico")
    qtbot.wait(50)
    assert not service.calls("sign_in.finish")
    browse(free_port, "/callback?code=abc&state=x")
    assert asked(qtbot, service, "sign_in.finish") == {"id": "s1", "query": "code=abc&state=x"}
    qtbot.waitUntil(lambda: card.signing.told.text() == "Signed in.")
    assert card.signing.loopback.port == 0


def test_a_port_that_is_taken_is_told_and_nothing_waits(qtbot, service, page, card):
    show(qtbot, service, page, sign_in={"state": "signed_out", "expires": None, "way": "browser"})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        service.answers["sign_in.begin"] = begun(port=port)
        card.press("browser").click()
        qtbot.waitUntil(lambda: str(port) in card.signing.told.text())
    assert card.signing.loopback.port == 0


def test_a_code_is_shown_and_asked_about_until_it_is_confirmed(qtbot, service, page, card):
    show(qtbot, service, page, sign_in={"state": "signed_out", "expires": None, "way": "code"})
    service.answers["sign_in.begin"] = begun(code="ABCD-EFGH", interval=1)
    answers = iter([{"signed_in": False}, {"signed_in": True, "secret": "crm"}])
    service.answers["sign_in.poll"] = lambda _: next(answers)
    card.press("code").click()
    assert asked(qtbot, service, "sign_in.begin") == {"target": "crm", "how": "code"}
    qtbot.waitUntil(lambda: card.signing.code.text() == "ABCD-EFGH")
    qtbot.waitUntil(lambda: card.signing.told.text() == "Signed in.")
    assert service.calls("sign_in.poll") == [{"id": "s1"}, {"id": "s1"}]


def test_a_sign_in_that_is_refused_stands_on_the_page(qtbot, service, page, card):
    show(qtbot, service, page, sign_in={"state": "signed_out", "expires": None, "way": "code"})
    service.answers["sign_in.begin"] = begun(code="ABCD-EFGH", interval=1)
    service.fails["sign_in.poll"] = Refusal("AUTH_REFUSED", "The person said no.")
    card.press("code").click()
    qtbot.waitUntil(page.problem.isVisible)
    assert page.problem.what.text() == "The person said no."
    assert not card.signing.isVisible()


def test_a_secret_is_set_never_shown_and_says_by_whom(qtbot, service, card):
    service.answers["secrets.set"] = {}
    row = card.press("secret-crm")
    assert "by m.weber" in row.accessibleName()
    row.click()
    card.secret.value.setText("hunter2")
    card.secret.store.click()
    assert card.secret.value.text() == ""
    assert asked(qtbot, service, "secrets.set") == {"name": "crm", "value": "hunter2"}
    qtbot.waitUntil(lambda: not card.secret.isVisible())


def test_the_files_for_the_administrator_are_saved_as_they_came(
    qtbot, service, page, card, tmp_path
):
    card.press("files").click()
    assert asked(qtbot, service, "targets.setup") == {"target": "crm"}
    qtbot.waitUntil(card._files.isVisible)
    page.save_file(tmp_path / "fields.txt", "ERP_Id__c\n")
    assert (tmp_path / "fields.txt").read_bytes() == b"ERP_Id__c\n"
    page.save_file(tmp_path / "none" / "fields.txt", "x")
    assert page.problem.isVisible()


def test_a_destination_is_added_and_tested_before_it_is_saved(qtbot, service, page):
    page.new.click()
    editor = page.editor
    qtbot.waitUntil(lambda: editor.kind.count() > 0)
    editor.kind.setCurrentIndex(editor.kind.findData("salesforce"))
    editor.kind.activated.emit(editor.kind.currentIndex())
    editor.name.setText("crm2")
    editor.form.field("url").set_value("https://a.example")
    editor.form.field("sign_in.client_id").set_value("id")
    editor.test.click()
    test = asked(qtbot, service, "targets.test")
    assert (test["kind"], json.loads(test["settings"])["url"]) == (
        "salesforce",
        "https://a.example",
    )
    qtbot.waitUntil(lambda: "Signed in." in editor.found.lines())
    editor.save.click()
    put = asked(qtbot, service, "config.put")
    assert (put["part"], put["name"]) == ("target", "crm2")
    assert json.loads(put["settings"]) == {
        "kind": "salesforce", "url": "https://a.example", "sign_in": {"client_id": "id"}
    }  # fmt: skip


def test_a_field_that_several_ways_to_sign_in_ask_for_is_asked_once(qtbot, service, page):
    field = {
        "help": "",
        "required": False,
        "default": None,
        "choices": [],
        "advanced": False,
        "when": None,
    }
    flow = field | {
        "name": "flow",
        "title": "Way",
        "type": "choice",
        "choices": ["jwt", "browser"],
        "required": True,
    }
    fields = [flow] + [
        field
        | {
            "name": "client_id",
            "title": "ID",
            "type": "text",
            "when": {"name": "flow", "value": way},
        }
        for way in ("jwt", "browser")
    ]
    service.answers["config.kinds"] = {"kinds": [{"kind": "x", "title": "X", "fields": fields}]}
    page.new.click()
    qtbot.waitUntil(page.editor.isVisible)
    form = page.editor.form
    for way in ("jwt", "browser"):
        form.field("flow").set_value(way)
        form.field("client_id").set_value("id")
        assert form.values() == {"flow": way, "client_id": "id"}


def test_a_destination_goes_with_its_flows_and_what_waits_is_said_before(
    qtbot, service, page, card
):
    card.press("remove").click()
    question = page.confirm.question.text()
    assert "accounts, contacts, invoices, products" in question
    assert "60 records are still to be delivered." in question
    assert page.confirm.yes.text() == "Remove crm anyway"
    page.confirm.yes.click()
    qtbot.waitUntil(lambda: len(service.calls("config.remove")) == 5)
    flows = [{"part": "flow", "name": name, "anyway": True} for name in FLOWS]
    assert service.calls("config.remove") == [
        *flows, {"part": "target", "name": "crm", "anyway": True}
    ]  # fmt: skip


def test_what_came_to_wait_meanwhile_needs_a_second_yes(qtbot, service, page, card):
    service.change(flows=[])
    qtbot.waitUntil(lambda: not page.bridge.status["flows"])
    service.fails["config.remove"] = Refusal(
        "STILL_WAITING", "61 records of crm are in the queue.", params={"number": "61"}
    )
    card.press("remove").click()
    page.confirm.yes.click()
    qtbot.waitUntil(lambda: "61 records are still to be delivered." in page.confirm.question.text())
    del service.fails["config.remove"]
    page.confirm.yes.click()
    qtbot.waitUntil(lambda: len(service.calls("config.remove")) == 2)
    assert service.calls("config.remove") == [
        {"part": "target", "name": "crm"}, {"part": "target", "name": "crm", "anyway": True}
    ]  # fmt: skip


def test_a_destination_that_stands_still_is_tried_again_at_once(qtbot, service, page, card):
    assert not card.press("resume").isVisible()
    show(qtbot, service, page, state="signed out", reason="No token.")
    card.press("resume").click()
    assert asked(qtbot, service, "resume") == {"kind": "target", "name": "crm"}
    qtbot.waitUntil(lambda: "The service tries again now." in card.findings.lines())


def test_an_operator_tests_but_signs_nothing_in_and_changes_nothing(qtbot, service, face):
    service.become("operator")
    window = connected(qtbot, face)
    window.open("destinations")
    page = window.page
    qtbot.waitUntil(lambda: "crm" in page.cards)
    card = page.cards["crm"]
    assert card.press("test").isEnabled()
    off = ("browser", "code", "files", "edit", "remove", "secret-crm")
    for press in (page.new, *map(card.press, off)):
        assert not press.isEnabled()
        assert "Engineer" in press.toolTip()


def test_without_a_destination_the_page_offers_the_first(qtbot, service, window):
    service.answers["targets.list"] = {"items": []}
    window.open("destinations")
    page = window.page
    qtbot.waitUntil(page.empty.isVisible)
    page.empty.press.click()
    qtbot.waitUntil(page.editor.isVisible)
    assert not page.empty.isVisible()
