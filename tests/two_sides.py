"""An ERP's accounts and the same ones as people typed them into a CRM, with the truth beside them.

Nothing here knows how matching works. What people do to a record when they type it: slips of the
pen, other phone formats, an extension, a legal form left out, abbreviated or changed, an address
without its number, an old number, umlauts written out. Among the accounts are branches of one
company, companies of one name in different cities, and sisters under one roof with one telephone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

Fields = dict[str, str | None]


def _words(text: str) -> list[str]:
    return text.split()


_FIRST = _words("""Alpen Nord Ost Rhein Isar Elbe Main Neckar Hansa Berg Tal Wald See Stadt Land Metro Uni
Trans Inter Euro Pro Multi Neo Omni Poly Tele Agro Bio Geo Hydro Termo Astra Borea Corvus Delphin
Ferro Granit Helios Indra Jupiter Kobalt Lumen Merkur Nimbus Orion Pegasus Quarz Rubin Saturn
Titan Ultra Vega Wotan Xenia Ypsilon Zephir""")  # fmt: skip
_PEOPLE = _words("""Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch
Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange
Werner Krause Lehmann Köhler Maier Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn
Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht
Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer
Groß Seidel Heinrich Brandt Haas Schreiber Graf Dietrich Ziegler Kuhn Kühn Pohl Engel Horn
Busch Bergmann Thomas Voigt Sauer Arnold Wolff Pfeiffer""")  # fmt: skip
_TRADES = _words("""Maschinenbau Elektrotechnik Bäckerei Spedition Metallbau Holzwerk Druckerei Apotheke
Software Logistik Kunststofftechnik Werkzeuge Gartenbau Autohaus Reisebüro Textil Möbelhaus
Baustoffe Anlagenbau Medizintechnik Optik Sanitär Haustechnik Lebensmittel Getränke Immobilien
Verlag Solartechnik Umwelttechnik Fahrzeugbau""")  # fmt: skip
_FORMS = ("GmbH", "GmbH", "GmbH", "AG", "KG", "GmbH & Co. KG", "OHG", "e.K.", "UG", "")
_WRITINGS = {
    "GmbH": ("GmbH", "G.m.b.H.", "gmbh", "Gesellschaft mbH", ""),
    "AG": ("AG", "Aktiengesellschaft", "A.G.", ""),
    "KG": ("KG", "K.G.", "Kommanditgesellschaft", ""),
    "GmbH & Co. KG": ("GmbH & Co. KG", "GmbH & Co KG", "GmbH und Co. KG", "GmbH+Co.KG", ""),
    "OHG": ("OHG", "oHG", ""),
    "e.K.": ("e.K.", "e. K.", "eK", ""),
    "UG": ("UG", "UG (haftungsbeschränkt)", ""),
    "": ("",),
}
_CITIES = (
    ("München", "80", "89"), ("Hamburg", "20", "40"), ("Berlin", "10", "30"),
    ("Köln", "50", "221"), ("Stuttgart", "70", "711"), ("Nürnberg", "90", "911"),
    ("Leipzig", "04", "341"), ("Frankfurt am Main", "60", "69"), ("Hannover", "30", "511"),
)  # fmt: skip
_STREETS = _words("""Hauptstraße Bahnhofstraße Gartenstraße Schulstraße Lindenweg Industriestraße
Goethestraße Marktplatz Bergstraße Mühlenweg Ringstraße Kirchgasse Schillerstraße Birkenallee
Hafenstraße Am_Graben Parkstraße Dorfstraße Rosenweg Wiesenstraße""")  # fmt: skip
_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


@dataclass
class Typed:
    """One record as it stands in the CRM, and whose it is."""

    fields: Fields
    erp: str
    """The ERP's key; empty for what the ERP does not have."""


@dataclass
class TwoSides:
    """The ERP's accounts by key, and the CRM's."""

    erp: dict[str, Fields] = field(default_factory=dict)
    crm: list[Typed] = field(default_factory=list)


