"""Who stands beside an act: the noun phrase of its subject and of its object, coded where a mention lies in it."""

# ruff: noqa: SIM905 - lists of words read best as text

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from agents.enrich.acts.clauses import Chain
from agents.enrich.acts.small_words import ADVERBS, BREAKS, DETERMINERS, PREPOSITIONS, PRONOUNS
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.sorted_ints import count_below, count_up_to
from agents.enrich.reading.text import Part, Sentence
from schemas.records import Party

_PAUSE: Final = re.compile(r"[,;:()“”\"«»—–-](?:(?<!-)|(?<=\s-)(?=\s)|(?=-))")
"""Punctuation, and a hyphen between spaces or before another. One set of characters begins it, to which the engine skips."""
_LEADERS: Final = (
    PREPOSITIONS
    | ADVERBS
    | frozenset(["earlier", "meanwhile", "however", "but", "and", "last", "according", "moreover", "also", "yes"])
)
_SKIPPED: Final = frozenset("and but that or so then while yet nor both".split())
_LINKS: Final = frozenset("of and".split())
NOBODY: Final = Party()
_ACTORS_FIRST: Final = 1 << 32
"""More than any length."""
MAX_WORDS: Final = 14
"""Words of a party that is not in a register: a longer noun phrase is cut."""


class Side:
    """One side of an act.

    Attributes:
        party: as records carry it.
        mention: the mention it was coded from; None for a plain noun phrase.
    """

    __slots__ = ("mention", "party")

    def __init__(self, party: Party, mention: Mention | None) -> None:
        self.party = party
        self.mention = mention


NO_SIDE: Final = Side(NOBODY, None)


