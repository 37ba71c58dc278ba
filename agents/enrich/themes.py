"""Which interference themes an article expresses, and how it says they are the case."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from agents.enrich.text import Document, Part
from agents.enrich.themes_lexicon import LANGUAGES, THEMES, Meaning, cue_index, theme_index
from agents.enrich.themes_terms import TermHit
from schemas.records import ClaimStatus, Span, Theme

ELSEWHERE = frozenset({"sport", "signal", "fiction", "weather", "court", "health", "crime"})
"""Cues that make a hit in the same sentence something else: a referee's interference, a spy in a film."""
MAX_SPANS = 8
SURE, UNSURE = 0.9, 0.6


class ThemeHit(NamedTuple):
    """A theme expressed at one place: words `first:last` of sentence `sentence` of a part."""

    part: Part
    sentence: int
    first: int
    last: int
    theme: str
    disarm: str | None
    cues: frozenset[str]


@functools.lru_cache(maxsize=1)
def theme_hits(doc: Document) -> tuple[ThemeHit, ...]:
    """Every place where a theme is expressed, the cues it needs beside it, and nothing that makes it something else.

    The last article's are kept: first the themes, then the judgement ask for them.
    """
    language = doc.language if doc.language in LANGUAGES else "en"
    terms = theme_index(language)
    hits: list[ThemeHit] = []
    for part in doc.parts:
        found = terms.find_all(part)
        if found:
            hits.extend(_in_sentences(part, found, language))
    return tuple(hits)


def _in_sentences(part: Part, found: Sequence[TermHit[Meaning]], language: str) -> list[ThemeHit]:
    by_sentence: dict[int, list[TermHit[Meaning]]] = defaultdict(list)
    for hit in found:
        by_sentence[part.sentence_at(hit.first)].append(hit)
    hits: list[ThemeHit] = []
    for number, inside in by_sentence.items():
        sentence = part.sentences[number]
        beside = cue_index(language).find_all(part, sentence.first, sentence.last)
        cues = frozenset(hit.what.cue for hit in beside if hit.what.cue)
        if cues & ELSEWHERE:
            continue
        hits.extend(
            ThemeHit(part, number, hit.first, hit.last, hit.what.theme, hit.what.disarm, cues)
            for hit in inside
            if hit.what.theme and (hit.what.needs is None or hit.what.needs in cues)
        )
    return hits


def find_themes(doc: Document) -> tuple[Theme, ...]:
    """The themes of an article, most often expressed first; a theme's DISARM techniques are as alleged, never as found."""
    by_theme: dict[str, list[ThemeHit]] = defaultdict(list)
    for hit in theme_hits(doc):
        by_theme[hit.theme].append(hit)
    return tuple(
        Theme(
            theme=theme,
            disarm=tuple(dict.fromkeys(hit.disarm for hit in hits if hit.disarm)),
            status=status_of(hits),
            confidence=SURE if len(hits) > 1 or hits[0].part is doc.title else UNSURE,
            spans=tuple(_span(hit) for hit in hits[:MAX_SPANS]),
        )
        for theme, hits in sorted(by_theme.items(), key=lambda item: (-len(item[1]), THEMES.index(item[0])))
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
