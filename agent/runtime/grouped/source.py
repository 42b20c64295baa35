"""A source that groups the rows of another one."""

from __future__ import annotations

from pathlib import Path

from agent.errors import SourceChanged
from agent.model import Checkpoint, Content, Findings
from agent.ports import Cipher, Read, Source, Stop
from agent.runtime.grouped.config import GroupConfig
from agent.runtime.grouped.read import GroupedRead


class GroupedSource:
    """Satisfies `agent.ports.Source`. `inner` is an adapter of its own: nobody else reads it."""

    def __init__(self, inner: Source, settings: GroupConfig, cipher: Cipher, folder: Path) -> None:
        self._inner = inner
        self._settings = settings
        self._cipher = cipher
        self._folder = folder
        self.conditions: Findings = ()
        """What the last read came across."""

    def check(self) -> Findings:
        """Test as the service."""
        return self._inner.check()

    def wait(self, stop: Stop, timeout: float) -> bool:
        """Wait for news."""
        return self._inner.wait(stop, timeout)

    def read(self, since: Checkpoint | None, *, again: bool = False) -> Read | None:
        """The next read that is due. Raises SourceUnavailable, SourceChanged."""
        read = self._inner.read(since, again=again)
        self.conditions = self._inner.conditions
        return self._grouped(read)

    def sample(self, back: int = 0) -> Read | None:
        """What a preview looks at."""
        return self._grouped(self._inner.sample(back))

    def settle(self, checkpoint: Checkpoint, *, clean: bool) -> bool:
        """Nothing: the files belong to the source whose rows these are."""
        del checkpoint, clean
        return True

    def close(self) -> None:
        """Release everything."""
        self._inner.close()

    def _grouped(self, read: Read | None) -> Read | None:
        if read is None:
            return None
        try:
            if read.content is not Content.FULL:
                raise SourceChanged(
                    f"{read.name} holds a part of the rows only: nothing can be summed up.",
                    code="GROUP_NOT_WHOLE",
                    params={"source": read.name},
                    hint="Group a source that is read whole.",
                )
            return GroupedRead(read, self._settings, self._cipher, self._folder)
        except BaseException:
            read.close()
            raise
