"""Which interference themes an article expresses, and how it says they are the case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple

from agents.enrich.interference.implied import (
    has_accusation,
    has_hand,
    one_accuses_another,
    one_says_of_another,
    states_of,
)
from agents.enrich.interference.lexicon import ACCUSES, HAND, LANGUAGES, PAIR, Meaning, cue_index, theme_index
from agents.enrich.interference.sides import sides
from agents.enrich.reading.matching import Hit
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.sorted_ints import count_below
from agents.enrich.reading.text import Document, Part
from agents.themes import THEMES
from schemas.records import ClaimStatus, Field, Span, Theme

ELSEWHERE: Final = frozenset({"sport", "signal", "fiction", "weather", "court", "health", "crime", "private"})
"""Cues that make a hit in the same sentence something else: a referee's interference, a spy in a film."""
SAID: Final = frozenset({"attribution", "charge"})
"""What it amounts to if somebody of one state says something of another."""
PAIR_OF: Final = 2
FICTION: Final = frozenset({"fiction", "crime"})
"""What remains of these where somebody is said to act for a state: `Russian hackers leak athletes' files`."""
ACCUSED: Final = frozenset({"fiction", "sport", "weather"})
"""What remains of these there."""
CHARGED: Final = ELSEWHERE - {"private", "weather"}
"""What remains of these where a headline names two states and charges somebody: students may spy, balloons fly."""
NO_PAIR: Final = frozenset({"war", "retaliation", "visit"})
"""Cues of a headline in which two states are named for another reason: a front, a tit for tat."""
MAX_SPANS: Final = 8
SURE: Final = 0.9
UNSURE: Final = 0.6


class ThemeHit(NamedTuple):
    """A theme expressed at one place: words `first:last` of sentence `sentence` of a part."""

    part: Part
    sentence: int
    first: int
    last: int
    theme: str
    disarm: str | None
    cues: frozenset[str]


def find_themes(doc: Document, mentions: Sequence[Mention]) -> list[ThemeHit]:
    """Every place where a theme is expressed, with the cues it needs beside it, and nothing that makes it something else."""
    language = doc.language if doc.language in LANGUAGES else "en"
    hits: list[ThemeHit] = []
    for part in doc.parts:
        found = theme_index(language, paired=part is doc.title).find_all(part)
        if found:
            structure = _structure(part, mentions, language) if part is doc.title else frozenset()
            hits += _in_sentences(part, found, language, structure)
    return hits


def _structure(title: Part, mentions: Sequence[Mention], language: str) -> frozenset[str]:
    """The cues that are no words: a headline that names two states, and how it speaks of them."""
    states = states_of(title, mentions)
    if len({one.country for one in states}) < PAIR_OF:
        return frozenset()
    cues = {PAIR}
    if has_hand(title, states, sides("agents"), sides("linked"), sides("for_hands")):
        cues.add(HAND)
    if one_says_of_another(title, states, sides("saying")):
        cues |= SAID | {ACCUSES}
    if one_accuses_another(title, states, sides("accusing")) or has_accusation(title, language):
        cues.add(ACCUSES)
    return frozenset(cues)


def _in_sentences(
    part: Part, found: Sequence[Hit[Meaning]], language: str, structure: frozenset[str]
) -> list[ThemeHit]:
    """The hits that hold; a headline with a pair of states is read as one sentence."""
    pair = PAIR in structure
    by_sentence: dict[int, list[Hit[Meaning]]] = defaultdict(list)
    for hit in found:
        if pair or PAIR not in hit.what.needs:
            by_sentence[0 if pair else part.sentence_at(hit.first)].append(hit)
    if not by_sentence:
        return []
    every = cue_index(language)
    begins = every.begins(part)
    hits: list[ThemeHit] = []
    for number, inside in by_sentence.items():
        sentence = part.sentences[number]
        first, last = (0, len(part.words)) if pair else (sentence.first, sentence.last)
        here = begins[count_below(begins, first) : count_below(begins, last)]
        cues = frozenset([hit.what.cue for hit in every.find_at(part, here, last) if hit.what.cue])
        charged = pair and "charge" in cues
        elsewhere = CHARGED if charged or "quarrel" in cues else ELSEWHERE
        if cues & (ACCUSED if ACCUSES in structure else FICTION if HAND in structure else elsewhere):
            continue
        if not cues & NO_PAIR or "quarrel" in cues or (charged and HAND in structure and "visit" not in cues):
            cues |= structure
        for hit in inside:
            what = hit.what
            if what.theme and what.needs <= cues:
                at = part.sentence_at(hit.first)
                hits.append(ThemeHit(part, at, hit.first, hit.last, what.theme, what.disarm, cues))
    return hits


def fold_themes(hits: Sequence[ThemeHit]) -> tuple[Theme, ...]:
    """The themes of an article, most often expressed first; a theme's DISARM techniques are as alleged, never as found."""
    by_theme: dict[str, list[ThemeHit]] = defaultdict(list)
    for hit in hits:
        by_theme[hit.theme].append(hit)
    return tuple(
        Theme(
            theme=theme,
            disarm=tuple(dict.fromkeys(hit.disarm for hit in found if hit.disarm)),
            status=status_of(found),
            confidence=SURE if len(found) > 1 or found[0].part.field is Field.TITLE else UNSURE,
            spans=tuple(dict.fromkeys(_span(hit) for hit in found[:MAX_SPANS])),  # two rows may find the same words
        )
        for theme, found in sorted(by_theme.items(), key=lambda item: (-len(item[1]), THEMES.index(item[0])))
    )


def status_of(hits: Sequence[ThemeHit]) -> ClaimStatus:
    """Denied if every sentence that carries it denies it, alleged if somebody says so, else reported."""
    if all("denial" in hit.cues for hit in hits):
        return ClaimStatus.DENIED
    if any("attribution" in hit.cues for hit in hits):
        return ClaimStatus.ALLEGED
    return ClaimStatus.REPORTED


def _span(hit: ThemeHit) -> Span:
    part = hit.part
    return part.span(part.starts[hit.first], part.ends[hit.last - 1], f"theme.{hit.theme}")
