"""Legal forms of companies, in the writings that people use. Pure.

Each line is one form: its writings as `normal.plain` leaves them, the first of them stands for all.
They are taken off the end of a name; those that mean nothing else, wherever they stand.
"""

from __future__ import annotations

from collections.abc import Sequence

_FORMS = """
gmbh & co kg | gmbh co kg | gmbh u co kg | gmbh und co kg | gmbh and co kg | gmbh cokg
gmbh & co ohg | gmbh co ohg | gmbh und co ohg
ug & co kg | ug co kg | ug und co kg | ug haftungsbeschraenkt co kg
ag & co kg | ag co kg | ag und co kg
kgaa | kommanditgesellschaft auf aktien
gmbh | gesellschaft mit beschraenkter haftung | mbh | gesellschaft mbh | ges mbh | gesmbh | ggmbh
ug | ug haftungsbeschraenkt | unternehmergesellschaft | unternehmergesellschaft haftungsbeschraenkt
ag | aktiengesellschaft
kg | kommanditgesellschaft | co kg | und co kg
ohg | offene handelsgesellschaft | co ohg
ek | e k | eingetragener kaufmann | eingetragene kauffrau | e kfm | e kfr
gbr | gesellschaft buergerlichen rechts
eg | eingetragene genossenschaft
ev | eingetragener verein
se | societas europaea
ltd | limited | co ltd | company limited
pty ltd | pty limited | proprietary limited
plc | public limited company
llc | limited liability company
llp | limited liability partnership
inc | incorporated
corp | corporation
co | company
sa | societe anonyme | sociedad anonima
sarl | societe a responsabilite limitee
sas | societe par actions simplifiee
sasu
eurl
sl | slu | sociedad limitada
spa | societa per azioni
srl | societa a responsabilita limitata | srls
snc
bv | besloten vennootschap
nv | naamloze vennootschap
vof
bvba
ab | aktiebolag
asa
aps
oy | oyj
sp zoo | spolka zoo | sp zo o
sro
lda | limitada
"""

_NAMED: dict[tuple[str, ...], str] = {}
for _line in _FORMS.strip().splitlines():
    _writings = [writing.strip() for writing in _line.split("|")]
    for _writing in _writings:
        _NAMED[tuple(_writing.replace("&", " ").split())] = _writings[0]
_LONGEST = max(map(len, _NAMED))
_ANYWHERE = frozenset({"gmbh", "gmbh & co kg", "gmbh & co ohg", "ug & co kg", "ag & co kg", "kgaa",
                       "ltd", "pty ltd", "llc", "inc", "sarl", "srl"})  # fmt: skip


def split_form(words: Sequence[str]) -> tuple[list[str], str]:
    """A name's words without its legal form, and the form in one writing (empty: none)."""
    for size in range(min(_LONGEST, len(words) - 1), 0, -1):
        for at in range(len(words) - size, -1, -1):
            form = _NAMED.get(tuple(words[at : at + size]))
            if form and (at + size == len(words) or (at and form in _ANYWHERE)):
                return [*words[:at], *words[at + size :]], form
    return list(words), ""
