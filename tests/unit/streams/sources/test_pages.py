from __future__ import annotations

import io
import json
import os
import time
from typing import Any

import pytest

from schemas.errors import BadRecordError
from streams.sources import pages
from streams.sources.charsets import text_of
from streams.sources.confined import Confined, OutOfBoundsError
from streams.sources.formats import format_of
from streams.sources.pages import article_of, read_page

TEXT = (
    "MOSCOW, May 12 (Reuters) - The Kremlin said on Friday it rejected an accusation that it was behind fake material.",
    "“We firmly reject such statements,” the spokesman told reporters. “Those who spread such rumours are liars.”",
    "The candidate had written the day before that whoever wanted friendship had better take his hands off the state.",
    "Analysts in three capitals said that the exchange was the sharpest between the two sides in some years of talks.",
)
JSONLD = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "Daily", "datePublished": "2001-01-01T00:00:00Z"},
        {
            "@type": ["NewsArticle"],
            "headline": "Kremlin rejects accusation",
            "datePublished": "2023-05-12T23:00:05+03:00",
            "dateModified": "2023-05-13T09:00:00+03:00",
            "author": [{"@type": "Person", "name": "A. Writer"}],
            "sourceOrganization": {"@type": "NewsMediaOrganization", "name": "Reuters"},
        },
    ],
}


def page(head: str = "", body: str = "", text: tuple[str, ...] = TEXT, lang: str = "en") -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in text)
    return f"""<!DOCTYPE html><html lang="{lang}"><head><title>Kremlin rejects accusation | Daily</title>{head}</head><body>
    <nav><a href="/">Home</a> <a href="/world">World</a></nav><article><h1>Kremlin rejects accusation</h1>{body}{paragraphs}</article>
    <div class="related"><a href="/2">Something else entirely</a></div><footer>© 2026 Daily, all rights reserved</footer></body></html>"""


def jsonld(**changed: Any) -> str:
    node = JSONLD["@graph"][1] | changed  # type: ignore[operator] # a literal of our own
    return f'<script type="application/ld+json">{json.dumps({"@graph": [JSONLD["@graph"][0], node]})}</script>'


def read(html: str | bytes, address: str = "", **options: Any) -> dict[str, Any]:
    text = html if isinstance(html, str) else text_of(html, options.pop("content_type", ""))
    found = article_of(text, address, **options)
    assert isinstance(found, bytes), found
    return json.loads(found)  # type: ignore[no-any-return]


def refused(page: bytes) -> BadRecordError:
    """Why a page is refused; it is kept as it was."""
    (item,) = read_page(io.BytesIO(page))
    assert item.error is not None
    assert item.data == page
    return item.error


def test_a_page_gives_title_text_date_credits_and_outlet() -> None:
    found = read(page(jsonld()), "https://www.daily.example/a?utm=1")
    assert found["title"] == "Kremlin rejects accusation"
    assert found["body"].startswith("MOSCOW, May 12 (Reuters) - The Kremlin said")
    assert found["body"].endswith("years of talks.")
    assert "Something else" not in found["body"]
    assert found["published_at"] == "2023-05-12T23:00:05+03:00"
    assert (found["url"], found["source"]) == ("https://www.daily.example/a?utm=1", "daily.example")
    assert found["byline"] == "A. Writer, Reuters"


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2023-05-12T20:00:05Z">',
        '<meta name="parsely-pub-date" content="2023-05-12T20:00:05Z">',
        '<meta itemprop="datePublished" content="2023-05-12T20:00:05Z">',
        '<meta name="date" content="2023-05-12"><meta name="DC.date.issued" content="2023-05-12T20:00:05Z">',
    ],
)
def test_the_moment_of_publication_is_read_where_pages_say_it(head: str) -> None:
    assert read(page(head))["published_at"] == "2023-05-12T20:00:05Z"


