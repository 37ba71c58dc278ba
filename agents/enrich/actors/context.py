"""What stands around a role that names no state: whose it is by the sentence it stands in, and by the article."""

from __future__ import annotations

from typing import Final

from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.names import NOT_A_PEOPLE
from agents.enrich.reading.sorted_ints import count_below
from agents.enrich.reading.tables import words
from agents.enrich.reading.text import Part

_FAITHS: Final = words("faith")
_INSIDE: Final = words("inside")
_DIRECTIONS: Final = words("direction")
_ACT_ABROAD: Final = frozenset({"LEG", "COP", "JUD", "SPY"})


class Context:
    """The surroundings of the roles of a part.

    Args:
        part: the field.
        places: the mentions of countries in it.
        leading: the country that the article names most often, if it names one.
        used: the words that belong to an actor already; the caller adds to them.
        is_turkish: whether the text is in Turkish.
    """

    def __init__(
        self, part: Part, places: list[Mention], leading: str | None, used: set[int], *, is_turkish: bool
    ) -> None:
        self.part, self.places, self.leading, self.used, self.is_turkish = part, places, leading, used, is_turkish
        self.begins = [place.start for place in places]

    def nearest(self, word: int, group: str) -> str | None:
        """The country named in the same sentence, the nearest before the word first; else the article's leading one.

        Police and parliaments speak of other states: one named only behind them counts if something happens there.
        """
        if not self.places and not self.is_turkish:
            return self.leading
        part = self.part
        sentence = part.sentences[part.sentence_at(word)]
        here = self.places[count_below(self.begins, sentence.start) : count_below(self.begins, sentence.end)]
        if self.is_turkish and group == "GOV":  # Turkish papers name the state of every office but their own's
            here = [place for place in here if place.first not in self.used]
            if not here:
                return "TUR"
        before = [place for place in here if place.start < part.starts[word]]
        if before:
            return before[-1].code
        if group not in _ACT_ABROAD:
            return here[0].code if here else self.leading
        inside = next((place.code for place in here if self._is_inside(place)), None)
        if inside is not None or not here:
            return inside or self.leading
        return self.leading if self.leading not in {place.code for place in here} else self._elsewhere(here)

    def _is_inside(self, place: Mention) -> bool:
        """Whether something happens there (`in Mali`, `across southern Chad`), so that it isn't done to it."""
        at = place.first - 1
        while at > 0 and self.part.words[at] in _DIRECTIONS:
            at -= 1
        return at >= 0 and self.part.words[at] in _INSIDE

    def _elsewhere(self, here: list[Mention]) -> str | None:
        """The leading country, if it is named outside of these places too: else it may be only whom something is done to."""
        return self.leading if any(place.code == self.leading and place not in here for place in self.places) else None

    def faith_before(self, word: int) -> int | None:
        """Index of the faith that stands one or two words before a group (`Moslem fundamentalist demonstrators`), if one does."""
        part = self.part
        for at in range(word - 1, max(word - 3, -1), -1):
            if part.gap(at) not in (" ", "-"):
                return None
            if part.words[at] in _FAITHS:
                return at
        return None

    def is_of_a_people(self, word: int) -> bool:
        """True behind a capitalised adjective that no gazetteer knows: a people or a faith."""
        part = self.part
        return (
            not part.is_headline
            and word > 0
            and word - 1 not in self.used
            and part.gap(word - 1) == " "
            and part.text[part.starts[word - 1]].isupper()
            and not part.surface(word - 1).isupper()
            and part.words[word - 1] not in NOT_A_PEOPLE
        )

    def is_definite(self, word: int) -> bool:
        """True behind `the`, and where a clause starts: `the army`, `..., police said`."""
        part = self.part
        if word == 0 or part.words[word - 1] == "the":
            return True
        return part.gap(word - 1) not in (" ", "-", "\n", "'", "’", "\u00a0")
