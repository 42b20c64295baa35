"""Auto-match: which column of a source could fill which field of a contract. Pure.

Three kinds of evidence are weighed: the column's *name* against the field's names in several
languages and in well-known ERPs, its *values* against what the field's converters accept, and
whether it tells records apart. Nothing is decided here: each suggestion has a confidence and says
in words what it rests on, and a person looks at a preview before anything is sent.

`names` compares headings, `shapes` tries converters on samples, `match` weighs and assigns.
"""

from agent.mapping.automatch.match import Match, Matches, automatch
from agent.mapping.automatch.names import Synonyms

__all__ = ["Match", "Matches", "Synonyms", "automatch"]
