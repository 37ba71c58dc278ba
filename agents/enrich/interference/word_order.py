"""What the order of words says of a country's side, in English: `Russian interference`, `interference by Russia in Georgia`.

The words that tell stand in `lexicons/sides.en.tsv`. A rule looks at the words just before and after a
country and casts votes; no rule is sure, so no vote decides alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile
from typing import Final, NamedTuple

from agents.enrich.acts.small_words import PREPOSITIONS
from agents.enrich.interference.line import FAR, NEAR, is_outcast
from agents.enrich.interference.themes import ThemeHit
from agents.enrich.interference.word_order_pointing import PointingLine
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.text import Part, Sentence

TO: Final = {"covert_funding": "target", "espionage": "perpetrator"}
"""Whose side `to` points at: money goes to those interfered in, secrets to those who interfere."""
_PLACES: Final = frozenset({"country.city", "country.state", "country.region", "country.district", "country.qualified"})
_OF_WHAT: Final = (["of"], ["that"], ["about"], ["over"], ["it"])

_ABOUT: Final = frozenset({"over", "amid"})
_MEANS: Final = (["with"], ["via"], ["over"])
PRESSURE: Final = frozenset({"energy_leverage", "coercion"})
"""Themes in which a threat or a cut is the deed itself, not the answer to it."""


ABROAD: Final = frozenset({"diaspora_pressure", "sabotage"})
"""Themes of what a state does to its own people abroad."""


class Ballot(NamedTuple):
    """Votes of one sentence by country: said to interfere, said to be interfered in.

    Attributes:
        served: states that somebody works for.
        rows: pairs of states named in a row, which are on one side.
    """

    perpetrators: Counter[str]
    targets: Counter[str]
    served: frozenset[str] = frozenset()
    rows: tuple[tuple[str, str], ...] = ()


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


class _Order(PointingLine):
    """The rules that look at the words beside one state, or beside one theme."""

    def votes(self, hits: Sequence[ThemeHit]) -> Ballot:
        self._drop_assumed()
        places = [
            (at, country)
            for at in range(self.low, self.high)
            if (country := self._country(at)) and self.covering.get(at + 1) is not self.covering[at]
        ]
        self.themed.update(at for hit in hits for at in range(hit.first, hit.last))
        self.pressing.update(at for hit in hits if hit.theme in PRESSURE for at in range(hit.first, hit.last))
        for at, country in places:
            self._beside(at, country)
            self._pointed_at(at, country)
            self._helped(at, country)
        for first, last, theme in sorted({(hit.first, hit.last, hit.theme) for hit in hits}):
            service = self.covering.get(first)
            if last == first + 1 and service is not None and service.rule.startswith("register."):
                continue  # "GRU": the service itself, whose side the words beside it tell
            self._before(first, last)
            self._after(first, last, theme)
        self._purpose(hits, places)
        self._reactions(places)
        self._acts_on(places)
        self._yields(places)
        if self.pressing:
            self._cuts(places)
        self._charged()
        self._pawns(places)
        self._together(places)
        self._bystander()
        ballot = Ballot(Counter(), Counter(), frozenset(self.served), tuple(self.rows))
        for (_, does, country), vote in self.cast.items():
            (ballot.perpetrators if does else ballot.targets)[country] += vote
        return ballot

    def _drop_assumed(self) -> None:
        """What is only assumed of a body that many states have gives way where two states are named: `Canberra: Chinese money for MPs`."""
        here = {at: self.covering[at] for at in range(self.low, self.high) if at in self.covering}
        named = {one.country for one in here.values() if not one.rule.startswith("implied.")}
        if len(named) > 1:
            self.covering = {at: one for at, one in here.items() if one.rule != "implied.home" or one.country in named}

    def _before(self, first: int, last: int) -> None:
        """`Russian interference`, `China-linked hackers`, `Turkey's election interference`."""
        words = self.words
        for at in range(first - 1, max(self.low, first - 1 - NEAR) - 1, -1):
            if self._is_pause(at):
                return
            country = self._country(at)
            if country and (
                is_outcast(self.covering[at]) or self._is_anti(at)
            ):  # "killing of Sikh separatist in Canada"
                return
            if country:
                start = self._start(at)
                placed = start > self.low and words[start - 1] == "in" and at + 1 == first
                if placed and (words[first] in self.lists["reactions"] or words[first] == "not"):
                    return  # "worker in Moscow arrested for spying"
                several = at > self.low and self.covering.get(at - 1) is self.covering[at]  # "Bangladesh Bank"
                between = words[at + (not several) : first]
                if any(word in self.lists["people"] for word in between):  # "Spanish journalist accused of spying"
                    return
                person = words[last - 1] in self.lists["envoys"] or words[last - 1] in self.lists["agents"]
                if words[last - 1] in self.lists["meddling"]:  # "Macedonia deal interference", "Russian deal ..."
                    person = "s" in between or self.covering[at].rule == "country.demonym"
                active = words[first] in self.lists["deeds"] and words[last : last + 1] in (["on"], ["into"])
                body = (
                    not person and not active and any(word in self.lists["attacked"] for word in between)
                )  # not "defence attache"
                attacked = self._is_done_to(at, first, last) or body
                self._vote("before", country, 3, does=not attacked)
                return
            if words[at] in PREPOSITIONS or words[at] in {"the", "and", "to", "as"} or self._is_verb(words[at]):
                return

    def _is_done_to(self, at: int, first: int, last: int) -> bool:
        """Whether the theme of words `first:last`, behind the state's name that ends here, is not its doing but done to it."""
        words, lists = self.words, self.lists
        after = words[last] if last < self.high else ""
        gerund = last + 1 < self.high and words[last + 1].endswith("ing")
        if (
            after == "by" and not gerund and not self._is_object(at)
        ):  # "Georgia hit by hackers"; "meddled by publishing"
            return True
        if not {words[first], words[last - 1]}.isdisjoint(lists["agents"]):
            self.handlers.add(self.covering[at].country or "")
        claimed = self.denied and after in lists["claims"]  # "rejects Dutch spying claims"
        voted = last == first + 1 and words[first] in lists["voted"]  # "Australian election"
        capital = self.covering[at].rule == "country.capital" and words[first] not in lists["deeds"]
        struck = capital and words[last - 1] in lists["struck"]  # "Bangkok blasts", but "Caracas ordered killing"
        speaks = words[last - 1] in lists["services"] and any(
            word in lists["saying"] for word in words[last : last + 2]
        )
        return claimed or voted or struck or speaks or self._is_object_of_theme(at)  # "Dutch spy agency says"

    def _is_object_of_theme(self, at: int) -> bool:
        """Of what is named by a town or a body, not by a state, the noun behind it is done to it: `NHS cyber attack`, `Salisbury poisoning`."""
        mention = self.covering[at]
        if mention.code[3:6] in {"LEG", "JUD"}:  # "Bundestag hack"
            return True
        return mention.rule in _PLACES or (mention.rule == "implied.home" and self.words[at + 1 : at + 2] != ["s"])

    def _after(self, first: int, last: int, theme: str) -> None:
        """`interference by Russia in Georgia's election`, `spying for China`."""
        words, into = self.words, self.lists["into"]
        does: bool | None = False if words[last - 1] in into else None
        if words[last - 1] == "by" or (words[last - 1] == "of" and self._is_of_agent(last - 1)):
            does = True
        for at in range(last, min(self.high, last + FAR)):
            word = words[at]
            if ";" in self.part.gap(at - 1):
                return
            if ":" in self.part.gap(at - 1):
                does = None
            country = None if word in into else self._country(at)  # "government in Ukraine" is one mention
            if country:
                self._side_after(at, country, does=does, object_of=theme if at - last <= 1 else "")
            elif word in into:
                does = word == "of" and (self._is_of_agent(at) or words[at - 1] == "part")
            elif word in self.lists["for"]:
                does = not (word == "from" and self._is_taken_from(at))
            elif word == "to":
                given = theme != "espionage" or not self.lists["given"].isdisjoint(words[first:last])
                does = {"target": False, "perpetrator": True}.get(TO.get(theme, "")) if given else None
            elif word in _ABOUT or self._is_verb(word):
                does = None

    def _side_after(self, at: int, country: str, *, does: bool | None, object_of: str) -> None:
        after = at + 2 if self.words[at + 1 : at + 2] == ["s"] else at + 1
        following = self.words[after : min(after + NEAR, self.high)]
        mention = self.covering[at]
        if mention in self.pointed or (following[:1] == ["made"] and "-" in self.part.gap(at)):
            return
        backed = (
            bool(following) and following[0] in self.lists["linked"] - {"made", "linked"} and "-" in self.part.gap(at)
        )
        if self._is_hit(after):
            self._vote("after", country, 3, does=False)
            return
        if backed or (following and following[0] in self.lists["agents"]) or self.words[at] in self.lists["agents"]:
            self._vote("after", country, 3, does=True)
        elif does is not None:
            if object_of in ABROAD and mention.rule == "country.demonym" and self._is_exile(at):
                self._vote("exile", country, 4, does=True)  # "kidnap of Algerian influencer"
            elif does or not is_outcast(mention):
                self._vote("after", country, 3, does=does)
        elif any(word in self.lists["attacked"] for word in takewhile(_is_no_preposition, following)):
            self._vote("after", country, 2, does=False)

    def _is_hit(self, at: int) -> bool:
        """`Georgia hit by cyber attack`, `hit in raid`: nobody sent to kill."""
        return at < self.high and self.words[at] == "hit" and self.words[at + 1 : at + 2] in (["by"], ["in"])

    def _beside(self, at: int, country: str) -> None:
        """By the words after it: `Kremlin-backed`, `Turkey's vote`, `Russia is behind`, `Berlin: ...`, `Beijing pays`."""
        words, mention = self.words, self.covering[at]
        self._named_so(at, country)
        if at + 1 >= self.high:
            return
        after = at + 2 if words[at + 1] == "s" else at + 1
        start = self._start(at)
        before = words[start - 1] if start > self.low else ""
        if before in {"pro", "anti"} and "-" in self.part.gap(start - 1):  # "pro-Moscow videos"
            person = mention.kind == "actor" and not mention.rule.startswith("country.")
            self._vote("for or against", country, 1 if person else 3, does=before == "pro")  # "pro-Trump rallies"
            return
        if before == "fake" and mention.rule.startswith(("country.demonym", "ambiguous.")):  # "fake Korean news sites"
            self._vote("faked", country, 8, does=False)
            return
        if self.denied and before in self.lists["denying"]:
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
        lists, mention, word = self.lists, self.covering[at], self._noun_behind(at, after)
        product = word == "made" and not lists["products"].isdisjoint(self.words[after + 1 : after + 2])
        if word in lists["linked"] and "-" in self.part.gap(at):
            if not product and not self._is_object(at):  # "attack on Ukraine-linked warehouse"
                self._vote("linked", country, 3, does=True)
        elif word in lists["agents"] or (word in lists["doings"] and not self._is_object(at)):
            passive = self._is_hit(after) or self.words[after + 1 : after + 2] == ["by"]
            self._vote("of", country, 2, does=not passive)
        elif word in lists["ties"] and not self._is_pause(at):  # "police look at Iran link"
            self._vote("of", country, 3, does=True)
        elif word in lists["envoys"] and not self._is_object(at):
            self._vote("of", country, 1, does=True)
        elif self._is_attacked(after):
            self._vote("of", country, 2, does=False)
        elif "behind" in self.words[after : min(after + 2, self.high)]:
            self._vote("behind", country, 3, does=True)
            behind = {one for at in range(after, min(after + FAR, self.high)) if (one := self._country(at))}
            for other in behind - {country}:  # "Russia's GRU behind massive Georgia cyber-attack"
                self._vote("behind", other, 6, does=False)
        elif (
            word in self.lists["charged"]
            and mention.rule not in {"country.demonym", "implied.home"}
            and self.words[after + 1 : after + 2] != ["by"]
            and not self._is_tied_to_last(after)
        ):
            self._vote("charged", country, 3, does=True)

    def _acts(self, after: int, country: str) -> None:
        """What it says or does, as a subject: `Tehran hacked`, `Manila senator says`, `North Korean workers infiltrated`."""
        words, lists = self.words, self.lists
        for at in range(after, min(after + NEAR + 1, self.high)):
            word = words[at]
            if self._is_pause(at - 1):
                break
            if word in lists["saying"]:
                if (
                    self.denied and word in lists["claims"] and words[at + 1 : at + 2] in _OF_WHAT
                ):  # "says US claims of"
                    self._vote("answered", country, 6, does=False)
                else:
                    court = self.covering[after - 1 if self.covering.get(after - 1) else after - 2].code[3:6] == "JUD"
                    lawful = court or not self.lists["courts"].isdisjoint(words[after:at])
                    self._speaks(country, 3 if lawful else 1)
                return
            if word in lists["deeds"] and "by" not in words[at + 1 : min(at + 3, self.high)]:
                passive = at > self.low and words[at - 1] in lists["passive"]
                passive = passive or (word.endswith("ed") and words[at + 1 : at + 2] in _MEANS)  # "phone targeted with"
                passive = passive or (word in {"hit", "hacked"} and words[at + 1 : at + 2] == ["in"])
                passive = passive or (
                    word in lists["made to"] and words[at + 1 : at + 2] == ["to"]
                )  # "stars pressed to"
                self._vote("acts", country, 2, does=not passive)
                return
            if word in lists["reactions"]:
                return
            if word in PREPOSITIONS or word == "as" or self._country(at) or word in lists["people"]:
                break
        if ":" in self.part.gap(after - 1):  # a service that says so
            return
        if self.covering[after - 1 if self.covering.get(after - 1) else after - 2].code.endswith("SPY"):
            self._vote("service", country, 2, does=True)

    def _speaks(self, country: str, vote: int) -> None:
        self._vote("speaks", country, vote, does=self.denied)


def _is_no_preposition(word: str) -> bool:
    return word not in PREPOSITIONS
