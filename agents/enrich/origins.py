"""Who really speaks: the wire that is credited, the agency that is quoted, or the outlet itself.

A wire story on 200 sites is one origin. Credits (a byline, `(Reuters)`, `/ТАСС/`, `Source: AFP`, a dateline, the last line)
come first; then an agency that the article rests on (named in its opening, or more than once, as whom somebody told or who
reports); then the outlet. The register is `knowledge/outlets.tsv`; `state_linked` there means that a state owns the outlet, or
an organ of a state directs or funds it; public broadcasters and agencies whose independence stands in a statute are not marked.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from agents.enrich.reading.folding import fold
from agents.enrich.reading.matching import Hit, PhraseIndex
from agents.enrich.reading.tables import read_table
from agents.enrich.reading.text import Document, Part
from schemas.records import NewsEvent, Origin

OPENING: Final = 500
"""Code points of the body within which a quoted agency is what the article rests on."""
DATELINE: Final = 120
"""Code points of the body within which a dateline stands."""
TAIL: Final = 80
"""Code points at the end of the body within which a closing credit stands."""
REPEATED: Final = 2
"""Times that an agency must be quoted for the article to rest on it, if the opening does not."""
SHORT_NAME: Final = 5
"""An alias in capitals of at most this many letters counts only in capitals: AA, DHA, AP."""

_CREDIT_BEFORE: Final = re.compile(
    r"(?:source|sources|kaynak|источник|quelle|fuente|credit|©|\(c\))\s*[:\-–]?\s*[(«\"]?$"
)
_DASH_AFTER: Final = re.compile(r"^\s*[)\]/]?\s*[-–—:/]+(?:\s|$)")
_DASH_BEFORE: Final = re.compile(r"[-–—.]\s*[/(«\"]?$")
_OPEN: Final = ("(", "/", "[")
_CLOSE: Final = (")", "/", "]", ",", ";", " and", " &", " |")
_TO_WHOM: Final = re.compile(
    r"(?:(?<!\w)(?:told|tells|to|by|with|via|citing|cited|according to|per|quoted by|carried by)"
    r"|сообщил[аи]?|сообщает|сообщают|передает|передал[аи]?|пишет|заявил[аи]?|рассказал[аи]?|по данным|со ссылкой на"
    r"|корреспонденту|в интервью|агентству|агентства|агентство)"
    r"(?:\s+(?:the|news|agency|state|state-run|official|russian|turkish|агентство|агентству|агентства))*\s*[«\"“]?$"
)
_WHAT_FOLLOWS: Final = re.compile(
    r"^[»\"”]?\s*(?:news agency\s*|agency\s*|ajansi\s*)?(?:['’]\s*\w{1,5}\s+)?(?:has\s+|have\s+)?"
    r"(?:reported|reports|report\b|said\b|says\b|writes|wrote|quoted|cited|learned|konus\w+|bildir\w+|aktar\w+|haber\w*|gore\b|acikla\w+"
    r"|yaz\w+|сообщ\w+|переда\w+|пиш\w+|заяв\w+|рассказ\w+|цитиру\w+)"
)
"""What stands around the name of an agency, in folded text: an expression that need not think of case skips to where it can begin."""


class Outlet(Struct, frozen=True):
    """One row of the register. Rows with the same key are one newsroom, and one origin."""

    key: str
    name: str
    kind: str
    country: str
    language: str
    domains: tuple[str, ...]
    aliases: tuple[str, ...]
    owner: str
    state_linked: bool
    date: str
    source: str

    def origin(self, rule: str) -> Origin:
        """The outlet as an origin."""
        return Origin(self.key, self.name, self.kind, self.country, self.state_linked, rule)


class _Register:
    def __init__(self) -> None:
        self.outlets = read_table("outlets.tsv", Outlet)
        self.by_domain = {domain: outlet for outlet in self.outlets for domain in outlet.domains}
        names = [(alias, outlet) for outlet in self.outlets for alias in (outlet.name, *outlet.aliases)]
        self.by_name = {fold(name): outlet for name, outlet in reversed(names)}
        credits_ = ((alias, (alias, outlet)) for outlet in self.outlets for alias in outlet.aliases)
        self.aliases: PhraseIndex[tuple[str, Outlet]] = PhraseIndex(credits_)


@cache
def register() -> _Register:
    """The register of outlets, read once."""
    return _Register()


def find_origins(event: NewsEvent, doc: Document) -> tuple[Origin, ...]:
    """Who really speaks in an article, the most certain first; the outlet itself is always among them.

    Only the first counts towards corroboration: an article that credits Reuters is Reuters speaking, wherever it stands.
    """
    credited: dict[str, tuple[Outlet, str]] = {}
    quoted: dict[str, list[tuple[Outlet, str]]] = {}
    opening: set[str] = set()
    if event.byline:
        byline = Part(doc.body.field, event.byline)
        for hit in _named(byline):
            credited.setdefault(hit.what[1].key, (hit.what[1], "credit.byline"))
    for part in (doc.title, doc.body):
        for hit in _named(part):
            outlet = hit.what[1]
            rule = _credit(part, hit, outlet, in_body=part is doc.body)
            if rule:
                credited.setdefault(outlet.key, (outlet, rule))
            elif rule := _quote(part, hit):
                quoted.setdefault(outlet.key, []).append((outlet, rule))
                if part is doc.title or part.starts[hit.first] < OPENING:
                    opening.add(outlet.key)
    own = _outlet(event.source, _site(event.url or ""))
    rests_on = [key for key, uses in quoted.items() if key in opening or len(uses) >= REPEATED]
    rests_on.sort(key=lambda key: -len(quoted[key]))
    found = [outlet.origin(rule) for outlet, rule in credited.values()]
    if own.kind != "wire":
        found += [quoted[key][0][0].origin(quoted[key][0][1]) for key in rests_on]
    found.append(own)
    found += [uses[0][0].origin(uses[0][1]) for uses in quoted.values()]
    return tuple({origin.key: origin for origin in reversed(found)}[key] for key in dict.fromkeys(o.key for o in found))


def _named(part: Part) -> list[Hit[tuple[str, Outlet]]]:
    """Where an outlet of the register is named, as names are written."""
    return [hit for hit in register().aliases.find(part) if _is_written_as(part, hit)]


def _is_written_as(part: Part, hit: Hit[tuple[str, Outlet]]) -> bool:
    surface = part.text[part.starts[hit.first] : part.ends[hit.last - 1]]
    alias = hit.what[0]
    if alias.isupper() and len(alias) <= SHORT_NAME:
        return surface == alias
    return surface[:1].isupper() or alias[:1].islower()


def _credit(part: Part, hit: Hit[tuple[str, Outlet]], outlet: Outlet, *, in_body: bool) -> str | None:
    start, end = part.starts[hit.first], part.ends[hit.last - 1]
    before, after = part.folded[max(0, start - 24) : start], part.folded[end : end + 24]
    if _CREDIT_BEFORE.search(before):
        return "credit.source"
    if outlet.kind != "wire":
        return None
    if before.endswith(_OPEN) and after.startswith(_CLOSE):
        return "credit.parenthesis"
    if (
        in_body
        and start < DATELINE
        and (_DASH_AFTER.match(after) or (_DASH_BEFORE.search(before) and ". " in after[:3]))
    ):
        return "credit.dateline"
    rest = part.text[end:].strip(' .)\n»"”')
    line_start = part.text.rfind("\n", 0, start) + 1
    if in_body and len(part.text) - end < TAIL and not rest and start - line_start <= 3:  # noqa: PLR2004 - a dash, a bracket
        return "credit.last_line"
    return None


def _quote(part: Part, hit: Hit[tuple[str, Outlet]]) -> str | None:
    start, end = part.starts[hit.first], part.ends[hit.last - 1]
    if _TO_WHOM.search(part.folded[max(0, start - 48) : start]):
        return "quote.told"
    if _WHAT_FOLLOWS.match(part.folded[end : end + 40]):
        return "quote.reports"
    return None


@lru_cache(maxsize=4096)
def _outlet(source: str, url: str) -> Origin:
    """The outlet itself: by its domain, by its name, or as somebody that the register doesn't know."""
    host = _host(url)
    for name in (source, host):
        known = _by_domain(name.lower()) or register().by_name.get(fold(name.strip()))
        if known:
            return known.origin("outlet.register")
    key = (source or host).strip().lower().removeprefix("www.") or "unknown"
    name = source or host or "unknown"
    return Origin(key, name, "unknown", None, state_linked=False, rule="outlet.unregistered")


def _site(url: str) -> str:
    """An address up to its path, so that the pages of one outlet are one."""
    start = url.find("//")
    end = url.find("/", start + 2) if start >= 0 else -1
    return url[:end] if end >= 0 else url


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # "http://[": no address, and no outlet either
        return ""


def _by_domain(host: str) -> Outlet | None:
    labels = host.split(".")
    for first in range(len(labels) - 1):
        if outlet := register().by_domain.get(".".join(labels[first:])):
            return outlet
    return None
