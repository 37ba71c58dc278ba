"""Story clusters: reports of one event, reworded or in another language, are one story where the evidence allows.

Articles come in batches, in the order (published_at, event_id). Within a batch they are grouped by average linkage, where their order
plays no part; then each group joins the cluster whose members it resembles most on average, or begins one of its own. It never looks
beyond its batch, so live and replay agree on equal batches.
"""

from __future__ import annotations

import math
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_array
from scipy.spatial.distance import squareform

from agents.watch.tellings import Stand, Telling, Vector, telling_of
from schemas.ids import stable_id
from schemas.records import EnrichedEvent

MIN_SIMILARITY = 0.14
"""Mean similarity of two groups of articles from which they are one story."""
FACTS_WORTH = 0.34
"""What equal facts are worth between two languages, on the scale of the words within one: about .4 of them make one story."""
FADES_H = 72.0
"""Hours between two reports in which their similarity falls to 1/e."""
CONFLICT = -1.0
"""Similarity of an accusation and its denial: they are never one story, whatever words they share."""
MAX_BATCH = 2_000
"""Articles that are grouped at once: their similarities are held as a square."""
WINDOW = timedelta(hours=72)
"""Event time after its last article for which a cluster can still be joined."""
MAX_CLUSTERS = 20_000

_MAX_WORDS = 4_000
"""Most words kept of a cluster in a language."""
_INDEXED = 12
"""How many of its heaviest words, and how many facts, lead to a cluster."""
_OPPOSITE = {Stand.ACCUSATION: Stand.DENIAL, Stand.DENIAL: Stand.ACCUSATION}

Floats = NDArray[np.float64]


class Sums(msgspec.Struct):
    """Some articles together: sums of their words and facts by language, how many stand where, and the last one's time."""

    words: dict[str, dict[str, float]] = {}
    facts: dict[str, dict[str, float]] = {}
    stands: Counter[Stand | None] = msgspec.field(default_factory=Counter)
    members: int = 0
    last_at: float = 0.0

    def add(self, one: Telling) -> None:
        """Add an article."""
        for sums, vector in ((self.words, one.words), (self.facts, one.facts)):
            of = sums.setdefault(one.language, {})
            for word, weight in vector.items():
                of[word] = of.get(word, 0.0) + weight
        self.stands[one.stand] += 1
        self.members += 1
        self.last_at = max(self.last_at, one.at)

    def similarity(self, other: Sums) -> float:
        """Mean similarity of the articles of both, one with another."""
        alike = sum(_dot(words, other.words.get(language, {})) for language, words in self.words.items())
        alike += FACTS_WORTH * sum(
            _dot(facts, theirs)
            for language, facts in self.facts.items()
            for their_language, theirs in other.facts.items()
            if language != their_language
        )
        against = sum(n * other.stands[_OPPOSITE[stand]] for stand, n in self.stands.items() if stand is not None)
        fades = math.exp(-abs(self.last_at - other.last_at) / 3600 / FADES_H)
        return (alike * fades + CONFLICT * against) / (self.members * other.members)

    def heaviest(self) -> list[str]:
        """What leads to them: their heaviest words in each language, and facts."""
        found = [f"{language} {word}" for language, words in self.words.items() for word in _heaviest(words)]
        return found + [word for facts in self.facts.values() for word in _heaviest(facts)]


class _Cluster(msgspec.Struct):
    story_id: uuid.UUID
    sums: Sums
    leads: set[str]


