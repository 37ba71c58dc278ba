"""Plain text as people read it: no markup, no control characters, NFC, tidy white space.

What comes out goes through unchanged when it is put in again.
"""

from __future__ import annotations

import re
import unicodedata

from agents.normalise.markup import looks_like_markup, neutralise, strip_markup

SURROGATE = re.compile("[\ud800-\udfff]")
ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]P_^X]|[\x9d\x90\x9f\x9e\x98])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
)
"""ECMA-48 control sequences and control strings (colours, titles, hyperlinks of a terminal), 7-bit and 8-bit."""
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
"""C0 and C1 controls, bidirectional overrides (which can make a line read as another), and non-characters."""
INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Soft hyphen, zero-width space, word joiner, byte-order mark: they split words for a machine and show nothing to people.

The zero-width (non-)joiner stays: Persian and emoji need it.
"""
LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
UNREADABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Whatever one of the patterns above could match: one quick look instead of five."""
MANY_BREAKS = re.compile(r"\n{3,}")
MARKUP_ROUNDS = 4
"""How many layers of escaped markup (`&amp;lt;b&amp;gt;`) are taken off; what is left then is made harmless."""


def clean_text(text: str, flags: set[str]) -> str:
    """Return the plain text with its paragraphs; add to `flags` what had to be repaired.

    Flags: `surrogates_replaced`, `control_chars_removed`, `html_stripped`.
    """
    if _is_clean(text):
        return text.strip()
    text = _readable(text, flags)
    for _ in range(MARKUP_ROUNDS):
        if not looks_like_markup(text):
            break
        flags.add("html_stripped")
        text = _readable(strip_markup(text), flags)
    else:
        text = neutralise(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return _tidy(text).strip()


def clean_line(text: str, flags: set[str]) -> str:
    """Return the plain text on one line."""
    text = clean_text(text, flags)
    return " ".join(text.split()) if "\n" in text else text


def _is_clean(text: str) -> bool:
    """Say whether there is nothing to do but strip: the usual case, told at a fraction of the cost of doing it.

    `isprintable` is false for every control, format and surrogate character and every blank but the plain space.
    """
    # As one line: two blanks in it are two in the text, a blank beside a line break, or more than one empty line.
    line = text.replace("\n\n", "\n").replace("\n", " ") if "\n" in text else text
    return (
        "<" not in text
        and "&" not in text
        and "  " not in line
        and line.isprintable()
        and (text.isascii() or unicodedata.is_normalized("NFC", text))
    )


def _tidy(text: str) -> str:
    """One blank between words, none beside a line break, one empty line at most."""
    text = "\n".join([_single_blanks(line) for line in text.split("\n")])
    return MANY_BREAKS.sub("\n\n", text) if "\n\n\n" in text else text


def _single_blanks(line: str) -> str:
    """One blank between the words of a line, however many and of whatever kind there are."""
    if not line.isprintable():
        return " ".join(line.split())
    while (
        "  " in line
    ):  # nearly always nothing but two blanks behind a sentence: a third of the time of cutting into words
        line = line.replace("  ", " ")
    return line.strip(" ")


def _readable(text: str, flags: set[str]) -> str:
    """Replace what is not text: lone surrogates by U+FFFD, terminal sequences and controls by nothing."""
    if text.isprintable() or UNREADABLE.search(text) is None:
        return text
    text, found = SURROGATE.subn("\ufffd", text)
    if found:
        flags.add("surrogates_replaced")
    text = LINE_BREAK.sub("\n", text)
    text, sequences = ESCAPE_SEQUENCE.subn("", text)
    text, controls = CONTROL.subn("", text)
    if sequences or controls:
        flags.add("control_chars_removed")
    return INVISIBLE.sub("", text)
