"""IPTC NewsML-G2 documents (https://iptc.org/standards/newsml-g2/) as raw articles: a news item, or a message that holds many."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from schemas.errors import MalformedError, TooLargeError
from streams.sources.items import MAX_DOCUMENT_BYTES, Item, raw_article

NAMESPACE = "http://iptc.org/std/nar/2006-10-01/"
MARKS = (b"<newsitem", b"<newsmessage")
_NS = {"n": NAMESPACE}


def read_newsml(stream: io.BufferedIOBase) -> Iterator[Item]:
    """Yield the news items of a document, in its order.

    Raises:
        TooLargeError: `too_large`.
        MalformedError: `not_newsml`.
    """
    data = stream.read(MAX_DOCUMENT_BYTES + 1)
    if len(data) > MAX_DOCUMENT_BYTES:
        raise TooLargeError("too_large", f"the document has more than {MAX_DOCUMENT_BYTES:,} bytes")
    try:
        # expat (2.4.1 and later) bounds what entities may grow to, and resolves none from outside.
        root = ET.fromstring(data)  # noqa: S314
    except (ET.ParseError, ValueError, RecursionError) as error:
        raise MalformedError("not_newsml", f"not well-formed XML: {error}") from error
    item = f"{{{NAMESPACE}}}newsItem"
    items = [root] if root.tag == item else list(root.iter(item))
    if not items:
        raise MalformedError("not_newsml", f"no newsItem of {NAMESPACE} in it")
    for number, one in enumerate(items, 1):
        yield Item(number, _article(one))


def _article(item: ET.Element) -> bytes:
    status = item.find("n:itemMeta/n:pubStatus", _NS)
    code = "" if status is None else status.get("qcode") or status.get("uri") or ""
    language = item.find("n:contentMeta/n:language", _NS)
    link = item.find("n:itemMeta/n:link[@href]", _NS)
    return raw_article(
        id=item.get("guid"),
        url=item.get("guid")
        if (item.get("guid") or "").startswith("http")
        else None
        if link is None
        else link.get("href"),
        title=_said(item, "n:contentMeta/n:headline") or _said(item, "n:itemMeta/n:title"),
        body=_body(item) or _said(item, "n:contentMeta/n:description"),
        published_at=_said(item, "n:itemMeta/n:firstCreated")
        or _said(item, "n:contentMeta/n:contentCreated")
        or _said(item, "n:itemMeta/n:versionCreated"),
        source=_provider(item),
        language=item.get("{http://www.w3.org/XML/1998/namespace}lang") if language is None else language.get("tag"),
        version=item.get("version"),
        status=code.rpartition(":")[2].rpartition("/")[2],
        byline=_said(item, "n:contentMeta/n:by"),
    )


def _said(item: ET.Element, path: str) -> str:
    found = item.find(path, _NS)
    return "" if found is None else "".join(found.itertext()).strip()


def _body(item: ET.Element) -> str:
    """Return the text of the content: paragraphs of inline XML on lines of their own, inline data as it stands."""
    for inline in item.iterfind("n:contentSet/n:inlineXML", _NS):
        paragraphs = [e for e in inline.iter() if isinstance(e.tag, str) and e.tag.rpartition("}")[2] == "p"]
        text = "\n".join("".join(p.itertext()).strip() for p in paragraphs) or "".join(inline.itertext()).strip()
        if text:
            return text
    return _said(item, "n:contentSet/n:inlineData")


def _provider(item: ET.Element) -> str:
    for path in ("n:contentMeta/n:infoSource", "n:itemMeta/n:provider"):
        found = item.find(path, _NS)
        if found is not None:
            return _said(found, "n:name") or found.get("literal") or (found.get("qcode") or "").rpartition(":")[2]
    return ""
