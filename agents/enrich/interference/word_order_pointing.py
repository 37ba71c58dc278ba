"""What a preposition, or a noun behind, says of an English state's side: `traced to Baku`, `in Georgia`, `with Moscow's help`."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from agents.enrich.acts.small_words import PREPOSITIONS
from agents.enrich.interference.line import FAR, NEAR, PAWNS, is_outcast
from agents.enrich.interference.word_order_whole import WholeLine

BACK: Final = 5
"""Words before a preposition in which the word stands that says what it points at: `traced videos to Baku`."""
_POINTING: Final = {
    "from": "from_hands",
    "to": "to_hands",
    "for": "for_hands",
    "of": "of_hands",
    "with": "with_hands",
    "on": "blaming",
}
_CHARGING: Final = {"against": "evidence", "in": "prepared"}
"""The word right before tells whose doing it is: `allegations against Morocco`, `trained in Russia`."""
IMPLIED: Final = {"implied.hand": (3, True), "implied.home": (1, False)}
"""Votes for a state that is only implied, and whether it is the one that interferes."""
_MEDDLE: Final = ("meddl", "interfer", "interven")
_WHERE: Final = frozenset({"in", "inside", "across", "against", "at"})


class PointingLine(WholeLine):
    """The rules that look at what stands right before a state, and at the noun it stands before."""

    def _pointed_at(self, at: int, country: str) -> None:
        """By the preposition before it and what that follows: `worked for FSB`, `traced to Baku`, `sanctioned by Britain`."""
        words, lists = self.words, self.lists
        k = self._preposition_before(at)
        if k < self.low:
            return
        word = words[k]
        low = max(self.low, k - (FAR if word == "on" else BACK))
        if word in _CHARGING and words[k - 1] in lists[_CHARGING[word]] and k > self.low:
            self.pointed.append(self.covering[at])
            self._vote("pointed", country, 4, does=True)
        elif word == "by":
            self._vote("by", country, 3, does=not (k > low and words[k - 1] in lists["reactions"]))
        elif word in _POINTING and not is_outcast(self.covering[at]):
            pointer = next((n for n in range(k - 1, low - 1, -1) if words[n] in lists[_POINTING[word]]), None)
            if pointer is not None and word == "on" and "for" in words[pointer:k]:
                pointer = None  # "blame Moscow for attack on Ukraine"
            doer = any(does and one == country for (_, does, one) in self.cast)
            if pointer is None and word == "on" and k > self.low and words[k - 1] in lists["assaults"] and not doer:
                self._vote("where", country, 3, does=False)  # "launched attack on Ukraine"
            if pointer is None and word == "from":
                self._placed_at(at, k, low, country)
            if pointer is not None:  # "Kremlin links to Catalan separatists": whose links they are stands before
                # but "Wellington links hack to Chinese group" is a verb with its object
                noun = words[pointer] in self.lists["ties"] and self.low < pointer == k - 1
                whose = noun and self._country(pointer - 1) not in {None, country}
                self.pointed.append(self.covering[at])
                given = word == "to" and words[pointer] in lists["given"]
                if word == "for" or given or (word == "of" and words[pointer] in lists["acting"]):
                    self.served.add(country)
                attributed = word == "to" and words[pointer] in lists["attributed"] and not whose
                rule = "attributed" if attributed else "pointed"
                self._vote(rule, country, 6 if word == "from" else 3, does=not (whose and word in {"to", "with"}))
        else:
            self._placed_at(at, k, low, country)

    def _preposition_before(self, at: int) -> int:
        """The word before the mention that ends here, and before its article; before the sentence where there is none."""
        k = self._start(at) - 1
        return k - 1 if k >= self.low and self.words[k] in {"the", "a", "an", "alleged", "suspected"} else k

    def _placed_at(self, at: int, k: int, low: int, country: str) -> None:
        """By the preposition alone, word `k`: `in Georgia`, `from Minsk`; words from `low` on are looked at."""
        word, words, lists = self.words[k], self.words, self.lists
        adjective = self.covering[at].rule == "country.demonym"  # "at Russian-run camp" is no place in Russia
        if word == "at" and not self.lists["blaming"].isdisjoint(words[low:k]):  # "points finger at Moscow"
            self._vote("pointed", country, 3, does=True)
        elif word == "from":
            self._vote("from", country, 1, does=not self._is_taken_from(k))
        elif word == "as" and not self.lists["posing"].isdisjoint(
            words[low:k]
        ):  # "posed as Brazilian intern": no side at all
            self.cast["posing", True, country] = self.cast["posing", False, country] = PAWNS
        elif (
            word in _WHERE
            and not is_outcast(self.covering[at])
            and not (
                (adjective and not self._is_attacked(at + 1)) or self._noun_behind(at, at + 1) in self.lists["ties"]
            )
        ):
            housed = word == "in" and not lists["housed"].isdisjoint(
                words[max(k - 2, self.low) : k]
            )  # "US bases in Bavaria"
            self._vote("where", country, 6 if housed else 2, does=False)

    def _named_so(self, at: int, country: str) -> None:
        """By its own words: a state only implied, `agent of Qatar`; and whether it is told to stop."""
        mention, start = self.covering[at], self._start(at)
        if mention.rule in IMPLIED:
            vote, does = IMPLIED[mention.rule]
            self._vote("implied", country, vote, does=does)
        if self.words[start] in self.lists["acting"] and self.words[start + 1 : start + 2] == ["of"]:
            self.served.add(country)
            self._vote("acting", country, 3, does=True)
        behind = self.words[at + 1 : at + 2]
        if start > self.low and self.words[start - 1] == "under" and behind == ["pressure"]:
            self._vote("under", country, 6, does=True)  # "under Chinese pressure"
        if self._is_told_off(at):
            self._vote("warned", country, 6, does=True)

    def _is_told_off(self, at: int) -> bool:
        """`tells Iranian minister not to meddle`, `warns Moscow to stop interfering`."""
        start = self._start(at)
        if start == self.low or self.words[start - 1] not in self.lists["warned"]:
            return False
        following = self.words[at + 1 : min(at + 6, self.high)]
        stop = any(pair in {("to", "stop"), ("to", "end")} for pair in pairwise(following))
        return stop or any(
            pair == ("not", "to") and third.startswith(_MEDDLE)
            for pair, third in zip(pairwise(following), following[2:], strict=False)
        )

    def _is_tied_to_last(self, at: int) -> bool:
        """Whether word `at` ties somebody to the state that ends the sentence: `candidate tied to Beijing`."""
        return (
            self.words[at + 1 : at + 2] == ["to"] and self._country(self.high - 1) is not None
            and self._start(self.high - 1) == at + 2
        )  # fmt: skip

    def _helped(self, at: int, country: str) -> None:
        """`with Moscow's help`: the state that helps is behind it."""
        words = self.words
        helps = words[at + 1 : at + 2] == ["s"] and at + 2 < self.high and words[at + 2] in self.lists["help"]
        start = self._start(at)
        if helps and start > self.low and words[start - 1] == "with":
            self._vote("with", country, 4, does=True)

    def _is_taken_from(self, at: int) -> bool:
        """`expelled from Bogota`, `steal chip secrets from ASML`."""
        words, low = self.words, max(self.low, at - BACK)
        return (at > low and words[at - 1] in self.lists["reactions"]) or not self.lists["taking"].isdisjoint(
            words[low:at]
        )

    def _noun_behind(self, at: int, after: int) -> str:
        """What a state's name stands before, or has in its own mention: `Russian diplomats`."""
        if (
            self.covering.get(at - 1) is self.covering[at]
            and self.words[at] in self.lists["envoys"] | self.lists["agents"]
        ):
            return self.words[at]
        return "" if after >= self.high or self._is_pause(at) else self.words[after]

    def _is_attacked(self, after: int) -> bool:
        if after >= self.high or self._is_pause(after - 1):
            return False
        word = self.words[after]
        behind = self.words[after + 1] if after + 1 < self.high else ""
        if word in self.lists["attacked"]:
            return behind not in self.lists["envoys"]
        if after + 1 in self.themed and self.words[after + 1 : after + 2] == ["campaign"]:  # "Doppelganger campaign"
            return False
        described = word not in PREPOSITIONS and not self._is_verb(word) and not self._is_pause(after)
        return described and after + 1 < self.high and self.words[after + 1] in self.lists["attacked"]

    def _is_anti(self, at: int) -> bool:
        """Whether what follows the state's name that ends here is against it: `anti-French messages`."""
        start = self._start(at)
        return start > self.low and self.words[start - 1] == "anti" and "-" in self.part.gap(start - 1)

    def _is_exile(self, at: int) -> bool:
        """Whether the state's name that ends here tells whence a victim comes: `Algerian influencer`, `Iranian exiled editor`."""
        return not self.lists["exiles"].isdisjoint(self.words[at + 1 : min(at + 3, self.high)])

    def _is_warned(self, at: int) -> bool:
        """Warned of somebody else: `warns Georgia of Chinese disinformation`, not `warns China against meddling`."""
        if at == self.low or at + 1 >= self.high:
            return False
        if self.words[at - 1] not in self.lists["warned"] or self.words[at + 1] not in {"of", "about"}:
            return False
        return any(self._country(k) for k in range(at + 2, min(at + 2 + NEAR, self.high)))

    def _is_of_agent(self, at: int) -> bool:
        """Whether word `at`, an `of`, stands behind somebody who acts for whoever follows: `an agent of Egypt`."""
        return at > self.low and self.words[at - 1] in self.lists["acting"]
