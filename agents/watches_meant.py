"""What somebody probably meant who wrote a code, a theme or a key of a watch that there is not."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

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
    names = _names()
    folded = _folded(written)
    found = [OTHERWISE[folded]] if folded in OTHERWISE else []
    found = found or [
        code for code, (alpha_2, name) in names.items() if folded in {alpha_2, _folded(name), code.lower()}
    ]
    found = found or [code for code in names if sorted(code.lower()) == sorted(folded)]
    # GER, POR, BUL: the start of the name, as the Olympic committee and number plates have it.
    found = found or [code for code, (_, name) in names.items() if len(folded) > 1 and _folded(name).startswith(folded)]
    if not 0 < len(found) <= MOST_STATES:
        return ""
    return "; " + ", ".join(f"{names[code][1]} is {code}" for code in found)


def word_meant(written: str, words: Iterable[str]) -> str:
    """`; did you mean deep_fake?`, or nothing where no word is like it."""
    close = get_close_matches(written.lower().replace("-", "_").replace(" ", "_"), list(words), 1)
    return f"; did you mean {close[0]}?" if close else ""


def _names() -> dict[str, tuple[str, str]]:
    """Of each alpha-3 code the alpha-2 code, folded, and the name of every day (CLDR)."""
    everyday = Locale("en").territories
    kosovo = {"XKX": ("xk", "Kosovo")}  # in no ISO list
    return kosovo | {
        country.alpha_3: (country.alpha_2.lower(), everyday.get(country.alpha_2, country.name))
        for country in pycountry.countries
    }


def _folded(text: str) -> str:
    """Small letters without their marks: `Türkiye`, `turkiye`."""
    apart = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
