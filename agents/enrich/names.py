"""Runs of capitalised words that are somebody's name."""

from __future__ import annotations

from agents.enrich.text import Part

_PARTICLES = frozenset(
    "al el bin bint ben ibn abu abd von van der den de da del della di du la le dos el ud ur".split()
)  # noqa: SIM905
_NEVER_FIRST = frozenset(
    "the a an he she it they we i his her their in on at but and if as of to for by this that mr mrs".split()
)  # noqa: SIM905
NOT_A_PEOPLE = _NEVER_FIRST | frozenset(
    """some many several two three four five six seven eight nine ten other more most no all any these those both earlier
    local state federal national senior former new old armed security special foreign government monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september october november
    december north south east west northern southern eastern western""".split()
)
_LONGEST = 5


def is_capital(part: Part, word: int) -> bool:
    """True if the word starts with a capital letter."""
    return part.text[part.starts[word]].isupper()


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
