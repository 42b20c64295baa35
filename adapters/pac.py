"""What proxy scripts and Windows answer, as text: proxies in order, and the exceptions from them."""

from __future__ import annotations

import fnmatch
import re

from adapters.settings import is_host


def listed(text: str, scheme: str) -> list[str | None]:
    """Proxies in the order in which they are to be tried; None: no proxy.

    Both forms: what a script answers (`PROXY a:8080; DIRECT`), and the list of Windows
    (`a:8080;b:8080` or `http=a:80;https=b:80`). SOCKS is not spoken and left out.
    """
    found: list[str | None] = []
    for part in re.split(r"[;\s]*;[;\s]*|\s*\n\s*", text.strip()):
        word, _, rest = part.strip().partition(" ")
        if word.upper() == "DIRECT":
            found.append(None)
        elif word.upper() in ("PROXY", "HTTP"):
            found += _address(rest)
        elif word and not rest:
            name, is_named, value = word.partition("=")
            if not is_named:
                found += _address(name)
            elif name.lower() == scheme:
                found += _address(value)
    return list(dict.fromkeys(found))


def _address(text: str) -> list[str | None]:
    """`host:port`, with or without `http://`; nothing that cannot be one."""
    plain = text.strip().removeprefix("http://").rstrip("/")
    host, _, port = plain.rpartition(":") if re.search(r":\d+$", plain) else (plain, "", "80")
    fine = is_host(host.strip("[]")) and port.isdigit() and 0 < int(port) < 65536
    return [f"http://{host}:{port}"] if fine else []


def bypassed(host: str, rules: str) -> bool:
    """Whether a list of exceptions of Windows (`<local>;*.corp.example`) names this host."""
    for rule in re.split(r"[;\s]+", rules.strip()):
        if rule.lower() == "<local>" and "." not in host and ":" not in host:
            return True
        if rule and fnmatch.fnmatch(host.lower(), rule.lower().partition("://")[2] or rule.lower()):
            return True
    return False
