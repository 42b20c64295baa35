"""What every test needs: no proxies, one hypothesis profile, the shared material."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.wine import IS_WINE

ROOT = Path(__file__).resolve().parent.parent
IS_LONG = os.environ.get("WAYBILL_LONG") == "1"
PROXY_VARIABLES = ("ALL_PROXY", "FTP_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")

# What tests/clients.py installed, behind everything else, so that it hides nothing.
sys.path.append(str(ROOT / ".venv" / "clients"))

# Real deadlines belong to the benchmarks: a busy machine must not turn a property red.
settings.register_profile("default", deadline=None, print_blob=True)
settings.register_profile(
    "long",
    deadline=None,
    print_blob=True,
    max_examples=4000,
    suppress_health_check=[HealthCheck.too_slow],  # it goes by time, as deadlines do
)
settings.register_profile("wine", deadline=None, print_blob=True, max_examples=15)
settings.load_profile("long" if IS_LONG else "wine" if IS_WINE else "default")

_FIRST = ("/killpoints/", "/integration/", "/end2end/", "/package/", "/live/", "")

# Qt reads this when the first window is made; a test that needs a real screen sets its own.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def _turn(item: pytest.Item) -> int:
    path = item.path.as_posix()
    return next(turn for turn, part in enumerate(_FIRST) if part in path)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # What takes longest begins first: no core is to wait for another's last file.
    items.sort(key=_turn)
    if IS_LONG:
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="long: python3 dev.py test --long"))


@pytest.fixture(autouse=True)
def _without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of corpora and references beside the checkout."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no shared folder beside the checkout")
    return folder
