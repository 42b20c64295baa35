"""A Wine prefix as a Windows machine: switched on, asked to run programs, switched off.

Three habits of Wine shape this module. A Windows Python dies when its output is a plain file, so it
always gets pipes. What starts first becomes the parent of the machine's services and would hand
them its pipes, so the machine is switched on by a program whose output goes nowhere. And services
are forgotten when the last program ends, unless the wineserver was told to stay.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_BOOT_SECONDS = 180.0
_GONE_SECONDS = 30.0
_REST_SECONDS = 2.0
"""For the last words of a program that has ended, when somebody else holds its pipe."""


def patient(seconds: float) -> float:
    """A time limit for a machine whose cores others use as well: limits are for what hangs."""
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    return seconds * min(max(1.0, load), 12.0)


class WineError(Exception):
    """A program did not do what the run needs; the text says which and what it said."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a program."""

    words: tuple[str, ...]
    code: int
    said: str
    """What it wrote, both streams."""

    def ok(self) -> Ran:
        """Itself when it ended with 0. Raises WineError."""
        if self.code:
            raise WineError(f"{self.name} ended with {self.code}: {self.last}")
        return self

    @property
    def name(self) -> str:
        return " ".join(self.words[:4])

    @property
    def last(self) -> str:
        """The end of what it said, on one line."""
        return " ".join(self.said.split())[-600:] or "it said nothing"


class Wine:
    """One prefix. Whoever switches it on switches it off."""

    def __init__(self, prefix: Path, display: str = "") -> None:
        self.prefix = prefix
        self._display = display

    @property
    def drive(self) -> Path:
        """Its drive C."""
        return self.prefix / "drive_c"

    def path(self, windows: str) -> Path:
        r"""Where `C:\a\b` is on this machine; the case of letters is the caller's business."""
        return self.drive.joinpath(*windows.removeprefix("C:\\").split("\\"))

    @property
    def data_sources(self) -> Path:
        """The machine's list of ODBC data sources, in the form of unixODBC; need not be there."""
        return self.prefix / "odbc.ini"

    @staticmethod
    def name(path: Path) -> str:
        """What a path of this machine is called there."""
        return "Z:" + str(path.resolve()).replace("/", "\\")

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Quiet, 64-bit, UTF-8, no proxy before loopback, and nothing of our own Python's."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "WINE", "QT_", "VIRTUAL_ENV", "WAYBILL_"))
        }
        return {
            **kept,
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": os.environ.get("WINEDEBUG", "-all"),
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
            "DISPLAY": self._display,
            "ODBCINI": str(self.data_sources),
            "PYTHONUTF8": "1",
            "NO_PROXY": "127.0.0.1,localhost",
            **(more or {}),
        }

    def boot(self) -> None:
        """Switch it on: what starts by itself starts now."""
        if not self._display:
            raise WineError("a machine without a screen is not switched on here")
        self._silent(["wineserver", "-p"], _BOOT_SECONDS)
        self._silent(["wine", "cmd", "/c", "ver"], _BOOT_SECONDS)

    def halt(self) -> None:
        """Take the power away: every program of the prefix is gone at once."""
        for words in (["wineserver", "-k"], ["wineserver", "-w"]):
            with suppress(WineError):
                self._silent(words, _GONE_SECONDS)

    def reboot(self) -> None:
        """Off and on again."""
        self.halt()
        self.boot()

    def run(
        self,
        *words: str | Path,
        within: float = 60.0,
        text: str = "",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Ran:
        """Run a Windows program to its end. Raises WineError when it does not end in time."""
        command = ["wine", *map(str, words)]
        within = patient(within)
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment(env),
            cwd=cwd,
            start_new_session=True,
        )
        said = _Said(process)
        try:
            said.hand_in(text.encode("utf-8"))
            process.wait(within)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            name = " ".join(map(str, words[:4]))
            raise WineError(f"{name} had not ended after {within:.0f} s") from None
        return Ran(tuple(map(str, words)), process.returncode, said.text())

    def install(self, *words: str | Path, within: float) -> int:
        """Run an installer; its exit code. It gets no pipes: what it starts would keep them open."""
        return self._silent(["wine", *map(str, words)], within)

    def reg(self, key: str, name: str) -> str:
        """A value of the registry; empty when it is not there."""
        done = self.run("reg", "query", key, "/v", name)
        lines = [line.split(None, 2) for line in done.said.splitlines() if name in line]
        return lines[0][2].strip() if done.code == 0 and lines and len(lines[0]) == 3 else ""

    def pids(self, program: str) -> list[int]:
        """The processes of this machine's system that run a Windows program of the prefix."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal():
                continue
            with suppress(OSError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                ours = f"WINEPREFIX={self.prefix}".encode() in (entry / "environ").read_bytes()
                first = words[0].decode("utf-8", "replace").replace("\\", "/").lower()
                if ours and first.endswith(f"/{program.lower()}"):
                    found.append(int(entry.name))
        return found

    def _silent(self, words: Sequence[str], within: float) -> int:
        within = patient(within)
        process = subprocess.Popen(
            list(words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self.environment(),
            start_new_session=True,
        )
        try:
            return process.wait(within)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise WineError(f"{' '.join(words)} had not ended after {within:.0f} s") from None


class _Said:
    """What a program writes, until it has ended: the pipe may stay open long after.

    What a program starts beside itself, Wine's desktop among it, inherits its pipes.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._parts: list[bytes] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def hand_in(self, text: bytes) -> None:
        """All of its standard input."""
        stdin = self._process.stdin
        assert stdin is not None
        with suppress(BrokenPipeError):
            stdin.write(text)
            stdin.close()

    def text(self) -> str:
        """What it wrote; for a program that has ended."""
        self._reader.join(_REST_SECONDS)
        return b"".join(self._parts).decode("utf-8", "replace").replace("\r\n", "\n")

    def _read(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None
        with stdout:
            while part := os.read(stdout.fileno(), 65536):
                self._parts.append(part)


class Screen:
    """A virtual X screen: Wine's tray and dialogues need one."""

    def __init__(self) -> None:
        reader, writer = os.pipe()
        words = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24"]
        self._process = subprocess.Popen(
            [*words, "-nolisten", "tcp"],
            pass_fds=[writer],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(writer)
        with os.fdopen(reader) as told:
            number = told.readline().strip()
        if not number:
            raise WineError("Xvfb did not start")
        self.display = f":{number}"

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


def copied(prefix: Path, to: Path) -> Path:
    """A prefix of one's own: as fast as a clean machine can be had."""
    subprocess.run(["cp", "-a", "--reflink=auto", str(prefix), str(to)], check=True)
    return to


def removed(folder: Path) -> None:
    """Away with it; what Wine still writes there for a moment is removed with the next try."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.25)
