"""Names that vouch for themselves: what an entry's id is made of, and how bases name streams."""

from __future__ import annotations

from agent.ports import Cipher


def id_input(epoch: int, flow: int, seq: int, lane: bytes) -> bytes:
    """What the id of an entry is the keyed hash of: it vouches for all of these."""
    return b"%d|%d|%d|" % (epoch, flow, seq) + lane


def label(cipher: Cipher, name: str) -> str:
    """The name of a stream or flow as it stands outside the database."""
    return cipher.keyed_hash("name", 16)(name.encode()).hex()
