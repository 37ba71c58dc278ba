"""Names of countries and of well-known cities in any language, from Unicode's CLDR (babel)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.core import get_global

_RENAMED: Final = {"Europe/Kiev": "Europe/Kyiv"}
"""A zone that CLDR's two tables call differently."""

_NO_TOWNS: Final = frozenset({"Antarctica", "Etc"})


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None


def territories(language: str) -> dict[str, str]:
    """Names of countries by ISO alpha-2; empty for a language that CLDR doesn't know."""
    locale = _locale(language)
    return {} if locale is None else {code: name for code, name in locale.territories.items() if len(code) == 2}  # noqa: PLR2004 - regions of the world have three digits


def zone_cities(language: str) -> Iterator[tuple[str, str]]:
    """Cities that time zones are named after, mostly capitals: alpha-2 of the country, and the name."""
    locale = _locale(language)
    if locale is None:
        return
    zones, renamed = get_global("zone_territories"), get_global("zone_aliases")
    for zone, names in locale.time_zones.items():
        city, country = names.get("city"), zones.get(zone) or zones.get(_RENAMED.get(zone) or renamed.get(zone, ""))
        if city and country and zone.partition("/")[0] not in _NO_TOWNS and "," not in city:
            yield country, city
