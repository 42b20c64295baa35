"""Run a task of the project: `python3 dev.py TASK [ARGUMENTS]`, with Python 3.11 or newer.

Standard library only. It makes `.venv` from the hash-pinned requirements.lock, installs what
the system lacks (on Debian and its relatives, as root) and runs the task. Its own messages go
to stderr, so that a task's stdout stays the task's.
"""

import ctypes.util
import hashlib
import importlib.util
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
ENVIRONMENT = ROOT / ".venv"
PROGRAMS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
STAMP = ENVIRONMENT / ".lock-hash"  # written last: without it the environment is half made
SETUP_LOCK = ROOT / ".venv.lock"

ODBC_PACKAGES = ("unixodbc", "libsqliteodbc")
WINDOW_PACKAGES = (
    *("libegl1", "libgl1", "libglib2.0-0", "libxkbcommon0", "libxkbcommon-x11-0", "libdbus-1-3"),
    *("libfontconfig1", "libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1"),
    *("libxcb-randr0", "libxcb-render-util0", "libxcb-shape0", "libxcb-xinerama0", "xvfb"),
)
SCREEN_PACKAGES = (*WINDOW_PACKAGES, "openbox", "trayer", "fonts-open-sans")
WORK_PACKAGES = (*ODBC_PACKAGES, "odbc-postgresql", "odbc-mariadb", *WINDOW_PACKAGES)
WINE_PACKAGES = (
    *("wine", "wine64", "nsis", "msitools", "wixl", "gcc-mingw-w64-x86-64", "osslsigncode"),
    *(*ODBC_PACKAGES, "xvfb"),
)
SERVER_PACKAGES = ("postgresql", "mariadb-server", "nginx-light", "openssl", "gcc", "libc6-dev")

# How to look for a package where there is no dpkg to ask; the rest cannot be looked for.
LIBRARIES = {
    "unixodbc": "odbc",
    "libegl1": "EGL",
    "libgl1": "GL",
    "libxkbcommon-x11-0": "xkbcommon-x11",
    "libxcb-cursor0": "xcb-cursor",
}
COMMANDS = {
    **{name: name for name in ("gcc", "openbox", "openssl", "trayer")},
    "mariadb-server": "mariadbd",
    "nginx-light": "nginx",
    "xvfb": "Xvfb",
}
DRIVERS = {"libsqliteodbc": "sqlite", "odbc-postgresql": "postgres", "odbc-mariadb": "mariadb"}

SERVICE_POLICY = Path("/usr/sbin/policy-rc.d")
SERVICE_POLICY_TEXT = """\
#!/bin/sh
# Made by Waybill's dev.py while it installs packages: start no service.
exit 101
"""
DPKG_JOURNAL = Path("/var/lib/dpkg/updates")
CLUSTER_DEFAULTS = Path("/etc/postgresql-common/createcluster.conf")

Run = Callable[[list[str]], int]
EXIT_FAILED, EXIT_WRONG_USE, EXIT_INTERRUPTED = 1, 2, 130


class CannotGoOnError(Exception):
    """Something that only a person can put right; the text says how."""


class Task(NamedTuple):
    """A word on the command line and what it does."""

    run: Run
    help: str


def say(text: str) -> None:
    print(f"dev: {text}", file=sys.stderr, flush=True)


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> None:
    """Run a helper whose own talk belongs on stderr, and fail when it fails."""
    subprocess.run(
        command,
        check=True,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),
    )


def hand_over(command: Sequence[str | Path]) -> int:
    """Become the task, so that signals and the exit code are its own."""
    words = [str(word) for word in command]
    if os.name != "nt":
        sys.stderr.flush()
        os.execv(words[0], words)  # noqa: S606 -- no shell is the point
    return subprocess.run(words, check=False).returncode


# What the system lacks


def lacking(packages: Sequence[str]) -> list[str]:
    """Those of the Debian packages that are not there, by dpkg or else by looking for them."""
    if platform.system() != "Linux" or not packages:
        return []
    if is_debian():
        answer = _answer(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *packages])
        present = {line.split()[0] for line in answer.splitlines() if line.endswith(" installed")}
        return [package for package in packages if package not in present]
    drivers = _answer(["odbcinst", "-q", "-d"]).lower() if shutil.which("odbcinst") else ""
    return [
        package
        for package in packages
        if (package in LIBRARIES and not ctypes.util.find_library(LIBRARIES[package]))
        or (package in COMMANDS and not shutil.which(COMMANDS[package]))
        or (package in DRIVERS and DRIVERS[package] not in drivers)
    ]


def is_debian() -> bool:
    return bool(shutil.which("apt-get") and shutil.which("dpkg-query"))


