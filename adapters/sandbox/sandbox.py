"""The sandbox CRM as an object: start it, order faults, look at what it holds, stop it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random, SystemRandom
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from adapters.sandbox.admin import Admin
from adapters.sandbox.ca import server_context
from adapters.sandbox.core import Core
from adapters.sandbox.dialect import TrustsKeys
from adapters.sandbox.dialects import DEFAULT, DIALECTS
from adapters.sandbox.dispatch import Dispatch
from adapters.sandbox.faults import Fault, Faults, Kind
from adapters.sandbox.folder import Folder
from adapters.sandbox.hooks import Hooks, Receiver
from adapters.sandbox.options import Options
from adapters.sandbox.server import HOST, Listener
from agent.clock import SystemClock
from agent.ports import Clock

_ANSWER_SECONDS = 0.05
"""Time for the answer to an order to get out before the port closes."""


class Sandbox:
    """A CRM on loopback. State lives as long as the object, through `stop` and `start`.

    It speaks `crm`, one of `dialects`. With `keep` it also outlives the process, in a snapshot written by `stop`. `schema` lays more
    objects and fields over the standard ones, in the form of that CRM's schema file.
    """

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        *,
        crm: str = DEFAULT,
        seed: int | None = None,
        clock: Clock | None = None,
        options: Options | None = None,
        schema: Sequence[Mapping[str, Any]] = (),
        keep: bool = False,
    ) -> None:
        kind = DIALECTS[crm]
        random = SystemRandom() if seed is None else Random(seed)
        clock = clock or SystemClock()
        self.options = options or kind.options()
        self._keep = keep
        self._folder = Folder(folder, crm)
        credentials = self._folder.credentials(random, kind.credentials)
        self._core = Core(clock, random, self.options, credentials, Faults(random))
        saved = self._folder.load() if keep else None
        self._dialect = kind.make(self._core, schema, saved and saved["records"])
        if saved is not None:
            self._core.log.load(saved["log"])
            self._core.requests = saved["requests"]
        self._stop = Event()
        self._late: list[Thread] = []
        self._hooks = Hooks(credentials["hook_secret"], clock, self._core.faults)
        self._admin = Admin(self._core, self._dialect, self._hooks, self._order)
        self._dispatch = Dispatch(
            self._core, self._dialect, self._hooks, self._admin, self._stop, self._after
        )
        tls = server_context(folder)
        self._listener = Listener(self._dispatch.serve, tls, port)
        self._has_jwt_key = False

    # --- life ---

    def start(self) -> Self:
        """Listen. After `stop` again, on the same port."""
        self._stop.clear()
        self._core.faults.forget("down")
        self._listener.open()
        self._core.url = self.url
        return self

    def stop(self) -> None:
        """Stop listening, finish late commits, leave a snapshot if that was wished."""
        self._stop.set()
        self._listener.close()
        while self._late:  # one of them may bring another
            self._late.pop().join()
        if self._keep:
            with self._core.lock:
                self._folder.save(
                    {
                        "records": self._dialect.dump(),
                        "log": self._core.log.dump(),
                        "requests": self._core.requests,
                    }
                )

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # --- how to reach it ---

    @property
    def port(self) -> int:
        """Where it listens; 0 before the first start."""
        return self._listener.port

    @property
    def url(self) -> str:
        """Where clients find it: sign-in, API and webhook host in one."""
        return f"https://{HOST}:{self.port}"

    @property
    def ca_file(self) -> Path:
        """The certificate that clients must trust."""
        return self._folder.ca_file

    @property
    def credentials(self) -> Mapping[str, str]:
        """What a client signs in with, by the CRM's own words; the admin token; the hook secret."""
        return self._core.credentials

    @property
    def client_id(self) -> str:
        """The id of the only registered app."""
        return self.credentials["client_id"]

    @property
    def client_secret(self) -> str:
        """Its secret."""
        return self.credentials["client_secret"]

    @property
    def user(self) -> str:
        """The user as whom clients sign in."""
        return self.credentials["user"]

    @property
    def jwt_key_file(self) -> Path:
        """A private key whose assertions are accepted; made when first asked for."""
        if not self._has_jwt_key:
            self.trust_key(self._folder.jwt_public_key())
            self._has_jwt_key = True
        return self._folder.jwt_key_file

    @property
    def admin_token(self) -> str:
        """Opens `/sandbox/...`."""
        return self.credentials["admin_token"]

    @property
    def hook_secret(self) -> str:
        """What webhooks must be signed with."""
        return self.credentials["hook_secret"]

    def description(self) -> dict[str, str]:
        """Everything that a client must know, secrets included."""
        about = {
            "url": self.url,
            "ca_file": str(self.ca_file.resolve()),
            **self.credentials,
            "hook_url": f"{self.url}/hook/",
        }
        if isinstance(self._dialect, TrustsKeys):
            about["jwt_key_file"] = str(self.jwt_key_file.resolve())
        return about

    def trust_key(self, pem: bytes) -> None:
        """Accept assertions of another key: PEM of a public key or a certificate."""
        if not isinstance(self._dialect, TrustsKeys):
            raise TypeError("this CRM has no sign-in by assertion")
        with self._core.lock:
            self._dialect.trust(pem)

    # --- what goes wrong ---

    def fault(self, kind: Kind, **details: Any) -> int:
        """Order a fault (see `faults`); its number lifts it again. `down` is down on return."""
        fault = Fault(kind=kind, **details)
        number = self._core.faults.add(fault)
        if fault.kind == "down":
            self._listener.close()
            self._come_up(number, fault.seconds)
        return number

    def lift(self, number: int | None = None) -> None:
        """Lift one fault or all; come up again after `down`."""
        self._core.faults.clear(number)
        if not self._stop.is_set() and not self._core.faults.has("down"):
            self._listener.open()

    def end_sessions(self) -> None:
        """Let every token run out."""
        with self._core.lock:
            self._dialect.end_sessions()

    # --- what it holds ---

    def state(self) -> dict[str, Any]:
        """Counts, faults, usage."""
        return self._admin.state()

    def records(self, name: str) -> dict[str, dict[str, Any]]:
        """All living records of an object, by external id."""
        found: dict[str, dict[str, Any]] = self._admin.records(name, limit=2**31)["records"]
        return found

    def enter(self, name: str, fields: Mapping[str, Any]) -> str:
        """Create a record as a person at the CRM's own pages would; its id."""
        with self._core.lock:
            return self._dialect.enter(name, fields)

    def change(self, name: str, record_id: str, fields: Mapping[str, Any]) -> None:
        """Change a record as a person at the CRM's own pages would."""
        with self._core.lock:
            self._dialect.change(name, record_id, fields)

    def every(self, name: str) -> dict[str, dict[str, Any]]:
        """What all living records of an object hold, by their own ids, whoever entered them."""
        with self._core.lock:
            return {
                row.id: {key: value for key, value in row.fields().items() if value is not None}
                for row in self._dialect.held(name)
            }

    def write_log(self, name: str) -> dict[str, dict[str, Any]]:
        """What was really done to each record of an object, by external id (see `writelog`)."""
        log: dict[str, dict[str, Any]] = self._admin.write_log(name)[name]
        return log

    def hook(self, name: str) -> Receiver:
        """What the webhook receiver `name` holds."""
        return self._hooks.receiver(name)

    @property
    def crashes(self) -> Sequence[str]:
        """Tracebacks of the sandbox's own mistakes; a test looks that there are none."""
        return self._dispatch.crashes

    # --- behind it ---

    def _order(self, fault: Fault) -> int:
        """As `fault`, for the admin page: the order comes through the port that is to close."""
        number = self._core.faults.add(fault)
        if fault.kind != "down":
            return number

        def go_down() -> None:
            self._listener.close()
            self._come_up(number, fault.seconds)

        self._after(_ANSWER_SECONDS, go_down)
        return number

    def _come_up(self, number: int, seconds: float) -> None:
        if seconds:
            self._after(seconds, lambda: self.lift(number))

    def _after(self, seconds: float, action: Callable[[], object]) -> None:
        """Do something after so many seconds, or at once when the sandbox stops before."""

        def late() -> None:
            self._stop.wait(seconds)
            action()

        thread = Thread(target=late, name="sandbox-late", daemon=True)
        self._late.append(thread)
        thread.start()
