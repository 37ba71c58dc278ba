"""What the order of words says of a country's side, in English: `Russian interference`, `interference by Russia in Georgia`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from agents.enrich.clauses import PREPOSITIONS
from agents.enrich.mentions import Mention
from agents.enrich.text import Part, Sentence
from agents.enrich.themes import ThemeHit
from agents.enrich.verbs import english

FOR = frozenset({"for", "behalf", "behind", "from", "by"})
INTO = frozenset({"in", "into", "against", "at", "on", "inside", "within", "across", "of", "aimed", "hit", "hits"}) | {
    "targeting", "target", "targets", "targeted",
}  # fmt: skip
LINKED = frozenset({"backed", "linked", "sponsored", "aligned", "tied", "controlled", "run", "based", "led"}) | {
    "directed", "funded", "financed", "affiliated", "owned",
}  # fmt: skip
ATTACKED = frozenset({
    "election", "elections", "vote", "votes", "referendum", "democracy", "politics", "affairs", "parliament",
    "government", "voters", "voting", "ballot", "poll", "polls", "campaign", "presidential", "parliamentary", "party",
    "parties", "institutions", "officials", "politicians", "lawmakers", "candidates", "opposition", "dissidents",
})  # fmt: skip
"""What is interfered in: a country's name before one of these is the one it is done to."""
AGENTS = frozenset({
    "agents", "agent", "spies", "spy", "hackers", "hacker", "operatives", "trolls", "bots", "orders", "payroll", "hand",
    "intelligence", "secret", "military", "money", "cash", "network", "officers", "state",
})  # fmt: skip
"""What interferes: a country's name before one of these is the one it is done by."""
TO = {"covert_funding": "target", "espionage": "perpetrator"}
"""Whose side `to` points at: money goes to those interfered in, secrets to those who interfere."""
WARNED = frozenset({"warn", "warns", "warned", "alerts", "alerted", "tells", "told"})
NEAR, FAR = 3, 9
"""Words looked at before and after a hit."""


class Ballot(NamedTuple):
    """Votes of one sentence by country: said to interfere, said to be interfered in."""

    perpetrators: Counter[str]
    targets: Counter[str]


def order_votes(part: Part, sentence: Sentence, hits: Sequence[ThemeHit], covering: dict[int, Mention]) -> Ballot:
    """The votes of an English sentence.

    Args:
        part: its field.
        sentence: the sentence.
        hits: where it expresses themes.
        covering: the mention on each word.
    """
    return _Order(part, sentence, covering).votes(hits)


class _Order:
    def __init__(self, part: Part, sentence: Sentence, covering: dict[int, Mention]) -> None:
        self.part = part
        self.words = part.words
        self.low = sentence.first
        self.high = sentence.last
        self.covering = covering
        self.ballot = Ballot(Counter(), Counter())

    def votes(self, hits: Sequence[ThemeHit]) -> Ballot:
        for hit in hits:
            self._before(hit)
            self._after(hit)
        self._beside()
        return self.ballot

    def _before(self, hit: ThemeHit) -> None:
        """`Russian interference`, `China-linked hackers`, `Turkey's election interference`."""
        words = self.words
        for at in range(hit.first - 1, max(self.low, hit.first - 1 - NEAR) - 1, -1):
            country = self._country(at)
            if country:
                attacked = any(word in ATTACKED for word in words[at + 1 : hit.first])
                (self.ballot.targets if attacked else self.ballot.perpetrators)[country] += 3
                return
            if words[at] in PREPOSITIONS or words[at] in {"the", "and"} or _is_verb(words[at]):
                return

    def _after(self, hit: ThemeHit) -> None:
        """`interference by Russia in Georgia's election`, `spying for China`."""
        words, ballot = self.words, self.ballot
        side = ballot.targets if words[hit.last - 1] in INTO else None
        for at in range(hit.last, min(self.high, hit.last + FAR)):
            word = words[at]
            country = None if word in INTO else self._country(at)  # "government in Ukraine" is one mention
            if country:
                self._side_after(at, country, side)
            elif word in INTO:
                side = ballot.targets
            elif word in FOR:
                side = ballot.perpetrators
            elif word == "to":
                side = {"target": ballot.targets, "perpetrator": ballot.perpetrators}.get(TO.get(hit.theme, ""))
            elif _is_verb(word):
                side = None

    def _side_after(self, at: int, country: str, side: Counter[str] | None) -> None:
        following = self.words[at + 1 : min(at + 1 + NEAR, self.high)]
        if following and following[0] in AGENTS:
            self.ballot.perpetrators[country] += 3
        elif side is not None:
            side[country] += 3
        elif any(word in ATTACKED for word in following):
            self.ballot.targets[country] += 2

    def _beside(self) -> None:
        """Every country of the sentence by the word beside it: `Kremlin-backed`, `Turkey's vote`, `Russia is behind`."""
        words, high = self.words, self.high
        for at in range(self.low, high):
            country = self._country(at)
            if not country or self.covering.get(at + 1) is self.covering[at]:
                continue
            after = at + 2 if words[at + 1 : at + 2] == ["s"] else at + 1
            if after >= high:
                continue
            if self._is_warned(at):
                self.ballot.targets[country] += 6
            if words[after] in LINKED and "-" in self.part.gap(at):
                self.ballot.perpetrators[country] += 3
            elif words[after] in AGENTS:
                self.ballot.perpetrators[country] += 2
            elif self._is_attacked(after):
                self.ballot.targets[country] += 2
            elif words[after] in {"is", "was", "are", "were"} and words[after + 1 : after + 2] == ["behind"]:
                self.ballot.perpetrators[country] += 3

    def _is_warned(self, at: int) -> bool:
        """Warned of somebody else: `warns Georgia of Chinese disinformation`, not `warns China against meddling`."""
        if at == self.low or self.words[at - 1] not in WARNED or self.words[at + 1] not in {"of", "about"}:
            return False
        return any(self._country(k) for k in range(at + 2, min(at + 2 + NEAR, self.high)))

    def _is_attacked(self, after: int) -> bool:
        word = self.words[after]
        if word in ATTACKED:
            return True
        described = word not in PREPOSITIONS and not _is_verb(word)
        return described and after + 1 < self.high and self.words[after + 1] in ATTACKED

    def _country(self, at: int) -> str | None:
        mention = self.covering.get(at)
        return mention.country if mention is not None else None


def _is_verb(word: str) -> bool:
    entry = english().get(word)
    return entry is not None and entry.tag is not None and not entry.noun
