"""The acts of an English sentence: what their auxiliaries say, and how operators nest.

No parser: parts of speech are told by the words beside a head, and an operator takes the next act within reach and
in the same clause. Cost is linear in the heads, and only sentences with a head are looked at.
"""

from __future__ import annotations

import functools
from typing import Final

from agents.enrich.acts.heads import NEAR, WINDOW, Reading, head_lexicon, read_as
from agents.enrich.acts.small_words import (
    BREAKS,
    PRONOUNS,
    UNDER,
    UNDONE,
    WEEKDAYS,
    Kind,
    kinds,
)
from agents.enrich.acts.verbs import Act, plover_of
from agents.enrich.acts.verbs_algebra import apply
from agents.enrich.acts.verbs_forms import Tag
from agents.enrich.reading.lookouts import Lookout
from agents.enrich.reading.sorted_ints import count_below
from agents.enrich.reading.text import Sentence

REACH: Final = 12
"""Words between an operator and the act it takes."""
MAX_OPERATORS: Final = 8
"""Operators that take one another (denied having been asked to stop trying to ...): nobody writes more."""
REACH_LIGHT: Final = 6
LONGEST_GROUP: Final = 7
"""Auxiliaries, negations and adverbs before a verb; no verb group has more."""


class Chain:
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
    """

    __slots__ = ("anchor", "cameo", "dependent", "head", "last", "nominal", "obligation", "passive", "start")

    def __init__(  # noqa: PLR0913 - a plain record
        self,
        head: int,
        start: int,
        last: int,
        anchor: int,
        cameo: str,
        *,
        passive: bool,
        nominal: bool,
        dependent: bool,
        obligation: bool,
    ) -> None:
        self.head = head
        self.start = start
        self.last = last
        self.anchor = anchor
        self.cameo = cameo
        self.passive = passive
        self.nominal = nominal
        self.dependent = dependent
        self.obligation = obligation


_Node = tuple[int, Reading]
"""A head where it stands: word index, and how it is read."""

_Group = tuple[int, int]
"""A verb group: its first word, and its bits."""
_PASSIVE: Final = 1
_FUTURE: Final = 2
_NEGATED: Final = 4
_MUST: Final = 8
_INFINITIVE: Final = 16

_Meaning = tuple[int, str | None, int]
"""What a node and its complements say: last node used, event code, word index the target stands after."""


@functools.cache
def break_lookout() -> Lookout:
    """For the words of BREAKS."""
    return Lookout(BREAKS.__contains__)


def chains(words: list[str], sentence: Sentence, heads: list[int], breaks: list[int]) -> tuple[list[Chain], list[int]]:
    """Acts of a sentence, and the word indexes of its reporting verbs, in text order.

    Args:
        words: folded words of the part.
        sentence: whose acts are wanted.
        heads: indices in the sentence whose word is in the lexicon.
        breaks: indices in the sentence whose word opens another clause.
    """
    return _Reader(words, sentence, heads, breaks).read()


class _Reader:
    """One sentence being read."""

    __slots__ = ("_depth", "_known", "breaks", "first", "high", "last", "low", "nodes", "stops", "words")

    def __init__(self, words: list[str], sentence: Sentence, heads: list[int], breaks: list[int]) -> None:
        lexicon = head_lexicon()
        self.words = words
        self.first = sentence.first
        self.last = sentence.last
        self.nodes = [
            (at, read)
            for at in heads
            if (read := read_as(lexicon[words[at]], words, sentence.first, sentence.last, at)) is not None
        ]
        self.stops = [at for at, read in self.nodes if read.stops]
        self.breaks = breaks
        self.low = sentence.first
        self.high = sentence.last
        self._depth = 0
        self._known: dict[int, _Meaning] = {}
        """Meanings worked out in this clause: operators before operators would be read again and again, three times as often with each."""

    def read(self) -> tuple[list[Chain], list[int]]:
        """Every chain, from left to right; a node that an operator took is not read again."""
        found: list[Chain] = []
        sayings: list[int] = []
        k = 0
        while k < len(self.nodes):
            at, read = self.nodes[k]
            if read.says:
                sayings.append(at)
            used, chain = self._chain(k)
            if chain is not None:
                found.append(chain)
            k = max(used, k) + 1
        return found, sayings

    def _group(self, at: int, floor: int) -> _Group:
        """Walk left over auxiliaries, negations and adverbs."""
        words = self.words
        bits, close = 0, True
        i = at - 1
        stop = max(floor, at - LONGEST_GROUP)
        while i >= stop:
            word = words[i]
            kind = kinds[word]
            if kind & Kind.NEGATION:
                bits |= _NEGATED
            elif kind & Kind.AUXILIARY:
                if word == "s" and i > floor and words[i - 1] not in PRONOUNS:
                    break
                if close and kind & Kind.BE:
                    bits |= _PASSIVE
                close = False
                if kind & Kind.MODAL:
                    bits |= _FUTURE
                elif kind & Kind.OBLIGATION:
                    bits |= _MUST
                elif word == "to":
                    bits |= _INFINITIVE
            elif not kind & Kind.ADVERB and not (word == "on" and words[i + 1] in WEEKDAYS):
                break
            i -= 1
        return i + 1, bits

    def _pick(self, node: _Node, *, passive: bool) -> tuple[Act | None, int]:
        """The reading whose needed word stands nearest, else the first that needs none; and the word it ends at."""
        at, read = node
        if read.sure is not None:
            return read.sure, at
        words, high = self.words, self.high
        acts, needs = read.acts, read.needs
        if needs.isdisjoint(words[at + 1 : min(at + 1 + WINDOW, high)]) and (
            not passive or needs.isdisjoint(words[max(self.low, at - WINDOW) : at])
        ):
            acts = read.free
        best: Act | None = None
        nearest = 0
        for act, reach in acts:
            if act.particle and act.particle not in words[at + 1 : min(at + 1 + NEAR, high)]:
                continue
            if act.before and (at == self.first or words[at - 1] not in act.before):
                continue
            if not act.needs:
                return (best, nearest) if best is not None else (act, at)
            end = self._needed(act, at, reach, passive=passive)
            if end is None or (best is not None and end >= nearest):
                continue
            if not any(at < stop < end for stop in self.stops):
                best, nearest = act, end
        return (best, nearest) if best is not None else (None, at)

    def _needed(self, act: Act, at: int, reach: int, *, passive: bool) -> int | None:
        words, needs = self.words, act.needs
        for n in range(at + 1, min(at + 1 + reach, self.high)):
            if words[n] in needs:
                return n
        if passive and reach > NEAR and not needs.isdisjoint(words[max(self.low, at - WINDOW) : at]):
            return at
        return None

    def _chain(self, k: int) -> tuple[int, Chain | None]:
        at, read = self.nodes[k]
        words, noun, tag = self.words, read.noun, read.tag
        start, bits = (at, 0) if noun else self._group(at, self.first)
        passive = False
        if tag & Tag.PARTICIPLE:
            after = words[at + 1] if at + 1 < self.last else ""
            passive = not noun and (bool(bits & _PASSIVE) or after == "by")
            passive = passive or (read.done_to and start == at and after in UNDER)
        if self.breaks:
            self._enter_clause(at)
        used, meant, anchor = self._meaning(k, passive=passive)
        if meant is None:
            return k, None
        must = bool(bits & _MUST) and plover_of(meant) != "REQUEST"
        cameo = _with_auxiliaries(meant, bits, must=must) if bits else meant
        if cameo is None or (tag == Tag.ING and at > self.first and words[at - 1] in UNDONE):
            return used, None
        dependent = False
        if not noun and not bits & _PASSIVE:
            dependent = bool(bits & _INFINITIVE) and not bits & _FUTURE
            if tag == Tag.ING and not dependent:
                dependent = not any(kinds[word] & Kind.BE for word in words[start:at])
        return used, Chain(
            at, start, self.nodes[used][0], anchor, cameo,
            passive=passive, nominal=noun, dependent=dependent, obligation=must or read.obliges,
        )  # fmt: skip

    def _enter_clause(self, at: int) -> None:
        """Set the words between which the clause of a head lies."""
        breaks = self.breaks
        gap = count_below(breaks, at)
        low = breaks[gap - 1] if gap else self.first
        gap += gap < len(breaks) and breaks[gap] == at
        high = breaks[gap] if gap < len(breaks) else self.last
        if low != self.low or high != self.high:
            self.low, self.high = low, high
            self._known.clear()

    def _meaning(self, k: int, *, passive: bool) -> _Meaning:
        place = 2 * k + passive
        known = self._known.get(place)
        if known is not None:
            return known
        nodes = self.nodes
        if self._depth >= MAX_OPERATORS:
            return k, None, nodes[k][0]
        found: _Meaning
        act, end = self._pick(nodes[k], passive=passive)
        if act is None:
            found = k, None, end
        elif act.operator is None:
            used = k
            while used + 1 < len(nodes) and nodes[used + 1][0] <= end:
                used += 1
            found = used, act.cameo, end
        else:
            self._depth += 1
            taken = self._complement(k, act.operator, passive=passive)
            self._depth -= 1
            code = apply(act.operator, taken[1]) if taken is not None and taken[1] is not None else None
            if taken is not None and code is not None:
                found = taken[0], code, taken[2]
            else:
                found = k, nodes[k][1].plain if act.cameo is None else act.cameo, end
        self._known[place] = found
        return found

    def _complement(self, k: int, operator: str, *, passive: bool) -> _Meaning | None:
        """The act that an operator takes: the noun before a passive, else the next act within reach."""
        nodes = self.nodes
        at = nodes[k][0]
        if passive and k and nodes[k - 1][1].noun and nodes[k - 1][0] >= self.low:
            act, _ = self._pick(nodes[k - 1], passive=False)
            if act is not None and act.cameo is not None:
                return k, act.cameo, at
        limit = min(at + (REACH_LIGHT if operator == "DO" else REACH), self.high - 1)
        for n in range(k + 1, min(k + 4, len(nodes))):
            inner, read = nodes[n]
            if inner > limit:
                return None
            if operator == "DO" and not read.noun and self.words[inner - 1] != "to" and not read.tag & Tag.ING:
                return None
            bits = 0 if read.noun else self._group(inner, at + 1)[1]
            meaning = self._meaning(n, passive=bool(bits & _PASSIVE))
            if meaning[1] is None:
                continue
            return (meaning[0], apply("NOT", meaning[1]), meaning[2]) if bits & _NEGATED else meaning
        return None


def _with_auxiliaries(cameo: str, bits: int, *, must: bool) -> str | None:
    code: str | None = cameo
    if bits & _NEGATED:
        code = apply("NOT", cameo)
    elif bits & _FUTURE:
        code = apply("FUTURE", cameo)
    return apply("DEMAND", code) if must and code is not None else code
