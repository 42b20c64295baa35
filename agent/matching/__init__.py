"""Which record here is which record there, where nobody has written it down. Pure.

`prepare` brings one record into comparable form (`normal`: names without legal forms, numbers in
international form), `propose` compares two sides pairwise where something agrees (`blocks`) and
judges each pair (`pairs`): exact, then normalised, then similar. A match is `certain` only with an
agreeing name, something strong beside it and nothing against it, one to one; what could be meant
is `ambiguous` and a person's; the rest is on one side only. `survive` says which side's value
stays when a person joins two records.

Nothing here knows where records come from, keeps any, or writes a value anywhere: evidence is in
words that hold none.
"""

from __future__ import annotations

from agent.matching.fields import Role, Rule, role_of, rules_of
from agent.matching.pairs import Grade
from agent.matching.prepared import Prepared, prepare
from agent.matching.propose import Candidate, Found, Kind, Match, Proposal, alike, propose
from agent.matching.survive import Kept, Wins, survivors

__all__ = [
    "Candidate",
    "Found",
    "Grade",
    "Kept",
    "Kind",
    "Match",
    "Prepared",
    "Proposal",
    "Role",
    "Rule",
    "Wins",
    "alike",
    "prepare",
    "propose",
    "role_of",
    "rules_of",
    "survivors",
]