def _answer(command: Sequence[str]) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def install_packages(packages: Sequence[str]) -> None:
    """Install what is lacking, or stop and say exactly what to install."""
    needed = list(packages)
    if is_debian() and importlib.util.find_spec("ensurepip") is None:
        needed.append("python3-venv")
    missing = lacking(needed)
    if not missing:
        return
    names = " ".join(missing)
    if not is_debian():
        message = f"Missing (by their Debian names): {names}\nInstall them with your system's tool."
        raise CannotGoOnError(message)
    if os.geteuid() != 0:
        message = (
            f"Missing system packages: {names}\nInstall them with:\n"
            f"  sudo apt-get install --no-install-recommends {names}"
        )
        raise CannotGoOnError(message)
    say(f"installing system packages: {names}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300"]
    keep = ["-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold"]
    with services_stay_off(missing):
        if DPKG_JOURNAL.is_dir() and any(DPKG_JOURNAL.iterdir()):
            # Killed, or at work for someone else: then this fails and apt waits for its turn.
            finish = ["dpkg", "--force-confdef", "--force-confold", "--configure", "-a"]
            subprocess.run(
                finish, check=False, env={**os.environ, **quiet}, stdout=sys.stderr.fileno()
            )
        run([*apt, "update"], quiet)
        run([*apt, *keep, "install", "--no-install-recommends", *missing], quiet)


@contextmanager
def services_stay_off(packages: Sequence[str]) -> Iterator[None]:
    """Let no package start a server, nor PostgreSQL make a cluster, while it is installed."""
    if "postgresql" in packages and not CLUSTER_DEFAULTS.exists():
        CLUSTER_DEFAULTS.parent.mkdir(parents=True, exist_ok=True)
        CLUSTER_DEFAULTS.write_text("create_main_cluster = false\n", encoding="utf-8")
    # A file with our text was left by a run that was killed; any other is the owner's decision.
    found = SERVICE_POLICY.read_text(encoding="utf-8") if SERVICE_POLICY.exists() else None
    is_ours = found in {None, SERVICE_POLICY_TEXT}
    if is_ours:
        SERVICE_POLICY.write_text(SERVICE_POLICY_TEXT, encoding="utf-8")
        SERVICE_POLICY.chmod(0o755)
    try:
        yield
    finally:
        if is_ours:
            SERVICE_POLICY.unlink(missing_ok=True)


# The environment


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait for another dev.py that prepares this checkout; a killed one lets go by itself."""
    with SETUP_LOCK.open("a", encoding="utf-8") as handle:
        if sys.platform == "win32":
            while True:
                try:
                    msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:  # it gives up after ten seconds
                    say("waiting for another dev.py")
        else:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def prepare(packages: Sequence[str] = ()) -> None:
    with one_at_a_time():
        install_packages(packages)
        make_environment()


def make_environment() -> None:
    """Bring `.venv` to the state of the lock; a finished one costs a file comparison."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    stamp = STAMP.read_text(encoding="utf-8") if STAMP.is_file() else ""
    made_of, _, place = stamp.partition("\n")
    is_usable = PYTHON.exists() and place == _place()
    if is_usable and made_of == digest:
        return
    STAMP.unlink(missing_ok=True)
    if not is_usable:
        say(f"creating {ENVIRONMENT.name} with Python {sys.version.split()[0]}")
        venv.create(ENVIRONMENT, clear=True, with_pip=True, symlinks=os.name != "nt")
    say(f"installing from {LOCK.name} (a minute or two)")
    install = ["-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"]
    run([PYTHON, *install, "--require-hashes", "--only-binary", ":all:", "-r", LOCK])
    _link_project()
    STAMP.write_text(f"{digest}\n{_place()}", encoding="utf-8")
    say(f"{ENVIRONMENT.name} is ready")


def _place() -> str:
    """Where the environment lives and whose it is: it can neither be moved nor change Python."""
    return f"{ROOT} {PYTHON.resolve()}"


