"""The words of a heading or a name, as far as spelling does not matter."""

from __future__ import annotations

import re
import unicodedata


def words_of(heading: str) -> tuple[str, ...]:
    """The words of a heading: lower case, without accents and punctuation."""
    heading = heading.replace("ß", "ss")
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", heading)
        if not unicodedata.combining(letter)
    )
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", plain)
    return tuple(re.findall(r"[a-z]+|[0-9]+", apart.lower()))
