"""States and languages for people: everyday names where ISO's are long. How a state is called here says nothing of its status."""

from __future__ import annotations

from functools import cache

import pycountry
from babel import Locale

EVERYDAY = {
    "BOL": "Bolivia",
    "IRN": "Iran",
    "KOR": "South Korea",
    "MDA": "Moldova",
    "PRK": "North Korea",
    "PSE": "Palestine",
    "RUS": "Russia",
    "SYR": "Syria",
    "TUR": "Türkiye",
    "TWN": "Taiwan",
    "TZA": "Tanzania",
    "VEN": "Venezuela",
}


@cache
def country_name(code: str) -> str:
    """A country for people; the code itself where it is none."""
    found = pycountry.countries.get(alpha_3=code)
    return EVERYDAY.get(code) or (str(getattr(found, "common_name", found.name)) if found else code)


@cache
def language_name(code: str) -> str:
    """A language for people, in English (CLDR); the code itself where it is none."""
    return str(Locale("en").languages.get(code, code))
