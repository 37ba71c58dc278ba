"""The findings of an enriched event as marks in its text: what `bosphorus explain` shows, on a terminal or as a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schemas.records import EnrichedEvent, Field, Interaction, Party, Span

KINDS = ("actor", "country", "theme", "interaction")
"""Where names and themes overlap, the earlier kind here is shown in the text; an act is marked around them. Every mark is
listed below the text all the same."""
ACT = "interaction"


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
    """Every finding that has a place, by field and place; what several terms of a lexicon find alike is one."""
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
    return sorted(dict.fromkeys(marks), key=lambda mark: (mark.field is not Field.TITLE, mark.start, mark.end))


def _mark(kind: str, span: Span, label: str, finding: str, confidence: float) -> Mark:
    return Mark(kind, span.field, span.start, span.end, span.text, label, finding, span.rule, confidence)


def said(one: Interaction) -> str:
    """`TUROPP Kemal Kılıçdaroğlu -> RUS Russia: ACCUSE 112 (alleged)`."""
    quoted = f", says {party(one.quoted)}" if one.quoted != Party() else ""
    return f"{party(one.source)} -> {party(one.target)}: {one.plover} {one.cameo} ({one.status}{quoted})"


def party(one: Party) -> str:
    """Code and name where known, else the words, else a question mark."""
    return " ".join(filter(None, (one.code, one.name))) or one.text or "?"


class Stretch(NamedTuple):
    """A stretch of text that tells one act, or none; names and themes stand inside it."""

    act: Mark | None
    pieces: tuple[Piece, ...]


def stretches(text: str, field: Field, marks: list[Mark]) -> Iterator[Stretch]:
    """The text cut at its acts, each stretch cut at the names and themes in it."""
    names = _apart([mark for mark in marks if mark.kind != ACT], field)
    at = 0
    for act in _apart([mark for mark in marks if mark.kind == ACT], field):
        inside = [name for name in names if name.end > act.start and name.start < act.end]
        start = min([act.start, *(name.start for name in inside)])  # a name is never cut
        end = max([act.end, *(name.end for name in inside)])
        if start < at:
            continue
        if at < start:
            yield Stretch(None, tuple(_pieces(text, at, start, names)))
        yield Stretch(act, tuple(_pieces(text, start, end, names)))
        at = end
    if at < len(text):
        yield Stretch(None, tuple(_pieces(text, at, len(text), names)))


def _apart(marks: list[Mark], field: Field) -> list[Mark]:
    """Those shown, in text order. Of marks that overlap, the most specific kind is shown, then the longer one."""
    shown: list[Mark] = []
    for mark in sorted(
        (mark for mark in marks if mark.field is field and mark.start < mark.end),
        key=lambda mark: (KINDS.index(mark.kind), mark.start - mark.end, mark.start),
    ):
        if all(mark.end <= other.start or mark.start >= other.end for other in shown):
            shown.append(mark)
    return sorted(shown, key=lambda mark: mark.start)


def _pieces(text: str, start: int, end: int, names: list[Mark]) -> Iterator[Piece]:
    at = start
    for name in names:
        if name.start < start or name.end > end:
            continue
        if at < name.start:
            yield Piece(text[at : name.start], None)
        yield Piece(text[name.start : name.end], name)
        at = name.end
    if at < end:
        yield Piece(text[at:end], None)
