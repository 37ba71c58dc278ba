"""Who is said to interfere, and in whom: votes of the words around each place where a theme is expressed.

Each rule gives a country a vote for one of the two sides; the country with the most votes of a side is said to be on it.
The rules read the text only; whether it is true is nobody's business here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from agents.enrich.acts.parties import by_word
from agents.enrich.interference.cases import CASED, Clues, case_of
from agents.enrich.interference.implied import states_of
from agents.enrich.interference.sides import sides
from agents.enrich.interference.themes import ThemeHit
from agents.enrich.interference.word_order import PRESSURE, Ballot, order_votes
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.text import Document, Part, Sentence
from schemas.records import Interaction

TITLE_WEIGHT: Final = 2
MAX_WORDS: Final = 120
"""Words of a sentence that are voted on."""
REACTIONS: Final = frozenset({"130", "136", "161", "166", "172", "173", "174"})
"""Warnings, expulsions, sanctions, arrests: done to the one who is said to interfere."""
DEEDS: Final = frozenset({"070", "071", "072", "162", "170", "171", "176", "180", "181", "186", "190"})
"""Help, cuts, meddling, seizure, hacking, violence: done by the one who is said to interfere."""
_ANSWERS: Final = ("sanction", "retaliat", "expel", "consequences")
THIRD: Final = 3
"""Votes of a sentence that make a third state, not the one that accuses, the one it is done to."""
_IN_CONTEXT: Final = "pattern.role_in_context"
"""A ministry whose state is only taken from the name beside it: `Çinli hackerlar Hazine Bakanlığı'na sızdı`."""
CLAIMS: Final = frozenset({"112", "016"})
_NO_STATE: Final = frozenset({"IGO", "NGO", "NGM", "MNC", "INT", "IMG", "UIS", "EUR", "WST"})


class Votes(NamedTuple):
    """Votes by country (alpha-3): said to interfere, said to be interfered in, named at all where it is said.

    Attributes:
        served: states that somebody is said to work for.
        rows: pairs of states named in a row, which are on one side.
    """

    perpetrators: Counter[str]
    targets: Counter[str]
    named: Counter[str]
    served: set[str]
    rows: set[tuple[str, str]]


def count_votes(
    doc: Document, mentions: Sequence[Mention], hits: Sequence[ThemeHit], interactions: Sequence[Interaction]
) -> Votes:
    """Every rule's votes over every sentence in which a theme is expressed; the title counts double."""
    votes = Votes(Counter(), Counter(), Counter(), set(), set())
    cased = doc.language in CASED
    for part in doc.parts:
        inside = [hit for hit in hits if hit.part is part]
        if not inside:
            continue
        here = [one for one in mentions if one.field is part.field]
        seats = {one.start for one in here if one.kind == "actor" and one.country is None}
        told = [
            one
            for one in here
            if one.country
            and not _is_medium(one)
            and one.start not in seats  # Brussels is the EU
            and not (cased and one.rule == _IN_CONTEXT)
        ]
        states = [one for one in states_of(part, told) if not _is_means(part, one, told)]
        covering = by_word(part, states)
        weight = TITLE_WEIGHT if part is doc.title else 1
        by_sentence: dict[int, list[ThemeHit]] = defaultdict(list)
        for hit in inside:
            by_sentence[hit.sentence].append(hit)
        for number in sorted(by_sentence):
            sentence = _beginning(part.sentences[number])
            said = [hit for hit in by_sentence[number] if hit.last <= sentence.last]
            if not said:
                continue
            if cased:
                ballot = _case_votes(part, sentence, said, covering, doc.language)
            else:
                ballot = order_votes(part, sentence, said, covering, denied=any("denial" in hit.cues for hit in said))
            pressing = [part.starts[hit.first] for hit in said if hit.theme in PRESSURE]
            answers = cased and any("denial" in hit.cues for hit in said)
            acts = (
                one
                for one in _within(interactions, part, sentence, doc.language)
                if not (answers and one.plover == "ACCUSE")
            )  # who denies calls others liars
            _interaction_votes(acts, ballot, pressing)
            _level(ballot)
            for country in _named(sentence, covering):
                votes.named[country] += weight
            votes.served.update(ballot.served)
            votes.rows.update(ballot.rows)
            _add(votes.perpetrators, ballot.perpetrators, weight)
            _add(votes.targets, ballot.targets, weight)
    return votes


def _beginning(sentence: Sentence) -> Sentence:
    """The sentence, cut where no sentence of a newspaper is as long: what is voted on grows with the square of it."""
    last = min(sentence.last, sentence.first + MAX_WORDS)
    return Sentence(sentence.start, sentence.end, sentence.first, last)


def _is_medium(mention: Mention) -> bool:
    """A newspaper or an agency says for whom it writes no more than where it stands; a state's own is the state."""
    return "MED" in mention.code[3:] and "GOV" not in mention.code[3:]


