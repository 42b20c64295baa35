"""What several tests of this folder need."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.agent_home import AgentHome, with_receiver
from tests.integration.killpoints.field import Receiver


@pytest.fixture(scope="session")
def injector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fault injector, compiled for this machine."""
    if (gcc := shutil.which("gcc")) is None:
        pytest.skip("no gcc: the fault injector cannot be compiled (Debian: apt install gcc)")
    library = tmp_path_factory.mktemp("injector") / "inject.so"
    source = Path(__file__).with_name("killpoints") / "inject.c"
    command = [gcc, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]
    subprocess.run(command, check=True)
    return library


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server that takes what webhooks send, and judges it."""
    served = Receiver()
    yield served
    served.close()


@pytest.fixture
def agent(tmp_path: Path, receiver: Receiver) -> Iterator[AgentHome]:
    """An agent that is not started yet; it delivers to the receiver's case `crm`."""
    made = with_receiver(tmp_path / "agent", receiver, "crm")
    yield made
    made.close()
