"""The agent under Windows' service control manager (pywin32). Loaded on Windows only.

Nothing of the agent is loaded before the manager has heard from us: it waits 30 s for that, on a
machine that starts with cold disks. Nobody's session matters: there is no window, and the end of a
log-on, which Windows tells every process with a console, is not taken for a wish to stop.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from agent.clock import SystemClock
from agent.errors import WaybillError
from agent.events import Event
from agent.service import event_log
from agent.service.hosted import Hosted, Phase

_STUCK: Final = "stuck.txt"
"""In the log folder: where every thread stood when the service had to be ended."""
_NOT_BY_THE_MANAGER: Final = 1063
_SPECIFIC: Final = 1066  # ERROR_SERVICE_SPECIFIC_ERROR: the number is ours
_ACCEPTED: Final = {
    Phase.STOPPED: 0,
    Phase.STARTING: 0x4 | 0x100,  # shutdown, pre-shutdown; a stop is not passed on yet
    Phase.STOPPING: 0,
    Phase.RUNNING: 0x1 | 0x4 | 0x40 | 0x100,  # stop, shutdown, power, pre-shutdown
}


def run(name: str, home: Path) -> int:
    """Be the service `name` until it is stopped. Raises WaybillError when nobody hosts it."""
    import pywintypes
    import servicemanager

    _be_quiet()

    class Service:
        """What pywin32 makes in the manager's thread."""

        _svc_name_ = name

        def __init__(self, words: list[str]) -> None:
            self._teller = _Teller()
            self._hosted = _hosted(home, self._teller)
            with_events = True
            self._teller.handle = servicemanager.RegisterServiceCtrlHandler(
                words[0], self._control, with_events
            )

        def SvcRun(self) -> None:  # noqa: N802 pywin32 calls it so
            self._hosted.run()

        def _control(self, code: int, event: int, _data: object) -> None:
            self._hosted.control(code, event)

    servicemanager.Initialize()
    servicemanager.PrepareToHostSingle(Service)
    try:
        servicemanager.StartServiceCtrlDispatcher()
    except pywintypes.error as error:
        if error.winerror != _NOT_BY_THE_MANAGER:
            raise
        raise WaybillError(
            "--service is for Windows' service manager, which did not start this program.",
            code="NOT_A_SERVICE",
            hint="Start the service: waybill service start. In a window: waybill run",
        ) from None
    return 0


class _Teller:
    """Satisfies `agent.service.hosted.Teller`."""

    def __init__(self) -> None:
        self.handle: Any = None
        self._lock = threading.Lock()

    def report(
        self, phase: Phase, *, checkpoint: int = 0, patience: float = 0.0, code: int = 0
    ) -> None:
        import win32service

        kind = win32service.SERVICE_WIN32_OWN_PROCESS
        status = (
            kind, int(phase), _ACCEPTED[phase], _SPECIFIC if code else 0, code, checkpoint,
            int(patience * 1000),
        )  # fmt: skip
        with self._lock, suppress(Exception):  # the manager is gone: the machine goes down
            win32service.SetServiceStatus(self.handle, status)

    def note(self, event: Event, text: str) -> None:
        event_log.write(event, text)


def _hosted(home: Path, teller: _Teller) -> Hosted:
    started = threading.Event()

    def work(stop: threading.Event) -> int:
        from agent.service import failing
        from agent.service.foreground import work_of

        try:
            return work_of(home, started, is_service=True)(stop)
        except BaseException as error:
            failing.note(home, error)
            raise

    def is_ready() -> bool:
        from agent.service.answering import sentence

        return started.is_set() and sentence(home) is not None

    def resumed() -> None:
        from agent.service.answering import look_for_news

        look_for_news(home)

    def end(code: int) -> None:
        with suppress(OSError), (home / "logs" / _STUCK).open("w", encoding="utf-8") as file:
            faulthandler.dump_traceback(file, all_threads=True)
        os._exit(code)

    return Hosted(work, is_ready, teller, SystemClock(), end=end, resumed=resumed)


def _be_quiet() -> None:
    """A service has no console to write to, and none whose end would be its own."""
    import win32api

    nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 open as long as we run
    sys.stdout = sys.stderr = nowhere
    with suppress(Exception):  # without a console there is nothing to be told
        win32api.SetConsoleCtrlHandler(lambda _event: True, True)  # noqa: FBT003 as Windows has it