def test_the_one_time_of_an_article_is_its_date_but_one_of_many_is_not() -> None:
    one = '<time datetime="2023-05-12T20:00:05Z">12 May</time>'
    assert read(page(body=one))["published_at"] == "2023-05-12T20:00:05Z"
    other = '<time datetime="2023-05-13T08:00:00Z">13 May</time>'
    assert read(page(body=other + one))["published_at"] in {"2023-05-12", "2023-05-13"}


def test_without_a_moment_the_day_is_found_in_address_or_text() -> None:
    assert read(page(), "https://daily.example/2023/05/12/kremlin-rejects")["published_at"] == "2023-05-12"
    assert read(page(body="<p class='date'>Published 12 May 2023</p>"))["published_at"] == "2023-05-12"


def test_a_page_that_does_not_say_when_has_no_date() -> None:
    assert "published_at" not in read(page(text=TEXT[1:]).replace("2026", ""))


@pytest.mark.parametrize(
    "mark",
    ['<span class="source">Kaynak: DHA</span>', '<div class="article__source">Kaynak: DHA</div>', '<span itemprop="author">Kaynak: DHA</span>'],
)  # fmt: skip
def test_a_marked_credit_goes_to_the_byline(mark: str) -> None:
    assert "Kaynak: DHA" in read(page(body=mark))["byline"]


def test_who_took_the_photograph_did_not_write_the_article() -> None:
    figure = (
        '<figure><img src="x.jpg"><figcaption>The Kremlin <span class="credit">REUTERS/X</span></figcaption></figure>'
    )
    assert "REUTERS" not in read(page(body=figure)).get("byline", "")


def test_a_page_may_name_another_address_of_its_own_house_only() -> None:
    own = '<link rel="canonical" href="https://daily.example/a/1">'
    assert read(page(own), "https://m.daily.example/a/1?x=2")["url"] == "https://daily.example/a/1"
    theirs = '<link rel="canonical" href="https://reuters.example/a/1">'
    assert read(page(theirs), "https://daily.example/a/1")["url"] == "https://daily.example/a/1"
    front = '<link rel="canonical" href="https://daily.example/">'
    assert read(page(front), "https://daily.example/a/1")["url"] == "https://daily.example/a/1"


def test_the_language_counts_where_two_marks_agree() -> None:
    agreed = '<meta property="og:locale" content="tr_TR">'
    assert read(page(agreed, lang="tr"))["language"] == "tr-TR"
    assert "language" not in read(page(lang="tr"))
    assert "language" not in read(page(agreed, lang="en"))


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", '<meta charset="windows-1251">', ""),
        ("cp1251", '<meta charset="windows-1251">', ""),
        ("cp1251", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', ""),
        ("cp1251", "", "text/html; charset=windows-1251"),
        ("cp1251", '<meta charset="utf-8">', "text/html; charset=utf-8"),
        ("koi8-r", '<meta charset="koi8-r">', ""),
        ("utf-16", "", ""),
    ],
)
def test_the_character_set_is_found_even_where_it_is_declared_wrong(encoding: str, declared: str, header: str) -> None:
    text = tuple(f"В Кремле отвергли обвинения в адрес России, сообщил представитель, часть {n}." for n in range(8))
    found = read(page(declared, text=text, lang="ru").encode(encoding, "replace"), content_type=header)
    assert found["body"].startswith("В Кремле отвергли обвинения")


def test_turkish_letters_survive_a_label_that_lacks_them() -> None:
    text = tuple(f"Cumhurbaşkanı adayı Kılıçdaroğlu’nun açıklaması gündem oldu “işte” o sözler {n}" for n in range(8))
    html = page('<meta charset="iso-8859-9">', text=text).encode("cp1254")
    assert read(html)["body"].startswith("Cumhurbaşkanı adayı Kılıçdaroğlu’nun")


FRONT = f"<html><head><title>Daily</title></head><body>{''.join(f'<h2>{line}</h2>' for line in TEXT * 3)}</body></html>"


