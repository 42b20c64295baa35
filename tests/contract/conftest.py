"""A home folder and a service behind the control API, for what every transport keeps."""

from pathlib import Path

import pytest

from tests.control_fakes import FakeService


@pytest.fixture
def home(tmp_path) -> Path:
    folder = tmp_path / "h"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def service() -> FakeService:
    return FakeService()
