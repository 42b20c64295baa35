"""The Debian package: the same bytes each time, installed for real, purged without losing data."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import agent
from agent.service import systemctl
from installer.freeze import hashes
from installer.freeze.build import Frozen
from installer.linux import deb
from tests.package.conftest import ran

EPOCH = 1_790_000_000
MOST_BYTES = 90_000_000
NEEDS = ("dpkg-deb", "unshare", "mount", "chroot")

pytestmark = [
    pytest.mark.skipif(
        sys.platform != "linux" or shutil.which("dpkg-deb") is None, reason="needs dpkg-deb"
    ),
    pytest.mark.timeout(1200),  # the first one freezes
]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder in the form of a frozen one."""
    folder = tmp_path / "waybill"
    inner = folder / "_internal" / "lib"
    inner.mkdir(parents=True)
    for name in ("waybill", "waybill-service", "waybill-tray"):
        (folder / name).write_text("#!/bin/sh\necho called\n", encoding="utf-8")
    for name in ("LICENSE", "NOTICE"):
        (folder / name).write_text("text", encoding="utf-8")
    (inner / "a.so").write_bytes(b"GLIBC_2.31")
    (folder / "_internal" / "a.so").symlink_to("lib/a.so")
    hashes.write(folder)
    return folder


@pytest.fixture(scope="module")
def package(frozen: Frozen, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the frozen programs, quickly made."""
    out = tmp_path_factory.mktemp("deb")
    return deb.build(frozen.folder, frozen.version, out, EPOCH, is_fast=True)


def test_the_same_folder_gives_the_same_bytes(small: Path, tmp_path: Path) -> None:
    first = deb.build(small, "1.2.3", tmp_path / "a", EPOCH).read_bytes()
    for path in sorted(small.rglob("*")):
        if not path.is_symlink():
            os.utime(path)
            path.chmod(path.stat().st_mode | 0o022)
    second = deb.build(small, "1.2.3", tmp_path / "b", EPOCH).read_bytes()
    assert first == second
    third = deb.build(small, "1.2.4", tmp_path / "c", EPOCH).read_bytes()
    assert first != third


def test_what_the_package_says_of_itself(small: Path, tmp_path: Path) -> None:
    made = deb.build(small, "1.2.0rc1", tmp_path, EPOCH)
    said = ran("dpkg-deb", "--field", made).stdout
    assert "Version: 1.2.0~rc1" in said
    assert "libc6 (>= 2.31)" in said
    assert "libegl1" in said.partition("Suggests:")[2].partition("\n")[0]
    assert "libegl1" not in said.partition("Depends:")[2].partition("\n")[0]


def test_nobody_but_root_may_change_what_the_service_runs(small: Path, tmp_path: Path) -> None:
    made = deb.build(small, "1.2.3", tmp_path, EPOCH)
    lines = ran("dpkg-deb", "--contents", made).stdout.splitlines()
    assert len(lines) > 20
    for line in lines:
        mode, owner = line.split()[:2]
        assert owner == "root/root", line
        assert mode.startswith("l") or (mode[5], mode[8]) == ("-", "-"), line
    programs = [line for line in lines if "/package/waybill" in line]
    assert len(programs) == 3
    assert all(line.startswith("-rwxr-xr-x") for line in programs)


def test_the_package_brings_the_unit_that_the_program_would_write(
    small: Path, tmp_path: Path
) -> None:
    made = deb.build(small, "1.2.3", tmp_path, EPOCH)
    assert ran("dpkg-deb", "--extract", made, tmp_path / "tree").returncode == 0
    packed = tmp_path / "tree/usr/lib/systemd/system/waybill.service"
    assert packed.read_bytes() == systemctl._RESOURCE.read_bytes()


@pytest.mark.parametrize("name", ["postinst", "prerm", "postrm"])
def test_the_scripts_are_sound(name: str) -> None:
    script = deb.HERE / name
    assert ran("sh", "-n", script).returncode == 0
    assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    assert "\nset -e\n" in script.read_text(encoding="utf-8")
    refused = ran("sh", script, "nonsense")
    assert refused.returncode == 1
    assert "unknown argument" in refused.stderr


def test_account_and_folders_are_what_the_system_understands() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    line = (deb.HERE / "sysusers.conf").read_text(encoding="utf-8").splitlines()[-1]
    assert ran("systemd-sysusers", "--dry-run", "--inline", line).returncode == 0
    folders = deb.HERE / "tmpfiles.conf"
    for line in folders.read_text(encoding="utf-8").splitlines():
        assert line.startswith(("#", "d /var/lib/waybill 0700 waybill", "d /etc/waybill 0750 root"))


def test_the_package_is_no_bigger_than_promised(package: Path) -> None:
    """Quickly made it is larger than a release, and must stay below all the same."""
    assert package.stat().st_size < MOST_BYTES


STORY = r"""
set -eu
deb=$1 next=$2
mount -t tmpfs none "$3"
mkdir "$3/upper" "$3/scratch" "$3/tree"
mount -t overlay overlay -o "lowerdir=/,upperdir=$3/upper,workdir=$3/scratch" "$3/tree"
mount -t proc proc "$3/tree/proc"
mount --rbind /dev "$3/tree/dev"
cp "$deb" "$3/tree/srv/waybill.deb"
cp "$next" "$3/tree/srv/next.deb"
cat >"$3/tree/srv/story" <<'EOF'
set -eu
export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin
say() { echo "== $*"; }
dpkg -i --force-depends /srv/waybill.deb
say version $(waybill --version)
say pointer $(readlink /opt/waybill/current)
say linked $(stat -c %h /opt/waybill/current/waybill)
say account $(getent passwd waybill | cut -d: -f6,7)
say home $(stat -c '%U %a' /var/lib/waybill) $(stat -c '%U:%G %a' /etc/waybill)
say verify $(dpkg -V waybill | wc -l)
(cd /opt/waybill/current && sha256sum --quiet -c SHA256SUMS && say hashes hold)
runuser -u waybill -- /opt/waybill/current/waybill init --home /var/lib/waybill >/dev/null
say keys $(stat -c %U /var/lib/waybill/keys)
old=$(stat -c %i /opt/waybill/current/waybill)
dpkg -i --force-depends /srv/next.deb
say kept $([ "$(stat -c %i /opt/waybill/versions/*/waybill | grep -c "^$old$")" = 1 ] && echo yes)
say versions $(ls /opt/waybill/versions | wc -l)
dpkg -r waybill
say programs $([ -e /opt/waybill ] && echo there || echo gone)
say data $([ -e /var/lib/waybill/waybill.toml ] && echo there || echo gone)
dpkg -P waybill
say purged $([ -e /var/lib/waybill/keys ] && echo there || echo gone)
dpkg -i --force-depends /srv/waybill.deb
WAYBILL_PURGE_DATA=yes dpkg -P waybill
say asked $([ -e /var/lib/waybill ] && echo there || echo gone) $(getent passwd waybill | wc -l)
EOF
chroot "$3/tree" sh /srv/story
"""


def can_isolate(tmp_path: Path) -> bool:
    """Whether a copy of this system can be made that nothing leaves."""
    if os.geteuid() or not all(map(shutil.which, NEEDS)) or shutil.which("waybill"):
        return False
    trial = 'mount -t tmpfs none "$1" && mkdir "$1/u" "$1/w" "$1/r" && mount -t overlay overlay'
    trial += ' -o "lowerdir=/,upperdir=$1/u,workdir=$1/w" "$1/r" && chroot "$1/r" true'
    folder = tmp_path / "trial"
    folder.mkdir()
    done = ran("unshare", "--mount", "--pid", "--fork", "sh", "-c", trial, "sh", folder)
    return done.returncode == 0


def test_it_installs_upgrades_and_goes_and_keeps_the_data(
    package: Path, small: Path, tmp_path: Path
) -> None:
    """For real, as root, on a copy of this system that is thrown away."""
    if not can_isolate(tmp_path):
        pytest.skip("needs root, overlayfs and no Waybill that is installed here")
    following = deb.build(small, "99.0.0", tmp_path / "next", EPOCH)
    place = tmp_path / "system"
    place.mkdir()
    done = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "sh", "-c", STORY, "sh",
         str(package), str(following), str(place)],
        capture_output=True, text=True, timeout=250, check=False,
    )  # fmt: skip
    told = dict(
        line.removeprefix("== ").partition(" ")[::2]
        for line in done.stdout.splitlines()
        if line.startswith("== ")
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert told == {
        "version": f"waybill {agent.__version__}",
        "pointer": f"versions/{agent.__version__}",
        "linked": "2",
        "account": "/var/lib/waybill:/usr/sbin/nologin",
        "home": "waybill 700 root:waybill 750",
        "verify": "0",
        "hashes": "hold",
        "keys": "waybill",
        "kept": "yes",
        "versions": "2",
        "programs": "gone",
        "data": "there",
        "purged": "there",
        "asked": "gone 0",
    }, done.stdout + done.stderr
