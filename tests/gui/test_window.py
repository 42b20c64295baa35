"""The window shows what the service says, and where nobody answers it says that."""


def test_the_window_names_machine_and_environment(window):
    assert window.windowTitle() == "ERP-SRV01 – Test – Waybill"
    assert window.strip.machine.text() == "ERP-SRV01"
    assert window.strip.test.text() == "TEST"


def test_the_first_page_opens_by_itself(window):
    assert window.page is not None
    assert window.navigation.key() == window.page.key
    window.open("about")
    assert window.page.key == "about"
