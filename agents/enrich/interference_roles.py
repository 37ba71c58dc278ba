"""Who is said to interfere, and in whom: votes of the words around each place where a theme is expressed.

Each rule gives a country a vote for one of the two sides; the country with the most votes of a side is said to be on it.
The rules read the text only; whether it is true is nobody's business here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from agents.enrich.clauses import PREPOSITIONS
from agents.enrich.clauses_parties import by_word
from agents.enrich.interference_cases import case_of
from agents.enrich.mentions import Mention
from agents.enrich.text import Document, Part
from agents.enrich.themes import ThemeHit
from agents.enrich.verbs import english
from schemas.records import Interaction

_FOR = frozenset("for behalf behind from by".split())  # noqa: SIM905 - easier to read
_INTO = frozenset(
    "in into against at on targeting target targets targeted hit hits inside within across of aimed".split()
)  # noqa: SIM905 - easier to read
_LINKED = frozenset(
    "backed linked sponsored aligned tied controlled run based led directed funded financed affiliated owned".split()
)  # noqa: SIM905 - easier to read
_ATTACKED = frozenset(
    "election elections vote votes referendum democracy politics affairs parliament government voters voting "
    "ballot poll polls campaign presidential parliamentary party parties institutions officials politicians "
    "lawmakers candidates opposition dissidents".split()  # noqa: SIM905 - easier to read
)
"""What is interfered in: a country's name before one of these is the one it is done to."""
_AGENTS = frozenset(
    "agents agent spies spy hackers hacker operatives trolls bots orders payroll hand intelligence secret "
    "military money cash network officers state".split()  # noqa: SIM905 - easier to read
)
"""What interferes: a country's name before one of these is the one it is done by."""
_NEAR, _FAR = 3, 9
_REACTIONS = frozenset("130 136 161 166 172 173 174".split())  # noqa: SIM905 - easier to read
"""Warnings, expulsions, arrests, sanctions: done to the one who is said to interfere."""
_DEEDS = frozenset("070 071 072 162 170 171 176 180 181 186 190".split())  # noqa: SIM905 - easier to read


class Votes(NamedTuple):
    """Votes by country (alpha-3): said to interfere, said to be interfered in, named at all where it is said."""

    perpetrators: Counter[str]
    targets: Counter[str]
    named: Counter[str]


def count_votes(
    doc: Document, mentions: Sequence[Mention], hits: Sequence[ThemeHit], interactions: Sequence[Interaction]
) -> Votes:
    """Every rule's votes over every place where a theme is expressed."""
    votes = Votes(Counter(), Counter(), Counter())
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
    named = Counter({country: 1 for at in range(low, high) if (country := _country_at(covering, at))})
    votes = Votes(Counter(), Counter(), named)
    if doc.language in {"tr", "ru"}:
        _case_votes(part, low, high, hits, covering, doc.language, votes)
    else:
        for hit in hits:
            _english_votes(part, low, high, hit, covering, votes)
        _english_sentence_votes(part, low, high, covering, votes)
    inside = [
        one for one in interactions if one.span.field is part.field and bounds.start <= one.span.start < bounds.end
    ]
    if doc.language in {"tr", "ru"}:  # a stem's sides are sure enough for claims and reactions, not for deeds
        inside = [one for one in inside if one.cameo not in _DEEDS]
    _interaction_votes(inside, votes)
    return votes


def _english_votes(part: Part, low: int, high: int, hit: ThemeHit, covering: dict[int, Mention], votes: Votes) -> None:
    """The words before and after one hit: `Russian interference`, `interference by Russia in Georgia`."""
    words = part.words
    for at in range(hit.first - 1, max(low, hit.first - 1 - _NEAR) - 1, -1):
        country = _country_at(covering, at)
        if country:
            attacked = any(word in _ATTACKED for word in words[at + 1 : hit.first])
            (votes.targets if attacked else votes.perpetrators)[country] += 3
            break
        if words[at] in PREPOSITIONS or _is_verb(words[at]) or words[at] in {"the", "and", "of"}:
            break
    side: Counter[str] | None = None
    for at in range(hit.last, min(high, hit.last + _FAR)):
        word = words[at]
        country = None if word in _INTO else _country_at(covering, at)  # "government in Ukraine" is one mention
        if country:
            if at + 1 < high and words[at + 1] in _AGENTS:
                votes.perpetrators[country] += 3
            elif side is not None:
                side[country] += 3
            elif any(word in _ATTACKED for word in words[at + 1 : at + 4]):
                votes.targets[country] += 2
        elif word in _INTO:
            side = votes.targets
        elif word in _FOR:
            side = votes.perpetrators
        elif word == "to":
            side = {"covert_funding": votes.targets, "espionage": votes.perpetrators}.get(hit.theme)
        elif word in {"s", "and", "the"} or not _is_verb(word):
            continue
        else:
            side = None
    if words[hit.last - 1] in _INTO and (country := _country_at(covering, hit.last)):
        votes.targets[country] += 3


def _english_sentence_votes(part: Part, low: int, high: int, covering: dict[int, Mention], votes: Votes) -> None:
    """Every country of the sentence by the word beside it: `Kremlin-backed`, `Turkey's vote`, `behind`."""
    words = part.words
    for at in range(low, high):
        country = _country_at(covering, at)
        if not country or covering.get(at + 1) is covering[at]:
            continue
        after = at + 2 if words[at + 1 : at + 2] == ["s"] else at + 1
        if after >= high:
            continue
        if words[after] in _LINKED and "-" in part.gap(at):
            votes.perpetrators[country] += 3
        elif words[after] in _AGENTS:
            votes.perpetrators[country] += 2
        elif words[after] in _ATTACKED or (
            after + 1 < high
            and words[after + 1] in _ATTACKED
            and words[after] not in PREPOSITIONS
            and not _is_verb(words[after])
        ):
            votes.targets[country] += 2
        elif words[after : after + 2] in (["was", "behind"], ["is", "behind"], ["were", "behind"]):
            votes.perpetrators[country] += 3


def _country_at(covering: dict[int, Mention], at: int) -> str | None:
    mention = covering.get(at)
    return mention.country if mention is not None else None


def _is_verb(word: str) -> bool:
    entry = english().get(word)
    return entry is not None and entry.tag is not None and not entry.noun


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


def _interaction_votes(interactions: Iterable[Interaction], votes: Votes) -> None:
    for one in interactions:
        source, target = _country(one.source.code), _country(one.target.code)
        if source == target:
            continue
        if one.plover == "ACCUSE" or one.cameo in _REACTIONS:
            if target:
                votes.perpetrators[target] += 2
            if source:  # who accuses is not the one accused, and perhaps the one it is done to
                votes.targets[source] += 1
                votes.perpetrators[source] -= 6
        elif one.plover == "DENY":
            if source:
                votes.perpetrators[source] += 3
            if target:
                votes.targets[target] += 1
        elif one.cameo in _DEEDS:
            if source:
                votes.perpetrators[source] += 1
            if target:
                votes.targets[target] += 2


def _country(code: str | None) -> str | None:
    """Alpha-3 of an actor's code; None for international actors (IGO, NGO, MNC, INT)."""
    if not code or code[:3] in {"IGO", "NGO", "NGM", "MNC", "INT", "IMG", "UIS", "EUR", "WST"}:
        return None
    return code[:3]