def _link_project() -> None:
    """Put the checkout on the environment's path and write its commands, without a build."""
    question = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(_answer([str(PYTHON), "-c", question]).strip())
    (packages / "waybill.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for name, entry in project["scripts"].items():
        module, _, function = entry.partition(":")
        code = f"import sys; sys.argv[0] = '{name}'; from {module} import {function}"
        code += f"; sys.exit({function}())"
        if os.name == "nt":
            launcher = f'@"%~dp0python.exe" -c "{code}" %*\r\n'
            (PROGRAMS / f"{name}.cmd").write_text(launcher, encoding="utf-8", newline="")
        else:
            launcher = f'#!/bin/sh\nexec "$(dirname "$0")/python" -c {shlex.quote(code)} "$@"\n'
            (PROGRAMS / name).write_text(launcher, encoding="utf-8")
            (PROGRAMS / name).chmod(0o755)


# The tasks


def demo(arguments: list[str]) -> int:
    files_only = "--files-only" in arguments
    try:
        prepare(() if files_only else ODBC_PACKAGES)
    except CannotGoOnError as error:
        if files_only:
            raise
        message = f"{error}\nor show the file half only: python3 dev.py demo --files-only"
        raise CannotGoOnError(message) from error
    return hand_over([PYTHON, "-m", "agent.cli", "demo", *arguments])


def test(arguments: list[str]) -> int:
    prepare((*WORK_PACKAGES, *SERVER_PACKAGES, *SCREEN_PACKAGES))
    with one_at_a_time():
        run([PYTHON, ROOT / "tests" / "clients.py"])
    if "--long" in arguments:
        os.environ["WAYBILL_LONG"] = "1"
    os.chdir(ROOT)
    pytest = ("-m", "pytest", "-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")
    return hand_over([PYTHON, *pytest, *(word for word in arguments if word != "--long")])


def check(arguments: list[str]) -> int:
    refuse(arguments)
    prepare()
    checks: dict[str, list[str | Path]] = {
        "lint": [PYTHON, "-m", "ruff", "check", "."],
        "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
        "types": [PYTHON, "-m", "mypy"],
        "imports": [PROGRAMS / "lint-imports"],
    }
    failed = []
    for name, command in checks.items():
        say(f"{name} ...")
        if subprocess.run(command, check=False, cwd=ROOT).returncode:
            failed.append(name)
    for name in checks:
        say(f"{name}: {'FAILED' if name in failed else 'fine'}")
    return EXIT_FAILED if failed else 0


def module(name: str, packages: Sequence[str] = (), *, is_needed: bool = True) -> Run:
    """A task that is a module of ours; what is not needed to begin it says itself what lacks."""

    def task(arguments: list[str]) -> int:
        try:
            prepare(packages)
        except (CannotGoOnError, subprocess.CalledProcessError) as error:
            if is_needed:
                raise
            say(str(error))
            prepare()
        os.chdir(ROOT)
        return hand_over([PYTHON, "-m", name, *arguments])

    return task


def lock(arguments: list[str]) -> int:
    """Make the lock again; what is already locked stays unless `--upgrade` is given."""
    uv = shutil.which("uv")
    if uv is None:
        raise CannotGoOnError("The lock is made by uv. Install it with: pipx install uv")
    form = ["--universal", "--python-version", "3.11", "--generate-hashes"]
    bare = ["--quiet", "--no-header", "--no-annotate", "--no-emit-index-url"]
    draft = LOCK.with_suffix(".draft")
    if LOCK.exists():
        shutil.copyfile(LOCK, draft)
    run([uv, "pip", "compile", *form, *bare, "-o", draft, *arguments, "requirements.in"])
    if "://" in draft.read_text(encoding="utf-8"):
        raise CannotGoOnError(f"{draft.name} names a server; the lock must not.")
    draft.replace(LOCK)
    run([sys.executable, ROOT / "tests" / "clients.py", "lock", uv])
    say(f"{LOCK.name} is up to date")
    return 0


def setup(arguments: list[str]) -> int:
    refuse(arguments)
    prepare(WORK_PACKAGES)
    say("ready")
    return 0


def refuse(arguments: list[str]) -> None:
    if arguments:
        raise CannotGoOnError(f"This task takes no arguments: {' '.join(arguments)}")


TASKS = {
    "demo": Task(demo, "the main job: a sample ERP, the agent and the sandbox CRM on this machine"),
    "test": Task(test, "the tests; --long for the nightly form, the rest goes to pytest"),
    "check": Task(check, "lint, format, types and import contracts"),
    "bench": Task(module("tests.bench", (*WORK_PACKAGES, *SERVER_PACKAGES)), "the benchmarks"),
    "gui": Task(module("tests.gui.shots", SCREEN_PACKAGES), "pictures of every screen (--out DIR)"),
    "package": Task(module("installer.package"), "what IT installs, as far as built here"),
    "windows": Task(module("tests.windows", WINE_PACKAGES, is_needed=False), "Windows, by Wine"),
    "mutants": Task(module("tests.mutation"), "faults put into pure rooms: tests must notice"),
    "lock": Task(lock, "make requirements.lock again from requirements.in (needs uv)"),
    "setup": Task(setup, "only prepare .venv and the system packages"),
}


def usage() -> str:
    lines = [f"  {name:7} {task.help}" for name, task in TASKS.items()]
    return "\n".join(["usage: python3 dev.py TASK [ARGUMENTS]", "", "tasks:", *lines])


def main(words: list[str]) -> int:
    if words and words[0] in {"-h", "--help"}:
        print(usage())
        return 0
    if not words or words[0] not in TASKS:
        print(usage(), file=sys.stderr)
        return EXIT_WRONG_USE
    try:
        return TASKS[words[0]].run(words[1:])
    except CannotGoOnError as error:
        say(str(error))
        return EXIT_WRONG_USE
    except subprocess.CalledProcessError as error:
        command = " ".join(str(word) for word in error.cmd)
        say(f"failed with exit code {error.returncode}: {command}")
        return EXIT_FAILED
    except KeyboardInterrupt:
        say("interrupted")
        return EXIT_INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
