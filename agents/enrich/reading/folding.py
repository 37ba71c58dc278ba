"""Folding: lower case without accents, code point for code point, so that offsets stay the same.

`İ ı Ş ğ é ё` become `i i s g e е`. Other scripts only lose their case. The same fold is applied to every
register, lexicon and text, so what it throws away can't make them differ.
"""

from __future__ import annotations

import sys
import unicodedata
from typing import Final

_SPECIAL: Final = {
    "İ": "i", "ı": "i", "ё": "е", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "t", "æ": "a", "œ": "o", "ß": "s",
    "ə": "e", "ħ": "h", "ŧ": "t", "ŋ": "n",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ۀ": "ه", "ک": "ك", "ς": "σ",
}  # fmt: skip
"""Letters that Unicode does not decompose, each with its usual plain letter; in Arabic script, letters that are often written for each other."""

_ASCII: Final = bytes(range(128))
_FEW: Final = 12
"""Different letters beyond ASCII: to make more of them small one by one would take longer than all at once."""
_LATIN_AND_GREEK: Final = ((0x00C0, 0x024F), (0x0370, 0x03FF), (0x1E00, 0x1FFF))


def _folds() -> dict[str, str]:
    folds = dict(_SPECIAL)
    for first, last in _LATIN_AND_GREEK:
        for point in range(first, min(last, sys.maxunicode) + 1):
            letter = chr(point).lower()
            base = unicodedata.normalize("NFD", letter)[0]
            if len(letter) == 1 and base != letter and base.isalpha():
                folds.setdefault(letter, base)
    return {letter: folds.get(plain, plain) for letter, plain in folds.items()}  # ǿ is ø is o


_FOLDS: Final = _folds()


def fold(text: str) -> str:
    """Lower case and plain letters; `len(fold(text)) == len(text)`, always.

    Only the letters that occur are replaced: str.translate would look at every one and take ten times as long. Most texts
    have few beyond ASCII (quotes, dashes, a name's), and ASCII's are made small as bytes, many at a time.
    """
    if text.isascii():
        return text.lower()
    raw = text.encode("utf-8", "surrogatepass")
    rare = set(raw.translate(None, _ASCII).decode("utf-8", "surrogatepass"))
    if len(rare) <= _FEW:
        folded = raw.lower().decode("utf-8", "surrogatepass")
    else:
        folded = text.replace("İ", "i").lower()
        rare = set(folded) & _FOLDS.keys()
    for letter in rare:
        plain = letter.lower() if letter != "İ" else "i"
        plain = _FOLDS.get(plain, plain)
        if plain != letter:
            folded = folded.replace(letter, plain)
    return folded
