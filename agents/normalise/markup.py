"""HTML to plain text, in linear time on hostile input."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

TRIGGERS = re.compile(r"[<&]+(?=[a-zA-Z/!?#])")
ENTITY = re.compile(r"&(?:[a-zA-Z][a-zA-Z0-9]{1,31};|#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|nbsp)\b)")
TAG = re.compile(r"<[a-zA-Z/!?]")
BLOCK = re.compile(
    r"(?i)(</?(?:address|article|aside|blockquote|br|caption|center|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]|header|hr|li|main"
    r"|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul)\b)"
)
UNREAD = ("script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head", "title")
"""Elements whose content nobody reads."""
UNREAD_TAG = re.compile(r"(?i)(<(/?)(?:script|style|template|noscript|iframe|object|svg|math|head|title)\b[^<>]*>?)")
ANY_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>?")
CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
MAX_TAGS = 5_000
"""Above this an HTML parser isn't trusted with the text: 20,000 nested `div` take lexbor half a second, and it grows with the square."""


def looks_like_markup(text: str) -> bool:
    """Say whether a tag, a comment or a character reference stands in the text. A bare `<` or `&` (3 < 5, AT&T) is text."""
    return ("<" in text and TAG.search(text) is not None) or ("&" in text and ENTITY.search(text) is not None)


def strip_markup(text: str) -> str:
    """Return the text that people would read: tags off, references resolved, blocks on lines of their own, scripts gone."""
    if "<" in text:
        text = BLOCK.sub(r"\n\1", CDATA.sub("", text))
        if text.count("<") > MAX_TAGS:
            text = _strip_tags(text)
    body = LexborHTMLParser(text).body
    if body is None:
        return _strip_tags(text)
    if UNREAD_TAG.search(text) is not None:
        body.strip_tags(list(UNREAD))
    return str(body.text(deep=True, separator="", strip=False))


def neutralise(text: str) -> str:
    """Take the `<` and `&` off whatever still looks like markup, so that none leaves here."""
    return TRIGGERS.sub("", text)


def _strip_tags(text: str) -> str:
    """Take tags off one by one, without a tree: rougher, but never slow."""
    inside = 0
    kept: list[str] = []
    # split with two groups: text, whole tag, "/" or "", text, ...
    pieces = UNREAD_TAG.split(text)
    for i in range(0, len(pieces), 3):
        if not inside:
            kept.append(ANY_TAG.sub("", pieces[i]))
        if i + 2 < len(pieces):
            inside = max(0, inside - 1) if pieces[i + 2] else inside + 1
    return "".join(kept)
