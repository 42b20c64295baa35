"""The records of an IDoc flat file: fields and their widths, in characters. Data only.

Control record EDI_DC40 (524 characters) and data record EDI_DD40 (1,063, of which 1,000 are the
segment's own), as SAP's port type *file* writes and reads them (transaction WE60 documents both).
"""

from __future__ import annotations

from collections.abc import Sequence

Layout = Sequence[tuple[str, int]]

CONTROL: Layout = (
    ("TABNAM", 10), ("MANDT", 3), ("DOCNUM", 16), ("DOCREL", 4), ("STATUS", 2), ("DIRECT", 1),
    ("OUTMOD", 1), ("EXPRSS", 1), ("TEST", 1), ("IDOCTYP", 30), ("CIMTYP", 30), ("MESTYP", 30),
    ("MESCOD", 3), ("MESFCT", 3), ("STD", 1), ("STDVRS", 6), ("STDMES", 6), ("SNDPOR", 10),
    ("SNDPRT", 2), ("SNDPFC", 2), ("SNDPRN", 10), ("SNDSAD", 21), ("SNDLAD", 70), ("RCVPOR", 10),
    ("RCVPRT", 2), ("RCVPFC", 2), ("RCVPRN", 10), ("RCVSAD", 21), ("RCVLAD", 70), ("CREDAT", 8),
    ("CRETIM", 6), ("REFINT", 14), ("REFGRP", 14), ("REFMES", 14), ("ARCKEY", 70), ("SERIAL", 20),
)  # fmt: skip
DATA: Layout = (
    ("SEGNAM", 30), ("MANDT", 3), ("DOCNUM", 16), ("SEGNUM", 6), ("PSGNUM", 6), ("HLEVEL", 2),
    ("SDATA", 1000),
)  # fmt: skip
HEADER: Layout = (
    ("MSGID", 64), ("OPERATION", 6), ("ENTITY", 30), ("CONTRACT", 40), ("REVISION", 18),
    ("EXTID", 255),
)  # fmt: skip
"""Our own first segment: which message this is."""
FIELD: Layout = (
    ("NAME", 40), ("PART", 4), ("KIND", 1), ("LENGTH", 4), ("VALUE", 900),
)  # fmt: skip
"""Our own second segment, once per field and part of a long value."""
MEANINGS = {
    "MSGID": "id of the message: whoever has processed it drops it",
    "OPERATION": "UPSERT or DELETE",
    "ENTITY": "canonical kind: account, order, ...",
    "CONTRACT": "kind and version: account/1",
    "REVISION": "only grows for one record: an older one than processed is dropped",
    "EXTID": "the ERP's key of the record",
    "NAME": "canonical field",
    "PART": "0001, and on where a value is longer than one segment",
    "KIND": "T text, I integer, B boolean (X or blank), N nothing (the field is emptied)",
    "LENGTH": "characters of VALUE that count",
    "VALUE": r"the value; \n is a line break, \r a carriage return, \\ a backslash",
}


def width(layout: Layout) -> int:
    """Characters of a whole record."""
    return sum(size for _, size in layout)
