"""The forms of phone numbers, e-mail addresses and web addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from agent.canon.field import EMAIL_PATTERN, PHONE_PATTERN, URL_PATTERN, Kind

Flaw = tuple[str, str]
"""A code and what is wrong, as the rest of a sentence: ("TOO_LONG", "has 300 characters, ...")."""


class Form(NamedTuple):
    """What a text must look like, and what is wrong where it does not."""

    pattern: re.Pattern[str]
    flaw: Flaw


FORMS: Mapping[Kind, Form] = MappingProxyType(
    {
        Kind.PHONE: Form(
            re.compile(PHONE_PATTERN),
            ("PHONE_INVALID", "is no phone number of the form +4989123456 (E.164)"),
        ),
        Kind.EMAIL: Form(re.compile(EMAIL_PATTERN), ("EMAIL_INVALID", "is no e-mail address")),
        Kind.URL: Form(
            re.compile(URL_PATTERN), ("URL_INVALID", "is no web address with http or https")
        ),
    }
)


def form_flaw(kind: Kind, value: str) -> Flaw | None:
    """What is wrong with the form of a text of one of these kinds."""
    form = FORMS[kind]
    return None if form.pattern.fullmatch(value) else form.flaw
