"""What the ready sets say of themselves is told in German, in the window too."""

import re

import pytest
from PySide6.QtWidgets import QLabel

from agent.runtime.setup.pack_desk import listed
from gui import packs_words, translations
from gui.application import Face
from gui.texts import sections_of
from tests.gui.hands import connected
from tests.gui.scene import Refusal
from tests.gui.world_wizard import WIZARD

PARTS = {"title": "titles", "versions": "versions", "connect": "connect"}
GERMAN = sections_of("packs", "de")
ENGLISH_WORDS = re.compile(r"\b(the|of|with|whose|which|files|company|prices?|and|tables?)\b")


def shown():
    """Section and English text of everything that the window shows of a pack, with its pack."""
    for pack in listed()["items"]:
        for part, section in PARTS.items():
            yield pack["name"], section, pack[part]
        for setting in pack["settings"]:
            yield pack["name"], "settings", setting["title"]


def test_every_text_of_a_pack_that_the_window_shows_has_its_german():
    lacking = [each for each in shown() if not GERMAN.get(each[1], {}).get(each[2])]
    assert lacking == [], "add them to resources/translations/packs.de.toml"


def test_no_german_stays_of_a_text_that_no_pack_says_any_more():
    known = {(section, text) for _, section, text in shown()}
    stale = [(s, text) for s, texts in GERMAN.items() for text in texts if (s, text) not in known]
    assert stale == [], "take them out of resources/translations/packs.de.toml"


def test_what_is_written_alike_in_both_is_names_and_not_forgotten_english():
    alike = [
        german for texts in GERMAN.values() for text, german in texts.items() if text == german
    ]
    assert [text for text in alike if ENGLISH_WORDS.search(text)] == []


def test_a_set_that_a_text_leads_to_is_called_as_the_list_calls_it():
    named = {name for text in GERMAN["connect"].values() for name in re.findall("„(.+?)“", text)}
    assert named
    assert named <= set(GERMAN["titles"].values())


def test_a_text_without_german_stays_english_and_what_is_chosen_stays_as_it_is():
    setting = {"name": "dsn", "title": "New", "default": "ERP", "required": False, "example": "X"}
    pack = {"name": "new", "title": "Plain CSV files", "versions": "brand new", "connect": "",
            "kinds": ["account"], "settings": [setting]}  # fmt: skip
    assert packs_words.told("de", {"items": [pack]})["items"] == [
        {**pack, "title": "Einfache CSV-Dateien"}
    ]
    assert packs_words.told("en", {"items": [pack]})["items"] == [pack]


@pytest.fixture
def page(qtbot, service, tmp_path):
    """The set-up in a German window."""
    service.answers.update(WIZARD)
    person = tmp_path / "german.ini"
    person.write_text("[General]\nlanguage=de\ntheme=light\n", encoding="utf-8")
    face = Face(service.home, person)
    window = connected(qtbot, face)
    window.open("setup")
    yield window.page
    face.close()
    translations.install("en")


@pytest.fixture
def card(qtbot, page):
    """The card of the ready sets in a German window."""
    page.show_view("source-pack")
    qtbot.waitUntil(lambda: page.step is not None and page.step.key == "source")
    qtbot.waitUntil(lambda: page.step.packs.pack.count() > 0)
    return page.step.packs


def choose(card, name):
    card.pack.setCurrentIndex(card.pack.findData(name))
    card.pack.activated.emit(card.pack.currentIndex())
    return {label.text() for label in card.form.findChildren(QLabel)}


def test_a_german_window_shows_a_set_with_its_settings_in_german(card):
    told = choose(card, "dynamics-nav")
    assert "Mandantenwährung (ISO 4217)" in " ".join(told)
    assert card.versions.text() == (
        "2017; andere Versionen auf SQL Server, soweit „Einstellungen, Dienst“ deren Felder findet"
    )
    choose(card, "sap-se16-files")
    assert card.pack.currentText() == "SAP ERP aus exportierten Dateien"
    assert card.connects.text().startswith("Jemand exportiert ganze Tabellen in einen Ordner")
    assert card.form.accessibleName() == "SAP ERP aus exportierten Dateien"


def test_no_set_has_a_text_in_a_german_window_that_is_english(card):
    english = {text for _, section, text in shown() if GERMAN[section][text] != text}
    seen = set()
    for number in range(card.pack.count()):
        told = choose(card, card.pack.itemData(number))
        seen |= {card.pack.itemText(number), card.versions.text(), card.connects.text(), *told}
    assert len(seen) > 3 * card.pack.count()
    assert seen & english == set()


def test_a_setting_that_the_service_refuses_is_told_beside_it_in_german(qtbot, page, card, service):
    refused = {"pack": "sap-ecc", "names": "client,company_code"}
    service.fails["packs.fill"] = Refusal("PACK_SETTINGS", "Not right.", "See.", params=refused)
    choose(card, "sap-ecc")
    for name in ("client", "company_code"):
        card.form.field(name).set_value("?")
    qtbot.waitUntil(page.next.isEnabled)
    page.next.click()
    qtbot.waitUntil(page.problem.isVisible)
    told = [label.text() for label in card.form.findChildren(QLabel) if label.isVisible()]
    assert told.count("Das passt nicht.") == len(("client", "company_code"))
    assert page.problem.details().startswith("Manche Angaben zum fertigen Satz passen nicht")


def test_why_a_column_fits_and_why_records_may_be_the_same_is_german_too(qtbot, page):
    page.show_view("mapping")
    qtbot.waitUntil(lambda: page.step is not None and page.step.key == "mapping")
    qtbot.waitUntil(lambda: page.step.matches.rowCount() > 1)
    assert page.step.matches.item(1, 3).text() == (
        "„NAME1“ ist das ERP-eigene „name“; 20 von 20 Stichproben sind Texte, die passen"
    )
    page.show_view("link")
    qtbot.waitUntil(lambda: page.step.key == "link" and page.step.uncertain.isVisible())
    uncertain = page.step.uncertain
    qtbot.waitUntil(lambda: uncertain.candidates.rowCount() > 0)
    assert uncertain.items.index(0, 1).data() == "2 Datensätze dort sind ihm ähnlich."
    assert uncertain.candidates.index(0, 1).data() == (
        "Name: gleich, anders geschrieben; Rechnungsadresse: fast gleich"
    )
