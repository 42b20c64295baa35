"""The master key under Windows' own data protection (DPAPI), in the service account's scope.

What it protects opens only for the same account on the same machine, and only together with an
entropy file beside it (whose ACL the installer sets). The machine-wide scope is not used: every
user of the machine could open it. A reset of a domain account's password may lose DPAPI keys;
that is what the recovery key is for.

The calls into crypt32 have not been run on a real Windows yet; what surrounds them is tested
against a stand-in for `Dpapi`.
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


class Dpapi(Protocol):
    """The two calls that Windows offers."""

    def protect(self, plain: bytes, entropy: bytes) -> bytes:
        """CryptProtectData. Raises OSError."""
        ...

    def unprotect(self, protected: bytes, entropy: bytes) -> bytes:
        """CryptUnprotectData. Raises OSError."""
        ...


class DpapiWrapper:
    """Wraps the master key by DPAPI and an entropy file."""

    name = "dpapi"

    def __init__(self, entropy_file: Path, dpapi: Dpapi | None = None) -> None:
        self._entropy_file = entropy_file
        self._dpapi = dpapi or crypt32()

    def wrap(self, plain: bytes) -> bytes:
        """Wrap; makes the entropy file if it is not there yet."""
        if not self._entropy_file.exists():
            durable.write(self._entropy_file, os.urandom(primitives.KEY_BYTES))
        try:
            return self._dpapi.protect(plain, self._entropy_file.read_bytes())
        except OSError as error:
            raise _unavailable("protect", error) from error

    def unwrap(self, wrapped: bytes) -> bytes:
        """Unwrap; account, machine and entropy file must be those of `wrap`."""
        try:
            return self._dpapi.unprotect(wrapped, self._entropy_file.read_bytes())
        except OSError as error:
            raise _unavailable("open", error) from error


def _unavailable(verb: str, error: OSError) -> KeyUnavailable:
    return KeyUnavailable(
        f"Windows could not {verb} the master key (error {error.errno}).",
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

        def protect(self, plain: bytes, entropy: bytes) -> bytes:
            return self._call(self._protect, plain, entropy)

        def unprotect(self, protected: bytes, entropy: bytes) -> bytes:
            return self._call(self._unprotect, protected, entropy)

        def _call(self, function: ctypes._FuncPointer, data: bytes, entropy: bytes) -> bytes:
            given, salt, answer = _blob(data), _blob(entropy), _Blob()
            if not function(given, None, salt, None, None, _NO_DIALOGUE, answer):
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
