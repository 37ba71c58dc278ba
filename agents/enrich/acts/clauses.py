"""The acts of an English sentence: which words are heads, what their auxiliaries say, and how operators nest.

No parser: parts of speech are told by the words beside a head, and an operator takes the next act within reach and
in the same clause. Cost is linear in the heads, and only sentences with a head are looked at.
"""

# ruff: noqa: SIM905 - lists of words read best as text

from __future__ import annotations

import functools
from bisect import bisect_left
from typing import NamedTuple

from agents.enrich.acts.verbs import Act, Entry, english, plover_of
from agents.enrich.acts.verbs_algebra import HOSTILE, apply
from agents.enrich.acts.verbs_forms import Tag
from agents.enrich.reading.lookouts import Lookout
from agents.enrich.reading.text import Sentence

BREAKS = frozenset(
    "who whom which whose where while whereas because although though after before when until unless despite "
    "amid following if but since".split()
)
"""Words that open another clause or an adjunct: an operator does not reach across."""

DETERMINERS = frozenset(
    "the a an his her its their our my your this that these those any some no another s several many more new "
    "recent alleged two three four five both all each further".split()
)
PREPOSITIONS = frozenset(
    "of in for by on with from against during under over about at into between among amid following toward "
    "towards through after before without within across near despite since".split()
)
BE = frozenset("is are was were be been being am get gets got re s".split())
MODALS = frozenset("will would shall ll plans".split())
OBLIGATION = frozenset("must should ought needs".split())
AUXILIARIES = (
    BE
    | MODALS
    | OBLIGATION
    | frozenset(["has", "have", "had", "do", "does", "did", "can", "could", "may", "might", "to", "ve", "d", "having"])
)
PRONOUNS = frozenset("he she it they we i you who".split())
NEGATIONS = frozenset("not never t cannot no neither nor hardly".split())
_NOT_BEFORE_NOUNS = (AUXILIARIES - {"s"}) | PRONOUNS | NEGATIONS
ADVERBS = frozenset(
    "also already again now then still ever just only so far reportedly allegedly recently repeatedly once soon "
    "later long jointly officially formally publicly immediately finally currently previously strongly today "
    "yesterday earlier monday tuesday wednesday thursday friday saturday sunday".split()
)
WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
REACH = 12
"""Words between an operator and the act it takes."""
UNDER = frozenset("of over for with in at after amid as on".split())
"""After a participle: whoever stands before it is charged or held, for such a verb has its object behind it."""
POINTERS = frozenset({"this", "that", "these", "those", "some", "both", "all"})
MAX_OPERATORS = 8
"""Operators that take one another (denied having been asked to stop trying to ...): nobody writes more."""
REACH_LIGHT = 6
NEAR = 3
NEAR_DENIED = 5
WINDOW = 12
"""Words after a head in which the word it needs must stand: a particle, any other."""


class Chain(NamedTuple):
    """One act with the operators around it.

    Attributes:
        head: word index of the outermost head.
        start: first word of its verb group (auxiliaries included).
        last: word index of the innermost word that carries meaning.
        anchor: word index after which the target stands.
        cameo: event code of the whole.
        passive: the subject is acted on.
        nominal: the outermost head is a noun.
        dependent: infinitive or participle: the subject is that of the chain before.
        obligation: the operator is `must` or `should`, so the subject is the target and a speaker the source.
        inner: PLOVER root of the innermost act.
    """

    head: int
    start: int
    last: int
    anchor: int
    cameo: str
    passive: bool
    nominal: bool
    dependent: bool
    obligation: bool
    inner: str


class Saying(NamedTuple):
    """A reporting verb: its word index."""

    head: int


class _Node(NamedTuple):
    at: int
    noun: bool
    acts: tuple[Act, ...]
    tag: int | None
    says: bool = False

    @property
    def operator(self) -> str | None:
        return next((act.operator for act in self.acts if act.operator), None)


class _Group(NamedTuple):
    start: int
    passive: bool = False
    future: bool = False
    negated: bool = False
    must: bool = False
    infinitive: bool = False


