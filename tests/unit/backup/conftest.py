"""A small home with everything that a backup carries."""

from random import Random

import pytest

from agent import keys
from agent.audit import Audit
from agent.backup import Facts, Machine, Subject
from agent.clock import SystemClock
from agent.crypto import FileWrapper
from agent.queue.store import Store
from tests.fakes import FakeClock

SECRET = "hunter2-and-more"


class Home:
    """A home, and the machine that a backup of it is restored on."""

    def __init__(self, path) -> None:
        self.path, self.clock = path / "home", FakeClock()
        self.path.mkdir(mode=0o700)
        self.recovery_key = keys.initialise(self.path)
        keys.set_secret(self.path, "crm", SECRET)
        self.vault = keys.open_vault(self.path, SystemClock())
        for name, text in {
            "waybill.toml": "version = 1\n", "mappings/customers.toml": "Business data",
            "contracts/x.json": "{}", "mapping-versions/customers/1.toml": "older",
            "export/huge.csv": "of the ERP", "logs/waybill.log": "a log", "setup.json": "{}",
            "practice/home/waybill.toml": "practice", "queue.db.schema-3": "old",
        }.items():  # fmt: skip
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).write_text(text)
        self.audit().append("ann", "secrets.set", "crm", "ok")
        self.machine = Machine(
            path / "new", lambda folder: FileWrapper(folder / "wrapping.key"), "bob", self.clock,
            Random(1),
        )  # fmt: skip

    def store(self) -> Store:
        return Store(self.path, self.vault.ring, self.clock, self.vault.installation)

    def audit(self) -> Audit:
        mac = self.vault.ring.keyed_hash("audit", 32)
        return Audit(self.path / "audit.log", mac, self.clock)

    @property
    def subject(self) -> Subject:
        return Subject(
            self.path, self.path / "waybill.toml", {(self.path / "export").resolve()}, self.vault,
            Facts("ERP-SRV01", "test", "1.2.3"),
        )  # fmt: skip


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)
