"""Loads the languages: our own texts and Qt's, for the language that a person chose.

English is what the code says. Another language is `resources/translations/waybill_XX.qm`, made
of its `.ts` by `python3 dev.py gui --translate`; Qt's own texts (`qtbase_XX.qm`) come with it.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from gui.texts import FOLDER

LANGUAGES: Final = {"en": "English", "de": "Deutsch"}
_loaded: list[QTranslator] = []


def of_system() -> str:
    """The system's language if we speak it, else English."""
    name = QLocale.system().name()[:2]
    return name if name in LANGUAGES else "en"


def install(language: str) -> None:
    """Speak this language from now on. Widgets that stand must be made again."""
    app = QCoreApplication.instance()
    if app is None:
        return
    for translator in _loaded:
        app.removeTranslator(translator)
    _loaded.clear()
    QLocale.setDefault(QLocale(language))
    if language == "en":
        return
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in ((f"qtbase_{language}", qt), (f"waybill_{language}", str(FOLDER))):
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)
            _loaded.append(translator)
