"""Text of others on a terminal: control characters are shown, never obeyed."""

from __future__ import annotations

import unicodedata

_HOSTILE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_KEPT = "\u200c\u200d"
"""Zero-width non-joiner and joiner: Persian, Arabic and emoji need them, and they move nothing."""


def visible(text: str) -> str:
    r"""The text on one line, with whatever could command a terminal or turn the reading order written out.

    That is: C0 and C1 controls (with ESC and CSI, ECMA-48), format characters (bidirectional overrides and isolates, UAX #9;
    tags), line and paragraph separators, and lone surrogates: `\x1b`, `\n`, `\u202e`, `\U000e0041`.
    """
    if text.isprintable():
        return text
    return "".join(_escaped(character) if _is_hostile(character) else character for character in text)


def shortened(text: str, characters: int) -> str:
    """At most so many characters, made visible; what was left out is marked."""
    return visible(text if len(text) <= characters else text[: characters - 1] + "…")


def _is_hostile(character: str) -> bool:
    return unicodedata.category(character) in _HOSTILE and character not in _KEPT


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
