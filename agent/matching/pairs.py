"""One record here and one there: what agrees, what speaks against it, and how far that goes. Pure.

Evidence is in words without values, so that it may stand anywhere. What is shared by many records
of a side (a switchboard, a head office) proves nothing and is not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import IntEnum, auto

from agent.matching import normal
from agent.matching.normal import Name
from agent.matching.prepared import Address, Prepared

_SHORT, _LONG = 4, 9
"""Words of so many letters may differ by one slip, by two."""
_PARTLY = 85.0
_STEM = 3
"""Digits at the end of a telephone number that may be an extension."""


class Grade(IntEnum):
    """How far a pair goes."""

    NONE = 0
    WEAK = auto()
    """Something agrees, more speaks against it."""
    LIKELY = auto()
    CERTAIN = auto()


class Says(IntEnum):
    """What two values of one role say."""

    MISSING = 0
    OTHER = auto()
    NEAR = auto()
    """Neither for nor against: an extension, a slip."""
    ALIKE = auto()
    FORM = auto()
    """A name that differs in its stated legal form alone."""
    NORMAL = auto()
    """The same in another writing."""
    SAME = auto()


@dataclass(slots=True)
class Judged:
    """A pair and what it rests on."""

    grade: Grade
    evidence: tuple[str, ...]


@dataclass(slots=True)
class _Sum:
    """What was found so far."""

    strong: int = 0
    keys: int = 0
    near: int = 0
    differs: int = 0
    against: int = 0
    evidence: list[str] = field(default_factory=list)

    def note(self, role: str, says: Says) -> None:
        words = _WORDS.get(says)
        if words:
            self.evidence.append(f"{role}: {words}")


_WORDS = {
    Says.OTHER: "differs",
    Says.NEAR: "nearly the same",
    Says.ALIKE: "similar",
    Says.FORM: "the same with another legal form",
    Says.NORMAL: "the same in another writing",
    Says.SAME: "the same",
}
_NO: frozenset[str] = frozenset()
_NOTHING = Judged(Grade.NONE, ())
Shared = Collection[tuple[str, str]]
"""(role, value) of what too many records have."""


def judge(here: Prepared, there: Prepared, shared: Shared = ()) -> Judged:
    """How far two records go together."""
    found = _Sum()
    nobodys = _mailboxes(here.emails) if here.is_person else _NO
    name = _names(here, there)
    if name is Says.OTHER and not _something(here, there):
        return _NOTHING
    found.note("name", name)
    for role, ours, theirs in (
        ("tax number", here.tax, there.tax),
        ("number", here.numbers, there.numbers),
    ):
        says = _sets(ours, theirs)
        found.note(role, says)
        found.keys += says is Says.SAME
        found.against += says is Says.OTHER
    for role, ours, theirs, near in (
        ("phone", here.phones, there.phones, _near_phones),
        ("e-mail", here.emails, there.emails, _near_mails),
        ("website", here.websites, there.websites, None),
    ):
        says, usable = _reach(
            role, ours, theirs, near, shared, nobodys if role == "e-mail" else _NO
        )
        found.note(role, says)
        found.strong += says >= Says.ALIKE and usable
        found.near += says is Says.NEAR
        found.differs += says is Says.OTHER
    _addresses(here, there, found, shared)
    for name_, ours_ in here.references.items():
        theirs_ = there.references.get(name_, "")
        if theirs_:
            says = Says.SAME if ours_ == theirs_ else Says.OTHER
            found.note(name_, says)
            found.against += says is Says.OTHER
    return Judged(_grade(name, found), tuple(found.evidence))


def _grade(name: Says, found: _Sum) -> Grade:
    """The rule; see the package for what makes a pair certain."""
    clean = not found.against
    if name >= Says.ALIKE and found.keys and clean:
        return Grade.CERTAIN
    if name >= Says.NORMAL:
        return _same_name(found, clean=clean)
    if name is Says.FORM:
        return Grade.LIKELY if found.strong or clean else Grade.WEAK
    if name is Says.ALIKE:
        if found.strong > 1 and clean and not found.differs:
            return Grade.CERTAIN
        if found.strong or found.keys:
            return Grade.LIKELY
        if not clean:
            return Grade.NONE
        return Grade.WEAK if found.differs else Grade.LIKELY
    return _other_name(name, found)


def _something(here: Prepared, there: Prepared) -> bool:
    """Whether anything but the name and the address agrees."""
    return not (
        here.phones.isdisjoint(there.phones)
        and here.emails.isdisjoint(there.emails)
        and here.websites.isdisjoint(there.websites)
        and here.tax.isdisjoint(there.tax)
        and here.numbers.isdisjoint(there.numbers)
    )


def _same_name(found: _Sum, *, clean: bool) -> Grade:
    if clean and found.strong > min(found.differs, 1):
        return Grade.CERTAIN
    if found.strong or found.keys or (clean and not found.differs):
        return Grade.LIKELY
    return Grade.WEAK


def _other_name(name: Says, found: _Sum) -> Grade:
    """Names that agree in part, not at all, or are not known."""
    if found.keys:
        return Grade.LIKELY
    if name in (Says.NEAR, Says.MISSING) and found.strong:
        return Grade.LIKELY
    hint = name is Says.NEAR and found.near and not found.against
    return Grade.WEAK if found.strong or hint else Grade.NONE


# --- names ----------------------------------------------------------------------------------------


def _names(here: Prepared, there: Prepared) -> Says:
    if not here.names or not there.names:
        return Says.MISSING
    if here.said == there.said:
        return Says.SAME
    return max(_name(one, two) for one in here.names for two in there.names)


def _name(one: Name, two: Name) -> Says:
    forms = one.form == two.form or not one.form or not two.form
    if one.compact == two.compact or sorted(one.words) == sorted(two.words):
        return Says.NORMAL if forms else Says.FORM
    if forms and (_words_alike(one.words, two.words) or _joined_alike(one, two)):
        return Says.ALIKE
    from rapidfuzz import fuzz  # an agent that links nothing runs without

    ratio = fuzz.token_set_ratio(" ".join(one.words), " ".join(two.words))
    if ratio >= _PARTLY or _initials(one.words, two.words):
        return Says.NEAR
    if not forms and _words_alike(one.words, two.words):
        return Says.NEAR
    return Says.OTHER


def _words_alike(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    """Word by word, in any order; digits must be the same."""
    if len(one) != len(two):
        return False
    left = list(two)
    for word in one:
        found = next((each for each in left if word == each), None)
        found = found or next((each for each in left if alike(word, each)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _joined_alike(one: Name, two: Name) -> bool:
    """`bau tec` and `bautec`, with a slip at the most."""
    return len(one.words) != len(two.words) and alike(one.compact, two.compact)


def _initials(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    """`j meier` and `josef meier`."""
    if len(one) != len(two) or min(map(len, (*one, *two))) > 1:
        return False
    rest = sorted(set(one) ^ set(two), key=len)
    return len(rest) == 2 and len(rest[0]) == 1 and rest[1].startswith(rest[0])


def alike(one: str, two: str) -> bool:
    """Whether two words differ by a slip of the pen; digits never do."""
    if not (_slip(one, two) or _slip(normal.folded(one), normal.folded(two))):
        return False
    return [c for c in one if c.isdigit()] == [c for c in two if c.isdigit()]


def _slip(one: str, two: str) -> bool:
    short, long = sorted((len(one), len(two)))
    most = 0 if short < _SHORT else 1 if short < _LONG else 2
    return long - short <= most and _near(one, two, most)


def _near(one: str, two: str, most: int = 1) -> bool:
    """Whether so many slips (a letter more, less, other, or two swapped) make one of the other."""
    from rapidfuzz.distance import OSA

    return OSA.distance(one, two, score_cutoff=most) <= most


# --- what else ------------------------------------------------------------------------------------

Near = Callable[[str, str], bool]


def _sets(ours: frozenset[str], theirs: frozenset[str]) -> Says:
    if not ours or not theirs:
        return Says.MISSING
    return Says.OTHER if ours.isdisjoint(theirs) else Says.SAME


def _reach(
    role: str,
    ours: frozenset[str],
    theirs: frozenset[str],
    near: Near | None,
    shared: Shared,
    nobodys: frozenset[str] = frozenset(),
) -> tuple[Says, bool]:
    """What phones, addresses and sites say, and whether it proves anything; `nobodys` do not."""
    says = _sets(ours, theirs)
    if says is Says.SAME:
        return says, any((role, each) not in shared for each in ours & theirs - nobodys)
    if says is Says.OTHER and near and any(near(one, two) for one in ours for two in theirs):
        return Says.NEAR, False
    return says, False


def _mailboxes(mails: frozenset[str]) -> frozenset[str]:
    """Addresses that say nothing of a person."""
    return frozenset(mail for mail in mails if mail.split("@")[0] in normal.MAILBOXES)


def _near_phones(one: str, two: str) -> bool:
    """An extension more or less, a slip, or a number whose country is not known."""
    short, long = sorted((one, two), key=len)
    if long.endswith(short.lstrip("+")) and len(short) > 6:
        return True
    if len(short) > 8 and abs(len(long) - len(short)) <= _STEM:
        stem = len(long) - _STEM
        if long[:stem] == short[:stem]:
            return True
    return _near(one, two)


def _near_mails(one: str, two: str) -> bool:
    """A slip, or another mailbox of the same house."""
    if _near(one, two):
        return True
    (box, host), (other_box, other_host) = one.split("@"), two.split("@")
    return host == other_host and not normal.MAILBOXES.isdisjoint({box, other_box})


def _addresses(here: Prepared, there: Prepared, found: _Sum, shared: Shared) -> None:
    for which, ours in here.addresses.items():
        theirs = there.addresses.get(which)
        if theirs is None:
            continue
        says = _address(ours, theirs)
        found.note(f"{which} address".strip(), says)
        found.strong += says >= Says.ALIKE and ("address", place_of(ours)) not in shared
        found.near += says is Says.NEAR
        found.against += says is Says.OTHER


def place_of(address: Address) -> str:
    """House and postal code: what makes an address one place."""
    street = address.street
    return f"{address.postal_code}/{street.street}/{street.house}" if street else ""


def _address(one: Address, two: Address) -> Says:
    if one.country and two.country and one.country != two.country:
        return Says.OTHER
    area = _area(one, two)
    street = _street(one, two)
    if area is Says.OTHER:
        # A slip in the postal code of the same house in the same city is no other place.
        slip = street >= Says.ALIKE and bool(one.city) and one.city == two.city
        return Says.NEAR if slip else Says.OTHER
    if street is Says.MISSING:
        return Says.MISSING if area is Says.MISSING else Says.NEAR
    if street >= Says.ALIKE and area is Says.MISSING:
        return Says.NEAR
    return street


def _area(one: Address, two: Address) -> Says:
    if one.postal_code and two.postal_code:
        return Says.SAME if one.postal_code == two.postal_code else Says.OTHER
    if not one.city or not two.city:
        return Says.MISSING
    short, long = sorted((one.city, two.city), key=len)
    if one.city == two.city or alike(one.city, two.city) or long.startswith(short):
        return Says.SAME
    return Says.OTHER


def _street(one: Address, two: Address) -> Says:
    ours, theirs = one.street, two.street
    if ours is None or theirs is None:
        return Says.MISSING
    if ours == theirs:
        return Says.SAME if ours.house else Says.NEAR
    if not (ours.street == theirs.street or alike(ours.street, theirs.street)):
        return Says.OTHER
    if ours.house and theirs.house:
        return Says.ALIKE if ours.house == theirs.house else Says.OTHER
    return Says.NEAR
