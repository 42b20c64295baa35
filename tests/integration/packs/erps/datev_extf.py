"""Customers and vendors in the DATEV format, with all columns of format version 5."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.integration.packs import files
from tests.integration.packs.world import World

COUNTS = {"contact": 20}
SAMPLES = {
    "account": ("10013", {"Name": "Müller & Söhne 13", "ERP_Payment_Terms__c": "10"}),
    "contact": ("10012", {"LastName": "Frau Ober"}),
}
ABOUT = (
    '"EXTF";700;16;"Debitoren/Kreditoren";5;20261121060000000;;"RE";"";"";29098;55003;20260101;4'
)


def bank(number: int) -> str:
    return (
        f"Bankleitzahl {number};Bankbezeichnung {number};Bank-Kontonummer {number};"
        f"Länderkennzeichen {number};IBAN-Nr. {number};Leerfeld;SWIFT-Code {number};"
        f"Abw. Kontoinhaber {number};Kennz. Hauptbankverb. {number};"
        f"Bankverb {number} Gültig von;Bankverb {number} Gültig bis"
    )


COLUMNS = ";".join([
    "Konto;Name (Adressattyp Unternehmen);Unternehmensgegenstand;Name (Adressattyp natürl. Person)",
    "Vorname (Adressattyp natürl. Person);Name (Adressattyp keine Angabe);Adressattyp",
    "Kurzbezeichnung;EU-Land;EU-UStID;Anrede;Titel/Akad. Grad;Adelstitel;Namensvorsatz;Adressart",
    "Straße;Postfach;Postleitzahl;Ort;Land;Versandzusatz;Adresszusatz;Abweichende Anrede",
    "Telefon;Bemerkung (Telefon);E-Mail;Bemerkung (E-Mail);Internet;Bemerkung (Internet);Fax",
    *map(bank, range(1, 6)),
    "Leerfeld;Briefanrede;Grußformel;Kunden-/Lief.-Nr.;Steuernummer;Sprache;Ansprechpartner",
    "Vertreter;Sachbearbeiter;Diverse-Konto;Ausgabeziel;Währungssteuerung;Kreditlimit (Debitor)",
    "Zahlungsbedingung;Fälligkeit in Tagen (Debitor);Skonto in Prozent (Debitor);Lastschrift",
    "Leerfeld;Mandantenbank;Zahlungsträger",
    *map(bank, range(6, 11)),
    "Nummer Fremdsystem;Insolvent",
]).split(";")  # fmt: skip


def export(world: World, folder: Path) -> None:
    """One file as a program would name it, and one of another kind that is not read."""
    files.write(
        folder / "EXTF_Stammdaten-Deb-Kred.csv", COLUMNS, rows(world), delimiter=";",
        encoding="cp1252", before=[ABOUT], quoting=csv.QUOTE_NONNUMERIC,
    )  # fmt: skip
    (folder / "EXTF_Buchungsstapel.csv").write_text(ABOUT, encoding="cp1252")


def rows(world: World) -> list[dict[str, Any]]:
    customers = [
        {"Konto": 10000 + c.number, **named(c.number, c.name), "Straße": f"Gasse {c.number}",
         "Postleitzahl": f"0{c.number:04}", "Ort": c.town, "Land": c.country,
         "Telefon": "+49 221 5550100", "Kreditlimit (Debitor)": german(c.limit),
         "Zahlungsbedingung": 10, "Ansprechpartner": "" if c.number % 2 else "Frau Ober"}
        for c in world.customers
    ]  # fmt: skip
    vendor = {"Konto": 70001, **named(1, "Vendor"), "Ansprechpartner": "Herr Unter"}
    return [*customers, vendor]


def named(number: int, name: str) -> dict[str, Any]:
    """Companies, persons and what says neither."""
    if number % 5 == 1:
        return {"Name (Adressattyp Unternehmen)": name, "Adressattyp": "2"}
    if number % 5 == 2:
        return {"Name (Adressattyp keine Angabe)": name, "Adressattyp": "0"}
    first, _, last = name.partition(" ")
    return {
        "Vorname (Adressattyp natürl. Person)": first, "Adressattyp": "1",
        "Name (Adressattyp natürl. Person)": last,
    }  # fmt: skip


def german(number: Decimal) -> str:
    return f"{number:,.2f}".translate(str.maketrans(",.", ".,"))
