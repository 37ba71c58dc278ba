"""GDELT 2 rows (events export, mentions, Global Knowledge Graph 2.1) as raw articles.

GDELT holds no texts. What stands in a row becomes the article: the page's title where the row has one, else the words of its address;
quotations, names and places as the body. Every row is one raw article; rows of the same page share its address, hence its event_id.
Columns: the GDELT Event Database codebook 2.0, the GKG codebook 2.1 (both 2015), counted here from 0.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote, urlsplit

from schemas.errors import MalformedError
from streams.sources.items import Item, raw_article
from streams.sources.ndjson import lines

COLUMNS = {"gdelt-export": 61, "gdelt-mentions": 16, "gdelt-gkg": 27}
"""Format: columns of a row."""
OLD_EXPORT = 58
"""Columns of a GDELT 1 export, which many archives still hold."""
WEB_PAGE = "1"
"""Mention type and collection identifier of pages of the web: only these have a URL."""

_PAGE_TITLE = re.compile(r"<PAGE_TITLE>(.*?)</PAGE_TITLE>", re.DOTALL)
_TRANSLATED_FROM = re.compile(r"srclc:([a-z]{3})")
_WORD = re.compile(r"[^\W\d_]+")
_MIN_WORDS = 3
_SEPARATORS = re.compile(r"[-_+]+")
_SUFFIX = re.compile(r"\.[a-z]{2,5}$")


def read_gdelt(stream: io.BufferedReader, kind: str) -> Iterator[Item]:
    """Yield the rows of a file of one of the kinds in COLUMNS. A row with another number of columns is an item with an error."""
    columns, article = COLUMNS[kind], _ARTICLES[kind]
    for line in lines(stream):
        row = line.data.decode("utf-8", "replace").split("\t")
        if len(row) == columns:
            yield Item(line.number, article(row))
            continue
        hint = " (that is GDELT 1, here GDELT 2 is read)" if len(row) == OLD_EXPORT else ""
        yield Item(
            line.number,
            line.data,
            MalformedError(
                "wrong_columns", f"{len(row)} columns{hint}; a row of {kind} has {columns}, with tabs between"
            ),
        )


def _export(row: list[str]) -> bytes:
    names = [row[6], row[16]]
    places = [row[52] or row[36] or row[44]]
    return raw_article(
        id=f"gdelt-event-{row[0]}",
        url=row[60],
        title=title_of(row[60]),
        body=_lines(_sentence(name.title() for name in names), _sentence(places)),
        published_at=row[59],
    )


def _mentions(row: list[str]) -> bytes:
    web = row[3] == WEB_PAGE
    return raw_article(
        id=f"gdelt-mention-{row[0]}-{row[5]}",
        url=row[5] if web else None,
        title=title_of(row[5]) if web else row[5],
        published_at=row[2],
        source=row[4],
        language=_translated_from(row[14]),
    )


def _gkg(row: list[str]) -> bytes:
    web = row[2] == WEB_PAGE
    found = _PAGE_TITLE.search(row[26])
    title = html.unescape(found[1]) if found else title_of(row[4]) if web else row[4]
    quotations = [text for q in row[22].split("#") if (text := q.split("|")[-1].strip())]
    places = [p.split("#")[1] for p in row[9].split(";") if p.count("#") > 1]
    people, organisations = row[11].split(";"), row[13].split(";")
    return raw_article(
        id=f"gdelt-gkg-{row[0]}",
        url=row[4] if web else None,
        title=title,
        body=_lines(
            *(f"“{text}”" for text in quotations),
            _sentence(name.title() for name in people),
            _sentence(name.title() for name in organisations),
            _sentence(dict.fromkeys(places)),
        ),
        published_at=row[1],
        source=row[3],
        language=_translated_from(row[25]),
    )


_ARTICLES: dict[str, Callable[[list[str]], bytes]] = {
    "gdelt-export": _export,
    "gdelt-mentions": _mentions,
    "gdelt-gkg": _gkg,
}


def title_of(address: str) -> str:
    """Return the words of an address: the segment of the path with the most of them, if that has three."""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return ""
    best = max((_words(segment) for segment in path.split("/")), key=len, default=[])
    return " ".join(best) if len(best) >= _MIN_WORDS else ""


def _words(segment: str) -> list[str]:
    return [word for word in _SEPARATORS.split(_SUFFIX.sub("", segment.lower())) if _WORD.fullmatch(word)]


def _translated_from(info: str) -> str | None:
    found = _TRANSLATED_FROM.search(info)
    return found[1] if found else None


def _sentence(names: Iterable[str]) -> str:
    said = [name for name in names if name]
    return ", ".join(said) + "." if said else ""


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