def _is_means(part: Part, one: Mention, mentions: Sequence[Mention]) -> bool:
    """Whether a platform is only what somebody uses: `Russian TikTok campaign`, `fakes on Telegram`."""
    if one.field is not part.field or one.text.lower() not in sides("platforms"):
        return False
    at = part.word_at(one.start) - 1
    if part.words[at + 2 : at + 3] and part.words[at + 2] in sides("posts"):  # "TikTok accounts paid from Moscow"
        return True
    if at < 0 or part.gap(at) != " ":
        return False
    beside = (other for other in mentions if other.field is one.field and other.country != one.country)
    return part.words[at] in sides("means") or any(other.end == one.start - 1 for other in beside)


def _add(counted: Counter[str], cast: Counter[str], weight: int) -> None:
    for country, vote in cast.items():
        counted[country] += vote * weight


def _named(sentence: Sentence, covering: dict[int, Mention]) -> list[str]:
    """The countries of a sentence, in text order, each once."""
    found = (covering[at].country for at in range(sentence.first, sentence.last) if at in covering)
    return list(dict.fromkeys(country for country in found if country))


def _case_votes(
    part: Part, sentence: Sentence, hits: Sequence[ThemeHit], covering: dict[int, Mention], language: str
) -> Ballot:
    perpetrators: Counter[str] = Counter()
    targets: Counter[str] = Counter()
    served: set[str] = set()
    here = {id(one): one for at in range(sentence.first, sentence.last) if (one := covering.get(at))}
    clues = Clues(language, hits, list(here.values()), denied=any("denial" in hit.cues for hit in hits))
    for at in range(sentence.first, sentence.last):
        mention = covering.get(at)
        if mention is None or not mention.country or covering.get(at - 1) is mention:
            continue
        side, vote = case_of(part, mention, at, clues)
        if side == "master":
            served.add(mention.country)
        if side in {"perpetrator", "master"}:
            perpetrators[mention.country] += vote
        elif side == "target":
            targets[mention.country] += vote
    return Ballot(perpetrators, targets, frozenset(served))


def _within(
    interactions: Sequence[Interaction], part: Part, sentence: Sentence, language: str
) -> Iterable[Interaction]:
    for one in interactions:
        if one.span.field is not part.field or not sentence.start <= one.span.start < sentence.end:
            continue
        if language in CASED and not (one.cameo[:3] in CLAIMS or one.cameo in REACTIONS):
            continue  # a stem's sides are sure enough for claims and reactions, not for the rest
        yield one


def _interaction_votes(interactions: Iterable[Interaction], ballot: Ballot, pressing: Sequence[int]) -> None:
    """What is said to be done votes; `pressing` is where pressure is spoken of, in code points of the field."""
    for one in interactions:
        source, target = country_of(one.source.code), country_of(one.target.code)
        if source == target:
            continue
        if one.span.rule == "clause.claimed":  # what somebody is accused of, or denies
            _vote(ballot, source, 2, target, 1)
        elif one.plover == "THREATEN" and any(_is_threat_of(one, at) for at in pressing):
            _vote(ballot, source, 2, target, 2)  # "Gazprom threatens to cut gas to Moldova"
        elif one.plover == "ACCUSE" or one.cameo in REACTIONS:
            # Who accuses is not the one accused, and perhaps the one it is done to.
            third = any(vote >= THIRD and state not in {source, target} for state, vote in ballot.targets.items())
            _vote(ballot, target, 2, None if third and one.plover == "ACCUSE" else source, 1)
            if source and target:
                ballot.perpetrators[source] -= 6
        elif one.plover == "DENY":
            _vote(ballot, source, 3, target, 1)
        elif one.cameo in DEEDS:
            _vote(ballot, source, 1, target, 2)


def _level(ballot: Ballot) -> None:
    """States that are named in a row are as much on a side as one another: `US and Israel incited protests`."""
    for one, other in ballot.rows:
        for counted in (ballot.perpetrators, ballot.targets):
            if counted[one] > 0 and counted[other] > 0:
                counted[one] = counted[other] = max(counted[one], counted[other])


def _is_threat_of(one: Interaction, at: int) -> bool:
    """Whether pressure is what is threatened, not what the threat answers: `with sanctions over migrant pressure`."""
    text = one.span.text
    answers = any(word in text for word in _ANSWERS)
    return (
        one.span.start <= at <= one.span.end + len(" to ")
        and not answers
        and " over " not in text[: at - one.span.start]
    )


def _vote(ballot: Ballot, perpetrator: str | None, strong: int, target: str | None, weak: int) -> None:
    if perpetrator:
        ballot.perpetrators[perpetrator] += strong
    if target:
        ballot.targets[target] += weak


def country_of(code: str | None) -> str | None:
    """Alpha-3 of an actor's code; None for international actors (IGO, NGO, MNC, INT)."""
    return None if not code or code[:3] in _NO_STATE else code[:3]