def two_sides(
    accounts: int = 3000, typed: int = 2800, doubles: int = 30, seed: int = 7
) -> TwoSides:
    """`typed` records in the CRM, `doubles` of them a second time, 100 that only it has."""
    random = Random(seed)
    made = TwoSides()
    while len(made.erp) < accounts:
        for account in _family(random):
            if len(made.erp) < accounts:
                made.erp[f"{10001 + len(made.erp)}"] = account
    foreign = min(100, typed // 10)
    known = random.sample(sorted(made.erp), typed - doubles - foreign)
    made.crm += [Typed(_typed(random, made.erp[key]), key) for key in known]
    made.crm += [Typed(_typed(random, made.erp[key]), key) for key in random.sample(known, doubles)]
    while foreign:
        for account in _family(random)[:foreign]:
            name = f"{account['name']}".replace(" ", " Neu ", 1)
            made.crm.append(Typed({**account, "name": name, "phone": _phone(random, "555")}, ""))
            foreign -= 1
    random.shuffle(made.crm)
    return made


def _family(random: Random) -> list[Fields]:
    """Mostly one account; now and then branches, or sisters under one roof."""
    name, form = _name(random), random.choice(_FORMS)
    first = _account(random, f"{name} {form}".strip())
    kind = random.random()
    if kind < 0.03:
        return [first, *(_account(random, str(first["name"])) for _ in range(random.randint(1, 2)))]
    if kind < 0.05:
        other = random.choice([f"{name} Verwaltungs GmbH", f"{name} Handels {form or 'GmbH'}"])
        return [first, {**first, "name": other}]
    return [first]


def _name(random: Random) -> str:
    kind = random.random()
    if kind < 0.45:
        return f"{random.choice(_PEOPLE)} {random.choice(_TRADES)}"
    if kind < 0.65:
        return f"{random.choice(_PEOPLE)} & {random.choice(_PEOPLE)}"
    start = random.choice(_FIRST) + random.choice(_FIRST).lower()
    return start if kind < 0.8 else f"{start} {random.choice(_TRADES)}"


def _account(random: Random, name: str) -> Fields:
    city, postal, area = random.choice(_CITIES)
    street = f"{random.choice(_STREETS).replace('_', ' ')} {random.randint(1, 180)}"
    return {
        "name": name,
        "phone": _phone(random, area),
        "billing_street": street,
        "billing_postal_code": f"{postal}{random.randint(100, 999)}",
        "billing_city": city,
        "billing_country": "DE",
    }


def _phone(random: Random, area: str) -> str:
    return f"+49{area}{random.randint(100000, 99999999)}"


# --- how people type ------------------------------------------------------------------------------


def _typed(random: Random, account: Fields) -> Fields:
    fields = dict(account)
    fields["name"] = _typed_name(random, str(account["name"]))
    fields["phone"] = _typed_phone(random, str(account["phone"]))
    street = str(account["billing_street"])
    kind = random.random()
    if kind < 0.35:
        street = street.replace("straße", "str.")
    elif kind < 0.45:
        street = street.translate(_OUT)
    elif kind < 0.50:
        street = _slip(random, street.rsplit(" ", 1)[0]) + " " + street.rsplit(" ", 1)[1]
    fields["billing_street"] = street
    kind = random.random()
    if kind < 0.05:
        fields |= {"billing_street": None, "billing_postal_code": None}
    elif kind < 0.08:
        fields["billing_postal_code"] = f"D-{account['billing_postal_code']}"
    elif kind < 0.12:
        fields["billing_city"] = str(account["billing_city"]).translate(_OUT)
    if random.random() < 0.1:
        fields["billing_country"] = None
    return fields


def _typed_name(random: Random, name: str) -> str:
    form = next((f for f in sorted(_WRITINGS, key=len, reverse=True) if f and name.endswith(f)), "")
    stem = name.removesuffix(form).strip()
    kind = random.random()
    if kind < 0.12:
        stem = _slip(random, stem)
    elif kind < 0.25:
        stem = stem.translate(_OUT)
    elif kind < 0.32:
        stem = stem.upper()
    elif kind < 0.37:
        stem = stem.replace(" & ", " und ")
    kind = random.random()
    if kind < 0.35:
        form = random.choice(_WRITINGS[form])
    elif kind < 0.39 and form:
        form = random.choice([other for other in _WRITINGS if other not in (form, "")])
    return f"{stem} {form}".strip()


def _typed_phone(random: Random, phone: str) -> str | None:
    area = next(area for _, _, area in _CITIES if phone.startswith(f"+49{area}"))
    rest = phone.removeprefix(f"+49{area}")
    at = random.randrange(len(rest) - 1)
    writings: dict[str | None, int] = {
        f"0{area}/{rest}": 25,
        f"(0{area}) {rest[:3]} {rest[3:]}": 20,
        f"0049 {area} {rest}": 15,
        f"+49 (0){area} {rest[:-2]}-{rest[-2:]}": 8,
        f"0{area} {rest}-{random.randint(10, 99)}": 6,
        f"0{area} {rest[:at]}{rest[at + 1]}{rest[at]}{rest[at + 2 :]}": 6,
        None: 4,
        _phone(random, area): 3,
        phone: 13,
    }
    return random.choices(list(writings), list(writings.values()))[0]


def _slip(random: Random, text: str) -> str:
    places = [i for i, letter in enumerate(text) if letter.isalpha() and i]
    at = random.choice(places)
    kind = random.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    return text[:at] + random.choice("aeioustrn") + text[at + 1 :]
