"""Whether an article is a story of one state interfering in another, as said in it, with the addends of the score.

It is one if it expresses a theme, says of which state, and says in which other state. The sum is capped at 1; what
lacks a foreign state stays below .5 by construction, because then nobody is said to interfere in anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from agents.enrich.interference.cases import CASED
from agents.enrich.interference.lexicon import HAND
from agents.enrich.interference.roles import Votes, count_votes
from agents.enrich.interference.sides import sovereigns
from agents.enrich.interference.themes import ThemeHit, fold_themes, status_of
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.text import Document
from schemas.records import Dyad, Interaction, Interference, Party, ScorePart

NOTHING: Final = Interference(score=0.0, perpetrators=(), targets=(), themes=(), status=None, said_by=(), parts=())

THEME: Final = 0.25
TITLE: Final = 0.1
REPEATED: Final = 0.05
PERPETRATOR: Final = 0.2
TARGET: Final = 0.2
ATTRIBUTED: Final = 0.1
FOREIGN: Final = 0.1
BUSINESS: Final = -0.3
TOGETHER: Final = -0.45
GUESSED: Final = -0.4
AT_ODDS: Final = frozenset({"denial", "hand", "quarrel"})
"""Cues of a sentence in which states are not friends, whatever else one does for the other."""
_TOGETHER: Final = frozenset({"SUPPORT", "COOPERATE", "CONSULT"})
_AGAINST: Final = frozenset({"ACCUSE", "DENY", "THREATEN", "SANCTION", "COERCE", "ASSAULT", "REJECT"})
PRIVATE: Final = frozenset({"cyber", "deep_fake", "covert_funding", "disinformation"})
"""Themes of which much is done without another state: hackers, bribes, fakes."""
_UNIONS: Final = ("IGOEUREEC", "IGOWSTNAT")
"""Codes of unions of states that interfere, or are interfered in, as states do; the pair of countries stays open."""
GIVING: Final = frozenset({"covert_funding", "election_interference", "influence_network"})
"""Themes of which help itself is the means: `Russia aided Trump`, cash for a party."""
CEILING: Final = 0.45
"""Highest score where no state, or only one and no union, is said to be in it, or where one sentence of the text speaks of it in passing."""
LEAD: Final = 3
"""Sentences of the body that a story's subject is told in."""
PAIR: Final = 2
TIE: Final = 0.85
"""States with this share of the most votes of a side are as sure of it: the one named first leads."""
SHARE: Final = 0.75
"""A second state is named beside the first from this share of the first one's votes."""


def judge(
    doc: Document, mentions: Sequence[Mention], interactions: Sequence[Interaction], hits: Sequence[ThemeHit]
) -> tuple[Interference, tuple[Dyad, ...]]:
    """Who is said to interfere in whom, and how much the article is about it.

    Returns:
        The judgement (score 0 where no theme is expressed) and the directed pairs of countries.
    """
    if not hits:
        return NOTHING, ()
    votes = count_votes(doc, mentions, hits, interactions)
    _to_sovereigns(votes)
    perpetrators, targets = _sides(votes, cased=doc.language in CASED)
    friendly = _is_friendly(interactions, {*perpetrators, *targets}) and not {hit.theme for hit in hits} <= GIVING
    guessed = doc.language not in CASED and _is_guessed(votes, perpetrators, targets, hits)
    union = bool(perpetrators) != bool(targets) and _names_union(mentions, hits)
    held = not targets and not votes.served.isdisjoint(perpetrators) and all("charge" in hit.cues for hit in hits)
    parts = (
        *_told(doc, hits),
        *_addends(
            ("a state is said to interfere", PERPETRATOR if perpetrators else 0.0),
            ("a state is said to be interfered in", TARGET if targets else 0.0),
            ("a union of states is the other side", TARGET if union else 0.0),
            ("somebody is held or charged for serving it", TARGET if held else 0.0),
            ("no word says whose doing it is", GUESSED if guessed and perpetrators else 0.0),
            ("they work together", TOGETHER if friendly and not any(AT_ODDS & hit.cues for hit in hits) else 0.0),
        ),
    )
    score = min(max(sum(part.value for part in parts), 0.0), 1.0)
    if not (union or held or (perpetrators and targets)) or _is_aside(doc, hits):
        score = min(score, CEILING)
    status = status_of(hits)
    found = Interference(
        score=round(score, 3),
        perpetrators=perpetrators,
        targets=targets,
        themes=tuple(theme.theme for theme in fold_themes(hits)),
        status=status if score else None,
        said_by=_said_by(interactions, perpetrators),
        parts=parts,
    )
    dyads = tuple(Dyad(one, other, status) for one in perpetrators for other in targets if one != other)
    return found, dyads


def _is_guessed(votes: Votes, perpetrators: Sequence[str], targets: Sequence[str], hits: Sequence[ThemeHit]) -> bool:
    """Whether no word says who does it; of what private people do too, whose doing it is must be said."""
    if any(votes.perpetrators[one] > 0 for one in perpetrators):
        return False
    return {hit.theme for hit in hits} <= PRIVATE or not any(votes.targets[one] > 0 for one in targets)


