"""What a whole English sentence says of the sides, once its words have voted: who reacts, who is only hired, who stands in a row."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from agents.enrich.acts.small_words import PREPOSITIONS
from agents.enrich.interference.line import FAR, NEAR, PAWNS, Line
from agents.enrich.interference.themes import ThemeHit

_CAUSES: Final = frozenset({"over", "after", "for", "as", "amid", "says", "saying", "citing", "accusing", "with"})
"""Words after which it is told why something is cut."""
_DONE_TO: Final = frozenset({"after", "acts on", "of"})
_CHARGED: Final = frozenset({"charged", "attributed"})
_ENDINGS: Final = ("s", "ed")
_OTHERWISE: Final = ("reactions", "saying", "denying", "warned", "people", "agents", "kind")
"""Lists of words that do nothing to the state behind them."""
_WITHOUT_OBJECT: Final = frozenset({"of", "for", "with", "from", "over", "after", "as"})


class WholeLine(Line):
    """The rules that look at every state of a sentence; `places` are the last words of their names, and the states."""

    def _purpose(self, hits: Sequence[ThemeHit], places: Sequence[tuple[int, str]]) -> None:
        """`US secretly created 'Cuban Twitter' to stir unrest`: it is the subject's purpose."""
        lists = self.lists
        aims = [hit.first - 1 for hit in hits if hit.first > self.low and self.words[hit.first - 1] == "to"]
        if not places or not aims:
            return
        owners = [country for at, country in places if self._owns(at, aims)]
        if owners:  # "Ottawa knew of Beijing's efforts to sway the vote"
            self._vote("purpose", owners[0], 5, does=True)
            return
        at, country = places[0]
        following = self.words[at + 1 : at + 1 + NEAR]
        speaks = any(
            word in lists["saying"] or word in lists["reactions"] or word in lists["people"] for word in following
        )
        if self._start(at) == self.low and not speaks and ":" not in self.part.gap(at):
            self._vote("purpose", country, 2, does=True)

    def _owns(self, at: int, aims: Sequence[int]) -> bool:
        """Whether the state's name that ends here has what is meant to do so: `Beijing's secret efforts to ...`."""
        return self.words[at + 1 : at + 2] == ["s"] and not {at + 3, at + 4}.isdisjoint(aims)

    def _charged(self) -> None:
        """`Estonia cable cut: Russia blamed`: who is charged has done it, not who is named before the deed, nor who reacts to it."""
        charged = {country for (rule, does, country) in self.cast if does and rule in _CHARGED | {"reaction"}}
        sure = any(rule in _CHARGED for (rule, _, _) in self.cast)
        for rule, does, country in list(self.cast):
            reacts = ("reaction", False, country) in self.cast
            if does and rule == "before" and country not in charged and charged and (sure or reacts):
                self.cast[rule, False, country] = self.cast.pop((rule, does, country))

    def _reactions(self, places: Sequence[tuple[int, str]]) -> None:
        """`Warsaw shuts Russian consulate`: the one who reacts, then the one reacted to."""
        words, lists = self.words, self.lists
        for at in range(self.low + 1, self.high - 1):
            if words[at] not in lists["reactions"] or at in self.pressing or self._is_passive(at):
                continue
            one = next((country for k, country in reversed(places) if k < at), None)
            other = next((country for k, country in places if at < k <= at + FAR and country != one), None)
            if other is None:
                continue
            told_last = words[at] == "says" and self._is_pause(at - 1)  # "nest of Chinese spies, says ex-MI6 boss"
            accused, accuser = (one, other) if self.denied or told_last else (other, one)
            self.accused = accused
            if accused:
                self._vote("reaction", accused, 2, does=True)
            if accuser:
                lawful = words[at] in lists["lawful"]  # only a state whose law it is arrests, expels, jails
                if not lawful and not self.denied:
                    self.accuser = accuser
                self._vote("reaction", accuser, 6 if lawful and not self.denied else 2, does=False)
            return

    def _bystander(self) -> None:
        """`Microsoft says Iranian hackers attack Israel`: who says so of a third state is not the one it is done to."""
        done_to = {country for (rule, does, country) in self.cast if not does and rule in _DONE_TO}
        if self.accuser and done_to - {self.accuser, self.accused} and self.accuser not in done_to:
            self.cast.pop(("reaction", False, self.accuser), None)
        elif self.accuser and self.accused in done_to and self._is_doers({self.accuser, self.accused or ""}):
            self.cast.pop(
                ("reaction", False, self.accuser), None
            )  # "US sanctions Dodik over Russian bid to split Bosnia"
            self.cast.pop(("reaction", True, self.accused or ""), None)

    def _is_doers(self, others: set[str]) -> bool:
        """Whether words say that it is the doing of a state that is none of these."""
        return any(does and rule in {"linked", "before", "of"} and one not in others for rule, does, one in self.cast)

    def _acts_on(self, places: Sequence[tuple[int, str]]) -> None:
        """`Beijing squeezes Mongolia`: one state, a verb, another state, and no more words between."""
        for (at, one), (end, other) in pairwise(places):
            start = self._start(end)
            verb = self.words[start - 1]
            first = self._start(at)
            inside = first > self.low and self.words[first - 1] in PREPOSITIONS  # "trolls in Ghana stoked US tensions"
            if one == other or start != at + 2 or not verb.endswith(_ENDINGS) or self._is_pause(at) or inside:
                continue
            if not self._is_said_or_kind(verb):
                self._vote("acts on", one, 3, does=True)
                self._vote("acts on", other, 6, does=False)

    def _yields(self, places: Sequence[tuple[int, str]]) -> None:
        """`Thailand bowed to Beijing`: who yields, and to whom."""
        for (at, one), (end, other) in pairwise(places):
            between = self.words[at + 1 : self._start(end)]
            if one != other and between[-1:] in (["to"], ["from"]) and not self.lists["yielding"].isdisjoint(between):
                self.cast["acts", True, one] = 0
                self._vote("yields", other, 5, does=True)
                self._vote("yields", one, 5, does=False)

    def _cuts(self, places: Sequence[tuple[int, str]]) -> None:
        """`Beijing halts exports to Japan over boat collision`: who cuts what another state needs, and whom it hits."""
        for at in range(self.low + 1, self.high - 1):
            if self.words[at] not in self.lists["cutting"] or self.words[at + 1] in {"by", "in"}:
                continue
            before = [country for k, country in places if k < at]
            second = self.words[at + 1] == "its" or self._is_pause(at - 1)
            if len(before) > 1 and before[0] != before[-1] and second:
                self._vote("cuts", before[0], 9, does=True)  # "China recalls envoy to Lithuania, blocks its exports"
                self._vote("cuts", before[-1], 9, does=False)
                return
            one = before[-1] if before else None
            other = next((k for k, country in places if at < k and country != one), None)
            if one is None or other is None:
                continue
            returned = self.words[at].startswith("retaliat")  # "retaliates for South Korea's missile shield"
            if not returned and not _CAUSES.isdisjoint(self.words[at + 1 : self._start(other)]):
                continue
            self._vote("cuts", one, 6, does=True)
            self._vote("cuts", self.covering[other].country or "", 6, does=False)
            return

    def _is_said_or_kind(self, word: str) -> bool:
        return any(word in self.lists[name] for name in _OTHERWISE)

    def _is_passive(self, at: int) -> bool:
        """`diplomat accused of spying`, `expelled from Bogota`: a past form without an object."""
        if self.words[at + 1] in {"by", "in"}:
            return self.words[at : at + 2] != ["calls", "in"]
        past = self.words[at].endswith("ed") or self.words[at] in {"held", "caught"}
        return past and (self.words[at + 1] in _WITHOUT_OBJECT or self.words[at + 2 : at + 3] == ["by"])

    def _together(self, places: Sequence[tuple[int, str]]) -> None:
        """States that are named in a row are on one side: `China, India tried to sway`, `accuses Morocco and Israel`."""
        pairs = list(pairwise(places))
        for (at, one), (end, other) in (*pairs, *reversed(pairs)):
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
            behind = self.words[end + 1] if end + 1 < self.high else ""
            if between == ["and"] or behind in self.lists["reactions"]:  # "Japan, US blame"
                self.rows.append((one, other))
            for (rule, does, country), vote in list(self.cast.items()):
                if country in {one, other}:
                    self._vote(rule, other if country == one else one, vote, does=does)

    def _pawns(self, places: Sequence[tuple[int, str]]) -> None:
        """`UK jails Bulgarians who spied for Russia`: where people are said to act for another state, theirs is not the doer."""
        pointers = {"pointed", "attributed", "by", "with"}
        masters = {country for (rule, does, country) in self.cast if does and rule in pointers}
        handlers = (
            masters | self.handlers | {one for (rule, does, one) in self.cast if does and rule in {"of", "linked"}}
        )
        for at, country in places:
            pawn = country not in handlers and self._are_people(at)
            turned = masters and country not in masters and not self.lists["turned"].isdisjoint(self.words[at : at + 2])
            other = bool(self.served) and country not in self.served  # "Trump ally charged with lobbying for UAE"
            if (pawn and handlers) or turned or other or self._is_double(at):
                self.cast["pawns", True, country] = PAWNS
            inside = self._start(at) > self.low and self.words[self._start(at) - 1] in PREPOSITIONS
            if (
                other and not inside and not self.lists["own"].isdisjoint(self.words[at : at + 3])
            ):  # "Indian embassy worker in Moscow"
                self._vote("own", country, 8, does=False)

    def _is_double(self, at: int) -> bool:
        """Whether it is one of the two nations of a person: `Chinese-Canadian candidate`, `Russian-Germans`."""
        if self.part.gap(at) == "-":
            at += 1
        start = self._start(at) if at in self.covering else at
        if start <= self.low or self.part.gap(start - 1) != "-" or self.covering.get(start - 1) is None:
            return False
        mention = self.covering.get(at)
        return mention is not None and mention.rule == "country.demonym" and self._are_people(at)

    def _are_people(self, at: int) -> bool:
        """Whether the mention that ends here is of private people: `Bulgarians`, `a Ukrainian man`."""
        mention = self.covering[at]
        after = self.words[at + 1] if at + 1 < self.high else ""
        if after in self.lists["people"] or self.words[at] in self.lists["people"]:
            return True
        if mention.rule != "country.demonym" or after in self.lists["agents"]:
            return False
        return self.words[at].endswith("s") or after in self.lists["hired"]
