"""What tests of the window need: a service on the wire, and a window on it."""

import pytest

from gui import theme, translations
from gui.application import Face
from tests.control_fakes import FakeService, serving


@pytest.fixture
def service():
    return FakeService()


@pytest.fixture
def home(tmp_path, service):
    """The home folder of a fake service that answers."""
    place = tmp_path / "h"
    with serving(place, service):
        yield place


@pytest.fixture
def face(qapp, home, tmp_path):
    """A window in English and light on that service, not yet started."""
    settings = tmp_path / "person.ini"
    settings.write_text("[General]\nlanguage=en\ntheme=light\n", encoding="utf-8")
    made = Face(home, settings)
    yield made
    made.close()
    theme.apply("light")
    translations.install("en")


@pytest.fixture
def window(qtbot, face):
    """The window, connected."""
    face.window.show()
    with qtbot.waitSignal(face.bridge.connected):
        face.bridge.start()
    return face.window
