"""Practice: a sandbox CRM and a second agent beside this one, to set up and try without a real CRM.

    HOME/practice/agent     a home folder of its own, empty until somebody sets it up
    HOME/practice/exports   files of a sample ERP
    HOME/practice/crm       what the sandbox CRM keeps

Both run as children of the service and end with it. Nothing of the real home is read or changed; what
is practised stays, and goes on when it is started again.
"""

from __future__ import annotations

import json
import threading
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from random import Random
from string import Template
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING, Any, Final

from agent import resources
from agent.control.client import Client
from agent.errors import ControlError, WaybillError, WrongUse
from agent.model import Json
from agent.ports import Clock

if TYPE_CHECKING:
    from agent.demo.process import Process

FOLDER: Final = "practice"
_AGENT, _CRM, _EXPORTS = "agent", "crm", "exports"
_NOTE: Final = "practice.json"
_USUAL: Final = "salesforce"
_SECRET: Final = "crm"  # noqa: S105 - the name of a secret
_SEED: Final = 20261121
_WITHIN: Final = 40.0
_LOOK: Final = 0.1
_QUICKLY: Final = 2.0
"""Seconds that each has to end when the service does."""


class Practice:
    """The practice of one home. Threads may share it."""

    def __init__(self, home: Path, clock: Clock) -> None:
        self._inside = home.parent.name == FOLDER and home.name == _AGENT
        self._folder = home / FOLDER
        self._clock = clock
        self._lock = threading.Lock()
        self._crm: Process | None = None
        self._agent: Process | None = None
        self._about: dict[str, str] = {}

    def state(self) -> dict[str, Json]:
        """Whether it runs, and where."""
        with self._lock:
            return self._state()

    def start(self, crm: str) -> dict[str, Json]:
        """Start both, or say where they are. Raises WaybillError."""
        from agent.demo.crms import CRMS

        if self._inside:
            raise WrongUse("This is the practice already.")
        with self._lock:
            crm = crm or str(self._note().get("crm") or _USUAL)
            if crm not in CRMS:
                raise WrongUse(
                    f"There is no practice CRM {crm[:40]!r}. There are: {', '.join(CRMS)}."
                )
            if self._runs() and self._about["crm"] == crm:
                return self._state()
            self._end()
            try:
                self._start(crm)
            except OSError as error:
                self._end()
                raise _failed(error.strerror or "no reason given") from error
            except BaseException:
                self._end()
                raise
            return self._state()

    def stop(self) -> dict[str, Json]:
        """End both; what was practised stays."""
        with self._lock:
            self._end()
            return self._state()

    def close(self) -> None:
        """As `stop`, at the end of the service, which has no time to lose."""
        with self._lock:
            self._end(quickly=True)

    # --- inside -----------------------------------------------------------------------------------

    def _start(self, crm: str) -> None:
        from agent.demo.crms import CRMS
        from agent.demo.process import Process

        home = self._folder / _AGENT
        for name in (_AGENT, _CRM, _EXPORTS, "logs"):
            (self._folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write_exports()
        client = Client(home, timeout=10)
        self._end_orphan(client)
        self._start_crm(crm)
        self._agent = Process(
            "agent.cli", ["run", "--home", str(home)], self._folder / "logs" / "agent.log"
        )
        self._until_it_answers(client)
        secret = self._about[CRMS[crm].credential]
        client.call("secrets.set", {"name": _SECRET, "value": secret})

    def _start_crm(self, crm: str) -> None:
        """On the port of last time, for a target may name it; on another one where it is taken."""
        from agent.demo.process import Process

        words = ["--folder", str(self._folder / _CRM / crm), "--crm", crm, "--until-eof"]
        log = self._folder / "logs" / "crm.log"
        for port in dict.fromkeys((int(self._note().get(crm) or 0), 0)):
            self._crm = Process("adapters.sandbox", [*words, "--port", str(port)], log)
            about = self._described(self._crm)
            if about:
                break
            self._crm.end()
        else:
            raise _failed("the practice CRM did not start")
        self._about = {**about, "crm": crm}
        note = {**self._note(), "crm": crm, crm: int(about["url"].rpartition(":")[2])}
        (self._folder / _NOTE).write_text(json.dumps(note), encoding="utf-8")

    def _described(self, crm: Process) -> dict[str, str]:
        """What the sandbox says of itself in its first line; nothing where it did not start."""
        line = crm.popen.stdout.readline() if crm.popen.stdout is not None else b""
        return {str(k): str(v) for k, v in json.loads(line).items()} if line else {}

    def _until_it_answers(self, client: Client) -> None:
        until = self._clock.monotonic() + _WITHIN
        waiting = threading.Event()
        while True:
            with suppress(ControlError):
                client.status()
                return
            if self._agent is None or self._agent.has_ended or self._clock.monotonic() >= until:
                raise _failed("the practice agent does not answer")
            waiting.wait(_LOOK)

    def _end_orphan(self, client: Client) -> None:
        """One that outlived a service which was killed."""
        waiting = threading.Event()
        with suppress(ControlError):
            client.call("stop", timeout=5)
            until = self._clock.monotonic() + _WITHIN
            while self._clock.monotonic() < until:
                client.status()  # until nobody answers
                waiting.wait(_LOOK)

    def _write_exports(self) -> None:
        from agent.demo.erp import FILES, Erp
        from agent.demo.exports import NAMES, export
        from agent.demo.options import SMALL

        folder = self._folder / _EXPORTS
        if not all((folder / name).exists() for name in NAMES.values()):
            export(Erp(SMALL, Random(_SEED), files_only=True), folder, FILES)

    def _state(self) -> dict[str, Json]:
        runs = self._runs()
        url = self._about.get("url") if runs else None
        return {
            "running": runs,
            "home": str(self._folder / _AGENT) if runs else None,
            "url": url,
            "admin_url": f"{url}/sandbox/" if url else None,
            "crm": self._about.get("crm") if runs else None,
            "exports": str(self._folder / _EXPORTS) if runs else None,
            "target": self._target() if runs else None,
        }

    def _target(self) -> Json:
        """Settings of a target that reaches the practice CRM; its secret is set."""
        text = resources.text(f"sample-erp/targets/{self._about['crm']}.toml")
        document = tomllib.loads(Template(text).safe_substitute(self._about, settles_within="2s"))
        settings: dict[str, Any] = document["targets"]["crm"]
        return {**settings, "ca_file": self._about["ca_file"]}

    def _runs(self) -> bool:
        both = (self._crm, self._agent)
        return all(each is not None and not each.has_ended for each in both)

    def _end(self, *, quickly: bool = False) -> None:
        both = [each for each in (self._agent, self._crm) if each is not None]
        for each in both:
            each.popen.terminate()  # both at once; nothing of either is lost by a kill
        for each in both:
            if quickly:
                with suppress(TimeoutExpired):
                    each.popen.wait(_QUICKLY)
                each.kill()
            else:
                each.end()
        self._crm = self._agent = None
        self._about = {}

    def _note(self) -> Mapping[str, Any]:
        with suppress(OSError, ValueError):
            found = json.loads((self._folder / _NOTE).read_text(encoding="utf-8"))
            if isinstance(found, dict):
                return found
        return {}


def _failed(why: str) -> WaybillError:
    return WaybillError(
        f"The practice could not be started: {why}.",
        code="PRACTICE_FAILED",
        params={"reason": why},
        hint="Its logs are in the folder practice/logs of the home folder.",
    )
