"""The master key under Windows' own data protection (DPAPI), in the service account's scope.

What it protects opens only for the same account on the same machine, and only together with an
entropy file beside it, in a folder that is closed to others. A reset of a domain account's password
may lose DPAPI keys; that is what the recovery key is for.

An installer makes the keys as an administrator, before the service's account ever ran. Such keys are
handed over: wrapped in the machine's scope (whoever can read the entropy file could open them, which
are the service and administrators), until the service opens them first and wraps them in its own.

The calls run under Wine, whose data protection keeps nothing secret; that it does is for Windows to
show.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Protocol

from agent import durable
from agent.crypto import primitives
from agent.errors import KeyUnavailable

_NO_DIALOGUE = 0x1  # CRYPTPROTECT_UI_FORBIDDEN: a service has nobody to ask
_LOCAL_MACHINE = 0x4  # CRYPTPROTECT_LOCAL_MACHINE


class Dpapi(Protocol):
    """The two calls that Windows offers."""

    def protect(self, plain: bytes, entropy: bytes, *, machine: bool) -> bytes:
        """CryptProtectData, for this account or the whole machine. Raises OSError."""
        ...

    def unprotect(self, protected: bytes, entropy: bytes) -> bytes:
        """CryptUnprotectData. Raises OSError."""
        ...


class DpapiWrapper:
    """Wraps the master key by DPAPI and an entropy file, for this account."""

    name = "dpapi"
    _machine = False

    def __init__(self, entropy_file: Path, dpapi: Dpapi | None = None) -> None:
        self._entropy_file = entropy_file
        self._dpapi = dpapi or crypt32()

    def wrap(self, plain: bytes) -> bytes:
        """Wrap; makes the entropy file if it is not there yet."""
        if not self._entropy_file.exists():
            durable.write(self._entropy_file, os.urandom(primitives.KEY_BYTES))
        try:
            return self._dpapi.protect(
                plain, self._entropy_file.read_bytes(), machine=self._machine
            )
        except OSError as error:
            raise _unavailable("protect", error) from error

    def unwrap(self, wrapped: bytes) -> bytes:
        """Unwrap; account, machine and entropy file must be those of `wrap`."""
        try:
            return self._dpapi.unprotect(wrapped, self._entropy_file.read_bytes())
        except OSError as error:
            raise _unavailable("open", error) from error


class HandoverWrapper(DpapiWrapper):
    """Wraps for whoever on this machine can read the entropy file: until the service takes over."""

    name = "dpapi-machine"
    _machine = True


def _unavailable(verb: str, error: OSError) -> KeyUnavailable:
    number = getattr(error, "winerror", None) or error.errno
    return KeyUnavailable(
        f"Windows could not {verb} the master key (error {number}).",
        hint="The service must run as the account that made the keys, and the entropy file must "
        "be there; otherwise run `waybill keys recover`.",
    )


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _Blob(ctypes.Structure):
        _fields_ = (("size", wintypes.DWORD), ("data", ctypes.POINTER(ctypes.c_char)))

    class _Crypt32:
        """CryptProtectData and CryptUnprotectData by ctypes."""

        def __init__(self) -> None:
            library = ctypes.WinDLL("crypt32", use_last_error=True)
            self._local_free = ctypes.WinDLL("kernel32").LocalFree
            self._local_free.argtypes = (ctypes.c_void_p,)
            blob = ctypes.POINTER(_Blob)
            text = ctypes.POINTER(wintypes.LPWSTR)
            self._protect = library.CryptProtectData
            self._unprotect = library.CryptUnprotectData
            for function, description in (
                (self._protect, wintypes.LPCWSTR),
                (self._unprotect, text),
            ):
                function.argtypes = (
                    blob, description, blob, ctypes.c_void_p, ctypes.c_void_p,
                    wintypes.DWORD, blob,
                )  # fmt: skip
                function.restype = wintypes.BOOL

        def protect(self, plain: bytes, entropy: bytes, *, machine: bool) -> bytes:
            scope = _LOCAL_MACHINE if machine else 0
            return self._call(self._protect, plain, entropy, scope)

        def unprotect(self, protected: bytes, entropy: bytes) -> bytes:
            return self._call(self._unprotect, protected, entropy, 0)

        def _call(
            self, function: ctypes._FuncPointer, data: bytes, entropy: bytes, scope: int
        ) -> bytes:
            given, salt, answer = _blob(data), _blob(entropy), _Blob()
            if not function(given, None, salt, None, None, _NO_DIALOGUE | scope, answer):
                raise ctypes.WinError(ctypes.get_last_error())
            try:
                return ctypes.string_at(answer.data, answer.size)
            finally:
                self._local_free(answer.data)

    def _blob(data: bytes) -> _Blob:
        buffer = ctypes.create_string_buffer(data, len(data))
        return _Blob(len(data), ctypes.cast(buffer, ctypes.POINTER(ctypes.c_char)))

    def crypt32() -> Dpapi:
        """Windows' own implementation."""
        return _Crypt32()

else:

    def crypt32() -> Dpapi:
        """Windows' own implementation. Raises KeyUnavailable elsewhere."""
        raise KeyUnavailable(
            "Windows' data protection does not exist on this machine.",
            hint="The keys were made on Windows; run `waybill keys recover` here.",
        )
