"""What Windows says of proxies (WinHTTP): settings of the account and machine, scripts, detection.

https://learn.microsoft.com/windows/win32/winhttp/winhttp-autoproxy-support. Loaded on Windows only.
A service's account rarely has settings of its own; an administrator gives the machine some by
`netsh winhttp set proxy`.
"""

from __future__ import annotations

import threading
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlsplit

from adapters.pac import bypassed, listed
from agent.errors import TargetUnavailable

_ctypes: Any = import_module("ctypes")  # as Any: elsewhere it knows no WinDLL
_NO_PROXY, _NAMED_PROXY = 1, 3
_AUTO_DETECT, _CONFIG_URL = 0x1, 0x2
_DHCP_AND_DNS: Final = 0x3
_MILLISECONDS: Final = 5000
_lock = threading.Lock()


def _structure(*fields: tuple[str, Any]) -> Any:
    return type("_Structure", (_ctypes.Structure,), {"_fields_": list(fields)})


_TEXT: Final = _ctypes.c_void_p  # to be freed by us, so no c_wchar_p
_Own: Any = _structure(
    ("detect", _ctypes.c_int), ("script", _TEXT), ("proxy", _TEXT), ("bypass", _TEXT)
)
_Asked: Any = _structure(
    ("flags", _ctypes.c_uint32), ("detect", _ctypes.c_uint32), ("script", _ctypes.c_wchar_p),
    ("reserved", _ctypes.c_void_p), ("more", _ctypes.c_uint32), ("sign_in", _ctypes.c_int),
)  # fmt: skip
_Info: Any = _structure(("access", _ctypes.c_uint32), ("proxy", _TEXT), ("bypass", _TEXT))


def found(url: str, script: str) -> list[str | None]:
    """Proxies for an address, the best first. `script`: a PAC file to ask instead of the settings.

    Raises TargetUnavailable where a script that is named cannot be had.
    """
    with _lock:
        if script:
            return _by_script(url, script)
        own = _Own()
        library = _library()
        if not library.WinHttpGetIEProxyConfigForCurrentUser(_ctypes.byref(own)):
            own = _Own()
        address, proxy, bypass = (_taken(one) for one in (own.script, own.proxy, own.bypass))
        if address:
            return _by_script(url, address)
        if not proxy:
            info = _Info()
            if library.WinHttpGetDefaultProxyConfiguration(_ctypes.byref(info)):
                proxy, bypass = _taken(info.proxy), _taken(info.bypass)
        if proxy:
            return _chosen(url, proxy, bypass)
        try:
            return _asked(url, _Asked(_AUTO_DETECT, _DHCP_AND_DNS, None, None, 0, 1))
        except OSError:  # nobody on this network says
            return [None]


def _by_script(url: str, script: str) -> list[str | None]:
    try:
        return _asked(url, _Asked(_CONFIG_URL, 0, script, None, 0, 1))
    except OSError as error:
        host = urlsplit(script).hostname or "its host"
        raise TargetUnavailable(
            f"The proxy script of {host} could not be had or evaluated (error {error.errno}).",
            code="PROXY_SCRIPT",
            hint='Check its address, or write the proxy itself: proxy = "http://host:port".',
            params={"host": host},
        ) from error


def _asked(url: str, question: Any) -> list[str | None]:
    """What a script says. Raises OSError: it could not be asked."""
    library = _library()
    session = library.WinHttpOpen("Waybill", _NO_PROXY, None, None, 0)
    if not session:
        raise OSError(_ctypes.get_last_error(), "WinHttpOpen")
    try:
        library.WinHttpSetTimeouts(session, *[_MILLISECONDS] * 4)
        info = _Info()
        if not library.WinHttpGetProxyForUrl(
            session, url, _ctypes.byref(question), _ctypes.byref(info)
        ):
            raise OSError(_ctypes.get_last_error(), "WinHttpGetProxyForUrl")
        proxy, bypass = _taken(info.proxy), _taken(info.bypass)
        return _chosen(url, proxy, bypass) if info.access == _NAMED_PROXY and proxy else [None]
    finally:
        library.WinHttpCloseHandle(session)


def _chosen(url: str, proxy: str, bypass: str) -> list[str | None]:
    parts = urlsplit(url)
    if bypassed(parts.hostname or "", bypass):
        return [None]
    return listed(proxy, parts.scheme) or [None]


def _taken(pointer: Any) -> str:
    """A text of Windows, whose memory is given back."""
    if not pointer:
        return ""
    text = str(_ctypes.wstring_at(pointer))
    _ctypes.WinDLL("kernel32").GlobalFree(_ctypes.c_void_p(pointer))
    return text


def _library() -> Any:
    library = _ctypes.WinDLL("winhttp", use_last_error=True)
    library.WinHttpOpen.restype = _ctypes.c_void_p
    library.WinHttpOpen.argtypes = (
        _ctypes.c_wchar_p, _ctypes.c_uint32, _ctypes.c_wchar_p, _ctypes.c_wchar_p, _ctypes.c_uint32,
    )  # fmt: skip
    library.WinHttpSetTimeouts.argtypes = (_ctypes.c_void_p, *[_ctypes.c_int] * 4)
    library.WinHttpCloseHandle.argtypes = (_ctypes.c_void_p,)
    library.WinHttpGetProxyForUrl.argtypes = (
        _ctypes.c_void_p, _ctypes.c_wchar_p, _ctypes.c_void_p, _ctypes.c_void_p,
    )  # fmt: skip
    return library
