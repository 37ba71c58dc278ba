"""Lists of feeds: a text file with an address and tags a line, or OPML as feed readers export it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from schemas.errors import BosphorusError


class Feed(Struct, frozen=True):
    """One feed of a list."""

    url: str
    tags: tuple[str, ...] = ()


def read_feedlist(path: Path) -> list[Feed]:
    """Return the feeds of a list, each address once.

    In a text file each line is `URL [tag ...]`; empty lines and what follows a `#` at a line's start or after a blank are passed over.
    In OPML the names of the folders above a feed, and its `category`, are its tags.

    Raises:
        BosphorusError: it can't be read, or a line is no address; names the line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BosphorusError(f"can't read {path}: {(error.strerror or str(error)).lower()}") from error
    found = _opml(path, data) if data.lstrip()[:1] == b"<" else _lines(path, data)
    return list({feed.url: feed for feed in found}.values())


def _lines(path: Path, data: bytes) -> Iterator[Feed]:
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        words = line.split()
        said = words[: next((i for i, word in enumerate(words) if word.startswith("#")), len(words))]
        if not said:
            continue
        if not is_address(said[0]):
            raise BosphorusError(f"{path}:{number}: {said[0]!r} is no http or https address; a line is: URL [tag ...]")
        yield Feed(said[0], tuple(said[1:]))


def _opml(path: Path, data: bytes) -> Iterator[Feed]:
    try:
        # expat (2.4.1 and later) bounds what entities may grow to, and resolves none from outside.
        root = ET.fromstring(data)  # noqa: S314
    except (ET.ParseError, ValueError) as error:
        raise BosphorusError(f"{path}: no OPML: {error}") from error

    def walk(element: ET.Element, folders: tuple[str, ...]) -> Iterator[Feed]:
        for outline in element.iterfind("outline"):
            url = outline.get("xmlUrl") or ""
            if is_address(url):
                own = tuple(tag.strip(" /") for tag in (outline.get("category") or "").split(",") if tag.strip(" /"))
                yield Feed(url, folders + own)
            yield from walk(
                outline, (*folders, outline.get("text") or outline.get("title") or "") if not url else folders
            )

    body = root.find("body")
    if body is None:
        raise BosphorusError(f"{path}: no OPML: it has no body")
    yield from walk(body, ())


def is_address(text: str) -> bool:
    """Say whether a word is the address of a feed rather than the name of a file."""
    return text.startswith(("http://", "https://"))
