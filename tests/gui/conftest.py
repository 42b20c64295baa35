"""What tests of the window need: a service on the wire, and a window on it."""

import pytest

from gui import theme, translations
from gui.application import Face
from tests.gui.hands import connected
from tests.gui.scene import FakeService


@pytest.fixture
def home(tmp_path):
    return tmp_path / "h"


@pytest.fixture
def service(home):
    """A service that answers as an engineer's; `service.become` before the window starts."""
    with FakeService(home, role="engineer") as made:
        yield made


@pytest.fixture
def person(tmp_path):
    """The choices of a person: English and light."""
    settings = tmp_path / "person.ini"
    settings.write_text("[General]\nlanguage=en\ntheme=light\n", encoding="utf-8")
    return settings


@pytest.fixture
def face(qapp, home, service, person):
    """A window on that service, not yet started."""
    made = Face(home, person)
    yield made
    made.close()
    theme.apply("light")
    translations.install("en")


@pytest.fixture
def window(qtbot, face):
    """The window, connected."""
    return connected(qtbot, face)
