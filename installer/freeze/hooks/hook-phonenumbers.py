"""Of phonenumbers the numbering plans, not its maps of places, networks and time zones."""

from __future__ import annotations

from PyInstaller.utils.hooks import collect_submodules

hiddenimports = [
    *collect_submodules("phonenumbers.data"),
    *collect_submodules("phonenumbers.shortdata"),
]