def _names_union(mentions: Sequence[Mention], hits: Sequence[ThemeHit]) -> bool:
    """Whether the European Union or NATO is named where a theme is expressed: `EU accuses Russia of disinformation`."""
    places = [(hit.part, hit.part.sentences[hit.sentence]) for hit in hits]
    return any(
        one.field is part.field and sentence.start <= one.start < sentence.end
        for one in mentions
        if one.code.startswith(_UNIONS)
        for part, sentence in places
    )


def _to_sovereigns(votes: Votes) -> None:
    """What is done in a territory is done to its state, unless that is the one said to do it (`accuses Paris over New Caledonia`)."""
    for territory in votes.named.keys() & sovereigns().keys():
        state = sovereigns()[territory]
        if votes.perpetrators[state] <= votes.targets[state]:
            votes.targets[state] += votes.targets.pop(territory, 0)
            votes.named[state] += votes.named.pop(territory)
            votes.perpetrators.pop(territory, None)


def _sides(votes: Votes, *, cased: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The two sides. Who got more votes as the one than as the other is only the one.

    Where the words tell only one side, the other state named beside it is the other side: "Seoul says North Korean
    hackers breached court computers" names nobody else who could have been breached.
    """
    perpetrators = Counter({c: v for c, v in votes.perpetrators.items() if v > votes.targets[c]})
    targets = Counter({c: v for c, v in votes.targets.items() if v >= votes.perpetrators[c] and c not in perpetrators})
    order = {} if cased else {country: n for n, country in enumerate(votes.named)}
    one, other = _top(perpetrators, order), _top(targets, order)
    rest = Counter({c: v for c, v in votes.named.items() if c not in one and c not in other})
    if one and not other:
        row = one[:2] in votes.rows or one[1::-1] in votes.rows
        return (one, _top(rest, order)[:1]) if rest or row else (one[:1], one[1:2])
    if other and not one:
        return (_top(rest, order)[:1], other) if rest else (other[1:2], other[:1])
    if not one and len(rest) == PAIR:  # named in order: "Australian senator resigns over links to Chinese donor"
        first, second = rest
        return (second,), (first,)
    return one, other


def _top(votes: Counter[str], order: dict[str, int]) -> tuple[str, ...]:
    """The countries with the most votes; of those with as many the one named first."""
    if not votes:
        return ()
    highest = max(votes.values())
    ranked = sorted(
        votes.items(),
        key=lambda item: (-item[1] if item[1] < TIE * highest else -highest, order.get(item[0], len(order)), item[0]),
    )
    return tuple(country for country, vote in ranked[:3] if vote >= SHARE * highest)


def _is_aside(doc: Document, hits: Sequence[ThemeHit]) -> bool:
    """Whether only one sentence expresses a theme, and it is not the headline, nor all there is."""
    if any(hit.part is doc.title for hit in hits) or len(doc.body.sentences) == 1:
        return False
    return len({hit.sentence for hit in hits}) == 1


def _told(doc: Document, hits: Sequence[ThemeHit]) -> tuple[ScorePart, ...]:
    """What the places where themes are expressed give."""

    def leading(hit: ThemeHit) -> bool:
        return hit.part is doc.title or hit.sentence < LEAD

    cues = frozenset().union(*(hit.cues for hit in hits))
    return _addends(
        ("theme in title or lead", THEME if any(leading(hit) for hit in hits) else THEME / 2),
        ("theme in title", TITLE if any(hit.part is doc.title for hit in hits) else 0.0),
        ("theme repeated", REPEATED if len({(hit.part.field, hit.sentence) for hit in hits}) > 1 else 0.0),
        ("somebody says so", ATTRIBUTED if cues & {"attribution", "denial"} else 0.0),
        ("foreign", FOREIGN if "foreign" in cues else 0.0),
        ("business news", BUSINESS if "business" in cues and HAND not in cues else 0.0),
    )


def _addends(*told: tuple[str, float]) -> tuple[ScorePart, ...]:
    return tuple(ScorePart(name, value) for name, value in told if value)


def _is_friendly(interactions: Sequence[Interaction], countries: set[str]) -> bool:
    """Whether what these states are said to do is all of the friendly kind: a cyber security pact, say."""
    theirs = {
        one.plover for one in interactions if {(one.source.code or "")[:3], (one.target.code or "")[:3]} & countries
    }
    return bool(theirs & _TOGETHER) and not theirs & _AGAINST


def _said_by(interactions: Sequence[Interaction], perpetrators: Sequence[str]) -> tuple[Party, ...]:
    """The accusers of the states said to interfere."""
    return tuple(
        dict.fromkeys(
            one.source
            for one in interactions
            if one.plover == "ACCUSE" and one.source.text and one.target.code and one.target.code[:3] in perpetrators
        )
    )
