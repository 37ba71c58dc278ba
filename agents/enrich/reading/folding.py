"""Folding: lower case without accents, code point for code point, so that offsets stay the same.

`İ ı Ş ğ é ё` become `i i s g e е`. Other scripts only lose their case. The same fold is applied to every
register, lexicon and text, so what it throws away can't make them differ.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from typing import Final

_SPECIAL: Final = {
    "İ": "i", "ı": "i", "ё": "е", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "t", "æ": "a", "œ": "o", "ß": "s",
    "ə": "e", "ħ": "h", "ŧ": "t", "ŋ": "n",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ۀ": "ه", "ک": "ك", "ς": "σ",
}  # fmt: skip
"""Letters that Unicode does not decompose, each with its usual plain letter; in Arabic script, letters that are often written for each other."""

_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_LATIN_AND_GREEK: Final = ((0x00C0, 0x024F), (0x0370, 0x03FF), (0x1E00, 0x1FFF))


def _folds() -> dict[str, str]:
    folds = dict(_SPECIAL)
    for first, last in _LATIN_AND_GREEK:
        for point in range(first, min(last, sys.maxunicode) + 1):
            letter = chr(point).lower()
            base = unicodedata.normalize("NFD", letter)[0]
            if len(letter) == 1 and base != letter and base.isalpha():
                folds.setdefault(letter, base)
    return folds


_FOLDS: Final = _folds()


def fold(text: str) -> str:
    """Lower case and plain letters; `len(fold(text)) == len(text)`, always.

    Only the letters that occur are replaced: str.translate would look at every one and take ten times as long.
    """
    if text.isascii():
        return text.lower()
    folded = text.replace("İ", "i").lower()
    for letter in set(_NOT_ASCII.findall(folded)) & _FOLDS.keys():
        folded = folded.replace(letter, _FOLDS[letter])
    return folded
