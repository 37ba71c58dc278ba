"""Runs of capitalised words that are somebody's name."""

from __future__ import annotations

from typing import Final

from agents.enrich.reading.tables import words
from agents.enrich.reading.text import Part

_PARTICLES: Final = words("name_particle")
_NEVER_FIRST: Final = words("never_first_in_name")
NOT_A_PEOPLE: Final = _NEVER_FIRST | words("not_a_people")
_LONGEST: Final = 5


def is_capital(part: Part, word: int) -> bool:
    """True if the word starts with a capital letter."""
    return part.text[part.starts[word]].isupper()


def is_name(part: Part, word: int) -> bool:
    """True if the word does not start with a small letter, as names do, and every word of a script without case."""
    return not part.text[part.starts[word]].islower()


def joined(part: Part, word: int) -> bool:
    """True if only a space, a hyphen, an initial's full stop or an apostrophe stands between this word and the next."""
    gap = part.gap(word)
    return gap in (" ", "-", "'", "’", "‘", "`", "\u00a0") or (gap == ". " and part.ends[word] - part.starts[word] == 1)


def name_end(part: Part, first: int) -> int:
    """One past the last word of the name that starts at this word; `first` if none does.

    `Abdelaziz Bouteflika`, `Omar Hassan al-Bashir`, `Michel Aoun`; an apostrophe ends it (`Mugabe's`), unless it
    belongs to the name (`O'Neill`).
    """
    end = first
    words = part.words
    if first < len(words) and words[first] in _NEVER_FIRST:
        return first
    while end < len(words) and end - first < _LONGEST:
        if is_capital(part, end) or (end > first and words[end] in _PARTICLES):
            if end > first:
                gap = part.gap(end - 1)
                if gap in ("'", "’") and (words[end] in ("s", "t") or not is_capital(part, end)):
                    break
            end += 1
            if end - 1 < len(words) and not joined(part, end - 1):
                break
        else:
            break
    while end > first and (not is_capital(part, end - 1)):
        end -= 1
    return end
