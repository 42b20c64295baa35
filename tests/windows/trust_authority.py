"""Adds an authority to the machine's trusted roots, as a company's own CA stands there.

Run by the lab's Windows Python with a PEM file as its one argument. Wine (8) lacks what truststore
needs to verify by a file alone (an exclusive root), so the sandbox's CA is trusted this way; that
`ca_file` works on Windows is on the release checklist.
"""

from __future__ import annotations

import ctypes
import ssl
import sys
from pathlib import Path

_SYSTEM_STORE = 10  # CERT_STORE_PROV_SYSTEM_W
_LOCAL_MACHINE = 2 << 16
_ENCODING = 1  # X509_ASN_ENCODING
_REPLACE = 3


def main() -> None:
    der = ssl.PEM_cert_to_DER_cert(Path(sys.argv[1]).read_text(encoding="ascii"))
    crypt = ctypes.WinDLL("crypt32", use_last_error=True)
    crypt.CertOpenStore.restype = ctypes.c_void_p
    crypt.CertOpenStore.argtypes = [
        *(ctypes.c_void_p, ctypes.c_uint, ctypes.c_void_p, ctypes.c_uint, ctypes.c_wchar_p)
    ]
    crypt.CertAddEncodedCertificateToStore.argtypes = [
        *(ctypes.c_void_p, ctypes.c_uint, ctypes.c_char_p),
        *(ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p),
    ]
    crypt.CertCloseStore.argtypes = [ctypes.c_void_p, ctypes.c_uint]
    store = crypt.CertOpenStore(_SYSTEM_STORE, 0, None, _LOCAL_MACHINE, "Root")
    if not store:
        raise ctypes.WinError(ctypes.get_last_error())
    added = crypt.CertAddEncodedCertificateToStore(store, _ENCODING, der, len(der), _REPLACE, None)
    error = ctypes.get_last_error()
    crypt.CertCloseStore(store, 0)
    if not added:
        raise ctypes.WinError(error)


if __name__ == "__main__":
    main()
