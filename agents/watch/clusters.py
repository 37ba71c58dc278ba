"""Story clusters: reports of one event, reworded or in another language, are one story where the evidence allows.

Articles come in batches, in the order (published_at, event_id). Within a batch they are grouped by average linkage, where their order
plays no part; then each group joins the cluster whose members it resembles most on average, or begins one of its own. It never looks
beyond its batch, so live and replay agree on equal batches. What is compared are the words and pairs of neighbouring words, weighed by
how rare they are in their language, with names and the first words counting more; and, across languages, the persons that were coded.
"""

from __future__ import annotations

import functools
import math
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_array
from scipy.spatial.distance import squareform
from wordfreq import get_frequency_dict

from schemas.ids import stable_id
from schemas.records import EnrichedEvent

MIN_SIMILARITY = 0.14
"""Mean cosine between two groups of articles from which they are one story."""
MAX_BATCH = 2_000
"""Articles that are grouped at once: their similarities are held as a square."""
WINDOW = timedelta(hours=72)
"""Event time after its last article for which a cluster can still be joined."""
MAX_CLUSTERS = 20_000

_TOKEN = re.compile(r"[^\W\d_]{2,}|\d{2,}")
_MAX_TOKENS = 2_000
_COMMON_ZIPF = 7.0
"""Zipf frequency (log10 per billion words) of the commonest words: these say nothing."""
_UNKNOWN_WEIGHT = 36.0
_NUMBER_WEIGHT = 4.0
_NAME_FACTOR = 2.0
_LEAD_WORDS = 60
_LEAD_FACTOR = 3
"""The first words say what has happened: they count three times."""
_PAIR_SHARE = 0.5
"""Weight of pairs of words beside the words alone."""
_PAIR_MIN_WEIGHT = 4.0
"""Words that weigh less are too common to stand in a pair."""
_ACTOR_WEIGHT = 30.0
_MAX_WORDS = 4_000
"""Most words kept of a cluster."""
_INDEXED = 12
"""How many of its heaviest words lead to a cluster."""

Vector = Mapping[str, float]


class _Cluster(msgspec.Struct):
    story_id: uuid.UUID
    total: dict[str, float]
    members: int
    last_at: datetime


