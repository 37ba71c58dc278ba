"""The heads of English acts, and how each is read where it stands: as a noun, as a verb, or as neither."""

from __future__ import annotations

import functools
from typing import Final, NamedTuple

from agents.enrich.acts.small_words import DETERMINERS, OBLIGATION, PARTICLES, PREPOSITIONS, Kind, kinds
from agents.enrich.acts.verbs import Act, Entry, english
from agents.enrich.acts.verbs_forms import Tag

NEAR: Final = 3
"""Words after a head in which a particle or preposition that it needs must stand."""
NEAR_DENIED: Final = 5
WINDOW: Final = 12
"""The same for any other word that it needs."""
_SMALL: Final = PREPOSITIONS | PARTICLES
_DONE_TO: Final = frozenset({"112", "173", "090"})


class Reading(NamedTuple):
    """What a head says if it is read as a noun, or as a verb: all that its words beside it don't change.

    Attributes:
        noun: read as a noun.
        tag: the forms it can be, 0 for what is no verb.
        acts: what it can mean, with the words within which what each needs must stand; reporting is no act.
        free: those of them that need no word within reach.
        needs: every word that any of them needs.
        sure: the first of these, if it needs nothing beside it.
        plain: the event of the first that needs nothing and is no operator.
        says: a reporting verb.
        stops: a noun that is an operator of the kind STOP before any other.
        done_to: a charge or an arrest: without an object, whoever stands before it is charged.
        obliges: `must`, `should`.
    """

    noun: bool
    tag: int
    acts: tuple[tuple[Act, int], ...]
    free: tuple[tuple[Act, int], ...]
    needs: frozenset[str]
    sure: Act | None
    plain: str | None
    says: bool
    stops: bool
    done_to: bool
    obliges: bool


class Head(NamedTuple):
    """The readings of a word form."""

    tag: int | None
    noun: Reading | None
    verb: Reading


@functools.cache
def head_lexicon() -> dict[str, Head]:
    """Every word form that is a head, folded."""
    return {
        word: Head(
            entry.tag,
            _reading(word, entry, entry.noun, noun=True) if entry.noun or entry.tag is None else None,
            _reading(word, entry, entry.verb, noun=False),
        )
        for word, entry in english().items()
    }


def _reading(word: str, entry: Entry, acts: tuple[Act, ...], *, noun: bool) -> Reading:
    real = tuple((act, _reach(act)) for act in acts if act.operator != "SAY")
    unbound = [act.cameo for act in acts if act.cameo and not act.is_bound and act.operator is None]
    return Reading(
        noun=noun,
        tag=entry.tag or 0,
        acts=real,
        free=tuple((act, reach) for act, reach in real if not act.needs),
        needs=frozenset().union(*(act.needs for act, _ in real)),
        sure=real[0][0] if real and not real[0][0].is_bound else None,
        plain=next((act.cameo for act in acts if act.operator is None and not act.is_bound), None),
        says=entry.says and not noun,
        stops=noun and next((act.operator for act in acts if act.operator), None) == "STOP",
        done_to=bool(unbound) and unbound[0][:3] in _DONE_TO,
        obliges=word in OBLIGATION,
    )


def _reach(act: Act) -> int:
    return NEAR if act.needs <= _SMALL else NEAR_DENIED if act.cameo == "016" else WINDOW


def read_as(head: Head, words: list[str], first: int, last: int, at: int) -> Reading | None:
    """Noun or verb, by the words beside it; None for what is neither.

    Args:
        head: readings of the word.
        words: folded words of the part.
        first: first word of the sentence.
        last: one past its last.
        at: where the word stands.
    """
    tag = head.tag
    if tag is None:
        return head.noun
    before = words[at - 1] if at > first else ""
    if before == "s" and words[at - 2] == "u":  # the U.S. is no possessive
        before = "us"
    if before == "recently" and at - 2 >= first and kinds[words[at - 2]] & Kind.DETERMINER:
        before = "newly"  # "the recently elected", but "has recently lifted"
    kind = kinds[before]
    if kind & Kind.DETERMINER:
        if head.noun is not None:
            return head.noun
        return head.verb if kind & Kind.POINTER and not tag & (Tag.PARTICIPLE | Tag.ING) else None
    if head.noun is not None:
        after = words[at + 1] if at + 1 < last else ""
        if _reads_as_noun(before, kind, after, tag):
            return head.noun
    if (_is_no_verb(kind, tag) or _is_adjective(kind, tag)) and not head.verb.obliges:
        return None
    return head.verb


def _reads_as_noun(before: str, kind: int, after: str, tag: int) -> bool:
    if kind & Kind.NO_NOUN_AFTER:
        return False
    if tag & (Tag.PAST | Tag.PARTICIPLE) and not tag & Tag.BASE:
        return False
    if kind & Kind.PREPOSITION or before == "s":
        return True
    if after in DETERMINERS or (tag & Tag.S and after not in PREPOSITIONS):
        return False
    return after in PREPOSITIONS or bool(tag & Tag.BASE) or not after


def _is_no_verb(kind: int, tag: int) -> bool:
    """A plain form after a preposition ("Committee on Trade") or after a singular noun ("Freedom Order") is a noun."""
    if tag & (Tag.ING | Tag.PAST | Tag.PARTICIPLE):
        return False
    if kind & Kind.PREPOSITION:
        return True
    return tag == Tag.BASE and not kind & Kind.VERB_AFTER


def _is_adjective(kind: int, tag: int) -> bool:
    """A participle that opens the sentence or follows `newly` says what somebody is like, not what is done."""
    return bool(kind & Kind.QUALITY and tag & Tag.PARTICIPLE) and not tag & Tag.BASE
