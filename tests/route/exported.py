"""What an export of the ERP says of one row."""

from __future__ import annotations

from agent.model import LeftOut, Place, Raw, Record
from tests.fakes import FakeRead, fake_mapper


def says_gone(read: FakeRead, key: str) -> bool:
    """Whether it says that there is no such row any more, or none that is to be in the CRM.

    That a row is not in it says so only where the end is proven and every record has its key.
    """
    answers = read.parse([Raw(line, Place(read.name, 0, 0, 0)) for line in read.lines])
    of_key = [answer for answer in answers if answer.key == (key,)]
    if not of_key:
        return read.complete and all(answer.key is not None for answer in answers)
    last = of_key[-1]
    return isinstance(last, Record) and isinstance(fake_mapper(())(last.values), LeftOut)
