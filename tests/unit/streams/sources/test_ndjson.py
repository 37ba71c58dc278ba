from __future__ import annotations

import io
import json

from streams.sources.ndjson import read_ndjson


def read(data: bytes) -> list[tuple[int, bytes]]:
    return [(item.number, item.data) for item in read_ndjson(io.BufferedReader(io.BytesIO(data)))]


def test_lines_come_as_they_are_with_their_numbers() -> None:
    assert read(b'{"a": 1}\r\n\n  \nnot json\n{"b": 2}') == [(1, b'{"a": 1}'), (4, b"not json"), (5, b'{"b": 2}')]


def test_nothing_gives_nothing() -> None:
    assert read(b"") == []


def test_an_object_spread_over_lines_is_one_article() -> None:
    article = {"title": "t", "body": "b"}
    (found,) = read(json.dumps(article, indent=2).encode())
    assert found[0] == 1
    assert json.loads(found[1]) == article


def test_a_list_is_as_many_articles() -> None:
    for indent in (None, 1):
        found = read(json.dumps([{"title": "a"}, {"title": "b"}, 3], indent=indent).encode())
        assert [(n, json.loads(data)) for n, data in found] == [(1, {"title": "a"}), (2, {"title": "b"}), (3, 3)]


def test_lines_after_a_broken_one_are_not_taken_for_a_document() -> None:
    assert read(b'{\n{"a": 1}\n{"b": 2}\n') == [(1, b"{"), (2, b'{"a": 1}'), (3, b'{"b": 2}')]
    assert read(b'["cut\n{"a": 1}') == [(1, b'["cut'), (2, b'{"a": 1}')]
