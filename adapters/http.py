"""HTTP for every adapter: the one module that imports httpx.

Invariants:
- Only https, except on loopback; only to the configured origin and those that `allow` added; no
  redirect is followed, no cookie kept, no environment variable read but for `proxy = "system"`.
- Every request has one total deadline, an answer of at most 8 MiB, decompression included.
- Foreign exceptions are translated here, once. Nothing of the request left: `TargetUnavailable`.
  Anything later, or an answer that cannot be read: `AnswerLost`, since the effect may have happened.
- No header, body, path or query appears in an error, a log line or a repr; hosts do.
"""

from __future__ import annotations

import logging
import re
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore

from adapters.network import Attempt, DeadlineBackend, issuer_shown
from adapters.proxy import Proxies, bare, refused
from adapters.settings import HttpSettings, is_allowed
from adapters.tls import tls_context
from agent.errors import TargetUnavailable
from agent.model import Allowance, Meter
from agent.ports import AdapterContext
from agent.unseen import unseen

with unseen("rich", "pygments"):  # for its command line
    import httpx

_logger = logging.getLogger(__name__)

MAX_ANSWER = 8 * 1024 * 1024
_CONNECT_SECONDS = 10.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

# Both log request lines (which carry record keys in queries) below WARNING.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

FOREIGN: tuple[type[Exception], ...] = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpx.CookieConflict,
    httpcore.ConnectionNotAvailable,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
)
"""Everything that httpx and the layer below it raise."""


class AnswerLost(Exception):
    """The request left, wholly or in part, and no usable answer came: the effect is unknown."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def origin(url: str | httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port. Raises ValueError for what may never be contacted."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise ValueError("this is not a complete address") from None
    if parsed.userinfo or not is_allowed(parsed.scheme, parsed.host):
        raise ValueError("only https addresses are allowed (http on this machine only)")
    return parsed.scheme, parsed.host, parsed.port or (443 if parsed.scheme == "https" else 80)


# --- answers --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """A complete answer; its request was sent. Header names are case-insensitive."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"Answer({self.status}, {len(self.body)} bytes)"

    @property
    def media(self) -> str:
        """The media type: `application/json`."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Whether the answer says that it is JSON."""
        return self.media == "application/json" or self.media.endswith("+json")


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """What `Retry-After` asks for, held between a second and an hour; None: it says nothing."""
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        seconds = float(text[:20])
    elif (when := _http_date(text)) is not None:
        seconds = (when - now).total_seconds()
    else:
        return None
    return timedelta(seconds=min(max(seconds, 1.0), 3600.0))