class Clusterer:
    """Groups articles into stories. Memory is bounded by time (72 h of event time) and by number."""

    def __init__(self) -> None:
        self._clusters: dict[int, _Cluster] = {}
        self._by_word: defaultdict[str, set[int]] = defaultdict(set)
        self._next = 0

    def join(self, event: EnrichedEvent) -> uuid.UUID:
        """Return the id of the story that the article belongs to: that of its first article, UUIDv5."""
        return self.join_all([event])[0]

    def join_all(self, events: Sequence[EnrichedEvent]) -> list[uuid.UUID]:
        """Return the story of each article of a batch: at most MAX_BATCH, within WINDOW, by (published_at, event_id)."""
        vectors = [vector_of(event) for event in events]
        found: dict[int, uuid.UUID] = {}
        for group in groups(vectors):
            story_id = self._join([events[i] for i in group], [vectors[i] for i in group])
            found.update(dict.fromkeys(group, story_id))
        return [found[i] for i in range(len(events))]

    def _join(self, events: list[EnrichedEvent], vectors: list[Vector]) -> uuid.UUID:
        self._forget(events[0].published_at)
        together = _sum(vectors)
        number = self._nearest(together, len(vectors))
        if number is None:
            number = self._next
            self._next += 1
            story_id = stable_id("story", str(events[0].event_id))
            self._clusters[number] = _Cluster(story_id, {}, 0, events[0].published_at)
        cluster = self._clusters.pop(number)  # put back at the end: the dictionary is in order of last use
        self._clusters[number] = cluster
        cluster.members += len(vectors)
        cluster.last_at = max(cluster.last_at, *(event.published_at for event in events))
        for word, weight in together.items():
            cluster.total[word] = cluster.total.get(word, 0.0) + weight
        if len(cluster.total) > _MAX_WORDS:
            self._shorten(number, cluster)
        for word in _heaviest(together):
            self._by_word[word].add(number)
        return cluster.story_id

    def _nearest(self, together: Vector, members: int) -> int | None:
        candidates = {number for word in _heaviest(together) for number in self._by_word.get(word, ())}
        best, found = MIN_SIMILARITY, None
        for number in sorted(candidates):
            cluster = self._clusters.get(number)
            if cluster is None:
                continue
            total = cluster.total
            near = sum(weight * total[word] for word, weight in together.items() if word in total)
            near /= cluster.members * members
            if near > best:
                best, found = near, number
        return found

    def _shorten(self, number: int, cluster: _Cluster) -> None:
        """Keep the heavier half of the words: a story that runs for weeks must not grow for weeks."""
        kept = sorted(cluster.total, key=lambda word: (-cluster.total[word], word))
        for word in kept[_MAX_WORDS // 2 :]:
            del cluster.total[word]
            self._unlink(word, number)

    def _unlink(self, word: str, number: int) -> None:
        holders = self._by_word.get(word)
        if holders is not None:
            holders.discard(number)
            if not holders:
                del self._by_word[word]

    def _forget(self, now: datetime) -> None:
        while self._clusters:
            number, cluster = next(iter(self._clusters.items()))
            if now - cluster.last_at <= WINDOW and len(self._clusters) < MAX_CLUSTERS:
                return
            del self._clusters[number]
            for word in cluster.total:
                self._unlink(word, number)


def groups(vectors: Sequence[Vector]) -> list[list[int]]:
    """Group articles by average linkage (Sokal and Michener 1958); groups and members are in the order given."""
    if len(vectors) < 2:  # noqa: PLR2004 - one is a group
        return [[i] for i in range(len(vectors))]
    places: dict[str, int] = {}
    columns = [places.setdefault(word, len(places)) for vector in vectors for word in vector]
    starts = [0]
    for vector in vectors:
        starts.append(starts[-1] + len(vector))
    weights = [weight for vector in vectors for weight in vector.values()]
    matrix = csr_array((weights, columns, starts), shape=(len(vectors), len(places)))
    distance = (1 - (matrix @ matrix.T).toarray()).clip(min=0)
    labels = fcluster(linkage(squareform(distance, checks=False), "average"), 1 - MIN_SIMILARITY, "distance")
    found: dict[int, list[int]] = {}
    for place, label in enumerate(labels.tolist()):
        found.setdefault(label, []).append(place)
    return list(found.values())


def vector_of(event: EnrichedEvent) -> Vector:
    """Return the article's words, pairs of words and persons with their weights; its length is 1."""
    words = _TOKEN.findall(f"{event.title} {event.body}")[:_MAX_TOKENS]
    counts: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    for place, word in enumerate(words):
        lower = word.lower()
        times = _LEAD_FACTOR if place < _LEAD_WORDS else 1
        counts[lower] += times
        capitals[lower] += times * word[0].isupper()
    rarity = _rarity(event.language)
    weights = {}
    for word, count in counts.items():
        weight = _NUMBER_WEIGHT if word[0].isdigit() else rarity.get(word, _UNKNOWN_WEIGHT)
        if 2 * capitals[word] > count:
            weight *= _NAME_FACTOR
        weights[word] = (1 + math.log(count)) * weight
    for actor in event.actors:
        # Persons tell events apart; countries, ministries and crowds stand in every report of their kind.
        if not actor.roles or " " not in actor.name:
            continue
        weights[f"@{actor.code}/{actor.name}"] = (1 + math.log(len(actor.mentions) or 1)) * _ACTOR_WEIGHT
    return _unit(
        _unit(weights) | {pair: w * math.sqrt(_PAIR_SHARE) for pair, w in _unit(_pairs(words, rarity)).items()}
    )


def _pairs(words: list[str], rarity: Vector) -> dict[str, float]:
    lower = [word.lower() for word in words]
    weight = {word: rarity.get(word, _UNKNOWN_WEIGHT) for word in set(lower)}
    counts = Counter(pair for pair in pairwise(lower) if min(weight[pair[0]], weight[pair[1]]) > _PAIR_MIN_WEIGHT)
    return {f"{one} {two}": (1 + math.log(count)) * (weight[one] + weight[two]) for (one, two), count in counts.items()}


def _unit(weights: dict[str, float]) -> dict[str, float]:
    """Scale to length 1, without what weighs nothing."""
    norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
    return {word: weight / norm for word, weight in weights.items() if weight}


def _sum(vectors: Sequence[Vector]) -> Vector:
    total: dict[str, float] = {}
    for vector in vectors:
        for word, weight in vector.items():
            total[word] = total.get(word, 0.0) + weight
    return total


def _heaviest(vector: Vector) -> list[str]:
    return sorted(vector, key=lambda word: (-vector[word], word))[:_INDEXED]


@functools.cache
def _rarity(language: str) -> Mapping[str, float]:
    """Weight of each common word of a language: (7 - Zipf frequency)^2; words that aren't listed are rare."""
    try:
        frequencies = get_frequency_dict(language, "small")
    except LookupError:
        return {}
    return {word: max(0.0, _COMMON_ZIPF - math.log10(f * 1e9)) ** 2 for word, f in frequencies.items()}
