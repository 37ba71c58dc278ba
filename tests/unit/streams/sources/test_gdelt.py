from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from streams.sources.files import open_input
from streams.sources.formats import FORMATS, format_of
from streams.sources.gdelt import COLUMNS, read_gdelt, title_of
from streams.sources.items import Item

SHARED = Path(os.environ.get("BOSPHORUS_SHARED", Path(__file__).parents[5] / "shared")) / "data"


def row(kind: str, **columns: str) -> str:
    return "\t".join(columns.get(f"c{i}", "") for i in range(COLUMNS[kind]))


def read(kind: str, *rows: str) -> list[Item]:
    return list(read_gdelt(io.BufferedReader(io.BytesIO("\n".join(rows).encode())), kind))


def article(kind: str, **columns: str) -> dict[str, Any]:
    (item,) = read(kind, row(kind, **columns))
    assert item.error is None
    found: dict[str, Any] = json.loads(item.data)
    return found


def test_an_event_becomes_an_article_of_its_page() -> None:
    page = "https://daily.example/2023/05/12/kremlin-denies-meddling-in-vote-123.html"
    found = article(
        "gdelt-export", c0="99", c6="RUSSIA", c16="TURKEY", c52="Ankara, Ankara, Turkey", c59="20230512200000", c60=page
    )
    assert found == {
        "id": "gdelt-event-99",
        "url": page,
        "title": "kremlin denies meddling in vote",
        "body": "Russia, Turkey.\nAnkara, Ankara, Turkey.",
        "published_at": "20230512200000",
    }


def test_a_mention_carries_its_page_and_the_language_it_was_translated_from() -> None:
    found = article(
        "gdelt-mentions", c0="99", c2="20230512201500", c3="1", c4="gazete.example", c5="https://gazete.example/kremlin-iddialari-reddetti/", c14="srclc:tur;eng:GT-TUR 1.0"
    )  # fmt: skip
    assert (found["title"], found["source"], found["language"]) == (
        "kremlin iddialari reddetti",
        "gazete.example",
        "tur",
    )


def test_a_document_of_the_knowledge_graph_carries_title_quotations_names_and_places() -> None:
    found = article(
        "gdelt-gkg",
        c0="20230512200000-1",
        c1="20230512200000",
        c2="1",
        c3="daily.example",
        c4="https://daily.example/x",
        c9="1#Turkey#TU#TU#39#35#TU;1#Russia#RS#RS#60#100#RS;1#Turkey#TU#TU#39#35#TU",
        c11="dmitry peskov",
        c13="kremlin",
        c22="10|20||we have nothing to do with it",
        c26="<PAGE_TITLE>Kremlin &amp; Ankara</PAGE_TITLE>",
    )
    assert found["title"] == "Kremlin & Ankara"
    assert found["body"] == "“we have nothing to do with it”\nDmitry Peskov.\nKremlin.\nTurkey, Russia."


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_row_with_57_columns_is_kept_and_named_with_its_line(kind: str) -> None:
    good, bad = row(kind, c0="1"), "\t".join("x" * 57)
    items = read(kind, good, bad, good)
    assert [item.number for item in items] == [1, 2, 3]
    assert items[0].error is items[2].error is None
    assert items[1].data == bad.encode()
    assert items[1].error is not None
    assert items[1].error.reason == "wrong_columns"
    assert "57 columns" in str(items[1].error)


def test_bytes_that_are_not_utf8_are_replaced() -> None:
    data = row("gdelt-export", c6="X", c60="https://a.example/b").encode().replace(b"X", b"\xff")
    (item,) = read_gdelt(io.BufferedReader(io.BytesIO(data)), "gdelt-export")
    assert "\ufffd" in json.loads(item.data)["body"]


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("https://a.example/news/kremlin-denies-all_2023.html", "kremlin denies all"),
        ("https://a.example/2023/05/12/", ""),
        ("https://a.example/turkey-votes", ""),
        ("https://a.example/%D0%BA%D1%80%D0%B5%D0%BC%D0%BB%D1%8C-%D0%B2%D1%81%D0%B5-%D0%BE%D1%82%D1%80%D0%B8%D1%86%D0%B0%D0%B5%D1%82", "кремль все отрицает"),
        ("http://[", ""),
    ],
)  # fmt: skip
def test_the_words_of_an_address_are_a_title(address: str, title: str) -> None:
    assert title_of(address) == title


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "kind", "rows"),
    [
        ("gdelt.20191024143000.export.CSV.gz", "gdelt-export", 2111),
        ("gdelt.sample.gkg.csv.gz", "gdelt-gkg", 100),
        ("gdelt.sample.mentions.CSV.gz", "gdelt-mentions", 100),
    ],
)
def test_real_files_are_read_whole(name: str, kind: str, rows: int) -> None:
    if not (SHARED / name).is_file():
        pytest.skip(f"{SHARED / name} is not here")
    with open_input(str(SHARED / name)) as stream:
        assert format_of(stream, "a") == kind
        items = list(FORMATS[kind](stream))
    assert len(items) == rows
    assert not any(item.error for item in items)
