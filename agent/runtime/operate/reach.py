"""Which hosts and ports an agent needs, out of its configuration: the list for a firewall's team.

Every address that a target, an alert or a sign-in names, the proxies, the databases and the shares.
What an ODBC data source or a proxy's script keeps to itself is named as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from agent.config import Config
from agent.machine import paths

_NOT_CONTACTED: Final = frozenset({"audience", "resource", "scope", "issuer", "description"})
"""Settings that may look like an address and only name something."""
_PORTS: Final = (
    (("sql server", "freetds", "tds"), 1433), (("postgres", "psqlodbc"), 5432),
    (("mariadb", "mysql", "maodbc", "myodbc"), 3306), (("oracle",), 1521), (("hana", "hdb"), 30015),
    (("iseries", "system i", "ibm i"), 8471), (("db2",), 50000),
)  # fmt: skip
_SMB: Final = 445


class Need(NamedTuple):
    """One connection that must be possible."""

    subject: str
    """`targets.crm`, as in the configuration."""
    host: str
    port: int
    """0: stands elsewhere, as `host` says."""
    proxy: str = ""
    """Through which proxy; it must let the host pass."""


def filled(config: Config) -> dict[str, Any]:
    """A configuration as tables in which what nobody wrote has its value too."""
    return {
        "agent": config.agent.model_dump(),
        "sources": {name: one.settings.model_dump() for name, one in config.sources.items()},
        "targets": {name: one.settings.model_dump() for name, one in config.targets.items()},
        "alerts": [{"name": one.name, **one.settings.model_dump()} for one in config.alerts],
    }


def needs(document: Mapping[str, Any]) -> list[Need]:
    """All of them, each once, in the order of the configuration."""
    common = _table(document.get("agent")).get("proxy")
    found = [
        need
        for subject, settings in _places(document)
        for need in _of(subject, settings, common)
    ]  # fmt: skip
    return list(dict.fromkeys(found))


def _places(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for section in ("sources", "targets"):
        for name, settings in _table(document.get(section)).items():
            yield f"{section}.{name}", _table(settings)
    alerts = document.get("alerts")
    for number, settings in enumerate(alerts if isinstance(alerts, list) else ()):
        yield f"alerts.{_table(settings).get('name') or number + 1}", _table(settings)


def _of(subject: str, settings: Mapping[str, Any], common: object) -> Iterator[Need]:
    said = settings.get("proxy") or common
    proxy = said if isinstance(said, str) and said != "direct" else ""
    is_asked = False
    for url in _urls(settings):
        parts = urlsplit(url)
        host, port = parts.hostname or "", _port(parts.scheme, url)
        if _is_own(host):
            continue
        is_asked = True
        yield Need(subject, host, port, _shown(proxy))
    if is_asked and proxy.startswith("http://"):
        yield Need(subject, urlsplit(proxy).hostname or "", _port("http", proxy))
    if is_asked and proxy.startswith("pac+"):
        address = proxy.removeprefix("pac+")
        yield Need(
            subject, urlsplit(address).hostname or "", _port(urlsplit(address).scheme, address)
        )
    if isinstance(settings.get("host"), str) and not _is_own(settings["host"]):  # a mail server
        yield Need(subject, settings["host"], _number(settings.get("port"), 587))
    yield from _database(subject, settings)
    for place in (settings.get("folder"), _table(settings.get("settle")).get("archive")):
        if isinstance(place, str) and (server := paths.server_of(place)):
            yield Need(subject, server, _SMB)


def _database(subject: str, settings: Mapping[str, Any]) -> Iterator[Need]:
    words = {
        str(word).lower(): str(value)
        for word, value in _table(settings.get("connection")).items()
    }  # fmt: skip
    if server := next(
        (words[w] for w in ("server", "servername", "host", "system") if w in words), ""
    ):
        name, _, port = server.removeprefix("tcp:").partition(",")
        usual = next(
            (number for marks, number in _PORTS
             if any(mark in words.get("driver", "").lower() for mark in marks)), 0,
        )  # fmt: skip
        host = name.partition("\\")[0]
        if not _is_own(host):
            yield Need(subject, host, _number(port or words.get("port"), usual))
    elif isinstance(settings.get("dsn"), str):
        yield Need(subject, f"ODBC {settings['dsn']}", 0)


def _urls(settings: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    for key, value in settings.items():
        if key in _NOT_CONTACTED or key in ("proxy", "template", "templates"):
            continue
        if isinstance(value, str) and value.startswith(("https://", "http://")):
            yield value
        elif isinstance(value, Mapping) and depth < 4:
            yield from _urls(value, depth + 1)


def _port(scheme: str, url: str) -> int:
    try:
        return urlsplit(url).port or (443 if scheme == "https" else 80)
    except ValueError:
        return 0


def _number(value: object, otherwise: int) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() else otherwise


def _shown(proxy: str) -> str:
    if proxy.startswith("http://"):
        return urlsplit(proxy).netloc.rpartition("@")[2]
    return proxy


def _is_own(host: str) -> bool:
    return host in ("", "localhost", "::1", ".", "(local)") or host.startswith("127.")


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
