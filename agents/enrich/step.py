"""Enrichment: who is in an article, where, and who is said to do what to whom. Pure, deterministic, no I/O after construction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from agents.enrich.actors.finding import find_actors, fold_actors
from agents.enrich.acts.interactions import find_interactions
from agents.enrich.countries.finding import find_countries
from agents.enrich.countries.salience import fold_countries
from agents.enrich.interference.judging import judge
from agents.enrich.interference.themes import ThemeHit, find_themes, fold_themes
from agents.enrich.origins import find_origins
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.text import Document
from agents.watches import Watches
from schemas.records import Actor, Country, Dyad, EnrichedEvent, Interaction, Interference, NewsEvent, Origin, Theme

T = TypeVar("T")

log = logging.getLogger(__name__)
"""The standard library's: whoever runs the coder decides where its lines go, and without any wish they go to standard error."""

Judgement = tuple[Interference, tuple[Dyad, ...]]
NOTHING: Judgement = (
    Interference(score=0.0, perpetrators=(), targets=(), themes=(), status=None, said_by=(), parts=()),
    (),
)


TOGETHER = 32
MOST_CHARACTERS = 200_000
"""Events that each coder codes before the next one begins, and code points of their bodies; what the coder holds of a text is
a hundred times as large."""


class Enricher:
    """Codes news events.

    A coder that fails sets a flag (`countries_failed`, `actors_failed`, `interactions_failed`, `themes_failed`,
    `interference_failed`, `origins_failed`, `watches_failed`), is logged with its cause, and leaves its own findings empty, never the
    others', nor those of another event. `findings_cut` says that a text names more than is coded (a list, an attack): the first names are there.

    Args:
        watches: decides which watches want to see an event.
    """

    def __init__(self, watches: Watches) -> None:
        self._watches = watches

    def __call__(self, event: NewsEvent) -> EnrichedEvent:
        """The event with its findings."""
        return self._coded([event])[0]

    def many(self, events: Sequence[NewsEvent]) -> list[EnrichedEvent]:
        """The events with their findings, in the same order: those that each by itself would have, a fifth sooner.

        Each coder goes over several events before the next one begins, so that what it touches is still in the processor's caches.
        """
        return [enriched for several in _groups(events) for enriched in self._coded(several)]

    def _coded(self, events: Sequence[NewsEvent]) -> list[EnrichedEvent]:
        flags = [list(event.flags) for event in events]

        def each(name: str, coder: Callable[..., T], otherwise: T, *inputs: Sequence[Any]) -> list[T]:
            found: list[T] = []
            for at, given in enumerate(zip(*inputs, strict=True)):
                try:
                    found.append(coder(*given))
                except Exception:  # whatever one coder does, the others' findings stand
                    event = events[at]
                    log.exception(
                        "a coder failed: %s, on event %s (%s) of %s",
                        name,
                        event.event_id,
                        event.external_id,
                        event.source,
                    )
                    flags[at].append(f"{name}_failed")
                    found.append(otherwise)
            return found

        docs = [Document.of(event) for event in events]
        places: list[list[Mention]] = each("countries", find_countries, [], docs)
        people: list[list[Mention]] = each(
            "actors", find_actors, [], docs, [one.published_at for one in events], places
        )
        mentions = [[*here, *named] for here, named in zip(places, people, strict=True)]
        interactions: list[tuple[Interaction, ...]] = each("interactions", find_interactions, (), docs, mentions)
        hits: list[list[ThemeHit]] = each("themes", find_themes, [], docs, mentions)
        for doc, flagged in zip(docs, flags, strict=True):
            if doc.title.is_cut or doc.body.is_cut:
                flagged.append("findings_cut")
        themes: list[tuple[Theme, ...]] = each("themes", fold_themes, (), hits)
        judged = each("interference", judge, NOTHING, docs, mentions, interactions, hits)
        countries: list[tuple[Country, ...]] = each(
            "countries", fold_countries, (), places, people, [one.body for one in events]
        )
        actors: list[tuple[Actor, ...]] = each("actors", fold_actors, (), people)
        origins: list[tuple[Origin, ...]] = each("origins", find_origins, (), events, docs)
        watches: list[tuple[str, ...]] = each("watches", self._watching, (), events, judged, themes, countries)
        return [
            _record(event, tuple(dict.fromkeys(flagged)), *findings)
            for event, flagged, *findings in zip(
                events, flags, origins, countries, actors, interactions, themes, judged, watches, strict=True
            )
        ]

    def _watching(
        self, event: NewsEvent, judged: Judgement, themes: tuple[Theme, ...], countries: tuple[Country, ...]
    ) -> tuple[str, ...]:
        interference, dyads = judged
        codes = tuple(country.code for country in countries)
        return self._watches.matching(dyads, interference, themes, codes, event.language)


def _groups(events: Sequence[NewsEvent]) -> Iterator[list[NewsEvent]]:
    """The events, in groups that are coded together."""
    group: list[NewsEvent] = []
    room = MOST_CHARACTERS
    for event in events:
        if group and (len(group) == TOGETHER or len(event.body) > room):
            yield group
            group, room = [], MOST_CHARACTERS
        group.append(event)
        room -= len(event.body)
    if group:
        yield group


def _record(  # noqa: PLR0913, PLR0917 - what the record has
    event: NewsEvent,
    flags: tuple[str, ...],
    origins: tuple[Origin, ...],
    countries: tuple[Country, ...],
    actors: tuple[Actor, ...],
    interactions: tuple[Interaction, ...],
    themes: tuple[Theme, ...],
    judged: Judgement,
    watches: tuple[str, ...],
) -> EnrichedEvent:
    interference, dyads = judged
    return EnrichedEvent(
        event_id=event.event_id,
        external_id=event.external_id,
        version=event.version,
        status=event.status,
        content_hash=event.content_hash,
        url=event.url,
        title=event.title,
        body=event.body,
        byline=event.byline,
        source=event.source,
        language=event.language,
        published_at=event.published_at,
        received_at=event.received_at,
        flags=flags,
        origins=origins,
        countries=countries,
        actors=actors,
        interactions=interactions,
        themes=themes,
        dyads=dyads,
        interference=interference,
        watches=watches,
    )
