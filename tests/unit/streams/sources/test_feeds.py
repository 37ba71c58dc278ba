from __future__ import annotations

import io
import json
from typing import Any

import pytest

from schemas.errors import MalformedError
from streams.sources.feeds import read_feed

RSS2 = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Daily</title><link>https://www.daily.example/</link><language>tr</language>
<item><guid isPermaLink="false">n-1</guid><title>Kremlin &amp;amp; Ankara</title><link>https://daily.example/1</link><description>Short</description>
<content:encoded><![CDATA[<p>The whole <b>text</b>.</p>]]></content:encoded><pubDate>Fri, 12 May 2023 23:00:05 +0300</pubDate><dc:creator>A. B.</dc:creator></item>
<item><title>No date</title><link>/2</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru"><title>Лента</title><link href="https://lenta.example/"/>
<entry><id>tag:lenta.example,2023:1</id><title>Кремль</title><link href="https://lenta.example/1"/><updated>2023-05-12T20:00:05Z</updated>
<summary>Кратко</summary><author><name>И. И.</name></author></entry></feed>"""
RSS1 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://old.example/"><title>Old</title><link>https://old.example/</link></channel>
<item rdf:about="https://old.example/1"><title>One</title><link>https://old.example/1</link><dc:date>2003-05-12T20:00:05+00:00</dc:date></item></rdf:RDF>"""
RSS09 = """<rss version="0.91"><channel><title>Older</title><link>https://older.example/</link><item><title>One</title>
<link>https://older.example/1</link></item></channel></rss>"""


def read(text: str | bytes, address: str = "") -> list[dict[str, Any]]:
    data = text.encode() if isinstance(text, str) else text
    items = list(read_feed(io.BytesIO(data), address=address))
    assert [item.number for item in items] == list(range(1, len(items) + 1))
    return [json.loads(item.data) for item in items]


def test_rss_2_gives_its_entries_with_the_whole_text() -> None:
    first, second = read(RSS2, "https://www.daily.example/feed.xml")
    assert first["id"] == "n-1"
    assert first["url"] == "https://daily.example/1"
    assert first["published_at"] == "2023-05-12T20:00:05Z"
    assert "The whole" in first["body"]
    assert (first["source"], first["language"], first["byline"]) == ("daily.example", "tr", "A. B.")
    assert second["url"] == "https://www.daily.example/2"
    assert "published_at" not in second


def test_atom_falls_back_to_the_update() -> None:
    (entry,) = read(ATOM)
    assert entry["published_at"] == "2023-05-12T20:00:05Z"
    assert (entry["title"], entry["source"], entry["language"]) == ("Кремль", "lenta.example", "ru")


@pytest.mark.parametrize(("feed", "url"), [(RSS1, "https://old.example/1"), (RSS09, "https://older.example/1")])
def test_old_kinds_of_rss_are_read(feed: str, url: str) -> None:
    (entry,) = read(feed)
    assert entry["url"] == url


def test_broken_xml_is_read_as_far_as_it_goes() -> None:
    broken = RSS2.replace("</channel></rss>", "<item><title>cut & torn")
    assert [entry["title"] for entry in read(broken)[:2]] == [entry["title"] for entry in read(RSS2)]


def test_another_encoding_is_read_by_its_declaration() -> None:
    text = ATOM.replace("<feed", '<?xml version="1.0" encoding="windows-1251"?><feed').encode("cp1251")
    assert read(text)[0]["title"] == "Кремль"


def test_a_feed_without_entries_is_an_empty_feed() -> None:
    assert read('<rss version="2.0"><channel><title>x</title></channel></rss>') == []


@pytest.mark.parametrize("text", ["<html><body>Not found</body></html>", "just words", "", "<rss"])
def test_what_is_no_feed_is_named(text: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read(text)
    assert caught.value.reason == "not_a_feed"


def test_entities_that_explode_are_no_danger() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
    )
    text = f'{bomb}]><rss version="2.0"><channel><item><title>&j;</title></item></channel></rss>'
    try:
        entries = read(text)
    except MalformedError:
        return
    assert len(json.dumps(entries)) < 100_000


def test_a_document_of_tags_that_never_end_is_refused_before_anybody_takes_pains_with_it() -> None:
    data = b'<?xml version="1.0"?><rss version="2.0"><channel><title>N</title>' + b"<c" * 50_000
    with pytest.raises(MalformedError, match="50,005 tags begin in it and 5 end"):
        list(read_feed(io.BytesIO(data)))
