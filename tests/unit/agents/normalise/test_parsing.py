"""What is no JSON is told by what stops the reader, where, and the words that stand there."""

from __future__ import annotations

import pytest

from agents.normalise.parsing import parse
from schemas.errors import MalformedError


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"title,body", "not JSON: expecting value at character 1: 'title,body'"),
        (b'{"title": "a"} trailing', "not JSON: extra data at character 16: 'trailing'"),
        (
            b"{'title': 'a'}",
            "not JSON: expecting property name enclosed in double quotes at character 2: \"'title': 'a'}\"",
        ),
        (b"x" * 1000, "not JSON: expecting value at character 1: 'xxxxxxxxxxxxxxxxxxxx'"),
        (b"\x1b[31m", "not JSON: expecting value at character 1: '\\x1b[31m'"),
        (b'{"x": ' + b"[" * 100_000, "not JSON of an article: nested too deeply"),
        (b'{"title": "cut', "the JSON ends in the middle; was the line cut?"),
    ],
)
def test_what_is_no_json_is_told_with_its_place_and_words(raw: bytes, message: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse(raw)
    assert str(caught.value) == message
