"""What only sounds like fighting: in sports, weather, accidents, kitchens and thrillers teams attack and storms hit countries."""

from __future__ import annotations

from typing import Final

from agents.enrich.reading.tables import words
from agents.enrich.reading.text import Part
from schemas.records import Interaction

_PLAY: Final = words("no_fight")
_FIGHTERS: Final = frozenset({"MIL", "COP", "REB", "SEP", "SPY", "CRM", "PRM"})
_FORCE: Final = frozenset({"ASSAULT", "THREATEN"})
_MEDDLING: Final = frozenset({"170"})


def is_play(part: Part, one: Interaction) -> bool:
    """True for violence, threats or meddling in a sentence about one of these, unless who fights for a living is in it.

    Args:
        part: the field that the interaction stands in.
        one: the interaction.
    """
    if one.plover not in _FORCE and one.cameo not in _MEDDLING:
        return False
    if any((side.code or "")[3:6] in _FIGHTERS for side in (one.source, one.target)):
        return False
    sentence = part.sentences[part.sentence_at(max(part.word_at(one.span.start), 0))]
    return not _PLAY.isdisjoint(part.words[sentence.first : sentence.last])
