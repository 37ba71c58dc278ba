"""Feeds in the shapes that are about, each with the habits of its kind: told by content, and read to the same article."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from agents.normalise.step import normalise
from bosphorus.settings import load_settings
from streams.sources.formats import FORMATS, format_of

RSS_090 = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">
<channel><title>Daily</title><link>https://daily.example/</link><description>News</description></channel>
<item><title>Kremlin rejects accusation</title><link>https://daily.example/1</link></item></rdf:RDF>"""
RSS_091 = """<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>Daily</title><link>https://daily.example/</link><language>en-gb</language>
<item><title>Kremlin rejects accusation</title><link>https://daily.example/1</link><description>It said so.</description></item></channel></rss>"""
RSS_092 = """<rss version="0.92"><channel><title>Daily</title><link>https://daily.example/</link>
<item><title>Kremlin rejects accusation</title><description>It said so. &lt;a href="https://daily.example/1"&gt;more&lt;/a&gt;</description>
<link>https://daily.example/1</link><source url="https://other.example/feed">Other</source><enclosure url="https://daily.example/1.mp3" length="1" type="audio/mpeg"/></item></channel></rss>"""
RSS_10 = """<?xml version="1.0" encoding="utf-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel rdf:about="https://daily.example/feed"><title>Daily</title><link>https://daily.example/</link><dc:language>en</dc:language><sy:updatePeriod>hourly</sy:updatePeriod>
<items><rdf:Seq><rdf:li rdf:resource="https://daily.example/1"/></rdf:Seq></items></channel>
<item rdf:about="https://daily.example/1"><title>Kremlin rejects accusation</title><link>https://daily.example/1</link><dc:date>2023-05-12T23:00:05+03:00</dc:date>
<dc:creator>A. B.</dc:creator><content:encoded><![CDATA[<p>It said so.</p>]]></content:encoded></item></rdf:RDF>"""
RSS_20_ODD = """

<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Daily</title><link>https://daily.example/</link>
<atom:link href="https://daily.example/feed" rel="self"/><item><title><![CDATA[Kremlin rejects accusation]]></title><guid>https://daily.example/1</guid>
<description>It said so &nbsp; &mdash; twice.</description><pubDate>Fri, 12 May 2023 16:00:05 EDT</pubDate></item></channel></rss>"""
PODCAST = """<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>Daily podcast</title><link>https://daily.example/</link><language>en</language><itunes:author>Daily Radio</itunes:author>
<item><title>Kremlin rejects accusation</title><link>https://daily.example/1</link><guid isPermaLink="false">ep-1</guid><pubDate>Fri, 12 May 2023 20:00:05 +0000</pubDate>
<itunes:summary>It said so.</itunes:summary><itunes:duration>12:30</itunes:duration><enclosure url="https://cdn.example/1.mp3" length="999" type="audio/mpeg"/>
<media:content url="https://cdn.example/1.jpg" medium="image"><media:title>A picture of something else</media:title><media:description>Someone at a desk</media:description>
<media:credit>Reuters</media:credit></media:content></item></channel></rss>"""
ATOM_03 = """<?xml version="1.0"?><feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="en"><title>Daily</title>
<link rel="alternate" type="text/html" href="https://daily.example/"/><modified>2023-05-12T20:10:00Z</modified>
<entry><title>Kremlin rejects accusation</title><link rel="alternate" type="text/html" href="https://daily.example/1"/><id>tag:daily.example,2023:1</id>
<issued>2023-05-12T20:00:05Z</issued><modified>2023-05-12T20:05:00Z</modified><content type="text/html" mode="escaped">&lt;p&gt;It said so.&lt;/p&gt;</content></entry></feed>"""
ATOM_10 = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://daily.example/"><title type="html">&lt;b&gt;Daily&lt;/b&gt;</title>
<id>urn:x</id><updated>2023-05-12T20:10:00Z</updated><link href="/"/><entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Kremlin rejects <i>accusation</i></div></title>
<link rel="enclosure" href="https://cdn.example/1.jpg"/><link rel="alternate" href="1"/><id>urn:1</id><published>2023-05-12T20:00:05Z</published>
<updated>2023-05-13T08:00:00Z</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It said so.</p></div></content>
<author><name>A. B.</name></author></entry></feed>"""
JSON_10 = json.dumps(
    {"version": "https://jsonfeed.org/version/1", "title": "Daily", "home_page_url": "https://daily.example/", "author": {"name": "A. B."},
     "items": [{"id": "https://daily.example/1", "url": "https://daily.example/1", "title": "Kremlin rejects accusation",
                "content_text": "It said so.", "date_published": "2023-05-12T16:00:05-04:00"}]}
)  # fmt: skip
JSON_11 = json.dumps(
    {"version": "https://jsonfeed.org/version/1.1", "title": "Daily", "language": "en", "feed_url": "https://daily.example/feed.json",
     "items": [{"id": 1, "external_url": "https://daily.example/1", "title": "Kremlin rejects accusation", "content_html": "<p>It said so.</p>",
                "date_published": "2023-05-12T20:00:05.120Z", "attachments": [{"url": "https://cdn.example/1.mp3", "mime_type": "audio/mpeg"}]}]},
    indent=2,
)  # fmt: skip
SHAPES = {
    "RSS 0.90": RSS_090, "RSS 0.91": RSS_091, "RSS 0.92": RSS_092, "RSS 1.0": RSS_10, "RSS 2.0, oddly": RSS_20_ODD, "podcast": PODCAST,
    "Atom 0.3": ATOM_03, "Atom 1.0": ATOM_10, "JSON Feed 1.0": JSON_10, "JSON Feed 1.1": JSON_11,
}  # fmt: skip
UNDATED = {"RSS 0.90", "RSS 0.91", "RSS 0.92"}
WITHOUT_TEXT = {"RSS 0.90"}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_article(shape: str) -> None:
    stream: io.BufferedReader = io.BufferedReader(io.BytesIO(SHAPES[shape].encode()))
    kind = format_of(stream, "input")
    assert kind == ("jsonfeed" if shape.startswith("JSON") else "rss")
    (item,) = FORMATS[kind](stream)
    raw: dict[str, Any] = json.loads(item.data)
    assert "picture" not in raw["title"]
    settings = load_settings()
    event = normalise(item.data, received_at=None, settings=settings, max_bytes=settings.max_article_bytes)
    assert (event.url, event.title) == ("https://daily.example/1", "Kremlin rejects accusation")
    assert event.body.startswith("It said so") or shape in WITHOUT_TEXT
    assert (f"{event.published_at:%Y-%m-%dT%H:%M:%S}" == "2023-05-12T20:00:05") or shape in UNDATED
    assert ("date_missing" in event.flags) == (shape in UNDATED)
    assert event.byline in {None, "A. B.", "Daily Radio"}
    assert event.source == ("other.example" if shape == "RSS 0.92" else "daily.example")


def test_a_film_without_any_other_text_is_described_by_its_caption() -> None:
    feed = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><entry><title>Film</title><id>yt:1</id>
    <media:group><media:title>Film</media:title><media:description>What is said in it.</media:description></media:group></entry></feed>"""
    (item,) = FORMATS["rss"](io.BufferedReader(io.BytesIO(feed.encode())))
    assert json.loads(item.data)["body"] == "What is said in it."
