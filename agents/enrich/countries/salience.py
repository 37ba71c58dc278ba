"""How much of an article's attention each country has: the one the article is about comes first."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from agents.enrich.countries.gazetteer import alpha2_by_alpha3
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.sorted_ints import count_below
from schemas.records import Country, Field, Span

_TITLE: Final = 2.0
_LEAD: Final = 1.5
_REST: Final = 1.0
_LEAD_LENGTH: Final = 300
"""Weight of a mention by where it stands; the lead is the body's first 300 code points (the inverted pyramid of news)."""

_PEOPLE: Final = 0.8
_OFFICE: Final = 0.25
_DATELINE: Final = 0.5
"""What a demonym, somebody in office, and the town where a report was filed weigh beside the name of the state."""

_AFTER_DATELINE: Final = re.compile(r"(?:, [^.(—–-]{2,30})?\s*(?:\(|—|–|--?\s)")

_IN_TITLE: Final = Field.TITLE
_BEHIND_TITLE: Final = 1 << 32
"""More than any title is long."""

_OF_PEOPLE: Final = frozenset({"country.demonym", "country.adjective"})
_PUBLIC: Final = frozenset({"GOV", "SPY", "MIL", "LEG", "JUD", "GOVMIL", "OPP", "ELI", "CVL"})
"""Office, opposition, or once in office: who is known for the part he plays in a state's public life."""


def fold_countries(mentions: Sequence[Mention], people: Sequence[Mention] = (), body: str = "") -> tuple[Country, ...]:
    """The countries of an article, most salient first.

    Salience is the share of all mentions, each weighed by where it stands (title 2, lead 1.5, else 1) and what it is; ties
    go to the one named first.

    Args:
        mentions: of countries.
        people: of actors. Whoever plays a public part in a state expresses it, at a quarter of the weight (`Putin`, `the FSB`, `Navalny`), unless the
            state is named in the same words.
        body: tells a dateline (`WASHINGTON (Reuters)`).
    """
    groups: dict[str, list[Mention]] = defaultdict(list)
    weights: dict[str, float] = defaultdict(float)
    spans = _Spans(mentions)
    for mention in mentions:
        groups[mention.code].append(mention)
        weights[mention.code] += _weight(mention, body)
    for mention in people:
        country = mention.country
        if country is not None and _is_public(mention) and not spans.touch(mention):
            groups[country].append(mention)
            weights[country] += _OFFICE * _weight(mention, body)
    total = sum(weights.values())
    alpha2 = alpha2_by_alpha3()
    found: list[Country] = []
    for code in sorted(groups, key=lambda code: -weights[code]):
        group = groups[code]
        group.sort(key=_place)
        found.append(
            Country(
                code=code,
                alpha2=alpha2[code],
                mentions=len(group),
                salience=round(weights[code] / total, 4),
                confidence=max([mention.confidence for mention in group]),
                spans=tuple([Span(one.field, one.start, one.end, one.text, _rule(one)) for one in group]),
            )
        )
    return tuple(found)


def _place(mention: Mention) -> int:
    """Where it starts in the article, the title before the body."""
    return mention.start if mention.field is _IN_TITLE else mention.start + _BEHIND_TITLE


def _is_public(mention: Mention) -> bool:
    return mention.rule.startswith(("register.", "fuzzy.")) and mention.code[3:] in _PUBLIC and bool(mention.roles)


class _Spans:
    """Where mentions stand, so that whether another one shares words with any of them takes a look or two, however many there are."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        """The furthest end of all that start there or before."""
        furthest = 0
        for mention in sorted(mentions, key=_place):
            start = _place(mention)
            furthest = max(furthest, start + mention.end - mention.start)
            self._starts.append(start)
            self._ends.append(furthest)

    def touch(self, mention: Mention) -> bool:
        """Whether one of them shares a code point with a mention."""
        start = _place(mention)
        before = count_below(self._starts, start + mention.end - mention.start)
        return before > 0 and self._ends[before - 1] > start


def _rule(mention: Mention) -> str:
    return mention.rule if mention.kind == "country" else f"actor.{mention.rule}"


def _weight(mention: Mention, body: str) -> float:
    place = _TITLE if mention.field is _IN_TITLE else _LEAD if mention.start < _LEAD_LENGTH else _REST
    if mention.start == 0 and mention.field is not _IN_TITLE and _AFTER_DATELINE.match(body, mention.end):
        place *= _DATELINE
    return place * (_PEOPLE if mention.rule in _OF_PEOPLE else 1.0)
