"""One English sentence, and the votes that are cast in it for who is said to interfere in whom."""

from __future__ import annotations

from typing import Final

from agents.enrich.acts.verbs import english
from agents.enrich.interference.sides import all_sides
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.text import Part, Sentence

NEAR: Final = 3
FAR: Final = 9
"""Words looked at before and after a hit."""
PAWNS: Final = -9
"""Votes for the state of people who are said to act for another one."""


class Line:
    """One sentence. A rule votes for a country and a side once, however often it holds.

    Args:
        part: the field.
        sentence: the sentence.
        covering: the mention on each word.
        denied: whether the sentence denies; then whoever speaks is the accused.
    """

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
        self.served: set[str] = set()
        """States that somebody works for: `charged with lobbying for Qatar`."""
        self.pressing: set[int] = set()
        """Words that express pressure: `cuts gas` is the deed, not the answer to one."""
        self.rows: list[tuple[str, str]] = []
        """Pairs of states named in a row: `US and Israel`."""
        self.accuser: str | None = None
        self.accused: str | None = None

    def _vote(self, rule: str, country: str, vote: int, *, does: bool) -> None:
        key = (rule, does, country)
        self.cast[key] = max(self.cast.get(key, 0), vote)

    def _start(self, at: int) -> int:
        """The first word of the mention that ends here."""
        while at > self.low and self.covering.get(at - 1) is self.covering[at]:
            at -= 1
        return at

    def _country(self, at: int) -> str | None:
        mention = self.covering.get(at)
        if mention is None or (self.words[at + 1 : at + 2] and self.words[at + 1] in self.lists["topics"]):
            return None
        return mention.country

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


def is_outcast(mention: Mention) -> bool:
    """Whether it is somebody at odds with the state the code names: what is done to him is not done to that state."""
    return mention.code[3:6] in {"REB", "SEP"} or "dissident" in mention.text.lower() or "Sikh" in mention.text
