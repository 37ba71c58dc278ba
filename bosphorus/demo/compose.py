"""Compose the demo's sample from its sources: `python -m bosphorus.demo.compose` writes may-2023.ndjson beside them.

Sources (articles/): case.yaml and news.yaml hold dated articles in full, with the copies other outlets carried; everyday.yaml holds
parts of which background articles are put together; broken.txt holds lines that can't be used. The same sources give the same bytes.

Every address is under the reserved domain `.example`: the reports are our own words, so no link may pretend to lead to an outlet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

SAMPLE = "may-2023.ndjson"
FIRST_DAY = datetime(2023, 4, 10, 5, tzinfo=UTC)
DAYS = 51
LATE_EVERY = 23
"""Every 23rd article arrives up to two hours after others that were published later."""
LEADS = {
    "en": "From our desk: this report came in a short while ago.",
    "tr": "Haber merkezimize az önce ulaşan bilgiler şöyle.",
    "ru": "Сообщение поступило в редакцию только что.",
}

Article = dict[str, Any]


def compose() -> str:
    """Return the sample as NDJSON, in the order of delivery."""
    articles = [*_dated("case.yaml"), *_dated("news.yaml"), *_everyday()]
    articles.sort(key=lambda article: (article["published_at"], article["id"], article.get("version", 1)))
    delivered = sorted(enumerate(articles), key=lambda item: _delivered_at(*item))
    lines = [json.dumps(article, ensure_ascii=False) for _, article in delivered]
    for broken in _source("broken.txt").splitlines():
        at, _, line = broken.partition("\t")
        lines.insert(int(at), line)
    return "\n".join(lines) + "\n"


def _delivered_at(index: int, article: Article) -> datetime:
    late = index % 120 if index % LATE_EVERY == 0 else 0
    return datetime.fromisoformat(article["published_at"]) + timedelta(minutes=late)


def _dated(name: str) -> Iterator[Article]:
    for entry in yaml.safe_load(_source(name)):
        first = _article(entry["slug"], entry["at"], entry["source"], entry["language"], entry["title"], entry["body"])
        if "byline" in entry:
            first["byline"] = entry["byline"]
        yield first
        if "correction" in entry:
            change = entry["correction"]
            body = first["body"].replace(change["find"], change["replace"])
            yield first | {"version": 2, "body": body, "published_at": _time(change["at"])}
        if "withdrawal" in entry:
            yield first | {"version": 2, "status": "canceled", "published_at": _time(entry["withdrawal"]["at"])}
        for copy in entry.get("copies", ()):
            yield _copy(entry, copy)


def _copy(entry: Article, copy: Article) -> Article:
    title, body = entry["title"], " ".join(entry["body"].split())
    match copy.get("edit"):
        case "cut":
            body = body[: body.rstrip(".").rfind(". ") + 1]
        case "lead":
            body = f"{LEADS[entry['language']]} {body}"
        case "title":
            title = copy["title"]
    article = _article(entry["slug"], copy["at"], copy["source"], entry["language"], title, body)
    return article | ({"byline": entry["byline"]} if "byline" in entry else {})


def _everyday() -> Iterator[Article]:
    for topic in yaml.safe_load(_source("everyday.yaml")):
        for number in range(topic["articles"]):
            filling = {name: values[number % len(values)] for name, values in topic["fill"].items()}
            chosen = [part[column] for part, column in zip(topic["parts"], _row(number), strict=True)]
            body = " ".join(sentence.format(**filling) for sentence in chosen)
            title = topic["titles"][number % len(topic["titles"])].format(**filling)
            slug = f"{topic['topic']}-{number + 1}"
            at = FIRST_DAY + timedelta(minutes=_spread(slug) % (DAYS * 24 * 60))
            source = topic["sources"][number % len(topic["sources"])]
            yield _article(slug, f"{at:%Y-%m-%dT%H:%M}", source, topic["language"], _capital(title), body)


def _row(number: int) -> tuple[int, int, int, int, int]:
    """Row `number` (0 to 15) of the orthogonal array OA(16, 5, 4): two articles of a topic share exactly one sentence.

    Columns a, b, a+b, a+2b, a+3b over the field of four elements (Rao 1947).
    """
    b, a = divmod(number, 4)
    return a, b, a ^ b, a ^ (0, 2, 3, 1)[b], a ^ (0, 3, 1, 2)[b]


def _spread(slug: str) -> int:
    return int.from_bytes(sha256(slug.encode()).digest()[:6])


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]


def _article(slug: str, at: str, source: str, language: str, title: str, body: str) -> Article:  # noqa: PLR0913, PLR0917
    domain = source.removesuffix(".example").replace(".", "-")
    return {
        "id": f"{domain}/{slug}",
        "url": f"https://{domain}.example/{at[:10].replace('-', '/')}/{slug}",
        "title": title,
        "body": " ".join(body.split()),
        "published_at": _time(at),
        "source": source,
        "language": language,
    }


def _time(at: str) -> str:
    return f"{at}:00Z"


def _source(name: str) -> str:
    return (files("bosphorus.demo.articles") / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    Path(__file__).with_name(SAMPLE).write_text(compose(), encoding="utf-8")
