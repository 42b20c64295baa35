"""Messages into IDoc files. Pure: a message's name and bytes follow from it and the settings alone.

Widths count as SAP's Unicode systems count: in 16-bit units, so that a letter beyond the first plane
takes two. What a flat file cannot carry is refused alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b

from adapters.targets.idoc.config import IdocConfig
from adapters.targets.idoc.layout import CONTROL, DATA, FIELD, HEADER, Layout
from agent.model import Message, Op, Rejected, Scalar

NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
_PART = dict(FIELD)["VALUE"]
_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", "\r": r"\r"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")


class Refused(Exception):
    """A message that cannot be written, and why."""

    def __init__(self, receipt: Rejected) -> None:
        self.receipt = receipt


def name(message: Message) -> str:
    """The name of a message's file, without its ending; also the handle of its receipt."""
    if NAME.fullmatch(message.id):
        return message.id
    return blake2b(message.id.encode("utf-8", "replace"), digest_size=16).hexdigest()


def content(message: Message, config: IdocConfig) -> bytes:
    """The whole file. Raises Refused."""
    number = str(_number(message)).zfill(16)
    lines = [_line(CONTROL, _control(message, config, number))]
    about = {"MANDT": config.client, "DOCNUM": number}
    for at, (segment, level, data) in enumerate(_segments(message, config), 1):
        parent = "000000" if at == 1 else "000001"
        lines.append(
            _line(
                DATA,
                {
                    **about,
                    "SEGNAM": segment,
                    "SEGNUM": str(at).zfill(6),
                    "PSGNUM": parent,
                    "HLEVEL": level,
                    "SDATA": data,
                },
            )
        )
    try:
        return "".join(f"{line}\r\n" for line in lines).encode(config.encoding)
    except UnicodeEncodeError:
        reason = f"A text of this record has a letter that {config.encoding} does not have."
        raise Refused(Rejected("TEXT_INVALID", reason)) from None


def _number(message: Message) -> int:
    digest = blake2b(message.id.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % 10**16


def _control(message: Message, config: IdocConfig, number: str) -> Mapping[str, str]:
    return {
        "TABNAM": "EDI_DC40",
        "MANDT": config.client,
        "DOCNUM": number,
        "DIRECT": "2",
        "IDOCTYP": config.basic_type,
        "MESTYP": config.message_type,
        "SNDPOR": config.sender.port,
        "SNDPRT": config.sender.type,
        "SNDPRN": config.sender.number,
        "RCVPOR": config.receiver.port,
        "RCVPRT": config.receiver.type,
        "RCVPRN": config.receiver.number,
        "ARCKEY": name(message)[:70],
        "SERIAL": str(message.revision).zfill(20),
    }


def _segments(message: Message, config: IdocConfig) -> Iterator[tuple[str, str, str]]:
    """Segment, level and data of each record."""
    header = {
        "MSGID": name(message)[:64],
        "OPERATION": message.op.value.upper(),
        "ENTITY": message.entity,
        "CONTRACT": message.contract,
        "REVISION": str(message.revision).zfill(18),
        "EXTID": _plain(message.external_id, ""),
    }
    yield config.header_segment, "01", _line(HEADER, header)
    if message.op is Op.DELETE:
        return
    for field, value in message.fields.items():
        kind, text = _value(value, field)
        for number, part in enumerate(_parts(text), 1):
            given = {
                "NAME": field,
                "PART": str(number).zfill(4),
                "KIND": kind,
                "LENGTH": str(_units(part)).zfill(4),
                "VALUE": part,
            }
            yield config.field_segment, "02", _line(FIELD, given)


def _value(value: Scalar, field: str) -> tuple[str, str]:
    if value is None:
        return "N", ""
    if isinstance(value, bool):
        return "B", "X" if value else ""
    if isinstance(value, int):
        return "I", str(value)
    return "T", _plain(value, field)


def _plain(text: str, field: str) -> str:
    escaped = text.translate(_ESCAPES)
    if _CONTROL.search(escaped):
        reason = "A text of this record has a control character that a file of lines cannot carry."
        raise Refused(Rejected("TEXT_INVALID", reason, field))
    return escaped


def _parts(text: str) -> Iterator[str]:
    """A text in pieces that fit; one that is empty is one empty piece."""
    piece, size = "", 0
    for letter in text:
        if size + _units(letter) > _PART:
            yield piece
            piece, size = "", 0
        piece += letter
        size += _units(letter)
    yield piece


def _line(layout: Layout, values: Mapping[str, str]) -> str:
    return "".join(_padded(values.get(field, ""), size, field) for field, size in layout)


def _padded(text: str, size: int, field: str) -> str:
    room = size - _units(text)
    if room < 0:
        reason = f"{field} takes {size} characters in an IDoc; this record has more."
        raise Refused(Rejected("STRING_TOO_LONG", reason))
    return text + " " * room


def _units(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text)
