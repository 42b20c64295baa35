"""Delivery as IDoc files: one for each message, and with receipts once SAP has processed it.

Idempotency: the file's name is the message's id, and the reader drops what it has processed. The
reader cannot be asked what it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from adapters.shell import OneWay
from adapters.targets.idoc import encode, files
from adapters.targets.idoc.config import IdocConfig
from agent.errors import TargetUnavailable
from agent.model import (
    Accepted,
    Ambiguous,
    BatchLimits,
    Deferred,
    Delivered,
    Finding,
    Findings,
    Level,
    Message,
    Receipt,
)
from agent.ports import AdapterContext

_PROBE = "waybill-probe"


class IdocTarget(OneWay):
    """One folder (satisfies `agent.ports.Target`); safe to share between senders."""

    unlinked = "IDoc files go one way: what SAP holds already cannot be linked."
    repeatable = True
    lag = timedelta(0)
    profile_version = "idoc/1"

    def __init__(self, config: IdocConfig, context: AdapterContext) -> None:
        self._config = config
        self._folder = context.folder / config.folder
        self._receipts = config.receipts and context.folder / config.receipts
        self.limits = BatchLimits(records=config.batch, per_entity=False, parallel=4)
        self.settles_within = config.settles_within

    def check(self) -> Findings:
        """Both folders there, writable and readable. Leaves nothing behind."""
        found = [self._writable(self._folder)]
        if self._receipts is not None:
            found.append(self._writable(self._receipts))
        return tuple(found)

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """ONE attempt: a file for each message. Raises TargetUnavailable: none was written."""
        receipts: list[Receipt] = []
        for message in batch:
            try:
                receipts.append(self._deliver(message))
            except OSError as error:
                away = files.unavailable(error, self._folder)
                if not any(isinstance(each, Delivered | Accepted | Ambiguous) for each in receipts):
                    raise away from None
                # Others are written: this must not look as if nothing had happened.
                later = Deferred(away.code, away.title)
                receipts += [later] * (len(batch) - len(receipts))
                break
        return receipts

    def follow(self, handles: Sequence[str]) -> Sequence[Receipt]:
        """What SAP has said of these files so far. Raises TargetUnavailable."""
        if self._receipts is None:
            return [Ambiguous("No folder for receipts is configured.") for _ in handles]
        try:
            return [self._followed(self._receipts, handle) for handle in handles]
        except OSError as error:
            raise files.unavailable(error, self._receipts) from None

    def close(self) -> None:
        """Nothing is held open."""

    def _deliver(self, message: Message) -> Receipt:
        name = encode.name(message)
        later = Accepted(name, self._config.check_after)
        if self._receipts is not None:
            said = files.receipt(self._receipts, name)
            if said is not None:
                return said  # of an earlier attempt of the same message
            if files.is_waiting(self._folder, name):
                return later
        try:
            files.put(self._folder, name, encode.content(message, self._config))
        except encode.Refused as refused:
            return refused.receipt
        except files.Doubtful:
            return Ambiguous("The folder could not be forced to the disk.")
        return Delivered() if self._receipts is None else later

    def _followed(self, folder: Path, handle: str) -> Receipt:
        if not encode.NAME.fullmatch(handle):
            return Ambiguous("This is no handle of a file.")
        return files.receipt(folder, handle) or Accepted(handle, self._config.check_after)

    def _writable(self, folder: Path) -> Finding:
        try:
            files.put(folder, _PROBE, b"")
            (folder / f"{_PROBE}{files.ENDING}").unlink()
        except (OSError, files.Doubtful) as error:
            away = _told(error, folder)
            return Finding(Level.ERROR, away.code, away.title, away.hint)
        return Finding(Level.OK, "FOLDER_READY", f"{folder} can be written.")


def _told(error: OSError | files.Doubtful, folder: Path) -> TargetUnavailable:
    return files.unavailable(error if isinstance(error, OSError) else OSError(), folder)