def _http_date(text: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


# --- the client -----------------------------------------------------------------------------------

Heed = Callable[[Mapping[str, str], float], Iterable[Allowance]]
"""What the headers of an answer, read at this monotonic time, say of the target's limits."""


class HttpClient:
    """One target's connections: kept alive, shared by its senders, opened at first use."""

    def __init__(
        self,
        settings: HttpSettings,
        context: AdapterContext,
        heed: Heed = lambda _headers, _now: (),
    ) -> None:
        self._settings = settings
        self._context = context
        self._origins = {origin(settings.url)}
        self._seconds = settings.timeout.total_seconds()
        self._proxies = Proxies(settings, context)
        self._attempt = Attempt()
        self._lock = threading.Lock()
        self._opened: dict[str | None, httpx.Client] = {}
        self._dated: tuple[str, datetime] | None = None
        self._heed = heed
        self._sent = 0
        self._told: dict[str, Allowance] = {}

    def allow(self, url: str) -> None:
        """Let requests go to one more origin. Raises ValueError for what may never be contacted."""
        self._origins.add(origin(url))

    @property
    def skew(self) -> timedelta | None:
        """How far the server's clock is ahead of ours, by its last answer."""
        if self._dated is None:
            return None
        server = _http_date(self._dated[0])
        return None if server is None else server - self._dated[1]

    def meter(self) -> Meter:
        """Requests so far, and what the last answers said of limits and of the time."""
        with self._lock:
            return Meter(self._sent, tuple(self._told.values()), self.skew)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """ONE attempt. Raises TargetUnavailable (nothing left us) or AnswerLost."""
        where = httpx.URL(url)
        if origin(where) not in self._origins:
            raise TargetUnavailable(
                f"A request to {where.host} was refused: it is not the configured host.",
                code="HOST_REFUSED",
                hint="Check the target's url. Nothing was sent.",
                params={"host": where.host},
            )
        proxy = self._proxies.to(str(where))
        client = self._client(proxy)
        self._attempt.begin(self._context.clock.monotonic() + self._seconds)
        try:
            request = client.build_request(method, where, headers=headers, content=content)
            response = client.send(request, stream=True)
            try:
                answer = self._answer(response, where.host)
            finally:
                response.close()
            _logger.debug("%s answered %d to a %s", where.host, answer.status, request.method)
            return answer
        except FOREIGN as error:
            raise self._translate(error, where, proxy) from None
        finally:
            if self._attempt.sent:
                with self._lock:
                    self._sent += 1

    def close(self) -> None:
        """Close every connection; safe at any time, also twice."""
        with self._lock:
            clients, self._opened = self._opened, {}
        for client in clients.values():
            client.close()

    def _answer(self, response: httpx.Response, host: str) -> Answer:
        if response.status_code in _REDIRECTS:
            raise _redirected(response, host)
        if date := response.headers.get("date"):
            self._dated = (date, self._context.clock.now())
        for told in self._heed(response.headers, self._context.clock.monotonic()):
            with self._lock:
                self._told[told.name] = told
        return Answer(response.status_code, response.headers, _body(response))

    def _client(self, proxy: str | None) -> httpx.Client:
        with self._lock:
            if proxy not in self._opened:
                self._opened[proxy] = self._open(proxy)
            return self._opened[proxy]

    def _open(self, proxy: str | None) -> httpx.Client:
        common: dict[str, Any] = {
            "ssl_context": tls_context(self._settings, self._context),
            "max_connections": 16,
            "keepalive_expiry": 60.0,
            "network_backend": DeadlineBackend(
                self._context.clock, self._attempt, proxied=proxy is not None
            ),
        }
        if proxy is None:
            pool = httpcore.ConnectionPool(**common)
        else:
            login = self._proxies.login(proxy)
            pool = httpcore.HTTPProxy(
                bare(proxy),
                proxy_auth=login and (login[0].encode(), login[1].encode()),
                **common,
            )
        return httpx.Client(
            transport=_Transport(pool),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(self._seconds, connect=min(_CONNECT_SECONDS, self._seconds)),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"user-agent": "Waybill", "accept-encoding": "gzip"},
        )

    def _translate(
        self, error: Exception, where: httpx.URL, proxy: str | None
    ) -> TargetUnavailable | AnswerLost:
        if self._attempt.sent:
            return AnswerLost(_lost_reason(error, where.host, self._seconds))
        self._proxies.failed(proxy)
        if isinstance(error, httpcore.ProxyError):
            signed_in = proxy is not None and self._proxies.login(proxy) is not None
            return refused(where.host, str(error), signed_in=signed_in)
        cause = error.args[0] if error.args else None  # what the socket raised, if it was one
        if isinstance(cause, ssl.SSLError):
            return self._untrusted(cause, where, direct=proxy is None)
        if proxy is not None:
            return TargetUnavailable(
                "The proxy could not be reached or did not open a way to the target.",
                code="PROXY_FAILED",
                hint="Check the proxy's address and that it allows this host.",
                params={"host": where.host},
            )
        if isinstance(cause, socket.gaierror):
            return TargetUnavailable(
                f"The name {where.host} could not be resolved.",
                code="DNS_FAILED",
                hint="Check the url and this machine's name servers. Nothing was sent.",
                params={"host": where.host},
            )
        return TargetUnavailable(
            f"No connection to {where.host} ({type(error).__name__}).",
            code="CONNECT_FAILED",
            hint="Check network, firewall and whether a proxy is needed. Nothing was sent.",
            params={"host": where.host},
        )

    def _untrusted(
        self, cause: ssl.SSLError, where: httpx.URL, *, direct: bool
    ) -> TargetUnavailable:
        issuer = "unknown"
        if direct:
            issuer = issuer_shown(where.host, origin(where)[2], min(5.0, self._seconds))
        reason = getattr(cause, "verify_message", "") or cause.reason or "handshake failed"
        return TargetUnavailable(
            f"The certificate of {where.host} (issued by: {issuer}) is not trusted: {reason}.",
            code="TLS_UNTRUSTED",
            hint="If your company inspects traffic, name its certificate as ca_file. "
            "Nothing was sent.",
            params={"host": where.host, "issuer": issuer, "reason": reason},
        )


class _Transport(httpx.BaseTransport):
    """Hands httpx's requests to our own pool, whose sockets obey the deadline."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method.encode(),
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Raw(answer.stream))

    def close(self) -> None:
        self._pool.close()


class _Raw(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()


def _body(response: httpx.Response) -> bytes:
    """The decoded body, never more than the cap in memory."""
    inflate = _inflater(response.headers.get("content-encoding", ""))
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk if inflate is None else inflate(chunk, MAX_ANSWER + 1 - len(body))
        if len(body) > MAX_ANSWER:
            raise AnswerLost("The answer is larger than 8 MiB and was not read further.")
    return bytes(body)


def _inflater(encoding: str) -> Callable[[bytes, int], bytes] | None:
    if encoding.strip().lower() in {"", "identity"}:
        return None
    unpack = zlib.decompressobj(wbits=47)  # gzip or zlib, told apart by the header

    def inflate(chunk: bytes, most: int) -> bytes:
        try:
            return unpack.decompress(chunk, most)
        except zlib.error:
            raise AnswerLost("The answer is compressed in a way that cannot be read.") from None

    return inflate


def _lost_reason(error: Exception, host: str, seconds: float) -> str:
    if isinstance(error, (httpcore.TimeoutException, httpx.TimeoutException)):
        return f"{host} did not answer completely within {seconds:g} s."
    if isinstance(error, (httpcore.ProtocolError, httpx.ProtocolError)):
        return f"{host} closed the connection or sent an answer that is not valid HTTP."
    return f"The connection to {host} broke before the answer was complete."


def _redirected(response: httpx.Response, host: str) -> TargetUnavailable:
    try:
        to = httpx.URL(response.headers.get("location", "")).host or host
    except httpx.InvalidURL:
        to = "an unreadable address"
    return TargetUnavailable(
        f"{host} redirects to {to}, which is not followed.",
        code="REDIRECT_REFUSED",
        hint=f"If that is the right place, write it into the target's url. "
        f"Nothing was sent to {to}.",
        params={"host": host, "to": to},
    )