class Scene:
    """A sentence with its mentions, pauses and acts, ready to be asked for parties."""

    __slots__ = ("acts", "first", "last", "mentions", "part", "pauses", "words")

    def __init__(self, part: Part, sentence: Sentence, mentions: dict[int, Mention], acts: list[Chain]) -> None:
        self.part = part
        self.words = part.words
        self.first = sentence.first
        self.last = sentence.last
        self.mentions = mentions
        self.acts = acts
        starts, low, high = part.starts, self.first, self.last
        self.pauses = [
            count_up_to(starts, pause.start()) - 1
            for pause in _PAUSE.finditer(part.text, starts[low], part.ends[high - 1])
        ]

    def subject(self, start: int, floor: int) -> Side:
        """The subject of a verb group that starts at word `start`, not reaching left of word `floor`."""
        words = self.words
        if start - 1 in self.pauses:
            return self._subject_before_pause(start)
        for at in range(start - 1, floor - 1, -1):
            if words[at] in BREAKS or words[at] == "that":
                floor = at + 1
                break
        segments = self._segments(floor, start)
        while len(segments) > 1 and words[segments[-1][0]] in _LEADERS:
            segments = segments[:-1]
        if not segments:
            return NO_SIDE
        low, high = segments[-1]
        if "and" in words[low:high]:  # "the EU, the United States and others have imposed"
            heads = (a for a, _ in segments[:-1] if words[a] not in _LEADERS and self._inside(a, high))
            low = next(heads, low)
        return self.side(low, high)

    def _subject_before_pause(self, start: int) -> Side:
        """In "Ince, a small party's nominee, has withdrawn" it is Ince; in "X accuses Y of spying, expels" X goes on."""
        segments = self._segments(self._before_relative(start, self.first), start)
        while len(segments) > 1 and self.words[segments[0][0]] in _LEADERS:
            segments = segments[1:]
        if not segments:
            return NO_SIDE
        low, high = segments[0]
        if any(low <= act.head < high and not (act.nominal or act.dependent) for act in self.acts):
            return NO_SIDE  # a clause
        return self.side(low, high)

    def _before_relative(self, start: int, floor: int) -> int:
        for at in range(start - 1, floor - 1, -1):
            if self.words[at] in {"that", "because", "after", "while", "when", "although", "but"}:
                return at + 1
        return floor

    def _segments(self, low: int, high: int) -> list[tuple[int, int]]:
        cuts = [low, *(pause + 1 for pause in self.pauses if low <= pause < high - 1), high]
        return [(a, b) for a, b in pairwise(cuts) if b > a]

    def object(self, head: int, anchor: int, stop: int) -> Side:
        """The object of a head: between it and its anchor, or after the anchor, before word `stop`."""
        between = self._inside(head + 1, anchor)
        if between:
            return self._at_mention(head + 1, anchor, between[0])
        after = self._inside(anchor + 1, min(stop, anchor + 1 + 2 * MAX_WORDS))
        if after:
            return self._at_mention(anchor + 1, stop, after[0])
        return self._phrase(anchor + 1, stop)

    def before(self, at: int, floor: int, reach: int = 3) -> Side:
        """The possessor or adjective just before a noun: `Russia's`, `Russian`."""
        for k in range(at - 1, max(floor, at - 1 - reach) - 1, -1):
            if k in self.pauses or self.words[k] in PREPOSITIONS or self.words[k] in BREAKS:
                return NO_SIDE
            mention = self.mentions.get(k)
            if mention is not None:
                return Side(_coded(mention), mention)
        return NO_SIDE

    def copular(self, at: int, floor: int, reach: int = 6) -> Side:
        """The subject of `is` before a noun: `the United States is the largest donor`."""
        for k in range(at - 1, max(floor, at - reach) - 1, -1):
            if k in self.pauses:
                break
            if self.words[k] in {"is", "was", "are", "were", "remains", "remained", "became"}:
                return self.subject(k, floor)
        return NO_SIDE

    def after(self, at: int, stop: int, prepositions: frozenset[str], reach: int = 10) -> Side:
        """The mention after the first of these prepositions behind a noun."""
        for k in range(at + 1, min(stop, at + 1 + reach)):
            if self.words[k] in prepositions:
                inside = self._inside(k + 1, min(stop, k + 9))
                return self._at_mention(k + 1, stop, inside[0]) if inside else NO_SIDE
            if self.words[k] in BREAKS or k in self.pauses:
                break
        return NO_SIDE

    def side(self, low: int, high: int) -> Side:
        """The party of words `low:high`: the head noun phrase's last actor, else its country, else the words."""
        words = self.words
        while low < high and (words[low] in _SKIPPED or (words[low] in ADVERBS and high - low > 1)):
            low += 1
        while high > low and (
            words[high - 1] in PREPOSITIONS or words[high - 1] in ADVERBS or words[high - 1] in _SKIPPED
        ):
            high -= 1
        if low >= high:
            return NO_SIDE
        if high - low == 1 and words[low] in PRONOUNS:
            return NO_SIDE
        inside = self._inside(low, high)
        text = self._text(low, high)
        if not inside:
            return Side(Party(text=text), None)
        edge = next((k for k in range(low + 1, high) if words[k] in PREPOSITIONS), high)
        head = [k for k in inside if k < edge] or inside
        actors = [k for k in head if self.mentions[k].kind == "actor"]
        chosen = self.mentions[actors[-1] if actors else head[-1]]
        return Side(Party(chosen.code, chosen.name, text), chosen)

    def _at_mention(self, low: int, stop: int, at: int) -> Side:
        words = self.words
        chosen, end = self.mentions[at], at
        k = at + 1
        while k < stop and k - end <= 3 and k - 1 not in self.pauses and words[k] not in PREPOSITIONS:  # noqa: PLR2004
            mention = self.mentions.get(k)
            if mention is not None:
                if words[k - 1] == "and":
                    break
                if mention.kind == "actor" or chosen.kind == "country":
                    chosen = mention
                end = k
            k += 1
        start = at
        while start > low and words[start - 1] not in PREPOSITIONS and start - 1 not in self.pauses and at - start < 6:  # noqa: PLR2004
            start -= 1
        while start < at and words[start] in DETERMINERS:
            start += 1
        stop_word = end + 1
        while stop_word < stop and stop_word - start < MAX_WORDS and stop_word - 1 not in self.pauses:
            word = words[stop_word]
            if (word in PREPOSITIONS and word not in _LINKS) or word in BREAKS or word == "that":
                break
            if word == "of" and not self._inside(stop_word + 1, min(stop_word + 3, stop)):
                break  # "accused Russia of spreading deep fakes", but "the government of Ukraine"
            stop_word += 1
        return Side(Party(chosen.code, chosen.name, self._text(start, stop_word)), chosen)

    def _phrase(self, low: int, stop: int) -> Side:
        words = self.words
        while low < stop and (words[low] in PREPOSITIONS or words[low] in DETERMINERS or words[low] in ADVERBS):
            if low in self.pauses:
                return NO_SIDE
            low += 1
        high = low
        while high < stop and high - low < MAX_WORDS:
            word = words[high]
            if high > low and (word in BREAKS or word == "that" or (word in PREPOSITIONS and word not in _LINKS)):
                break
            high += 1
            if high - 1 in self.pauses:
                break
        if high <= low or words[low] in PRONOUNS:
            return NO_SIDE
        return Side(Party(text=self._text(low, high)), None)

    def _inside(self, low: int, high: int) -> list[int]:
        mentions = self.mentions
        return [k for k in range(low, min(high, self.last)) if k in mentions]

    def _text(self, low: int, high: int) -> str:
        high = min(high, low + MAX_WORDS)
        return self.part.text[self.part.starts[low] : self.part.ends[high - 1]]


def _coded(mention: Mention) -> Party:
    return Party(mention.code, mention.name, mention.text)


def by_sentence(part: Part, mentions: Iterable[Mention]) -> dict[int, list[Mention]]:
    """A field's mentions by the number of the sentence they start in; sentences without any are left out."""
    grouped: dict[int, list[Mention]] = {}
    field = part.field
    for mention in mentions:
        if mention.field is field:
            first = mention.first if mention.first >= 0 else part.word_at(mention.start)
            grouped.setdefault(part.sentence_at(first), []).append(mention)
    return grouped


def by_word(part: Part, mentions: Iterable[Mention]) -> dict[int, Mention]:
    """The mention that covers each word; an actor goes before a country, a longer one before a shorter."""
    covering: dict[int, Mention] = {}
    field, starts = part.field, part.starts
    for mention in sorted([one for one in mentions if one.field is field], key=_rank):
        first, last = mention.first, mention.last
        if first < 0:
            first, last = max(count_up_to(starts, mention.start) - 1, 0), count_below(starts, mention.end)
        for at in range(first, last):
            covering[at] = mention
    return covering


def _rank(mention: Mention) -> int:
    length = mention.end - mention.start
    return length + _ACTORS_FIRST if mention.kind == "actor" else length
