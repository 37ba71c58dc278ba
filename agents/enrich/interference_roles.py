"""Who is said to interfere, and in whom: votes of the words around each place where a theme is expressed.

Each rule gives a country a vote for one of the two sides; the country with the most votes of a side is said to be on it.
The rules read the text only; whether it is true is nobody's business here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from agents.enrich.clauses_parties import by_word
from agents.enrich.interference_cases import case_of
from agents.enrich.mentions import Mention
from agents.enrich.text import Document, Part
from agents.enrich.themes import ThemeHit
from schemas.records import Interaction

_AGENT_PREPOSITIONS = frozenset("by from behind to with russia s".split()) - {"s", "russia"}
_FOR = frozenset("for behalf behind from by".split())
_INTO = frozenset("in into against at on targeting target targets targeted hit hits inside within across of".split())
_LINKED = frozenset("backed linked sponsored aligned tied controlled run based led directed funded financed affiliated owned".split())
_ATTACKED = frozenset("election elections vote votes referendum democracy politics affairs parliament government voters voting ballot poll polls campaign presidential party parties institutions officials politicians lawmakers".split())
_AIMED = frozenset("target targets targeted targeting hit hits hitting aimed against attack attacks attacked".split())
_NEAR, _FAR = 3, 9


class Votes(NamedTuple):
    """Votes by country (alpha-3): said to interfere, said to be interfered in."""

    perpetrators: Counter[str]
    targets: Counter[str]


def count_votes(
    doc: Document, mentions: Sequence[Mention], hits: Sequence[ThemeHit], interactions: Sequence[Interaction]
) -> Votes:
    """Every rule's votes over every place where a theme is expressed."""
    votes = Votes(Counter(), Counter())
    for part in doc.parts:
        inside = [hit for hit in hits if hit.part is part]
        if not inside:
            continue
        covering = by_word(part, [mention for mention in mentions if mention.country])
        weight = 2.0 if part is doc.title else 1.0
        for sentence in sorted({hit.sentence for hit in inside}):
            here = [hit for hit in inside if hit.sentence == sentence]
            one = _sentence_votes(doc, part, sentence, here, covering, interactions)
            for ballot, counted in zip(one, votes, strict=True):
                for country, vote in ballot.items():
                    counted[country] += vote * weight  # type: ignore[assignment]
    return votes


def _sentence_votes(
    doc: Document,
    part: Part,
    sentence: int,
    hits: Sequence[ThemeHit],
    covering: dict[int, Mention],
    interactions: Sequence[Interaction],
) -> Votes:
    bounds = part.sentences[sentence]
    low, high = bounds.first, bounds.last
    votes = Votes(Counter(), Counter())
    if doc.language in {"tr", "ru"}:
        _case_votes(part, low, high, hits, covering, doc.language, votes)
    else:
        for hit in hits:
            _english_votes(part, low, high, hit, covering, votes)
    _interaction_votes(part, bounds.start, bounds.end, interactions, votes)
    return votes


def _english_votes(
    part: Part, low: int, high: int, hit: ThemeHit, covering: dict[int, Mention], votes: Votes
) -> None:
    words = part.words
    for at in range(hit.first - 1, max(low, hit.first - 1 - _NEAR) - 1, -1):  # "Russian interference", "China-linked hackers"
        mention = covering.get(at)
        if mention is not None and mention.country:
            if any(word in _ATTACKED for word in words[at + 1 : hit.first]):
                votes.targets[mention.country] += 3
            else:
                votes.perpetrators[mention.country] += 3
            break
        if words[at] in {"of", "in", "on", "against", "by", "the", "and"}:
            break
    reach = min(high, hit.last + _FAR)
    side: Counter[str] | None = None
    for at in range(hit.last, reach):
        word = words[at]
        mention = covering.get(at)
        if mention is not None and mention.country:
            if side is not None:
                side[mention.country] += 3
            elif any(word in _ATTACKED for word in words[at + 1 : at + 4]):
                votes.targets[mention.country] += 2
            continue
        if word in _INTO or word in _AIMED:
            side = votes.targets
        elif word in _FOR:
            side = votes.perpetrators
    for at in range(low, high):
        mention = covering.get(at)
        if mention is None or not mention.country:
            continue
        following = words[at + 1 : at + 4]
        end = at + 1
        if end < high and words[end] in _LINKED and "-" in part.gap(at):
            votes.perpetrators[mention.country] += 3
        elif any(word in _ATTACKED for word in following) and not (at < hit.first and _acts(words, at, hit.first)):
            votes.targets[mention.country] += 1
        elif at > low and words[at - 1] in {"behind", "by", "links", "to"} and words[at - 1] != "to":
            votes.perpetrators[mention.country] += 1


def _acts(words: list[str], at: int, first: int) -> bool:
    return "of" not in words[at + 1 : first] and first - at < _NEAR


def _case_votes(
    part: Part,
    low: int,
    high: int,
    hits: Sequence[ThemeHit],
    covering: dict[int, Mention],
    language: str,
    votes: Votes,
) -> None:
    for at in range(low, high):
        mention = covering.get(at)
        if mention is None or not mention.country or covering.get(at - 1) is mention:
            continue
        side, vote = case_of(part, mention, at, hits, language)
        if side == "perpetrator":
            votes.perpetrators[mention.country] += vote
        elif side == "target":
            votes.targets[mention.country] += vote


def _interaction_votes(
    part: Part, start: int, end: int, interactions: Iterable[Interaction], votes: Votes
) -> None:
    for one in interactions:
        if one.span.field is not part.field or not start <= one.span.start < end:
            continue
        source, target = _country(one.source.code), _country(one.target.code)
        if source == target:
            continue
        if one.plover in {"ACCUSE", "SANCTION"} or one.cameo in {"173", "174", "166", "130"}:
            if target:
                votes.perpetrators[target] += 2
            if source:
                votes.targets[source] += 1
        elif one.plover == "DENY":
            if source:
                votes.perpetrators[source] += 3
            if target:
                votes.targets[target] += 1
        elif one.cameo in {"170", "176", "190", "071", "070"}:
            if source:
                votes.perpetrators[source] += 1
            if target:
                votes.targets[target] += 2


def _country(code: str | None) -> str | None:
    """Alpha-3 of an actor's code; None for international actors (IGO, NGO, MNC, INT)."""
    if not code or code[:3] in {"IGO", "NGO", "NGM", "MNC", "INT", "IMG", "UIS", "EUR", "WST"}:
        return None
    return code[:3]
