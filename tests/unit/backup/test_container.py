"""The file of a backup: what was changed, exchanged, cut off or added is noticed, always."""

import io
import os

import pytest

from agent.backup.container import MAGIC, PIECE, BackupError, Reader, Writer, header_of

KEY = os.urandom(32)
HEAD = {"format": 1, "id": "x"}


def sealed(plain: bytes, key: bytes = KEY, head=HEAD) -> bytes:
    out = io.BytesIO()
    writer = Writer(out, key, head)
    for at in range(0, len(plain), 100_000):
        writer.write(plain[at : at + 100_000])
    writer.finish()
    return out.getvalue()


def opened(content: bytes, key: bytes = KEY) -> bytes:
    file = io.BytesIO(content)
    _, head = header_of(file)
    reader = Reader(file, key, head)
    parts = []
    while part := reader.read(70_000):
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 17])
def test_what_is_written_is_read_and_stands_nowhere_plain(size):
    plain = os.urandom(size // 2) + b"Business data" * (size // 26) + b"." * size
    plain = plain[:size]
    content = sealed(plain)
    assert opened(content) == plain
    assert b"Business data" not in content


def test_a_change_of_any_byte_is_noticed():
    content = bytearray(sealed(b"abc" * 10))
    for at in range(len(content)):
        content[at] ^= 1
        with pytest.raises(BackupError):
            opened(bytes(content))
        content[at] ^= 1
    assert opened(bytes(content)) == b"abc" * 10


def test_a_file_that_was_cut_off_anywhere_is_noticed():
    content = sealed(os.urandom(2 * PIECE + 5))
    start = len(content) - 2 * PIECE - 5 - 2 * 16 - 100
    for at in [*range(80), *range(start, len(content), 99_991), len(content) - 1]:
        with pytest.raises(BackupError):
            opened(content[:at])


def test_what_follows_the_end_and_pieces_in_another_order_are_noticed():
    content = sealed(os.urandom(2 * PIECE + 5))
    with pytest.raises(BackupError):
        opened(content + b"x")
    begin = len(MAGIC) + 4 + len(b'{"format": 1, "id": "x"}')
    piece = PIECE + 16 + 4
    first, second = content[begin : begin + piece], content[begin + piece : begin + 2 * piece]
    rest = content[begin + 2 * piece :]
    for wrong in (second + first + rest, first + rest, first + first + second + rest):
        with pytest.raises(BackupError):
            opened(content[:begin] + wrong)


def test_another_key_and_another_header_open_nothing():
    with pytest.raises(BackupError):
        opened(sealed(b"abc"), os.urandom(32))
    other = sealed(b"abc", head={"format": 1, "id": "y"})
    mine = sealed(b"abc")
    head = len(MAGIC) + 4 + len(b'{"format": 1, "id": "x"}')
    with pytest.raises(BackupError):
        opened(other[:head] + mine[head:])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "BACKUP_FOREIGN"),
        (b"PK\x03\x04 something else", "BACKUP_FOREIGN"),
        (MAGIC, "BACKUP_DAMAGED"),
        (MAGIC + b"\xff\xff\xff\xff", "BACKUP_DAMAGED"),
        (MAGIC + b"\0\0\0\2[]", "BACKUP_DAMAGED"),
        (MAGIC + b'\0\0\0\x0d{"format": 9}', "BACKUP_TOO_NEW"),
    ],
)
def test_what_is_no_backup_is_told_as_such(content, code):
    with pytest.raises(BackupError) as caught:
        header_of(io.BytesIO(content))
    assert caught.value.code == code
