"""Stories of articles that are all at hand: copies are folded first, what is left is clustered."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator

from agents.enrich.step import Enricher
from agents.watch.clusters import Clusterer
from agents.watch.folding import Folder
from agents.watch.store import MemoryStore
from agents.watches import load_watches
from schemas.doors import StoryLine
from schemas.records import NewsEvent


def story_lines(events: Iterable[NewsEvent]) -> Iterator[StoryLine]:
    """Yield the story of each article, in the order given. Stories are made in the order (published_at, event_id)."""
    enrich = Enricher(load_watches(None))
    articles = list(events)
    folder, clusterer = Folder(MemoryStore()), Clusterer()
    stories: dict[str, uuid.UUID] = {}
    found: list[uuid.UUID] = [uuid.UUID(int=0)] * len(articles)
    for place in sorted(range(len(articles)), key=lambda i: (articles[i].published_at, articles[i].event_id, i)):
        article = articles[place]
        key = folder.fold(f"{article.event_id}/{place}", article.title, article.body, article.published_at)
        if key not in stories:
            stories[key] = clusterer.join(enrich(article))
        found[place] = stories[key]
    for article, story_id in zip(articles, found, strict=True):
        yield StoryLine(article.external_id, story_id)
