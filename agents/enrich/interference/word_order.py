"""What the order of words says of a country's side, in English: `Russian interference`, `interference by Russia in Georgia`.

The words that tell stand in `lexicons/sides.en.tsv`. A rule looks at the words just before and after a
country and casts votes; no rule is sure, so no vote decides alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from agents.enrich.acts.small_words import PREPOSITIONS
from agents.enrich.acts.verbs import english
from agents.enrich.interference.sides import all_sides
from agents.enrich.interference.themes import ThemeHit
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.text import Part, Sentence

TO = {"covert_funding": "target", "espionage": "perpetrator"}
"""Whose side `to` points at: money goes to those interfered in, secrets to those who interfere."""
NEAR, FAR = 3, 9
"""Words looked at before and after a hit."""
BACK = 5
"""Words before a preposition in which the word stands that says what it points at: `traced videos to Baku`."""
_POINTING = {"to": "to_hands", "for": "for_hands", "of": "of_hands", "with": "with_hands", "on": "blaming"}
_CHARGED = frozenset({"accused", "suspected", "blamed", "linked", "tied"})
"""After a state's name, and not `accused by`: it is the one charged."""
_TIES = frozenset({"links", "link", "ties", "contacts", "connections"})
_PLACES = frozenset({"country.city", "country.state", "country.region", "country.district", "country.qualified"})
_TOPICS = frozenset({"war", "conflict", "invasion", "ceasefire", "genocide"})
"""After a state's name: what is spoken of is the war there, which is no side (`influence campaign on Gaza war`)."""
_GIVEN = frozenset(
    {
        "secrets",
        "classified",
        "leaked",
        "leaking",
        "leak",
        "passing",
        "passed",
        "sold",
        "gave",
        "documents",
        "data",
        "information",
    }
)
"""Words of espionage after which `to` points at whom it is done for."""
_VOTED = frozenset(
    {"election", "elections", "vote", "votes", "voters", "ballot", "ballots", "referendum", "polls", "candidates"}
)
_CLAIMS = frozenset({"claim", "claims", "accusation", "accusations", "allegation", "allegations", "charge", "charges"})
_DENYING = frozenset(
    {"rejects", "rejected", "denies", "denied", "dismisses", "dismissed", "refutes", "denying", "rejecting"}
)
"""Before a state's name: it is the one that is answered, or the one of whom it is denied (`denies US election meddling`)."""
_HELP = frozenset(
    {"help", "support", "backing", "money", "funding", "aid", "assistance", "blessing", "cash", "hackers"}
)
_TURNED = frozenset(
    {"spy", "spies", "mole", "spook", "captain", "colonel", "officer", "official", "diplomat", "soldier"}
)
"""After a state's name, where secrets go to another: it is the one that is spied on (`Portuguese spy sold secrets to Moscow`)."""
PAWNS = -9
"""Votes for the state of people who are said to act for another one."""

_WITHOUT_OBJECT = frozenset({"of", "for", "with", "from", "over", "after", "as"})
_WHERE = frozenset({"in", "inside", "across", "against"})


IMPLIED = {"implied.hand": (3, True), "implied.home": (1, False)}
"""Votes for a state that is only implied, and whether it is the one that interferes."""


class Ballot(NamedTuple):
    """Votes of one sentence by country: said to interfere, said to be interfered in."""

    perpetrators: Counter[str]
    targets: Counter[str]


def order_votes(
    part: Part, sentence: Sentence, hits: Sequence[ThemeHit], covering: dict[int, Mention], *, denied: bool
) -> Ballot:
    """The votes of an English sentence.

    Args:
        part: its field.
        sentence: the sentence.
        hits: where it expresses themes.
        covering: the mention on each word.
        denied: whether the sentence denies; then whoever speaks is the accused.
    """
    return _Order(part, sentence, covering, denied=denied).votes(hits)


