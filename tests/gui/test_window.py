"""The window shows what the service says, and where nobody answers it says that."""

from gui.pages import PAGES


def test_the_window_names_machine_and_environment(window):
    assert window.windowTitle() == "ERP-SRV01 – Production – Waybill"
    assert window.strip.machine.text() == "ERP-SRV01"
    assert window.strip.environment.text() == "Production"
    assert not window.strip.test.isVisible()


def test_a_test_system_is_marked_by_a_word(qtbot, window, service):
    service.change(environment="test")
    qtbot.waitUntil(window.strip.test.isVisible)
    assert window.strip.test.text() == "TEST"
    assert window.strip.property("kind") == "strip-test"


def test_the_first_page_opens_by_itself_and_keys_open_the_others(qtbot, window):
    assert window.page is not None
    assert window.navigation.key() == window.page.key
    window.open("about")
    assert window.page.key == "about"
    assert window.navigation.key() == "about"


def test_a_service_that_goes_away_is_told_in_the_window_and_comes_back_by_itself(
    qtbot, window, service
):
    service.stop()
    qtbot.waitUntil(window.banner.isVisible)
    assert window.banner.text.text().startswith("Status unknown.")
    assert window.strip.badge.text() == "Status unknown"
    assert window.line.age.text() == "Not connected"
    assert window.windowTitle().startswith("ERP-SRV01")
    service.start()
    window.banner.press.click()
    qtbot.waitUntil(lambda: not window.banner.isVisible())


def test_a_reason_that_needs_a_person_stands_in_the_banner(qtbot, window, service):
    reason = {
        "code": "TARGET_AUTH", "subject": "crm", "title": "Salesforce needs you to sign in again.",
        "meaning": "212 records wait safely.", "hint": "Sign in.", "severity": "error",
        "since": "2026-11-20T08:02:00Z", "params": {},
    }  # fmt: skip
    service.change(reasons=[reason], health="error")
    qtbot.waitUntil(window.banner.isVisible)
    assert "212 records wait safely." in window.banner.text.text()
    assert window.strip.badge.text() == "Needs you"


def test_a_role_sees_its_pages_only(qtbot, face, service):
    service.become("viewer")
    with qtbot.waitSignal(face.bridge.connected):
        face.bridge.start()
    navigation = face.window.navigation
    shown = {navigation.item(row).text().split(" (")[0] for row in range(navigation.count())}
    hidden = {page.name for page in PAGES if page.role != "viewer"}
    assert shown
    assert not shown & hidden
    assert not face.window.line.role.isHidden()
    assert face.window.line.role.text() == "You are: Viewer"


def test_an_auditor_sees_everything_and_may_change_nothing(qtbot, face, service):
    service.become("auditor")
    with qtbot.waitSignal(face.bridge.connected):
        face.bridge.start()
    assert face.session.sees("engineer")
    assert not face.session.may("operator")
    assert face.session.why_not("operator") == "This needs the role Operator."


def test_another_language_makes_the_window_again_on_the_same_page(qtbot, window, face):
    window.open("about")
    face.session.choose("language", "de")
    assert window.page is not None
    assert window.page.key == "about"
    assert face.session.number(12300) == "12.300"


def test_the_window_fits_a_small_screen(window):
    available = window.screen().availableGeometry()
    assert window.width() <= available.width()
    assert window.height() <= available.height()
    window.resize(480, 320)
    assert (window.width(), window.height()) == (480, 320)
