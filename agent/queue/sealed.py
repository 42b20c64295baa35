"""Everything of ours that lies on the disk sealed under a data key: where it is, what it is bound to.

Whoever seals something else under the data keys lists it here, or its key could be destroyed too
early; a test compares this list with the schema.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from agent.queue.envelopes import context as envelope_context

Context = Callable[[bytes, tuple[Any, ...]], bytes]
"""(installation, the row's key) -> what the seal is bound to."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """One column of sealed bytes."""

    table: str
    key: tuple[str, ...]
    """The columns that name a row, in the order in which it is gone through."""
    column: str
    context: Context


def _fixed(context: bytes) -> Context:
    return lambda _installation, _key: context


def _meta(_installation: bytes, key: tuple[Any, ...]) -> bytes:
    return str(key[0]).encode()


SEALED: Final = (
    Sealed("meta", ("name",), "value", _meta),
    Sealed("stream", ("id",), "checkpoint", _fixed(b"checkpoint")),
    Sealed("stream", ("id",), "watch", _fixed(b"watch")),
    Sealed("reading", ("id",), "about", _fixed(b"reading")),
    Sealed("envelope", ("id",), "blob", lambda ours, key: envelope_context(ours, key[0])),
    Sealed("entry", ("seq",), "reason", _fixed(b"reason")),
    Sealed("lane", ("lane", "flow"), "remote", lambda _, key: b"remote|" + key[0]),
    Sealed("delta", ("id", "stream"), "block", lambda _, key: ledger_context(key[1], key[0])),
    Sealed("unreadable", ("id",), "about", _fixed(b"unreadable")),
    Sealed("hold", ("id",), "about", _fixed(b"hold")),
    Sealed("act", ("id",), "about", _fixed(b"act")),
    Sealed("link", ("flow",), "about", _fixed(b"link")),
    Sealed("link_item", ("id",), "about", _fixed(b"link_item")),
    Sealed("publish", ("id",), "about", _fixed(b"publish")),
    Sealed("image", ("publish", "lane"), "content", lambda _, key: image_context(*key)),
)
"""Beside these there are the blocks of the ledger's bases (`agent.queue.base`)."""


def ledger_context(stream: int, block: int) -> bytes:
    """What a block of a stream's texts is bound to, in the delta and in a base."""
    return b"ledger|%d|" % stream + block.to_bytes(8, "big")


def image_context(publish: int, lane: bytes) -> bytes:
    """What an image of a publish is bound to."""
    return b"image|%d|" % publish + lane
