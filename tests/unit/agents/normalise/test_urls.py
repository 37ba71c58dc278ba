from __future__ import annotations

import csv
from importlib import resources

import pytest

from agents.normalise.urls import canonical_url, domain_of, identity_of

CASES = [
    ("https://www.Example.org:443/a/../b/?utm_source=x&b=2&a=1#frag", "https://www.example.org/b/?a=1&b=2"),
    ("HTTP://Example.ORG", "http://example.org/"),
    ("http://example.org:80/a", "http://example.org/a"),
    ("http://example.org:8080/a", "http://example.org:8080/a"),
    ("//example.org/a", "https://example.org/a"),
    (" https://example.org/a\n", "https://example.org/a"),
    ("https://user:secret@example.org/a", "https://example.org/a"),
    ("https://example.org./a", "https://example.org/a"),
    ("https://example.org/%7Euser/%c3%bc", "https://example.org/~user/%C3%BC"),
    ("https://example.org/ü", "https://example.org/%C3%BC"),
    ("https://example.org/a%2Fb", "https://example.org/a%2Fb"),
    ("https://пример.рф/x", "https://xn--e1afmkfd.xn--p1ai/x"),
    ("https://m.example.org/a", "https://example.org/a"),
    ("https://mobile.example.com.tr/a", "https://example.com.tr/a"),
    ("https://en.m.wikipedia.org/wiki/A", "https://en.wikipedia.org/wiki/A"),
    ("https://m.tv/a", "https://m.tv/a"),
    ("https://example.org/story/amp/", "https://example.org/story"),
    ("https://example.org/story.amp.html", "https://example.org/story.html"),
    ("https://amp.example.org/story?amp=1", "https://example.org/story"),
    ("https://example.org/swamp", "https://example.org/swamp"),
    ("https://www.google.com/amp/s/example.org/story/amp", "https://example.org/story"),
    ("https://example-org.cdn.ampproject.org/c/s/example.org/story", "https://example.org/story"),
    ("https://example.org/?id=3&fbclid=x&GCLID=y&ysclid=z", "https://example.org/?id=3"),
    ("https://example.org/a?utm_campaign=x", "https://example.org/a"),
    ("https://example.org/a?b=", "https://example.org/a?b="),
    ("http://[2001:db8::1]:80/a", "http://[2001:db8::1]/a"),
]


@pytest.mark.parametrize(("raw", "canonical"), CASES)
def test_an_article_has_one_address(raw: str, canonical: str) -> None:
    flags: set[str] = set()
    assert canonical_url(raw, flags) == canonical
    assert canonical_url(canonical, flags) == canonical
    assert not flags


@pytest.mark.parametrize(
    "raw",
    ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://example.org/a", "example", "https://",
     "https:///a", "https://a..b/", "http://exa mple.org/", "http://example.org:99999/", "https://example.org:x/", "https://localhost/", "http://[::1"],
)  # fmt: skip
def test_what_is_no_web_address_is_rejected(raw: str) -> None:
    flags: set[str] = set()
    assert canonical_url(raw, flags) is None
    assert flags == {"url_rejected"}


@pytest.mark.parametrize(
    "query",
    [
        "0",
        "id=12&b=2",
        "a=1&&utm_source=x",
        "=x",
        "a=",
        "amp=1&page=3",
        "b=2&a=1&a=0",
        "~x.y-z=_",
        "",
        "outputType=amp",
        "a=b=c",
    ],
)
@pytest.mark.parametrize("host", ["example.org", "m.news.example.org", "a-.example.org", "-a.example.org"])
def test_a_query_reads_the_same_with_and_without_escapes(host: str, query: str) -> None:
    address = f"https://{host}/story/{{}}.html?{query}"
    assert canonical_url(address.format("x"), set()) == canonical_url(address.format("%78"), set())


def test_an_address_of_10_kb_is_too_long() -> None:
    flags: set[str] = set()
    assert canonical_url("https://example.org/" + "a" * 10_000, flags) is None
    assert flags == {"url_too_long"}


def test_identity_does_not_depend_on_scheme_www_and_trailing_slash() -> None:
    same = {"http://example.org/a", "https://www.example.org/a/", "https://example.org/a"}
    assert {identity_of(url) for url in same} == {"example.org/a"}


def test_a_front_page_identifies_no_article() -> None:
    assert identity_of("https://example.org/") is None


def test_a_domain_has_no_www_and_no_port() -> None:
    assert domain_of("https://www.example.org:8080/a") == "example.org"


def test_every_tracking_parameter_has_a_date_and_a_source_and_stands_in_order() -> None:
    text = resources.files("agents.normalise").joinpath("tracking.tsv").read_text(encoding="utf-8")
    rows = list(csv.DictReader((r for r in text.splitlines() if not r.startswith("#")), delimiter="\t"))
    assert all(set(row) == {"parameter", "since", "source"} and all(row.values()) for row in rows)
    names = [row["parameter"] for row in rows]
    assert names == sorted(set(names))
    assert all(name == name.lower() for name in names)
