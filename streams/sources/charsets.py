"""The text in bytes whose character set is said wrong as often as right."""

from __future__ import annotations

import codecs
import re

WRONG = 0.02
"""Share of the bytes beyond ASCII that may be damaged: a letter cut in half, or one pasted from elsewhere."""
_HEADER = re.compile(r"""charset\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE
)
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_AS_BROWSERS_DO = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}
"""Labels that browsers read as the larger Windows set (https://encoding.spec.whatwg.org/#names-and-labels)."""


def text_of(document: bytes, content_type: str = "") -> str:
    """Return the text of a page or feed: by its byte order mark, as UTF-8 if it is that, by its header, by its own word, else by its looks.

    UTF-8 comes before what is declared: hardly anything else is valid UTF-8 by chance.
    """
    for mark, encoding in _MARKS.items():
        if document.startswith(mark):
            return document.decode(encoding, "replace")
    said = [m[1] for m in [_HEADER.search(content_type)] if m]
    said += [m[1].decode() for m in [_DECLARED.search(document[:4096])] if m]
    if b"\x1b" in document:  # ISO 2022 is ASCII to look at
        said.append("utf-8")
    else:
        said.insert(0, "utf-8")
    bound = WRONG * (len(document) - len(document.decode("ascii", "ignore")))
    for label in said:
        try:
            name = codecs.lookup(label).name
            text = document.decode(_AS_BROWSERS_DO.get(name, name), "replace")
        except (LookupError, UnicodeError):
            continue
        if text.count("\ufffd") <= bound:
            return text
    return document.decode(_looks_like(document), "replace")


def _looks_like(document: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(re.sub(rb"<[^<>]*>", b" ", document)[:20_000]).best()
    return best.encoding if best else "utf-8"
