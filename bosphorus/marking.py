"""The findings of an enriched event as marks in its text: what `bosphorus explain` shows, on a terminal or as a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schemas.records import EnrichedEvent, Field, Interaction, Party, Span

KINDS = ("actor", "country", "interaction", "theme")
"""Where marks overlap, the earlier kind here is shown in the text; every mark is listed below it all the same."""


class Mark(NamedTuple):
    """One finding at one place.

    Attributes:
        kind: one of KINDS.
        start: first code point of the field.
        end: one past the last.
        text: the words.
        label: what it was taken for, in one word: a code, a theme, a root.
        finding: the same in full.
        rule: the rule that made it.
        confidence: 0 to 1.
    """

    kind: str
    field: Field
    start: int
    end: int
    text: str
    label: str
    finding: str
    rule: str
    confidence: float


class Piece(NamedTuple):
    """A stretch of text, marked or plain."""

    text: str
    mark: Mark | None


def marks_of(event: EnrichedEvent) -> list[Mark]:
    """Every finding that has a place, by field and place."""
    marks = [
        _mark(
            "country",
            span,
            country.code,
            f"{country.code} ({country.salience:.0%} of the attention)",
            country.confidence,
        )
        for country in event.countries
        for span in country.spans
    ]
    marks.extend(
        _mark("actor", span, actor.code, f"{actor.code} {actor.name}", actor.confidence)
        for actor in event.actors
        for span in actor.mentions
    )
    marks.extend(
        _mark("theme", span, theme.theme, " ".join((theme.theme, *theme.disarm, f"({theme.status})")), theme.confidence)
        for theme in event.themes
        for span in theme.spans
    )
    marks.extend(_mark("interaction", one.span, one.plover, said(one), one.confidence) for one in event.interactions)
    return sorted(marks, key=lambda mark: (mark.field is not Field.TITLE, mark.start, mark.end))


def _mark(kind: str, span: Span, label: str, finding: str, confidence: float) -> Mark:
    return Mark(kind, span.field, span.start, span.end, span.text, label, finding, span.rule, confidence)


def said(one: Interaction) -> str:
    """`TUROPP Kemal Kılıçdaroğlu -> RUS Russia: ACCUSE 112 (alleged)`."""
    quoted = f", says {party(one.quoted)}" if one.quoted != Party() else ""
    return f"{party(one.source)} -> {party(one.target)}: {one.plover} {one.cameo} ({one.status}{quoted})"


def party(one: Party) -> str:
    """Code and name where known, else the words, else a question mark."""
    return " ".join(filter(None, (one.code, one.name))) or one.text or "?"


def pieces(text: str, field: Field, marks: list[Mark]) -> Iterator[Piece]:
    """The text cut at its marks. Of marks that overlap, the most specific kind is shown, then the longer one."""
    shown: list[Mark] = []
    for mark in sorted(
        (mark for mark in marks if mark.field is field and mark.start < mark.end),
        key=lambda mark: (KINDS.index(mark.kind), mark.start - mark.end, mark.start),
    ):
        if all(mark.end <= other.start or mark.start >= other.end for other in shown):
            shown.append(mark)
    at = 0
    for mark in sorted(shown, key=lambda mark: mark.start):
        if at < mark.start:
            yield Piece(text[at : mark.start], None)
        yield Piece(text[mark.start : mark.end], mark)
        at = mark.end
    if at < len(text):
        yield Piece(text[at:], None)
