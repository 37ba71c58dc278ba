from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import BosphorusError
from streams.sources.feedlist import Feed, read_feedlist

OPML = """<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>
<outline text="Turkey"><outline type="rss" text="A" xmlUrl="https://a.example/feed" category="/daily,press"/></outline>
<outline type="rss" text="B" xmlUrl="https://b.example/feed"/><outline text="no feed"/></body></opml>"""


def read(tmp_path: Path, text: str) -> list[Feed]:
    path = tmp_path / "feeds"
    path.write_text(text, encoding="utf-8")
    return read_feedlist(path)


def test_a_line_is_an_address_with_tags(tmp_path: Path) -> None:
    text = "# mine\n\nhttps://a.example/feed tr daily # good\nhttps://b.example/feed#top\nhttps://a.example/feed ru\n"
    assert read(tmp_path, text) == [Feed("https://a.example/feed", ("ru",)), Feed("https://b.example/feed#top")]


def test_opml_gives_its_feeds_with_folders_and_categories_as_tags(tmp_path: Path) -> None:
    assert read(tmp_path, OPML) == [
        Feed("https://a.example/feed", ("Turkey", "daily", "press")),
        Feed("https://b.example/feed"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [("https://a.example/\nnonsense", ":2: 'nonsense'"), ("<opml>", "no OPML"), ("<opml/>", "no body")],
)
def test_what_is_no_list_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BosphorusError, match=said):
        read(tmp_path, text)
