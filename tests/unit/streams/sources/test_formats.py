from __future__ import annotations

import io

import pytest

from schemas.errors import BosphorusError
from streams.sources.formats import format_of


def told(data: bytes, name: str = "input") -> str:
    return format_of(io.BufferedReader(io.BytesIO(data)), name)


@pytest.mark.parametrize(
    ("data", "format_"),
    [
        (b'{"title": "t"}\n', "ndjson"),
        (b"\xef\xbb\xbf\n [1]", "ndjson"),
        (b"", "ndjson"),
        (b'cut in half"}\n{"title": "t"}\n', "ndjson"),
        (b'<?xml version="1.0"?><rss version="2.0">', "rss"),
        (b"<!-- made by hand -->\n<feed xmlns='http://www.w3.org/2005/Atom'>", "rss"),
        (b"<rdf:RDF>", "rss"),
        (b"\t" * 60 + b"\n", "gdelt-export"),
        (b"\t" * 15 + b"\n", "gdelt-mentions"),
        (b"\t" * 26 + b"\n", "gdelt-gkg"),
        (b"\t" * 56 + b"\n" + b"\t" * 60 + b"\n", "gdelt-export"),
    ],
)
def test_the_content_tells_the_format(data: bytes, format_: str) -> None:
    assert told(data) == format_


def test_the_name_helps_where_the_content_does_not() -> None:
    assert told(b"\t" * 56 + b"\n", "20191024143000.export.CSV.gz") == "gdelt-export"


def test_what_cannot_be_told_has_to_be_said() -> None:
    with pytest.raises(BosphorusError, match="--format ndjson"):
        told(b"\x89PNG\r\n")
