"""The vocabulary of the sample ERP: names, places and things, with the letters that cause trouble.

`TELLING` are pieces of the ERP's values that stand nowhere in the product: where one of them is
found in the agent's own files, a value was written down in the clear.
"""

from __future__ import annotations

from typing import Final

FIRMS: Final = (
    *("Bäckerei Öztürk", "Schlosserei Nußbaumer", "Weingut Šafránek", "Druckerei Hørsholm"),
    *("Brauerei Müllerschön", "Gärtnerei Wüstenhagen", "Autohaus Köpfchen", "Elektro Größmann"),
    *("Möbelhaus Ægidius", "Spedition Çelikkaya", "Apotheke Vögelein", "Sägewerk Übelacker"),
)
FORMS: Final = ("GmbH", "AG", "KG", "e. K.", "GmbH & Co. KG", "OHG; Filialbetrieb")
CITIES: Final = (
    *(("D", "80331", "München"), ("D", "50667", "Köln"), ("D", "90402", "Nürnberg")),
    *(("D", "01067", "Dresden"), ("A", "1010", "Wien"), ("A", "6020", "Innsbruck")),
    *(("CH", "8001", "Zürich"), ("CH", "3011", "Bern"), ("D", "99084", "Erfurt")),
)
STREETS: Final = ("Wachholdersteig", "Kirschblütenallee", "Am Mühlbächle", "Straße des Handwerks")
FIRST_NAMES: Final = ("Jürgen", "Zoë", "Anaïs", "Björn", "Käthe", "François", "Özlem", "Maria")
LAST_NAMES: Final = (
    *("Schönhuber", "Weißenböck", "Großkopf-Lützenkirchen", "D'Alessandro", "Müller-Lüdenscheidt"),
    *("Brändström", "Kästner", "Höllerer", "Fürchtegott", "van der Wildenberg"),
)
FUNCTIONS: Final = ("Einkauf", "Geschäftsführung", "Buchhaltung", "Lager", "")
THINGS: Final = ("Flanschdichtung", "Kugellagersatz", "Hutschiene", 'Rohr 3/4"', "Sechskantmutter")
TRAITS: Final = ("verzinkt", "rostfrei, matt", "gehärtet", "nach DIN 931", "für Außenmontage")
WAREHOUSES: Final = ("NORD", "SÜD")
CARRIERS: Final = ("Eilbote Schnellhuber", "Frachtkontor Waterkant")
PRICE_LISTS: Final = (("EUR", "Listenpreise Inland"), ("CHF", "Listenpreise Schweiz"))
BRANCHES: Final = ("00", "01", "02", "03")
TERMS: Final = ("14 Tage 2 % Skonto, 30 Tage netto", "30 Tage netto", "Vorkasse", "")

MAIL_DOMAIN: Final = "musterkundschaft.example"

TELLING: Final = (
    *("Nußbaumer", "Wüstenhagen", "Müllerschön", "Šafránek", "Wachholdersteig"),
    *("Kirschblütenallee", MAIL_DOMAIN, "Schönhuber", "Lützenkirchen", "Flanschdichtung"),
    *("Kugellagersatz", "Sechskantmutter", "Schnellhuber", "Listenpreise", "Skonto, 30"),
)
