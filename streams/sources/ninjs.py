"""IPTC ninjs documents, versions 1 to 3 (https://iptc.org/standards/ninjs/), as raw articles.

Version 1 has single properties (`headline`, `body_text`), version 2 lists with roles (`headlines`, `bodies`), version 3 the same in camel
case; names are compared without case and underscores, so that one reading serves all.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import msgspec

from schemas.errors import MalformedError
from streams.sources.items import Item, raw_article
from streams.sources.ndjson import read_ndjson

MARKS = (b'"versioncreated"', b'"versionCreated"', b'"pubstatus"', b'"pubStatus"', b"iptc.org/std/ninjs")
TEXT_TYPES = ("text/plain", "text/html", "application/xhtml+xml")


def read_ninjs(stream: io.BufferedReader) -> Iterator[Item]:
    """Yield the documents of a file: one, a list of them, or one a line."""
    for item in read_ndjson(stream):
        try:
            document = msgspec.json.decode(item.data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield Item(item.number, item.data, MalformedError("not_json", f"no ninjs document: {error}"))
            continue
        if isinstance(document, dict) and isinstance(document.get("uri"), str):
            yield Item(item.number, _article({_plain(k): v for k, v in document.items()}))
        else:
            yield Item(item.number, item.data, MalformedError("not_ninjs", "a ninjs document is an object with a uri"))


def _article(document: dict[str, Any]) -> bytes:
    return raw_article(
        id=document["uri"],
        url=_address(document),
        title=_said(document, "headline") or _said(document, "title"),
        body=_said(document, "body")
        or _said(document, "bodytext")
        or _said(document, "bodyxhtml")
        or _said(document, "description"),
        published_at=document.get("firstcreated") or document.get("contentcreated") or document.get("versioncreated"),
        source=_name(document.get("infosources"))
        or _name(document.get("infosource"))
        or document.get("copyrightholder"),
        language=document.get("language"),
        version=document.get("version"),
        status=document.get("pubstatus"),
        byline=document.get("byline") or document.get("by"),
    )


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _said(document: dict[str, Any], name: str) -> str:
    """Return the text of a property: the one value, or of the list the first text, the main one before others."""
    single = document.get(name)
    if isinstance(single, str):
        return single
    plural = "bodies" if name == "body" else f"{name}s"
    options = [o for o in document.get(plural) or () if isinstance(o, dict) and isinstance(o.get("value"), str)]
    texts = [o for o in options if o.get("contenttype", o.get("contentType", "text/plain")) in TEXT_TYPES]
    main = [o for o in texts if o.get("role", "main") in {"main", "headline"}]
    return next((str(o["value"]) for o in (*main, *texts)), "")


def _name(sources: Any) -> str | None:
    found = sources if isinstance(sources, list) else [sources]
    return next((s["name"] for s in found if isinstance(s, dict) and isinstance(s.get("name"), str)), None)


def _address(document: dict[str, Any]) -> str | None:
    uri = str(document["uri"])
    for one in document.get("altids") or ():
        if isinstance(one, dict) and str(one.get("value", "")).startswith("http"):
            return str(one["value"])
    return uri if uri.startswith("http") else None
