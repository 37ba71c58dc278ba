"""What an article tells, in a form that can be compared: its words in its own language, and facts that know no language.

Two articles in one language are compared by words and pairs of neighbouring words, weighed by how rare they are in the language, with
names and the first words counting more. Two in different languages are compared by who is in them, who does what to whom (CAMEO) and
what it is about. Reports far apart in time tell less of one event, and an accusation and its denial never do.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from itertools import pairwise

import msgspec

from schemas.records import ClaimStatus, EnrichedEvent, Field, Interaction

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

_PERSON, _ACT, _HALF_ACT, _THEME = 1.1, 1.9, 0.95, 0.5
_LEAST_FACTS = 2.2
"""Length of a set of facts that is enough to go by; fewer facts make less similarity."""
_CONTEXT_SCORE = 0.25
"""Interference score from which an article's stand matters."""
_LEAD_CHARS = 200

Vector = Mapping[str, float]


class Stand(StrEnum):
    """What an article about interference is: the report of an accusation, or of its denial."""

    ACCUSATION = "accusation"
    DENIAL = "denial"


class Telling(msgspec.Struct, frozen=True):
    """What an article tells.

    Args:
        language: ISO 639-1.
        at: when it was published, Unix time in seconds.
        stand: accusation or denial; None where it is neither, or both alike.
        words: weights of words, pairs of words and persons; length 1.
        facts: weights of persons, acts and themes; length at most 1.
    """

    language: str
    at: float
    stand: Stand | None
    words: Vector
    facts: Vector


def telling_of(event: EnrichedEvent) -> Telling:
    """Return what an article tells."""
    return Telling(event.language, event.published_at.timestamp(), stand_of(event), words_of(event), facts_of(event))


def stand_of(event: EnrichedEvent) -> Stand | None:
    """Return what an article about interference reports first: in its title or its first sentence or two."""
    if event.interference.score < _CONTEXT_SCORE:
        return None
    if event.interference.status is ClaimStatus.DENIED:
        return Stand.DENIAL
    for act in event.interactions:
        told_first = act.span.field is Field.TITLE or act.span.start < _LEAD_CHARS
        if act.source.code is not None and told_first and (stand := _stand_of_act(act)) is not None:
            return stand
    return None


def _stand_of_act(act: Interaction) -> Stand | None:
    """CAMEO 112: accuse; 016: deny responsibility."""
    if act.cameo.startswith("016"):
        return Stand.DENIAL
    return Stand.ACCUSATION if act.cameo.startswith("112") else None


def words_of(event: EnrichedEvent) -> Vector:
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
    for name, mentions in _persons(event).items():
        weights[f"@{name}"] = (1 + math.log(mentions)) * _ACTOR_WEIGHT
    pairs = _unit(_pairs(words, rarity))
    return _unit(_unit(weights) | {pair: w * math.sqrt(_PAIR_SHARE) for pair, w in pairs.items()})


def facts_of(event: EnrichedEvent) -> Vector:
    """Return persons, acts and themes with their weights; its length is 1 where there is enough to go by."""
    facts = dict.fromkeys((f"@{name}" for name in _persons(event)), _PERSON)
    for act in event.interactions:
        source, target = ((party.code or "")[:3] for party in (act.source, act.target))
        if source or target:
            facts[f"!{act.cameo[:3]} {source}>{target}"] = _ACT if source and target else _HALF_ACT
    facts |= dict.fromkeys((f"#{theme}" for theme in event.interference.themes), _THEME)
    length = max(math.sqrt(sum(weight * weight for weight in facts.values())), _LEAST_FACTS)
    return {fact: weight / length for fact, weight in facts.items()}


def _persons(event: EnrichedEvent) -> dict[str, int]:
    """Mentions of each person by name: they tell events apart; countries, ministries and crowds stand in every report of their kind."""
    return {actor.name: len(actor.mentions) or 1 for actor in event.actors if actor.roles and " " in actor.name}


def _pairs(words: list[str], rarity: Vector) -> dict[str, float]:
    lower = [word.lower() for word in words]
    weight = {word: rarity.get(word, _UNKNOWN_WEIGHT) for word in set(lower)}
    counts = Counter(pair for pair in pairwise(lower) if min(weight[pair[0]], weight[pair[1]]) > _PAIR_MIN_WEIGHT)
    return {f"{one} {two}": (1 + math.log(count)) * (weight[one] + weight[two]) for (one, two), count in counts.items()}


def _unit(weights: dict[str, float]) -> dict[str, float]:
    """Scale to length 1, without what weighs nothing."""
    norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
    return {word: weight / norm for word, weight in weights.items() if weight}


@functools.cache
def _rarity(language: str) -> Mapping[str, float]:
    """Weight of each common word of a language: (7 - Zipf frequency)^2; words that aren't listed are rare."""
    from wordfreq import get_frequency_dict  # slow to import, and only stories need it

    try:
        frequencies = get_frequency_dict(language, "small")
    except LookupError:
        return {}
    return {word: max(0.0, _COMMON_ZIPF - math.log10(f * 1e9)) ** 2 for word, f in frequencies.items()}
