"""Every language says everything, with the same things in it."""

import ast
import shutil
import string
import xml.etree.ElementTree as ET

import pytest

from gui import translations
from tests.gui import languages

PAIRS = [
    (language, context.findtext("name"), message)
    for language in languages.LANGUAGES
    for context in ET.parse(languages.source_of(language)).getroot().iter("context")
    for message in context.iter("message")
]
MODULES = sorted((languages.ROOT / "gui").rglob("*.py"))


def fields(text):
    return sorted(field for _, field, _, _ in string.Formatter().parse(text) if field is not None)


def translated(message):
    translation = message.find("translation")
    forms = [form.text or "" for form in translation.findall("numerusform")]
    return forms or [translation.text or ""]


@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_no_text_of_the_code_lacks_its_translation(language, tmp_path, monkeypatch):
    """If not: `python3 dev.py gui --translate`, then translate what it names, and once more."""
    draft = tmp_path / languages.source_of(language).name
    shutil.copy(languages.source_of(language), draft)
    languages.find(language, draft)
    monkeypatch.setattr(languages, "source_of", lambda _language: draft)
    assert languages.unfinished(language) == []


def test_a_translation_names_what_the_text_names():
    wrong = [
        (language, context, said)
        for language, context, message in PAIRS
        for said in translated(message)
        if fields(said) != fields(message.findtext("source"))
    ]
    assert wrong == []


def test_what_is_compiled_is_what_is_translated(qapp):
    translations.install("de")
    try:
        assert qapp.translate("Pages", "Overview") == "Übersicht"
        assert qapp.translate("TrayIcon", "Open Waybill") == "Waybill öffnen"
    finally:
        translations.install("en")


def test_no_text_hides_from_the_translators_in_an_f_string():
    """lupdate does not look into f-strings."""
    hidden = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
                names = [call.func.attr for call in calls if isinstance(call.func, ast.Attribute)]
                if {"tr", "translate"} & set(names):
                    hidden.append(f"{path.name}:{node.lineno}")
    assert hidden == []
