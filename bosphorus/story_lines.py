"""Stories of articles that are all at hand: copies are folded first, what is left is clustered."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator

from agents.enrich.step import Enricher
from agents.watch.clusters import MAX_BATCH, WINDOW, Clusterer
from agents.watch.folding import Folder
from agents.watch.store import MemoryStore
from agents.watches import load_watches
from schemas.doors import StoryLine
from schemas.records import EnrichedEvent, NewsEvent


def story_lines(events: Iterable[NewsEvent]) -> Iterator[StoryLine]:
    """Yield the story of each article, in the order given. Stories are made in the order (published_at, event_id)."""
    enrich = Enricher(load_watches(None))
    articles = list(events)
    folder, clusterer = Folder(MemoryStore()), Clusterer()
    copied: dict[int, str] = {}
    stories: dict[str, uuid.UUID] = {}
    batch: dict[str, EnrichedEvent] = {}

    def join() -> None:
        stories.update(zip(batch, clusterer.join_all(list(batch.values())), strict=True))
        batch.clear()

    for place in sorted(range(len(articles)), key=lambda i: (articles[i].published_at, articles[i].event_id, i)):
        article = articles[place]
        own = f"{article.event_id}/{place}"
        copied[place] = folder.fold(own, article.title, article.body, article.published_at)
        if copied[place] != own:
            continue
        first = next(iter(batch.values()), None)
        if first and (len(batch) == MAX_BATCH or article.published_at - first.published_at > WINDOW):
            join()
        batch[own] = enrich(article)
    join()
    for place, article in enumerate(articles):
        yield StoryLine(article.external_id, stories[copied[place]])
