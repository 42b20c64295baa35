"""A whole home in one file, and back: complete, sealed, into an empty folder only, in a new epoch."""

import sys
import threading
from dataclasses import replace

import pytest

from agent import keys
from agent.audit import Audit, Head
from agent.backup import make, make_stopped, restore, verify
from agent.backup.container import BackupError
from agent.backup.read import by_recovery_key, by_vault
from agent.clock import SystemClock
from agent.crypto import KeyVault
from agent.errors import KeyMismatch, KeyUnavailable, StoreBusy
from agent.queue.mark import Mark
from agent.queue.store import Store
from tests.unit.backup.conftest import SECRET


def acts(store: Store) -> list[bytes]:
    rows = store.db.rows("select about from act order by id")
    return [store.cipher.open(b"act", sealed) for (sealed,) in rows]


def act(store: Store, what: bytes) -> None:
    with store.change() as (conn, _):
        conn.execute(
            "insert into act (seq, at, what, about) values (1, 0, 'x', ?)",
            (store.cipher.seal(b"act", what),),
        )


def stopped(home, tmp_path):
    out = tmp_path / "kept" / "one.waybill-backup"
    made = make_stopped(home.subject, out, home.clock)
    assert made.file == out
    assert made.bytes == out.stat().st_size
    return out


def test_everything_that_another_machine_needs_is_in_it_and_nothing_else(home, tmp_path):
    home.store().close()
    found = verify(stopped(home, tmp_path), by_recovery_key(home.recovery_key))
    assert set(found.files) == {
        "queue.db", "audit.log", "keys/secrets.sealed", "waybill.toml", "setup.json",
        "mappings/customers.toml", "contracts/x.json", "mapping-versions/customers/1.toml",
    }  # fmt: skip
    assert found.header["agent"] == "ERP-SRV01"
    assert found.header["installation"] == home.vault.installation
    assert found.header["keys"]["wraps"] == {}


def test_a_configuration_that_stands_elsewhere_comes_into_the_home(home, tmp_path):
    home.store().close()
    etc = tmp_path / "etc"
    etc.mkdir()
    for name in ("waybill.toml", "mappings", "contracts"):
        (home.path / name).rename(etc / name)
    (etc / "unrelated.txt").write_text("of others")
    (etc / "waybill.toml").rename(tmp_path / "real.toml")
    if sys.platform != "win32":  # a link is followed
        (etc / "waybill.toml").symlink_to(tmp_path / "real.toml")
    else:
        (tmp_path / "real.toml").rename(etc / "waybill.toml")
    out = tmp_path / "one"
    make_stopped(replace(home.subject, config=etc / "waybill.toml"), out, home.clock)
    restore(out, home.recovery_key, home.machine)
    new = home.machine.home
    assert (new / "waybill.toml").read_text() == "version = 1\n"
    assert (new / "mappings/customers.toml").read_text() == "Business data"
    assert not (new / "unrelated.txt").exists()


def test_nothing_in_it_is_plain_and_nobody_else_may_read_it(home, tmp_path):
    store = home.store()
    act(store, b"Business data")
    store.close()
    content = stopped(home, tmp_path).read_bytes()
    for plain in (b"Business data", SECRET.encode(), b"customers.toml", b"SQLite format"):
        assert plain not in content
    if sys.platform != "win32":
        assert (tmp_path / "kept" / "one.waybill-backup").stat().st_mode & 0o077 == 0


def test_a_restored_home_opens_for_this_machine_and_begins_a_new_epoch(home, tmp_path):
    store = home.store()
    act(store, b"before")
    top, epoch = store.reserve(10), store.epoch
    store.close()
    out = stopped(home, tmp_path)
    done = restore(out, home.recovery_key, home.machine)
    assert done.epoch == epoch + 1
    new = home.machine.home
    vault = keys.open_vault(new, SystemClock())
    assert vault.installation == home.vault.installation
    assert vault.secrets().get("crm") == SECRET
    assert vault.recovery_confirmed() is None
    restored = Store(new, vault.ring, home.clock, vault.installation)
    try:
        assert restored.rolled_back
        assert restored.recovering
        assert restored.epoch == epoch + 1
        assert restored.reserve(1) > top + 2**32
        assert acts(restored) == [b"before"]
    finally:
        restored.close()
    audit = Audit(new / "audit.log", vault.ring.keyed_hash("audit", 32), home.clock)
    assert [record.action for record in audit.records()] == ["secrets.set", "restore"]
    high = Mark(new / "mark").high
    assert high is not None
    assert audit.verify(Head(high.audit_seq, high.audit_head.hex())) == ()
    assert (new / "mappings/customers.toml").read_text() == "Business data"
    assert not (new / "restoring").exists()
    if sys.platform != "win32":
        assert all(path.stat().st_mode & 0o077 == 0 for path in (new, *new.rglob("*")))