def test_a_page_that_does_not_say_that_it_is_an_article_can_be_refused() -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    said = article_of(FRONT.replace("</head>", link + "</head>"), "https://daily.example/", only_articles=True)
    assert isinstance(said, str)
    assert "--format html" in said
    assert "https://daily.example/feed.xml" in said
    for mark in (jsonld(), '<meta property="og:type" content="article">'):
        assert isinstance(article_of(page(mark), only_articles=True), bytes)


@pytest.mark.parametrize(
    "html", ["<html><body>We are down</body></html>", "<html>", "just words", "<html><body><img src=x></body></html>"]
)
def test_a_page_without_text_is_no_article(html: str) -> None:
    assert refused(html.encode()).reason == "not_an_article"


@pytest.mark.parametrize("mark", ["[" * 100_000, '{"@graph": [1, null, {"@type": 3}]}', '{"a": NaN', '["x"]', "null"])
def test_broken_marks_of_a_page_do_no_harm(mark: str) -> None:
    assert read(page(f'<script type="application/ld+json">{mark}</script>'))["title"] == "Kremlin rejects accusation"


@pytest.mark.parametrize("body", ["<div>" * 100_000, "<table><tr><td>" * 30_000, "<b>" * 100_000, "<" * 100_000])
def test_deep_nesting_neither_crashes_nor_hangs(body: str) -> None:
    assert "The Kremlin said" in read(page(text=(*TEXT, body)))["body"]


def test_a_page_that_takes_too_long_is_given_up_and_the_next_one_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Confined(_slow_on_demand, seconds=2.0, memory_bytes=pages.MEMORY_BYTES)
    monkeypatch.setattr(pages, "_confined", lambda: quick)
    try:
        assert refused(b"<html>slow").reason == "page_too_complex"
        assert refused(b"<html>dead").reason == "page_too_complex"
        assert [item.data for item in read_page(io.BytesIO(b"<html>good"))] == [b"<html>good"]
        assert "ZeroDivisionError" in str(refused(b"<html>fail"))
    finally:
        quick.close()


def test_a_page_larger_than_any_article_is_not_read() -> None:
    assert "8,388,608" in str(refused(b"<html>" + b" " * (pages.MAX_PAGE_BYTES - 5)))


def _slow_on_demand(text: str, _address: str, *, only_articles: bool) -> bytes:
    if "slow" in text:
        time.sleep(60)
    if "dead" in text:
        os._exit(1)
    return text.encode() if "fail" not in text else bytes(1 // (not text))


def _zeros(number: int) -> bytes:
    return bytes(number)


def test_memory_is_bounded_too() -> None:
    hungry = Confined(_zeros, seconds=20.0, memory_bytes=512 * 1024 * 1024)
    try:
        with pytest.raises(OutOfBoundsError):
            hungry(4 * 1024 * 1024 * 1024)
        assert len(hungry(10)) == 10
    finally:
        hungry.close()


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        ("<!DOCTYPE html><html>", "html"),
        ("  <html lang='tr'>", "html"),
        ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html>', "html"),
        ("<!-- served by x --><html>", "html"),
        ('<?xml version="1.0"?><rss version="2.0"><channel><description>&lt;html>', "rss"),
        ("<rss><channel><item><description><![CDATA[<html><body>x]]>", "rss"),
        ('<?xml version="1.0"?><!-- made by x -->' + " " * 5_000 + "<rss>", "rss"),
    ],
)  # fmt: skip
def test_pages_and_feeds_are_told_apart(start: str, kind: str) -> None:
    assert format_of(io.BufferedReader(io.BytesIO(start.encode())), "input") == kind


def test_a_link_that_is_none_costs_the_page_nothing() -> None:
    broken = '<link rel="canonical" href="http://["><link rel="alternate" type="application/rss+xml" href="http://[">'
    assert read(page(broken), "https://daily.example/1")["url"] == "https://daily.example/1"
