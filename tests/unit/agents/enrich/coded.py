"""A text coded by the room's own coders, as a test asks for it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from agents.enrich.actors.finding import find_actors
from agents.enrich.acts.interactions import find_interactions
from agents.enrich.countries.finding import find_countries
from agents.enrich.interference.judging import judge
from agents.enrich.interference.themes import find_themes, fold_themes
from agents.enrich.reading.text import Document
from schemas.records import Dyad, Interaction, Interference, Theme


class Coded(NamedTuple):
    interactions: tuple[Interaction, ...]
    themes: tuple[Theme, ...]
    interference: Interference
    dyads: tuple[Dyad, ...]

    def acts(self) -> list[tuple[str | None, str, str | None]]:
        """Source, root, target, by country or code."""
        return [(one.source.code, one.plover, one.target.code) for one in self.interactions]

    def root(self) -> str:
        """The root of the first interaction."""
        return self.interactions[0].plover


def code(title: str, body: str = "", language: str = "en") -> Coded:
    doc = Document(title, body, language)
    countries = find_countries(doc)
    mentions = [*countries, *find_actors(doc, datetime(2023, 5, 12, tzinfo=UTC), countries)]
    interactions = find_interactions(doc, mentions)
    hits = find_themes(doc, mentions)
    interference, dyads = judge(doc, mentions, interactions, hits)
    return Coded(interactions, fold_themes(hits), interference, dyads)
