"""Whether the publisher has something newer: told, never fetched, never installed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from agent.config import Updates as Settings
from agent.errors import WaybillError, WrongUse
from agent.log import get_logger
from agent.model import Json
from agent.upgrade import manifest, notes
from agent.upgrade.manifest import News

_logger = get_logger(__name__)

Fetch = Callable[[str], bytes]
"""What is at an https address. Raises WaybillError."""


class Updates:
    """The publisher's word. Threads may share it."""

    def __init__(self, home: Path, version: str, settings: Settings | None, fetch: Fetch) -> None:
        self._home = home
        self._version = version
        self._settings = settings
        self._fetch = fetch

    @property
    def is_on(self) -> bool:
        """Whether anybody is to be asked."""
        return self._settings is not None

    def look(self) -> None:
        """Ask once; what goes wrong is for the log alone."""
        try:
            self.check()
        except (WaybillError, OSError) as error:
            code = error.code if isinstance(error, WaybillError) else type(error).__name__
            _logger.warning("no word about newer versions", code=code)

    def check(self, where: str = "", key: str = "") -> News:
        """Ask, and keep the answer. `where`: an address or a file instead of the configured one.

        Raises WaybillError.
        """
        settings = self._settings
        where = where or (settings.manifest if settings else "")
        key = key or (settings.key if settings else "")
        if not where or not key:
            raise WrongUse(
                "Nothing is configured to ask about newer versions.",
                code="UPDATES_OFF",
                hint='[agent] updates = { manifest = "https://...", key = "..." } in waybill.toml.',
            )
        news = News(self._version, manifest.checked(self._content(where), key))
        notes.remember_news(self._home, news.as_json())
        return news

    def told(self) -> dict[str, Json] | None:
        """What is newer, as far as known; None: nothing."""
        return newer(self._home, self._version)

    def answer(self) -> dict[str, Json]:
        """The same for a face. Raises WaybillError."""
        news = self.check()
        said = news.manifest
        there = f"Version {said.version} is there; {news.installed} is installed."
        hint = "Its installer brings it in." if news.is_direct else f"First: {said.minimum}."
        return {
            "version": news.installed,
            "newest": said.version if news.is_newer else "",
            "text": there if news.is_newer else "This is the newest version.",
            "hint": hint if news.is_newer else "",
            "notes": said.notes,
        }

    def _content(self, where: str) -> bytes:
        if "://" in where:
            return self._fetch(where)
        try:
            with Path(where).open("rb") as file:
                return file.read(manifest.MAX_BYTES + 1)
        except OSError as error:
            raise WrongUse(f"{where} cannot be read: {error.strerror}.") from error


def newer(home: Path, version: str) -> dict[str, Json] | None:
    """What was last heard of a version newer than this one."""
    try:
        told = notes.news(home)
    except OSError:
        return None
    there = told.get("version")
    if not isinstance(there, str) or manifest.ordered(there) <= manifest.ordered(version):
        return None
    return {"version": there, "notes": str(told.get("notes") or "")}