def test_two_restores_of_one_backup_never_make_the_same_numbers(home, tmp_path):
    home.store().close()
    out = stopped(home, tmp_path)
    tops = set()
    for name in ("a", "b", "c"):
        restore(out, home.recovery_key, replace(home.machine, home=tmp_path / name))
        high = Mark(tmp_path / name / "mark").high
        assert high is not None
        tops.add(high.top)
        assert high.top < 2**53, "faces keep numbers as doubles"
    assert len(tops) == 3


def test_a_copy_made_while_others_write_is_of_one_moment_and_holds_nobody_up(home, tmp_path):
    store = home.store()
    for number in range(400):
        act(store, b"%d" % number + b"." * 9000)
    steps, wrote = [], threading.Event()

    def others_write() -> None:
        steps.append(1)
        writer = threading.Thread(target=act, args=(store, b"meanwhile %d" % len(steps)))
        writer.start()
        writer.join(5)
        assert not writer.is_alive(), "the copy holds the lock"
        wrote.set()

    out = tmp_path / "one.waybill-backup"
    store.db.keeps_files = True
    make(home.subject, out, home.clock, lambda to: store.db.copy_to(to, others_write, pages=32))
    written = acts(store)
    store.close()
    assert len(steps) > 5
    restore(out, home.recovery_key, home.machine)
    vault = keys.open_vault(home.machine.home, SystemClock())
    restored = Store(home.machine.home, vault.ring, home.clock, vault.installation)
    try:
        found = acts(restored)
    finally:
        restored.close()
    assert found == written[: len(found)]
    assert len(found) >= 400


@pytest.mark.parametrize("key", ["mistyped", "other"])
def test_the_wrong_recovery_key_opens_nothing_and_leaves_nothing(home, tmp_path, key):
    home.store().close()
    out = stopped(home, tmp_path)
    other = home.vault.new_recovery_key() if key == "other" else "K7QD-0M3X"
    with pytest.raises((KeyMismatch, KeyUnavailable)):
        restore(out, other, home.machine)
    assert list(home.machine.home.iterdir()) == []
    restore(out, home.recovery_key, home.machine)  # the one in force when it was made


def test_a_damaged_backup_leaves_the_folder_as_it_was(home, tmp_path):
    store = home.store()
    act(store, b"." * 3_000_000)
    store.close()
    out = stopped(home, tmp_path)
    content = bytearray(out.read_bytes())
    content[-2_000_000] ^= 1
    out.write_bytes(content)
    with pytest.raises(BackupError) as caught:
        restore(out, home.recovery_key, home.machine)
    assert caught.value.code == "BACKUP_DAMAGED"
    assert list(home.machine.home.iterdir()) == []


def test_only_an_empty_folder_becomes_a_home(home, tmp_path):
    home.store().close()
    out = stopped(home, tmp_path)
    with pytest.raises(BackupError) as caught:
        restore(out, home.recovery_key, replace(home.machine, home=home.path))
    assert caught.value.code == "HOME_EXISTS"
    assert home.vault.secrets().get("crm") == SECRET


def test_a_restore_that_was_cut_off_is_begun_anew(home, tmp_path, monkeypatch):
    home.store().close()
    out = stopped(home, tmp_path)
    for place in (
        "agent.backup.restoring.databases.begin_anew",
        "agent.backup.restoring.homes.give_to_owner",
    ):
        with monkeypatch.context() as patch:
            patch.setattr(place, lambda *_: (_ for _ in ()).throw(MemoryError))
            patch.setattr("agent.backup.restoring._undo", lambda _: None)  # it died
            with pytest.raises(MemoryError):
                restore(out, home.recovery_key, home.machine)
        if (home.machine.home / "waybill.toml").exists():
            break
        restore(out, home.recovery_key, home.machine)
        for path in sorted(home.machine.home.rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
    assert keys.open_vault(home.machine.home, SystemClock()).secrets().get("crm") == SECRET


def test_no_file_is_written_over_and_a_running_agent_is_asked_instead(home, tmp_path):
    home.store().close()
    out = stopped(home, tmp_path)
    with pytest.raises(BackupError) as caught:
        make_stopped(home.subject, out, home.clock)
    assert caught.value.code == "BACKUP_EXISTS"
    store = home.store()
    with pytest.raises(StoreBusy):
        make_stopped(home.subject, tmp_path / "two", home.clock)
    store.close()
    assert not list((home.path / "backups").iterdir())


def test_the_home_itself_opens_its_backups_and_no_other_home_does(home, tmp_path):
    home.store().close()
    out = stopped(home, tmp_path)
    assert verify(out, by_vault(home.vault)).files
    (tmp_path / "other").mkdir()
    keys.initialise(tmp_path / "other")
    other: KeyVault = keys.open_vault(tmp_path / "other", SystemClock())
    with pytest.raises(BackupError) as caught:
        verify(out, by_vault(other))
    assert caught.value.code == "BACKUP_FOREIGN"
