"""Code lists that contracts name instead of spelling them out: currencies, countries, units."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


CURRENCIES_IN_USE = _codes(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
    CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP
    GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR
    KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN
    MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD
    SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX
    USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF
    XPT XSU XTS XUA XXX YER ZAR ZMW ZWG
    """
)
"""ISO 4217, the list of current codes."""

CURRENCIES_WITHDRAWN = _codes(
    """
    ANG ATS AZM BEF BGN BYR CUC CYP DEM EEK ESP FIM FRF GHC GRD HRK IEP ITL LTL LUF LVL MRO MTL MZM
    NLG PTE ROL SDD SIT SKK SLL STD TMM TRL VEB VEF ZMK ZWL
    """
)
"""ISO 4217, withdrawn since 1999: old invoices of an ERP are in them."""

CURRENCIES = CURRENCIES_IN_USE | CURRENCIES_WITHDRAWN

COUNTRIES = _codes(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
    EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
    HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
    LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
    TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """
)
"""ISO 3166-1 alpha-2, officially assigned."""

UNITS = _codes(
    """
    AS C62 CEN DZN EA GRO H87 KT LO MIL NAR NMP NPR PR SET E48 P1
    CGM DTN GRM HGM KGM MGM TNE CWA LBR LTN ONZ STN
    CMT DMT KMT MMT MTR FOT INH SMI YRD
    CMK DMK HAR KMK MMK MTK ACR FTK INK YDK
    CLT CMQ DLT DMQ HLT LTR MLT MMQ MTQ BLL FTQ GLI GLL INQ OZA OZI PT QT YDQ
    ANN DAY HUR LH MIN MON QAN SAN SEC WEE
    AMP BAR CEL FAH HTZ JOU KEL KJO KWH KWT MAW MWH VLT WHR WTT
    2P 4L AD E34 E35
    XBA XBE XBG XBJ XBO XBR XBX XCR XCS XCT XCX XDR XEN XJR XKG XPA XPC XPK XPL XPX XRD XRL XRO
    XSA XSH XSO XST XSW XTB XTN XTU
    """
)
"""UN/ECE Recommendation 20 (units of measure) and, with X before them, packages of Recommendation
21, as Recommendation 20 (revision 11, introduction) says it and EN 16931 takes them: those that
goods and services are sold in, not all 2,000. https://unece.org/trade/uncefact/cl-recommendations
"""

LISTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"iso-4217": CURRENCIES, "iso-3166-1": COUNTRIES, "unece-20": UNITS}
)
"""What `list` in a contract may name."""

UNKNOWN: Mapping[str, str] = MappingProxyType(
    {
        "": "CODE_UNKNOWN",
        "iso-4217": "CURRENCY_UNKNOWN",
        "iso-3166-1": "COUNTRY_UNKNOWN",
        "unece-20": "UNIT_UNKNOWN",
    }
)
"""The problem code of a value that is not in the list."""

SAID: Mapping[str, str] = MappingProxyType(
    {
        "": "is none of the codes that its contract names",
        "iso-4217": "is no ISO 4217 currency",
        "iso-3166-1": "is no ISO 3166 country",
        "unece-20": "is no unit of UN/ECE Recommendation 20",
    }
)
"""The same, as the rest of a sentence."""
