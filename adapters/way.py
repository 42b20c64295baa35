"""The way to a target, step by step: name, connection with TLS, proxy. Nothing is signed in or sent.

Each finding says how long it took and what to do next. A certificate that this machine trusts and
that no public authority stands behind is named with who issued it: so a company's inspection of
traffic, or an internal server, is seen before anybody wonders why sign-in fails.
"""

from __future__ import annotations

import base64
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

import certifi

from adapters.network import issuer_of, issuer_shown, trust
from adapters.proxy import Proxies, refused
from adapters.settings import HttpSettings, is_loopback
from agent.errors import SecretMissing, TargetUnavailable
from agent.model import Finding, Findings, Level
from agent.ports import AdapterContext

DNS, TLS, PROXY = "dns", "tls", "proxy"
_LONGEST = 10.0


class _Refused(Exception):
    """The proxy did not open a way; the text says how, and `offers` how it would be signed in to."""

    def __init__(self, status: str, offers: str = "") -> None:
        self.offers = offers
        super().__init__(status)


def probe(settings: HttpSettings, context: AdapterContext) -> Findings:
    """Resolve, connect, look at the certificate. Never raises for a finding."""
    return tuple(_steps(settings, context))


def _steps(settings: HttpSettings, context: AdapterContext) -> Iterator[Finding]:
    parts = urlsplit(settings.url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    timed = _Timed(context)
    proxies = Proxies(settings, context)
    try:
        proxy = proxies.to(settings.url)
    except TargetUnavailable as error:
        yield Finding(Level.ERROR, error.code, error.title, error.hint, step=PROXY)
        return
    via = urlsplit(proxy) if proxy else None
    name, at = (via.hostname or "", via.port or 0) if via else (host, port)

    found = timed(DNS, lambda: _resolve(name, at))
    yield found
    if found.level is Level.ERROR:
        return
    opened: list[socket.socket] = []
    login = partial(proxies.login, proxy) if proxy else None
    met = timed(PROXY, lambda: _through(settings, login, (name, at), (host, port), opened))
    if proxy or met.level is not Level.ERROR:
        yield met if proxy else replace(met, text="No proxy; the connection is direct.")
    else:
        yield replace(met, step=TLS)
    for sock in opened:
        with closing(sock):
            if parts.scheme == "https":
                yield timed(
                    TLS, partial(_secure, sock, settings, context, (host, port), direct=not proxy)
                )
            else:
                text = "No TLS: it is this machine itself."
                yield Finding(Level.OK, "NO_TLS", text, step=TLS, seconds=0.0)


class _Timed:
    def __init__(self, context: AdapterContext) -> None:
        self._clock = context.clock

    def __call__(self, step: str, work: Callable[[], Finding]) -> Finding:
        began = self._clock.monotonic()
        found = work()
        return replace(found, step=step, seconds=round(self._clock.monotonic() - began, 3))


def _resolve(host: str, port: int) -> Finding:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return Finding(
            Level.ERROR, "DNS_FAILED", f"The name {host} could not be resolved.",
            "Check the address in the configuration, and this machine's name servers.",
            params={"host": host},
        )  # fmt: skip
    addresses = sorted({str(entry[4][0]) for entry in found})
    said = ", ".join(addresses[:3])
    params = {"host": host, "addresses": said}
    return Finding(Level.OK, "RESOLVED", f"{host} is {said}.", params=params)


def _through(
    settings: HttpSettings,
    login: Callable[[], tuple[str, str] | None] | None,
    first: tuple[str, int],
    last: tuple[str, int],
    opened: list[socket.socket],
) -> Finding:
    """Connect to `first`; where that is a proxy, have it open the way to `last`."""
    seconds = min(_LONGEST, settings.timeout.total_seconds())
    try:
        sock = socket.create_connection(first, seconds)
    except OSError as error:
        return Finding(
            Level.ERROR, "CONNECT_FAILED",
            f"No connection to {first[0]} port {first[1]} ({error.strerror or 'no answer'}).",
            "Check the firewall, and whether a proxy is needed (`proxy`).",
        )  # fmt: skip
    if login is None:
        opened.append(sock)
        return Finding(Level.OK, "CONNECTED", f"Connected to {first[0]}.")
    try:
        _tunnel(sock, login(), last)
    except _Refused as error:
        sock.close()
        return _not_opened(first[0], last[0], error)
    except (OSError, SecretMissing) as error:
        sock.close()
        why = str(error) if isinstance(error, SecretMissing) else "no answer"
        return Finding(
            Level.ERROR, "PROXY_FAILED",
            f"The proxy {first[0]} did not open a way to {last[0]} ({why[:60]}).",
            "Ask the proxy's administrator to allow this host.",
        )  # fmt: skip
    opened.append(sock)
    return Finding(
        Level.OK,
        "PROXY_OPEN",
        f"The proxy {first[0]} opens the way to {last[0]}.",
        params={"proxy": first[0], "host": last[0]},
    )


def _not_opened(proxy: str, host: str, error: _Refused) -> Finding:
    means = refused(host, str(error), signed_in=False)
    offers = f", and offers {error.offers}" if error.offers else ""
    return Finding(
        Level.ERROR, means.code,
        f"The proxy {proxy} did not open a way to {host} ({str(error)[:60]}{offers}).", means.hint,
    )  # fmt: skip


def _tunnel(sock: socket.socket, login: tuple[str, str] | None, last: tuple[str, int]) -> None:
    where = f"{last[0]}:{last[1]}"
    lines = [f"CONNECT {where} HTTP/1.1", f"Host: {where}"]
    if login:
        pair = base64.b64encode(":".join(login).encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {pair}")
    sock.sendall("\r\n".join([*lines, "", ""]).encode())
    said = b""
    while b"\r\n\r\n" not in said and len(said) < 16384:
        part = sock.recv(4096)
        if not part:
            break
        said += part
    status = said.split(b"\r\n", 1)[0].decode("latin-1").partition(" ")[2]
    if not status.startswith("200"):
        raise _Refused(status or "it closed the connection", _offers(said))


def _offers(said: bytes) -> str:
    """The ways to sign in that a proxy names: `Negotiate, NTLM`."""
    found = re.findall(rb"(?im)^proxy-authenticate:[ \t]*([A-Za-z]+)", said)
    return ", ".join(dict.fromkeys(one.decode() for one in found))


def _secure(
    plain: socket.socket,
    settings: HttpSettings,
    context: AdapterContext,
    place: tuple[str, int],
    *,
    direct: bool,
) -> Finding:
    host, port = place
    ca_file = settings.ca_file and context.folder / settings.ca_file
    try:
        trusted = trust(ca_file)
    except OSError:
        return Finding(
            Level.ERROR, "CA_FILE_UNREADABLE", "The file of trusted certificates cannot be read.",
            f"Check ca_file: {ca_file}", params={"file": str(ca_file)},
        )  # fmt: skip
    try:
        with trusted.wrap_socket(plain, server_hostname=host) as secure:
            issuer = issuer_of(secure.getpeercert(binary_form=True))
            version = secure.version() or "TLS"
    except (ssl.SSLError, OSError) as error:
        issuer = issuer_shown(host, port, 5.0) if direct else "unknown"
        reason = (
            getattr(error, "verify_message", "") or getattr(error, "reason", "") or "broken off"
        )
        return Finding(
            Level.ERROR, "TLS_UNTRUSTED",
            f"The certificate of {host} (issued by: {issuer}) is not trusted: {reason}.",
            "If your company inspects traffic, name its certificate as ca_file; otherwise ask who "
            "answers in the place of the target.",
            params={"host": host, "issuer": issuer, "reason": reason},
        )  # fmt: skip
    if direct and not is_loopback(host) and not _is_public(host, port):
        return Finding(
            Level.WARNING, "TLS_INSPECTED",
            f"{version}; the certificate of {host} is issued by {issuer}, which is no public "
            "authority: your network inspects the traffic, or the server is your own.",
            "If nobody should read it on the way, ask the network's administrator for an exception.",
            params={"version": version, "host": host, "issuer": issuer},
        )  # fmt: skip
    return Finding(
        Level.OK, "TLS_TRUSTED", f"{version}; the certificate is issued by {issuer}.",
        params={"version": version, "issuer": issuer},
    )  # fmt: skip


def _is_public(host: str, port: int) -> bool:
    """Whether a public authority stands behind what the host shows."""
    public = ssl.create_default_context(cafile=certifi.where())
    try:
        with (
            socket.create_connection((host, port), 5.0) as plain,
            public.wrap_socket(plain, server_hostname=host),
        ):
            return True
    except ssl.SSLCertVerificationError:
        return False
    except OSError:
        return True  # it answered a moment ago: nothing is said of what cannot be seen
