"""What somebody probably meant who wrote a code, a theme or a key of a watch that there is not."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

import pycountry
from babel import Locale

MOST_STATES = 3
"""More than that are no answer but a list."""
OTHERWISE = {
    "america": "USA",
    "britain": "GBR",
    "burma": "MMR",
    "holland": "NLD",
    "kosovo": "XKX",
    "macedonia": "MKD",
    "turkey": "TUR",
    "uk": "GBR",
    "us": "USA",
}
"""Names that are written, too, and that CLDR does not have first."""


def state_meant(written: str) -> str:
    """`; Germany is DEU`, for names, alpha-2 codes, the codes of sports and mail, and letters that changed places; empty: no idea."""
    folded = _folded(written)
    names, by_name, by_letters, by_start = _states()
    found = by_name.get(folded) or by_letters.get("".join(sorted(folded))) or by_start.get(folded) or []
    if not 0 < len(found) <= MOST_STATES:
        return ""
    return "; " + ", ".join(f"{names[code]} is {code}" for code in found)


def word_meant(written: str, words: Iterable[str]) -> str:
    """`; did you mean deep_fake?`, or nothing where no word is like it."""
    close = get_close_matches(written.lower().replace("-", "_").replace(" ", "_"), list(words), 1)
    return f"; did you mean {close[0]}?" if close else ""


Codes = dict[str, list[str]]


@cache
def _states() -> tuple[dict[str, str], Codes, Codes, Codes]:
    """The name of each alpha-3 code, as said every day (CLDR), and what leads to codes.

    These are names and codes; a code's letters in the order of the alphabet; and the start of a name (GER, POR, BUL: as the Olympic
    committee and number plates have it).
    """
    everyday = Locale("en").territories
    states = [("XKX", "xk", "Kosovo")]  # in no ISO list
    states += [(c.alpha_3, c.alpha_2.lower(), everyday.get(c.alpha_2, c.name)) for c in pycountry.countries]
    by_name: Codes = {name: [code] for name, code in OTHERWISE.items()}
    by_letters: Codes = {}
    by_start: Codes = {}
    for code, alpha_2, name in states:
        folded = _folded(name)
        for other in {alpha_2, folded, code.lower()} - OTHERWISE.keys():
            by_name.setdefault(other, []).append(code)
        by_letters.setdefault("".join(sorted(code.lower())), []).append(code)
        for end in range(2, len(folded) + 1):
            by_start.setdefault(folded[:end], []).append(code)
    return {code: name for code, _, name in states}, by_name, by_letters, by_start


def _folded(text: str) -> str:
    """Small letters without their marks: `Türkiye`, `turkiye`."""
    apart = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
