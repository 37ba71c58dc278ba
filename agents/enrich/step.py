"""Enrichment: who is in an article, where, and who is said to do what to whom. Pure, deterministic, no I/O after construction."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

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

NO_INTERFERENCE = Interference(score=0.0, perpetrators=(), targets=(), themes=(), status=None, said_by=(), parts=())


class Enricher:
    """Codes one news event after another.

    A coder that fails sets a flag (`countries_failed`, `actors_failed`, `interactions_failed`, `themes_failed`,
    `interference_failed`, `origins_failed`, `watches_failed`), is logged with its cause, and leaves its own findings empty, never the
    others'. `findings_cut` says that a text names more than is coded (a list, an attack): the first names are there.

    Args:
        watches: decides which watches want to see an event.
    """

    def __init__(self, watches: Watches) -> None:
        self._watches = watches

    def __call__(self, event: NewsEvent) -> EnrichedEvent:
        """The event with its findings."""
        flags = list(event.flags)

        def attempt(name: str, coder: Callable[[], T], otherwise: T) -> T:
            try:
                return coder()
            except Exception:  # whatever one coder does, the others' findings stand
                flags.append(f"{name}_failed")
                log.exception(
                    "a coder failed: %s, on event %s (%s) of %s", name, event.event_id, event.external_id, event.source
                )
                return otherwise

        doc = Document.of(event)
        nothing: tuple[Interference, tuple[Dyad, ...]] = (NO_INTERFERENCE, ())
        places: list[Mention] = attempt("countries", lambda: find_countries(doc), [])
        people: list[Mention] = attempt("actors", lambda: find_actors(doc, event.published_at, places), [])
        mentions = [*places, *people]
        interactions: tuple[Interaction, ...] = attempt("interactions", lambda: find_interactions(doc, mentions), ())
        hits: list[ThemeHit] = attempt("themes", lambda: find_themes(doc, mentions), [])
        if doc.title.is_cut or doc.body.is_cut:
            flags.append("findings_cut")
        themes: tuple[Theme, ...] = attempt("themes", lambda: fold_themes(hits), ())
        judged = attempt("interference", lambda: judge(doc, mentions, interactions, hits), nothing)
        interference, dyads = judged
        countries: tuple[Country, ...] = attempt("countries", lambda: fold_countries(places, people, doc.body.text), ())
        actors: tuple[Actor, ...] = attempt("actors", lambda: fold_actors(people), ())
        origins: tuple[Origin, ...] = attempt("origins", lambda: find_origins(event, doc), ())
        watches: tuple[str, ...] = attempt(
            "watches",
            lambda: self._watches.matching(
                dyads, interference, themes, tuple(country.code for country in countries), event.language
            ),
            (),
        )
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
            flags=tuple(dict.fromkeys(flags)),
            origins=origins,
            countries=countries,
            actors=actors,
            interactions=interactions,
            themes=themes,
            dyads=dyads,
            interference=interference,
            watches=watches,
        )