class Clusterer:
    """Groups articles into stories. Memory is bounded by time (72 h of event time) and by number."""

    def __init__(self) -> None:
        self._clusters: dict[int, _Cluster] = {}
        self._by_lead: defaultdict[str, set[int]] = defaultdict(set)
        self._next = 0

    def join(self, event: EnrichedEvent) -> uuid.UUID:
        """Return the id of the story that the article belongs to: that of its first article, UUIDv5."""
        return self.join_all([event])[0]

    def join_all(self, events: Sequence[EnrichedEvent]) -> list[uuid.UUID]:
        """Return the story of each article of a batch: at most MAX_BATCH, within WINDOW, by (published_at, event_id)."""
        tellings = [telling_of(event) for event in events]
        found: dict[int, uuid.UUID] = {}
        for group in groups(tellings):
            story_id = self._join(events[group[0]], [tellings[i] for i in group])
            found.update(dict.fromkeys(group, story_id))
        return [found[i] for i in range(len(events))]

    def _join(self, first: EnrichedEvent, tellings: Iterable[Telling]) -> uuid.UUID:
        self._forget(first.published_at.timestamp())
        together = Sums()
        for one in tellings:
            together.add(one)
        leads = together.heaviest()
        number = self._nearest(together, leads)
        if number is None:
            number = self._next
            self._next += 1
            self._clusters[number] = _Cluster(stable_id("story", str(first.event_id)), Sums(), set())
        cluster = self._clusters.pop(number)  # put back at the end: the dictionary is in order of last use
        self._clusters[number] = cluster
        _merge(cluster.sums, together)
        for lead in leads:
            cluster.leads.add(lead)
            self._by_lead[lead].add(number)
        return cluster.story_id

    def _nearest(self, together: Sums, leads: list[str]) -> int | None:
        candidates = {number for lead in leads for number in self._by_lead.get(lead, ())}
        best, found = MIN_SIMILARITY, None
        for number in sorted(candidates):
            near = together.similarity(self._clusters[number].sums)
            if near > best:
                best, found = near, number
        return found

    def _forget(self, now: float) -> None:
        while self._clusters:
            number, cluster = next(iter(self._clusters.items()))
            if now - cluster.sums.last_at <= WINDOW.total_seconds() and len(self._clusters) < MAX_CLUSTERS:
                return
            del self._clusters[number]
            for lead in cluster.leads:
                self._by_lead[lead].discard(number)
                if not self._by_lead[lead]:
                    del self._by_lead[lead]


def groups(tellings: Sequence[Telling]) -> list[list[int]]:
    """Group articles by average linkage (Sokal and Michener 1958); groups and members are in the order given."""
    if len(tellings) < 2:  # noqa: PLR2004 - one is a group
        return [[i] for i in range(len(tellings))]
    distance = (1 - similarities(tellings)).clip(min=0)
    np.fill_diagonal(distance, 0)
    labels = fcluster(linkage(squareform(distance, checks=False), "average"), 1 - MIN_SIMILARITY, "distance")
    found: dict[int, list[int]] = {}
    for place, label in enumerate(labels.tolist()):
        found.setdefault(label, []).append(place)
    return list(found.values())


def similarities(tellings: Sequence[Telling]) -> Floats:
    """Return how much each two articles tell the same; 1 for equals, CONFLICT for an accusation and a denial."""
    language, at = np.array([one.language for one in tellings]), np.array([one.at for one in tellings])
    accuses, denies = (np.array([one.stand is stand for one in tellings]) for stand in (Stand.ACCUSATION, Stand.DENIAL))
    alike = np.where(
        language[:, None] == language,
        _cosines([one.words for one in tellings]),
        FACTS_WORTH * _cosines([one.facts for one in tellings]),
    )
    alike *= np.exp(-np.abs(at[:, None] - at) / 3600 / FADES_H)
    alike[np.outer(accuses, denies) | np.outer(denies, accuses)] = CONFLICT
    return alike


def _cosines(vectors: Sequence[Vector]) -> Floats:
    places: dict[str, int] = {}
    columns = [places.setdefault(word, len(places)) for vector in vectors for word in vector]
    starts = np.cumsum([0, *map(len, vectors)])
    weights = [weight for vector in vectors for weight in vector.values()]
    matrix = csr_array((weights, columns, starts), shape=(len(vectors), max(len(places), 1)))
    found: Floats = (matrix @ matrix.T).toarray()
    return found


def _merge(into: Sums, more: Sums) -> None:
    for sums, added in ((into.words, more.words), (into.facts, more.facts)):
        for language, vector in added.items():
            of = sums.setdefault(language, {})
            for word, weight in vector.items():
                of[word] = of.get(word, 0.0) + weight
            if len(of) > _MAX_WORDS:  # a story that runs for weeks must not grow for weeks
                kept = sorted(of, key=lambda word: (-of[word], word))[: _MAX_WORDS // 2]
                sums[language] = {word: of[word] for word in kept}
    into.stands += more.stands
    into.members += more.members
    into.last_at = max(into.last_at, more.last_at)


def _dot(one: Vector, other: Vector) -> float:
    return sum(weight * other[word] for word, weight in one.items() if word in other)


def _heaviest(vector: Vector) -> list[str]:
    return sorted(vector, key=lambda word: (-vector[word], word))[:_INDEXED]