PARTICLES = frozenset("to up down off out upon back short away over".split())
_SMALL = PREPOSITIONS | PARTICLES
_PLURAL = frozenset("and or people police men women children to who that which there".split())
_NEWLY = frozenset("newly democratically".split())
UNDONE = frozenset("after before without despite".split())


@functools.cache
def break_lookout() -> Lookout:
    """For the words of BREAKS."""
    return Lookout(BREAKS.__contains__)


def chains(
    words: list[str], sentence: Sentence, heads: list[int], breaks: list[int]
) -> tuple[list[Chain], list[Saying]]:
    """Acts and reporting verbs of a sentence, in text order.

    Args:
        words: folded words of the part.
        sentence: whose acts are wanted.
        heads: indices in the sentence whose word is in the lexicon.
        breaks: indices in the sentence whose word opens another clause.
    """
    return _Reader(words, sentence, heads, breaks).read()


class _Meaning(NamedTuple):
    """What a node and its complements say: last node used, event code, word index the target stands after, inner root."""

    used: int
    cameo: str | None
    anchor: int
    inner: str | None = None


class _Reader:
    """One sentence being read."""

    def __init__(self, words: list[str], sentence: Sentence, heads: list[int], breaks: list[int]) -> None:
        lexicon = english()
        self.words = words
        self.first = first = sentence.first
        self.last = last = sentence.last
        self.nodes = [node for at in heads if (node := self._node(at, lexicon[words[at]])) is not None]
        self.stops = [node.at for node in self.nodes if node.noun and node.operator == "STOP"]
        self.breaks = breaks
        self.low = first
        self.high = last
        self._depth = 0
        self._known: dict[tuple[int, bool, int, int], _Meaning] = {}
        """Meanings that were worked out: operators before operators would be read again and again, three times as often with each."""

    def read(self) -> tuple[list[Chain], list[Saying]]:
        """Every chain, from left to right; a node that an operator took is not read again."""
        found: list[Chain] = []
        sayings: list[Saying] = []
        k = 0
        while k < len(self.nodes):
            node = self.nodes[k]
            if not node.noun and node.says:
                sayings.append(Saying(node.at))
            used, chain = self._chain(k)
            if chain is not None:
                found.append(chain)
            k = max(used, k) + 1
        return found, sayings

    def _node(self, at: int, entry: Entry) -> _Node | None:
        tag = entry.tag
        if tag is None:
            return _Node(at, noun=True, acts=entry.noun, tag=None)
        before = self.words[at - 1] if at > self.first else ""
        after = self.words[at + 1] if at + 1 < self.last else ""
        if before == "s" and self.words[at - 2] == "u":  # the U.S. is no possessive
            before = "us"
        if before == "recently" and at - 2 >= self.first and self.words[at - 2] in DETERMINERS:
            before = "newly"  # "the recently elected", but "has recently lifted"
        if before in DETERMINERS:
            if entry.noun:
                return _Node(at, noun=True, acts=entry.noun, tag=tag)
            pronoun = before in POINTERS and not tag & (Tag.PARTICIPLE | Tag.ING)
            return _Node(at, noun=False, acts=entry.verb, tag=tag, says=entry.says) if pronoun else None
        noun = bool(entry.noun) and _reads_as_noun(before, after, tag)
        if self.words[at] not in OBLIGATION and not noun and (_is_no_verb(before, tag) or _is_adjective(before, tag)):
            return None
        return _Node(at, noun, entry.noun if noun else entry.verb, tag, entry.says)

    def _group(self, at: int, floor: int) -> _Group:
        """Walk left over auxiliaries, negations and adverbs."""
        words = self.words
        passive = future = negated = must = infinitive = False
        close = True
        i = at - 1
        while i >= floor and at - i < 8:  # noqa: PLR2004 - no verb group is longer
            word = words[i]
            if word in NEGATIONS:
                negated = True
            elif word in AUXILIARIES:
                if word == "s" and i > floor and words[i - 1] not in PRONOUNS:
                    break
                passive = passive or (close and word in BE)
                close = False
                future = future or word in MODALS
                must = must or word in OBLIGATION
                infinitive = infinitive or word == "to"
            elif not (_is_adverb(word) or (word == "on" and words[i + 1] in WEEKDAYS)):
                break
            i -= 1
        return _Group(i + 1, passive, future, negated, must, infinitive)

    def _pick(self, node: _Node, *, passive: bool) -> tuple[Act | None, int]:
        """The reading whose needed word stands nearest, else the first that needs none; and the word it ends at."""
        words, at = self.words, node.at
        best: tuple[int, Act] | None = None
        for act in node.acts:
            if act.operator == "SAY" or (
                act.particle and act.particle not in words[at + 1 : min(at + 1 + NEAR, self.high)]
            ):
                continue
            if act.before and (at == self.first or words[at - 1] not in act.before):
                continue
            if not act.needs:
                return (best[1], best[0]) if best else (act, at)
            end = self._needed(act, at, passive=passive)
            if end is not None and not any(at < stop < end for stop in self.stops) and (best is None or end < best[0]):
                best = end, act
        return (best[1], best[0]) if best else (None, at)

    def _needed(self, act: Act, at: int, *, passive: bool) -> int | None:
        words = self.words
        reach = NEAR if act.needs <= _SMALL else NEAR_DENIED if act.cameo == "016" else WINDOW
        window = words[at + 1 : min(at + 1 + reach, self.high)]
        if not act.needs.isdisjoint(window):
            return at + 1 + next(n for n, word in enumerate(window) if word in act.needs)
        if passive and reach > NEAR and not act.needs.isdisjoint(words[max(self.low, at - WINDOW) : at]):
            return at
        return None

    def _chain(self, k: int) -> tuple[int, Chain | None]:
        node = self.nodes[k]
        words = self.words
        group = _Group(node.at) if node.noun else self._group(node.at, self.first)
        tag = node.tag or Tag.BASE
        after = words[node.at + 1] if node.at + 1 < self.last else ""
        passive = not node.noun and bool(tag & Tag.PARTICIPLE) and (group.passive or after == "by")
        if not passive and tag & Tag.PARTICIPLE and after in UNDER and group.start == node.at:
            passive = _is_done_to(node)
        gap = bisect_left(self.breaks, node.at)
        self.low = self.breaks[gap - 1] if gap else self.first
        gap += gap < len(self.breaks) and self.breaks[gap] == node.at
        self.high = self.breaks[gap] if gap < len(self.breaks) else self.last
        meaning = self._meaning(k, passive=passive)
        if meaning.cameo is None:
            return k, None
        must = group.must and plover_of(meaning.cameo) != "REQUEST"
        obliged = words[node.at] in OBLIGATION
        cameo = _with_auxiliaries(meaning.cameo, group, must=must)
        if cameo is None or (tag == Tag.ING and node.at > self.first and words[node.at - 1] in UNDONE):
            return meaning.used, None
        participle = tag == Tag.ING and not any(word in BE for word in words[group.start : node.at])
        dependent = not node.noun and not group.passive and ((group.infinitive and not group.future) or participle)
        last = self.nodes[meaning.used].at
        inner = meaning.inner or plover_of(cameo)
        return meaning.used, Chain(
            node.at, group.start, last, meaning.anchor, cameo, passive, node.noun, dependent, must or obliged, inner
        )

    def _meaning(self, k: int, *, passive: bool) -> _Meaning:
        place = (k, passive, self.low, self.high)
        known = self._known.get(place)
        if known is not None:
            return known
        if self._depth >= MAX_OPERATORS:
            return _Meaning(k, None, self.nodes[k].at)
        self._depth += 1
        try:
            found = self._known[place] = self._worked_out(k, passive=passive)
        finally:
            self._depth -= 1
        return found

    def _worked_out(self, k: int, *, passive: bool) -> _Meaning:
        node = self.nodes[k]
        act, end = self._pick(node, passive=passive)
        if act is None:
            return _Meaning(k, None, end)
        if act.operator is None:
            used = k
            while used + 1 < len(self.nodes) and self.nodes[used + 1].at <= end:
                used += 1
            return _Meaning(used, act.cameo, end)
        taken = self._complement(k, act.operator, passive=passive)
        if taken is not None and taken.cameo is not None:
            code = apply(act.operator, taken.cameo)
            if code is not None:
                return _Meaning(taken.used, code, taken.anchor, taken.inner or plover_of(taken.cameo))
        if act.cameo is not None:
            return _Meaning(k, act.cameo, end)
        plain = next((one for one in node.acts if one.operator is None and not one.is_bound), None)
        return _Meaning(k, plain.cameo if plain else None, end)

    def _complement(self, k: int, operator: str, *, passive: bool) -> _Meaning | None:
        """The act that an operator takes: the noun before a passive, else the next act within reach."""
        node = self.nodes[k]
        if passive and k and self.nodes[k - 1].noun and self.nodes[k - 1].at >= self.low:
            act, _ = self._pick(self.nodes[k - 1], passive=False)
            if act is not None and act.cameo is not None:
                return _Meaning(k, act.cameo, node.at)
        reach = REACH_LIGHT if operator == "DO" else REACH
        for n in range(k + 1, min(k + 4, len(self.nodes))):
            inner = self.nodes[n]
            if inner.at - node.at > reach or inner.at >= self.high:
                return None
            gerund = (inner.tag or Tag.BASE) & Tag.ING
            if operator == "DO" and not inner.noun and self.words[inner.at - 1] != "to" and not gerund:
                return None
            group = None if inner.noun else self._group(inner.at, node.at + 1)
            meaning = self._meaning(n, passive=bool(group and group.passive))
            if meaning.cameo is None:
                continue
            if group is not None and group.negated:
                return meaning._replace(cameo=apply("NOT", meaning.cameo))
            return meaning
        return None


