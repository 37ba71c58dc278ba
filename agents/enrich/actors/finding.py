"""Actors in text: by name from the register, by country and role, by country alone; each with its code at the event's date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from agents.enrich.actors.part import PartReader
from agents.enrich.actors.persons import find_named
from agents.enrich.actors.spots import Spot, again, to_mention
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.text import Document, Part
from schemas.records import Actor

_SHORTEST_SURNAME: Final = 4
_LONGEST_NAME: Final = 1 << 24
"""More words than any article has."""


def find_actors(doc: Document, when: datetime, places: list[Mention]) -> list[Mention]:
    """Every place where an actor is named, in text order.

    The rule of a mention: `register.name`, `register.surname`; `fuzzy.sound`, `fuzzy.typo` for misspelt names;
    `pattern.country_role`, `pattern.coordination`, `pattern.role_in_context`; `coreference.surname`; or the rule of the
    mention of a country that stands alone.

    Args:
        doc: the article.
        when: the event's time: roles are those held then.
        places: the mentions of countries in it.
    """
    day = when.date()
    named = [(part, find_named(doc, part, day)) for part in doc.parts]
    full = {one.entry.id for _, ones in named for one in ones if one.full and not one.supported}
    leading = _leading(places)
    read: list[tuple[Part, list[Spot]]] = []
    for part, ones in named:
        for one in ones:
            if one.namesakes:
                one.among(full)
        here = [place for place in places if place.field is part.field]
        read.append((part, PartReader(doc, part, day, named=ones, places=here, leading=leading).read(full)))
    known = {spot.surname: spot for _, spots in read for spot in spots if len(spot.surname) >= _SHORTEST_SURNAME}
    mentions: list[Mention] = []
    for part, spots in read:
        if known:
            spots.extend(_surnames_again(part, spots, known))
        spots.sort(key=_place)
        mentions += [to_mention(spot) for spot in spots]
    return mentions


def _place(spot: Spot) -> int:
    return spot.first * _LONGEST_NAME + spot.last


def _leading(places: list[Mention]) -> str | None:
    """The country that the article names most often, the first of several."""
    counts: dict[str, int] = {}
    for place in places:
        counts[place.code] = counts.get(place.code, 0) + 1
    return max(counts, key=counts.__getitem__) if counts else None


def _surnames_again(part: Part, spots: list[Spot], known: dict[str, Spot]) -> list[Spot]:
    """Later mentions by surname alone of people first named with their office (`President Kagame ... Kagame said`)."""
    used = {word for spot in spots for word in range(spot.first, spot.last)}
    words = part.words
    return [again(known[words[at]], part, at) for at in part.capitals if words[at] in known and at not in used]


def fold_actors(mentions: Iterable[Mention]) -> tuple[Actor, ...]:
    """The actors of an article from the mentions of them, in the order of their first mention."""
    groups: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    for mention in mentions:
        groups[mention.id, mention.code].append(mention)
    return tuple(
        Actor(
            code=group[0].code,
            name=group[0].name,
            country=group[0].country,
            roles=group[0].roles,
            confidence=max(mention.confidence for mention in group),
            mentions=tuple(mention.span() for mention in group),
        )
        for group in groups.values()
    )
