"""What a page of the web says about itself: its kind, address, dates, authors, credits and feeds.

Read are schema.org's JSON-LD (https://schema.org/NewsArticle), Open Graph (https://ogp.me), the meta names of news publishers, microdata and
hNews classes. What a page says is believed only as far as it can't hurt another: see `address_of`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from streams.sources.addresses import joined

ARTICLE_TYPES = frozenset(
    {"article", "newsarticle", "reportagenewsarticle", "analysisnewsarticle", "backgroundnewsarticle", "opinionnewsarticle",
     "reviewnewsarticle", "askpublicnewsarticle", "satiricalarticle", "report", "liveblogposting", "blogposting"}
)  # fmt: skip
PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "parsely-pub-date", "sailthru.date",
    "pubdate", "publishdate", "publish-date", "publication_date", "dc.date.issued", "dcterms.created", "dc.date", "date",
)  # fmt: skip
"""Names of meta elements that date the first publication, the most exact first."""
CREDITS = frozenset(
    {
        "author",
        "byline",
        "credit",
        "source",
        "source-org",
        "agency",
        "kaynak",
        "haber-kaynagi",
        "haber-kaynak",
        "istochnik",
    }
)
"""Words of class, itemprop and rel attributes that name whom an article is by."""
CREDIT_META = frozenset(
    {"author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "byl", "source", "dc.source", "original-source"}
)  # fmt: skip
FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
MAX_JSON_BYTES = 1024 * 1024
MAX_CREDIT = 80
"""Code points; what is longer is a paragraph."""
MAX_CREDITS = 6
_WORDS = re.compile(r"[\s_]+")


class Marks:
    """What one page says.

    Args:
        tree: the root of the page (lxml).
        address: where it was fetched from, or empty.
    """

    def __init__(self, tree: Any, address: str) -> None:
        self._tree, self._address = tree, address
        self._meta = _meta(tree)
        self._node = next(_article_nodes(tree), {})

    @property
    def is_article(self) -> bool:
        """Whether it says that it is an article, rather than a front page, a list or an error."""
        return bool(self._node) or self._meta.get("og:type", "").lower() == "article" or self.published_at is not None

    @property
    def title(self) -> str:
        """The headline; empty if none is marked."""
        return _text(self._node.get("headline")) or self._meta.get("og:title", "")

    @property
    def published_at(self) -> str | None:
        """The moment of first publication as it is written there, if that is a machine's date with a time."""
        said = [_text(self._node.get("datePublished")), *(self._meta.get(name, "") for name in PUBLISHED)]
        said += [
            e.get("content") or e.get("datetime") or "" for e in self._tree.iterfind(".//*[@itemprop='datePublished']")
        ]
        said += [e.get("datetime", "") for e in self._tree.iterfind(".//time[@pubdate]")]
        if not any(_is_moment(text) for text in said):
            times = {e.get("datetime", "") for e in self._tree.iterfind(".//article//time[@datetime]")}
            said += times if len(times) == 1 else ()
        return next((text.strip() for text in said if _is_moment(text)), None)

    @property
    def language(self) -> str | None:
        """BCP 47, where two of its marks agree on it: a template's own language often stands over texts in another."""
        said = (_text(self._node.get("inLanguage")), self._meta.get("og:locale", ""), self._tree.get("lang") or "")
        tags = [text.replace("_", "-") for text in said if text]
        primary = [tag.partition("-")[0].lower() for tag in tags]
        return next((tag for tag, word in zip(tags, primary, strict=True) if primary.count(word) > 1), None)

    @property
    def credits(self) -> tuple[str, ...]:
        """Whom it is by: authors and agencies, each once, in the order of the page."""
        found = [_text(self._node.get("creditText"))]
        for role in ("author", "creator", "sourceOrganization"):
            found += _names(self._node.get(role))
        found += [value for name, value in self._meta.items() if name in CREDIT_META]
        found += _credit_lines(self._tree)
        said = (_WORDS.sub(" ", text).strip() for text in found)
        # An address (a profile page) is no name.
        kept = [text for text in said if text and len(text) <= MAX_CREDIT and "://" not in text and "@" not in text]
        first = {text.casefold(): text for text in reversed(kept)}
        return tuple(first[key] for key in dict.fromkeys(text.casefold() for text in kept))[:MAX_CREDITS]

    @property
    def feeds(self) -> tuple[str, ...]:
        """Addresses of the feeds that it names."""
        links = self._tree.iterfind(".//link[@href]")
        return tuple(joined(self._address, e.get("href")) for e in links if (e.get("type") or "").lower() in FEED_TYPES)

    @property
    def url(self) -> str | None:
        """The address that it gives itself, else where it was fetched from.

        A page may name another address only of its own host: by naming another's it would pass for a new version of their article.
        """
        canonical = next(
            (e.get("href") for e in self._tree.iterfind(".//link[@rel='canonical']") if e.get("href")), None
        )
        said = [joined(self._address, text) for text in (canonical, self._meta.get("og:url")) if text]
        own = _host(self._address)
        ours = (text for text in said if (host := _host(text)) and (not own or _site(host) == _site(own)))
        # A canonical address without a path is the front page: a mistake that many templates make.
        return next((str(text) for text in ours if urlsplit(text).path.strip("/")), self._address or None)


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in {"http", "https"} else ""


def _site(host: str) -> str:
    labels = host.split(".")
    return ".".join(labels[1:] if len(labels) > 2 and labels[0] in {"www", "m", "amp", "mobile"} else labels)  # noqa: PLR2004


def _meta(tree: Any) -> dict[str, str]:
    """Return name: content of the meta elements; the first of each name counts."""
    found: dict[str, str] = {}
    for element in tree.iterfind(".//meta[@content]"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower().strip()
        content = element.get("content").strip()
        if name and content:
            found.setdefault(name, content)
    return found


def _article_nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield the nodes of JSON-LD that are articles: those at the top and in its graph, never those that are only mentioned in others."""
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        text = script.text or ""
        if len(text) > MAX_JSON_BYTES:
            continue
        try:
            said = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for top in said if isinstance(said, list) else [said]:
            graph = top.get("@graph") if isinstance(top, dict) else None
            for node in (top, *(graph if isinstance(graph, list) else ())):
                if isinstance(node, dict) and ARTICLE_TYPES & {t.lower() for t in _names(node.get("@type"))}:
                    yield node


def _names(value: Any) -> list[str]:
    """Return the names in a value of JSON-LD: a text, an object with a name, or a list of these."""
    values = value if isinstance(value, list) else [value]
    return [name for one in values if (name := _text(one.get("name") if isinstance(one, dict) else one))]


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _credit_lines(tree: Any) -> Iterator[str]:
    """Yield the texts of elements that are marked as credits, but not those of pictures: who took the photograph didn't write the article."""
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        marks = f"{element.get('class', '')} {element.get('itemprop', '')} {element.get('rel', '')}".lower().replace(
            "__", " "
        )
        if not CREDITS & set(marks.split()):
            continue
        if any(
            above.tag in {"figure", "figcaption", "picture", "aside", "nav", "footer"}
            for above in element.iterancestors()
        ):
            continue
        text = " ".join(element.itertext())
        if len(text) <= 4 * MAX_CREDIT:
            yield text


def _is_moment(text: str) -> bool:
    """Whether a text is an ISO 8601 date with a time of day; a page that knows only the day often means its own midnight."""
    try:
        moment = datetime.fromisoformat(text.strip().replace(" +", "+"))
    except ValueError:
        return False
    return len(text.strip()) > len("2023-05-12") and moment.year > 1990  # noqa: PLR2004 - no older page has ever been on the web