def _is_done_to(node: _Node) -> bool:
    """A charge or an arrest without an object, as headlines have it: `Two men suspected of spying`, `Spy held in Kyiv`."""
    plain = [act.cameo for act in node.acts if act.cameo and not act.is_bound and act.operator is None]
    return bool(plain) and plain[0][:3] in {"112", "173", "090"}


def _with_auxiliaries(cameo: str, group: _Group, *, must: bool) -> str | None:
    if not (group.negated or group.future or must):
        return cameo
    code: str | None = cameo
    for operator, holds in (("NOT", group.negated), ("FUTURE", group.future and not group.negated), ("DEMAND", must)):
        if holds and code is not None:
            code = apply(operator, code)
    return code


def _reads_as_noun(before: str, after: str, tag: int) -> bool:
    if before in _NOT_BEFORE_NOUNS:
        return False
    if tag & (Tag.PAST | Tag.PARTICIPLE) and not tag & Tag.BASE:
        return False
    if before in PREPOSITIONS or before == "s":
        return True
    if after in DETERMINERS or (tag & Tag.S and after not in PREPOSITIONS):
        return False
    return after in PREPOSITIONS or bool(tag & Tag.BASE) or not after


def _is_no_verb(before: str, tag: int) -> bool:
    """A plain form after a preposition ("Committee on Trade") or after a singular noun ("Freedom Order") is a noun."""
    if tag & (Tag.ING | Tag.PAST | Tag.PARTICIPLE):
        return False
    if before in PREPOSITIONS:
        return before != "to"
    plural = before.endswith("s") or before in _PLURAL or before in AUXILIARIES or before in PRONOUNS
    return tag == Tag.BASE and bool(before) and not (plural or _is_adverb(before) or before in NEGATIONS)


def _is_adjective(before: str, tag: int) -> bool:
    """A participle that opens the sentence or follows `newly` says what somebody is like, not what is done."""
    return (not before or before in _NEWLY) and bool(tag & Tag.PARTICIPLE) and not tag & Tag.BASE


def _is_adverb(word: str) -> bool:
    return word in ADVERBS or (word.endswith("ly") and len(word) > 4)  # noqa: PLR2004 - not `fly`


def is_hostile(cameo: str) -> bool:
    """Whether the act is a wrong somebody could be accused of."""
    return plover_of(cameo) in HOSTILE
