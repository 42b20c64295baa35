"""What the survey of one read found: who is who, and what has to be looked at closely."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

from agent.changes.fingerprint import Fingerprints
from agent.changes.survey import Survey
from agent.model import Content, Place, Raw, Unreadable
from agent.ports import Read, Stop
from agent.runtime.spool import Spool


class Stopped(Exception):
    """The agent is to stop: the read ends without a trace and starts again."""


@dataclass
class Found:
    """What the survey set aside."""

    survey: Survey
    spool: Spool
    unreadable: list[Unreadable] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)
    """By ordinal; only of reads that are not full."""
    digest: str = ""

    def take(self, read: Read, prints: Fingerprints, stop: Stop) -> None:
        """Survey a read to its end. Raises Stopped, SourceUnavailable, SourceChanged."""
        survey, whole = self.survey, blake2b(digest_size=16)
        full = read.content is Content.FULL
        for page in read.pages():
            if stop.is_set():
                raise Stopped
            hashes = prints.page(page)
            whole.update(hashes)
            first = page.first.number
            unknown = survey.page(hashes, first)
            if not unknown:
                continue
            if full:  # few are ever asked for their place, and it costs to know it
                raws = [Raw(page.records[i], page.first) for i in unknown]
            else:  # where there is no key, the place is the key
                places = list(page.places(unknown))
                self.places.update((place.number, place) for place in places)
                raws = [Raw(page.records[i], at) for i, at in zip(unknown, places, strict=True)]
            numbers, keys, kept, lost = [], [], [], []
            for at, made in zip(unknown, read.parse(raws), strict=True):
                if isinstance(made, Unreadable):
                    key = None if made.key is None else prints.key(made.key)
                    survey.unreadable(key, first + at)
                    lost.append((at, made))
                else:
                    numbers.append(first + at)
                    keys.append(prints.key(made.key))
                    kept.append(at)
            self.unreadable += [
                made._replace(place=place)
                for (_, made), place in zip(lost, page.places(at for at, _ in lost), strict=True)
            ]
            survey.keyed(numbers, keys)
            kept_hashes = b"".join([hashes[16 * i : 16 * i + 16] for i in kept])
            self.spool.put(numbers, kept_hashes, [page.records[i] for i in kept])
        self.digest = whole.hexdigest()
