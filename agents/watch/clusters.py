"""Story clusters: reports of one event, reworded or in another language, are one story where the evidence allows.

Single pass, in the order (published_at, event_id): an article joins the cluster whose members it resembles most on average, or begins
one of its own. It never looks ahead, so live and replay agree. What is compared are the words, weighed by how rare they are
in their language, with names counting more; and, across languages, the actors that were coded.
"""

from __future__ import annotations

import functools
import math
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from wordfreq import get_frequency_dict

from schemas.ids import stable_id
from schemas.records import EnrichedEvent

MIN_SIMILARITY = 0.15
"""Mean cosine with a cluster's members from which an article belongs to it."""
WINDOW = timedelta(hours=72)
"""Event time after its last article for which a cluster can still be joined."""
MAX_CLUSTERS = 20_000

_TOKEN = re.compile(r"[^\W\d_]{2,}|\d{2,}")
_MAX_TOKENS = 2_000
_COMMON_ZIPF = 7.0
"""Zipf frequency (log10 per billion words) of the commonest words: these say nothing."""
_UNKNOWN_WEIGHT = 36.0
_NUMBER_WEIGHT = 4.0
_NAME_FACTOR = 1.5
_ACTOR_WEIGHT = 30.0
_MAX_WORDS = 2_000
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
        vector = vector_of(event)
        self._forget(event.published_at)
        number = self._nearest(vector)
        if number is None:
            number = self._next
            self._next += 1
            story_id = stable_id("story", str(event.event_id))
            self._clusters[number] = _Cluster(story_id, {}, 0, event.published_at)
        cluster = self._clusters.pop(number)  # put back at the end: the dictionary is in order of last use
        self._clusters[number] = cluster
        cluster.members += 1
        cluster.last_at = max(cluster.last_at, event.published_at)
        for word, weight in vector.items():
            cluster.total[word] = cluster.total.get(word, 0.0) + weight
        if len(cluster.total) > _MAX_WORDS:
            self._shorten(number, cluster)
        for word in _heaviest(vector):
            self._by_word[word].add(number)
        return cluster.story_id

    def _nearest(self, vector: Vector) -> int | None:
        candidates = {number for word in _heaviest(vector) for number in self._by_word.get(word, ())}
        best, found = MIN_SIMILARITY, None
        for number in sorted(candidates):
            cluster = self._clusters.get(number)
            if cluster is None:
                continue
            total = cluster.total
            near = sum(weight * total[word] for word, weight in vector.items() if word in total) / cluster.members
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


def vector_of(event: EnrichedEvent) -> Vector:
    """Return the article's words and actors with their weights; its length is 1."""
    words = _TOKEN.findall(f"{event.title} {event.body}")[:_MAX_TOKENS]
    counts: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    for word in words:
        lower = word.lower()
        counts[lower] += 1
        capitals[lower] += word[0].isupper()
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
    norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
    return {word: weight / norm for word, weight in weights.items() if weight}


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