class _Order:
    """One sentence. A rule votes for a country and a side once, however often it holds."""

    def __init__(self, part: Part, sentence: Sentence, covering: dict[int, Mention], *, denied: bool) -> None:
        self.part = part
        self.words = part.words
        self.low = sentence.first
        self.high = sentence.last
        self.covering = covering
        self.denied = denied
        self.cast: dict[tuple[str, bool, str], int] = {}
        self.pointed: list[Mention] = []
        """Mentions to which a preposition already points: `pins the theft in Japan on North Korea`."""
        self.lists = all_sides()
        self.themed: set[int] = set()
        """Words that express a theme."""
        self.handlers: set[str] = set()
        """States whose agents are named: `Russian spies`."""

    def votes(self, hits: Sequence[ThemeHit]) -> Ballot:
        places = [
            (at, country)
            for at in range(self.low, self.high)
            if (country := self._country(at)) and self.covering.get(at + 1) is not self.covering[at]
        ]
        self.themed.update(at for hit in hits for at in range(hit.first, hit.last))
        for at, country in places:
            self._beside(at, country)
            self._pointed_at(at, country)
            self._helped(at, country)
        for first, last, theme in sorted({(hit.first, hit.last, hit.theme) for hit in hits}):
            self._before(first, last)
            self._after(first, last, theme)
        self._purpose(hits, places)
        self._charged()
        self._reactions(places)
        self._pawns(places)
        self._together(places)
        ballot = Ballot(Counter(), Counter())
        for (_, does, country), vote in self.cast.items():
            (ballot.perpetrators if does else ballot.targets)[country] += vote
        return ballot

    def _charged(self) -> None:
        """`Estonia cable cut: Russia blamed`: who is charged has done it, not who is named before the deed."""
        charged = {country for (rule, _, country) in self.cast if rule == "charged"}
        for rule, does, country in list(self.cast):
            if charged and country not in charged and does and rule == "before":
                self.cast[rule, False, country] = self.cast.pop((rule, does, country))

    def _pawns(self, places: Sequence[tuple[int, str]]) -> None:
        """`UK jails Bulgarians who spied for Russia`: where people are said to act for another state, theirs is not the doer."""
        masters = {country for (rule, does, country) in self.cast if does and rule in {"pointed", "by", "with"}}
        handlers = (
            masters | self.handlers | {one for (rule, does, one) in self.cast if does and rule in {"of", "linked"}}
        )
        for at, country in places:
            pawn = country not in handlers and self._are_people(at)
            turned = masters and country not in masters and not _TURNED.isdisjoint(self.words[at : at + 2])
            if (pawn and handlers) or turned:
                self.cast["pawns", True, country] = PAWNS

    def _are_people(self, at: int) -> bool:
        """Whether the mention that ends here is of private people: `Bulgarians`, `a Ukrainian man`."""
        mention = self.covering[at]
        after = self.words[at + 1] if at + 1 < self.high else ""
        if after in self.lists["people"] or self.words[at] in self.lists["people"]:
            return True
        return mention.rule == "country.demonym" and self.words[at].endswith("s") and after not in self.lists["agents"]

    def _together(self, places: Sequence[tuple[int, str]]) -> None:
        """States that are named in a row are on one side: `China, India tried to sway`, `accuses Morocco and Israel`."""
        for (at, one), (end, other) in pairwise(places):
            if one == other:
                continue
            start = self._start(end)
            between = self.words[at + 1 : start]
            first = self._start(at)
            before = self.words[first - 1] if first > self.low else ""
            opens = first == self.low or ":" in self.part.gap(first - 1) or before in self.lists["saying"]
            listed = between == ["and"] or (not between and self.part.gap(at) == ", " and opens)
            if not listed or before == "between":
                continue
            for (rule, does, country), vote in list(self.cast.items()):
                if country in {one, other}:
                    self._vote(rule, other if country == one else one, vote, does=does)

    def _vote(self, rule: str, country: str, vote: int, *, does: bool) -> None:
        key = (rule, does, country)
        self.cast[key] = max(self.cast.get(key, 0), vote)

    def _before(self, first: int, last: int) -> None:
        """`Russian interference`, `China-linked hackers`, `Turkey's election interference`."""
        words = self.words
        for at in range(first - 1, max(self.low, first - 1 - NEAR) - 1, -1):
            if self._is_pause(at):
                return
            country = self._country(at)
            if country and _is_outcast(self.covering[at]):  # "killing of Sikh separatist in Canada"
                return
            if country:
                several = at > self.low and self.covering.get(at - 1) is self.covering[at]  # "Bangladesh Bank"
                between = words[at + (not several) : first]
                claimed = self.denied and last < self.high and words[last] in _CLAIMS  # "rejects Dutch spying claims"
                voted = last == first + 1 and words[first] in _VOTED  # "Australian election"
                if not {words[first], words[last - 1]}.isdisjoint(self.lists["agents"]):
                    self.handlers.add(country)
                attacked = (
                    claimed
                    or voted
                    or self._is_object_of_theme(at)
                    or any(word in self.lists["attacked"] for word in between)
                )
                if not any(word in self.lists["people"] for word in between):
                    self._vote("before", country, 3, does=not attacked)
                return
            if words[at] in PREPOSITIONS or words[at] in {"the", "and", "to"} or self._is_verb(words[at]):
                return

    def _is_object_of_theme(self, at: int) -> bool:
        """Of what is named by a town or a body, not by a state, the noun behind it is done to it: `NHS cyber attack`, `Salisbury poisoning`."""
        mention = self.covering[at]
        if mention.code[3:6] in {"LEG", "JUD"}:  # "Bundestag hack"
            return True
        return mention.rule in _PLACES or (mention.rule == "implied.home" and self.words[at + 1 : at + 2] != ["s"])

    def _purpose(self, hits: Sequence[ThemeHit], places: Sequence[tuple[int, str]]) -> None:
        """`US secretly created 'Cuban Twitter' to stir unrest`: it is the subject's purpose."""
        lists = self.lists
        if not places or not any(hit.first > self.low and self.words[hit.first - 1] == "to" for hit in hits):
            return
        at, country = places[0]
        following = self.words[at + 1 : at + 1 + NEAR]
        speaks = any(
            word in lists["saying"] or word in lists["reactions"] or word in lists["people"] for word in following
        )
        if self._start(at) == self.low and not speaks and ":" not in self.part.gap(at):
            self._vote("purpose", country, 2, does=True)

    def _after(self, first: int, last: int, theme: str) -> None:
        """`interference by Russia in Georgia's election`, `spying for China`."""
        words, into = self.words, self.lists["into"]
        does: bool | None = False if words[last - 1] in into else None
        for at in range(last, min(self.high, last + FAR)):
            word = words[at]
            if ":" in self.part.gap(at - 1):
                does = None
            country = None if word in into else self._country(at)  # "government in Ukraine" is one mention
            if country:
                self._side_after(at, country, does=does)
            elif word in into:
                does = False
            elif word in self.lists["for"]:
                does = True
            elif word == "to":
                given = theme != "espionage" or not _GIVEN.isdisjoint(words[first:last])
                does = {"target": False, "perpetrator": True}.get(TO.get(theme, "")) if given else None
            elif self._is_verb(word):
                does = None

    def _side_after(self, at: int, country: str, *, does: bool | None) -> None:
        following = self.words[at + 1 : min(at + 1 + NEAR, self.high)]
        mention = self.covering[at]
        if mention in self.pointed:
            return
        if (following and following[0] in self.lists["agents"]) or self.words[at] in self.lists["agents"]:
            self._vote("after", country, 3, does=True)
        elif does is not None:
            if does or not _is_outcast(mention):
                self._vote("after", country, 3, does=does)
        elif any(word in self.lists["attacked"] for word in following):
            self._vote("after", country, 2, does=False)

    def _beside(self, at: int, country: str) -> None:
        """By the words after it: `Kremlin-backed`, `Turkey's vote`, `Russia is behind`, `Berlin: ...`, `Beijing pays`."""
        words, mention = self.words, self.covering[at]
        if mention.rule in IMPLIED:
            vote, does = IMPLIED[mention.rule]
            self._vote("implied", country, vote, does=does)
        if at + 1 >= self.high:
            return
        after = at + 2 if words[at + 1] == "s" else at + 1
        start = self._start(at)
        before = words[start - 1] if start > self.low else ""
        if before in {"pro", "anti"} and "-" in self.part.gap(
            start - 1
        ):  # "pro-Moscow videos", "anti-Milei propaganda"
            self._vote("for or against", country, 3, does=before == "pro")
            return
        if self.denied and before in _DENYING:
            self._vote("answered", country, 6, does=False)
            return
        if self._is_warned(at):
            self._vote("warned", country, 6, does=False)
        if ":" in self.part.gap(at):
            if mention.rule != "implied.hand":  # "Salt Typhoon: what we know"
                self._speaks(country, 2)
        else:
            self._followed(at, after, country)
        self._acts(after, country)

    def _followed(self, at: int, after: int, country: str) -> None:
        lists, mention = self.lists, self.covering[at]
        word = self.words[after] if after < self.high else ""
        if self._is_pause(at):
            word = ""
        if self.covering.get(at - 1) is mention and self.words[at] in lists["envoys"] | lists["agents"]:
            word = self.words[at]  # "Russian diplomats" is one mention
        if word in lists["linked"] and "-" in self.part.gap(at):
            self._vote("linked", country, 3, does=True)
        elif word in lists["agents"] or (word in lists["doings"] and not self._is_object(at)):
            self._vote("of", country, 2, does=True)
        elif word in lists["envoys"] and not self._is_object(at):
            self._vote("of", country, 1, does=True)
        elif self._is_attacked(after):
            self._vote("of", country, 2, does=False)
        elif "behind" in self.words[after : min(after + 2, self.high)]:
            self._vote("behind", country, 3, does=True)
            behind = {one for at in range(after, min(after + FAR, self.high)) if (one := self._country(at))}
            for other in behind - {country}:  # "Russia's GRU behind massive Georgia cyber-attack"
                self._vote("behind", other, 6, does=False)
        elif word in _CHARGED and mention.rule != "country.demonym" and self.words[after + 1 : after + 2] != ["by"]:
            self._vote("charged", country, 3, does=True)

    def _acts(self, after: int, country: str) -> None:
        """What it says or does, as a subject: `Tehran hacked`, `Manila senator says`, `North Korean workers infiltrated`."""
        words, lists = self.words, self.lists
        for at in range(after, min(after + NEAR + 1, self.high)):
            word = words[at]
            if self._is_pause(at - 1):
                break
            if word in lists["saying"]:
                self._speaks(country, 1)
                return
            if word in lists["deeds"] and words[at + 1 : at + 2] != ["by"]:
                passive = at > self.low and words[at - 1] in lists["passive"]
                self._vote("acts", country, 2, does=not passive)
                return
            if word in lists["reactions"]:
                return
            if word in PREPOSITIONS or self._country(at) or word in lists["people"]:
                break
        if ":" in self.part.gap(after - 1):  # a service that says so
            return
        if self.covering[after - 1 if self.covering.get(after - 1) else after - 2].code.endswith("SPY"):
            self._vote("service", country, 2, does=True)

    def _speaks(self, country: str, vote: int) -> None:
        self._vote("speaks", country, vote, does=self.denied)

    def _pointed_at(self, at: int, country: str) -> None:
        """By the preposition before it and what that follows: `worked for FSB`, `traced to Baku`, `sanctioned by Britain`."""
        words, lists = self.words, self.lists
        k = self._start(at) - 1
        if k >= self.low and words[k] in {"the", "a", "an", "alleged", "suspected"}:
            k -= 1
        if k < self.low:
            return
        word = words[k]
        low = max(self.low, k - (FAR if word == "on" else BACK))
        if word == "by":
            self._vote("by", country, 3, does=not (k > low and words[k - 1] in lists["reactions"]))
        elif word in _POINTING and not _is_outcast(self.covering[at]):
            pointer = next((n for n in range(k - 1, low - 1, -1) if words[n] in lists[_POINTING[word]]), None)
            if pointer is not None and word == "on" and "for" in words[pointer:k]:
                pointer = None  # "blame Moscow for attack on Ukraine"
            if pointer is not None:  # "Kremlin links to Catalan separatists": whose links they are stands before
                noun = words[pointer] in _TIES and pointer > self.low
                whose = noun and self._country(pointer - 1) not in {None, country}
                self.pointed.append(self.covering[at])
                self._vote("pointed", country, 3, does=not (whose and word in {"to", "with"}))
        elif word == "from":
            self._vote(
                "from", country, 1, does=k == self.low or words[k - 1] not in lists["reactions"]
            )  # "expelled from Bogota"
        elif word in _WHERE and not _is_outcast(self.covering[at]):
            self._vote("where", country, 2, does=False)

    def _helped(self, at: int, country: str) -> None:
        """`with Moscow's help`: the state that helps is behind it."""
        words = self.words
        helps = words[at + 1 : at + 2] == ["s"] and at + 2 < self.high and words[at + 2] in _HELP
        start = self._start(at)
        if helps and start > self.low and words[start - 1] == "with":
            self._vote("with", country, 4, does=True)

    def _reactions(self, places: Sequence[tuple[int, str]]) -> None:
        """`Warsaw shuts Russian consulate`: the one who reacts, then the one reacted to."""
        words, lists = self.words, self.lists
        for at in range(self.low + 1, self.high - 1):
            if words[at] not in lists["reactions"] or words[at + 1] in {"by", "in"} or self._is_passive(at):
                continue
            one = next((country for k, country in reversed(places) if k < at), None)
            other = next((country for k, country in places if at < k <= at + FAR and country != one), None)
            if other is None:
                continue
            accused, accuser = (one, other) if self.denied else (other, one)
            if accused:
                self._vote("reaction", accused, 2, does=True)
            if accuser:
                self._vote("reaction", accuser, 2, does=False)
            return

    def _is_passive(self, at: int) -> bool:
        """`diplomat accused of spying`, `expelled from Bogota`: a past form without an object."""
        return self.words[at].endswith("ed") and self.words[at + 1] in _WITHOUT_OBJECT

    def _start(self, at: int) -> int:
        """The first word of the mention that ends here."""
        while at > self.low and self.covering.get(at - 1) is self.covering[at]:
            at -= 1
        return at

    def _is_verb(self, word: str) -> bool:
        if word in self.lists["reactions"] or word in self.lists["saying"]:
            return True
        entry = english().get(word)
        return entry is not None and entry.tag is not None and not entry.noun

    def _is_pause(self, at: int) -> bool:
        gap = self.part.gap(at)
        return "," in gap or ";" in gap or ":" in gap

    def _is_object(self, at: int) -> bool:
        """Whether a preposition or a verb of doing stands right before the mention that ends here."""
        start = self._start(at)
        return start > self.low and self.words[start - 1] in self.lists["into"]

    def _is_warned(self, at: int) -> bool:
        """Warned of somebody else: `warns Georgia of Chinese disinformation`, not `warns China against meddling`."""
        if at == self.low or at + 1 >= self.high:
            return False
        if self.words[at - 1] not in self.lists["warned"] or self.words[at + 1] not in {"of", "about"}:
            return False
        return any(self._country(k) for k in range(at + 2, min(at + 2 + NEAR, self.high)))

    def _is_attacked(self, after: int) -> bool:
        if after >= self.high:
            return False
        word = self.words[after]
        if word in self.lists["attacked"]:
            return True
        if after + 1 in self.themed and self.words[after + 1 : after + 2] == [
            "campaign"
        ]:  # "Kremlin's Doppelganger campaign"
            return False
        described = word not in PREPOSITIONS and not self._is_verb(word) and not self._is_pause(after)
        return described and after + 1 < self.high and self.words[after + 1] in self.lists["attacked"]

    def _country(self, at: int) -> str | None:
        mention = self.covering.get(at)
        if mention is None or (self.words[at + 1 : at + 2] and self.words[at + 1] in _TOPICS):
            return None
        return mention.country


def _is_outcast(mention: Mention) -> bool:
    """Whether it is somebody at odds with the state the code names: what is done to him is not done to that state."""
    return mention.code[3:6] in {"REB", "SEP"} or "dissident" in mention.text.lower() or "Sikh" in mention.text
