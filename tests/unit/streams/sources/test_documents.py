"""JSON Feed, ninjs and NewsML-G2, told by their content and read."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from streams.sources.formats import FORMATS, format_of
from streams.sources.items import Item

JSONFEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Daily",
    "home_page_url": "https://www.daily.example/",
    "language": "en",
    "authors": [{"name": "Newsroom"}],
    "items": [
        {"id": 1, "url": "https://daily.example/1", "title": "One", "content_html": "<p>text</p>", "date_published": "2023-05-12T23:00:05+03:00"},
        {"id": "2", "url": "https://daily.example/2", "content_text": "two", "authors": [{"name": "A. B."}], "language": "tr"},
        "nonsense",
    ],
}  # fmt: skip
NINJS_1 = {
    "uri": "https://agency.example/n/1",
    "version": "2",
    "pubstatus": "usable",
    "firstcreated": "2023-05-12T20:00:05Z",
    "versioncreated": "2023-05-12T21:00:05Z",
    "headline": "Kremlin denies",
    "body_text": "The Kremlin denies.",
    "byline": "By A. B.",
    "language": "en",
}
NINJS_3 = {
    "uri": "urn:agency:2",
    "pubStatus": "canceled",
    "versionCreated": "2023-05-12T20:00:05Z",
    "headlines": [{"role": "sub", "value": "Small"}, {"role": "main", "value": "Large"}],
    "bodies": [{"contentType": "image/png", "value": "x"}, {"contentType": "text/html", "value": "<p>text</p>"}],
    "infoSources": [{"name": "Agency"}],
    "altIds": [{"role": "web", "value": "https://agency.example/n/2"}],
}
NEWSML = """<?xml version="1.0" encoding="UTF-8"?><newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>
<newsItem guid="urn:newsml:agency.example:20230512:1" version="3" standard="NewsML-G2" xml:lang="en">
<itemMeta><provider literal="agency.example"/><versionCreated>2023-05-12T23:00:05+03:00</versionCreated><pubStatus qcode="stat:withheld"/></itemMeta>
<contentMeta><by>A. B.</by><language tag="tr"/><headline>Kremlin <b>denies</b></headline></contentMeta>
<contentSet><inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body><p>One.</p><p>Two.</p></body></html></inlineXML></contentSet></newsItem>
<newsItem guid="https://agency.example/2"><itemMeta/><contentMeta><headline>Second</headline></contentMeta>
<contentSet><inlineData>Plain.</inlineData></contentSet></newsItem></itemSet></newsMessage>"""


def read(data: str | bytes, expected: str) -> list[Item]:
    stream: io.BufferedReader = io.BufferedReader(io.BytesIO(data.encode() if isinstance(data, str) else data))
    assert format_of(stream, "input") == expected
    return list(FORMATS[expected](stream))


def articles(items: list[Item]) -> list[dict[str, Any]]:
    return [json.loads(item.data) for item in items if item.error is None]


def test_a_json_feed_gives_its_items() -> None:
    items = read(json.dumps(JSONFEED), "jsonfeed")
    first, second = articles(items)
    assert first == {
        "id": "1",
        "url": "https://daily.example/1",
        "title": "One",
        "body": "<p>text</p>",
        "published_at": "2023-05-12T23:00:05+03:00",
        "source": "daily.example",
        "language": "en",
        "byline": "Newsroom",
    }
    assert (second["byline"], second["language"]) == ("A. B.", "tr")
    assert items[2].error is not None
    assert items[2].error.reason == "not_an_object"


@pytest.mark.parametrize("data", ["{", "[]", '{"items": 3}'])
def test_what_is_no_json_feed_is_named(data: str) -> None:
    (item,) = FORMATS["jsonfeed"](io.BufferedReader(io.BytesIO(data.encode())))
    assert item.error is not None
    assert (item.error.reason, item.data) == ("not_a_feed", data.encode())


def test_ninjs_1_and_3_are_read_alike() -> None:
    first, second = articles(read(json.dumps([NINJS_1, NINJS_3], indent=1), "ninjs"))
    assert first == {
        "id": "https://agency.example/n/1",
        "url": "https://agency.example/n/1",
        "title": "Kremlin denies",
        "body": "The Kremlin denies.",
        "published_at": "2023-05-12T20:00:05Z",
        "language": "en",
        "version": "2",
        "status": "usable",
        "byline": "By A. B.",
    }
    assert (second["title"], second["body"], second["source"]) == ("Large", "<p>text</p>", "Agency")
    assert (second["url"], second["status"]) == ("https://agency.example/n/2", "canceled")


def test_a_line_that_is_no_ninjs_is_kept_and_named() -> None:
    items = read(json.dumps(NINJS_1) + '\n{"title": "t"}\n{"cut', "ninjs")
    assert [item.error.reason if item.error else None for item in items] == [None, "not_ninjs", "not_json"]


def test_newsml_g2_gives_the_items_of_a_message() -> None:
    first, second = articles(read(NEWSML, "newsml"))
    assert first == {
        "id": "urn:newsml:agency.example:20230512:1",
        "title": "Kremlin denies",
        "body": "One.\nTwo.",
        "published_at": "2023-05-12T23:00:05+03:00",
        "source": "agency.example",
        "language": "tr",
        "version": "3",
        "status": "withheld",
        "byline": "A. B.",
    }
    assert (second["url"], second["body"]) == ("https://agency.example/2", "Plain.")


@pytest.mark.parametrize(
    "data",
    ["<newsItem", "<newsItem/>", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><newsItem>&a;</newsItem>'],
)
def test_what_is_no_newsml_is_named(data: str) -> None:
    (item,) = FORMATS["newsml"](io.BufferedReader(io.BytesIO(data.encode())))
    assert item.error is not None
    assert (item.error.reason, item.data) == ("not_newsml", data.encode())


@pytest.mark.parametrize("address", ["http://[", "//[x", "http://a:b/"])
def test_an_address_that_is_none_costs_a_feed_no_other_entry(address: str) -> None:
    feed = JSONFEED | {
        "home_page_url": address,
        "items": [{"id": 1, "url": address, "title": "One"}, {"id": 2, "title": "Two"}],
    }
    assert [article["title"] for article in articles(read(json.dumps(feed), "jsonfeed"))] == ["One", "Two"]
