"""Explained articles as one self-contained page: no script, no link to anywhere, everything that others wrote escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator

from bosphorus.marking import KINDS, Mark, marks_of, party, stretches
from bosphorus.visible import visible
from schemas.records import EnrichedEvent, Field

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Explained articles</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
article { border-top: 1px solid #8886; padding-block: 1rem; overflow-wrap: anywhere; }
mark { color: inherit; background: none; border-bottom: 3px solid; padding: 0; }
mark.actor { border-color: #0a7ea4; } mark.country { border-color: #2e8b57; }
mark.interaction { border-color: #b58900; border-bottom-style: dotted; padding-bottom: 2px; } mark.theme { border-color: #b5179e; }
table { border-collapse: collapse; font-size: .85rem; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .2rem .5rem; border-bottom: 1px solid #8884; }
.scroll { overflow-x: auto; }
.body { white-space: pre-line; }
</style>
</head>
<body>
<main>
<h1>Explained articles</h1>
<p>Who is said to do what to whom, as the text says it: """


def page(events: Iterable[EnrichedEvent]) -> Iterator[str]:
    """The page in chunks, one an article."""
    yield _HEAD + ", ".join(f'<mark class="{kind}">{kind}</mark>' for kind in KINDS) + ".</p>\n"
    for event in events:
        yield _article(event)
    yield "</main>\n</body>\n</html>\n"


def _article(event: EnrichedEvent) -> str:
    marks = marks_of(event)
    judged = event.interference
    rows = "".join(
        f"<tr><td>{_safe(f'{mark.field}:{mark.start}')}</td><td>{_safe(mark.text)}</td><td>{_safe(f'{mark.kind}: {mark.finding}')}</td>"
        f"<td>{_safe(mark.rule)}</td><td>{mark.confidence:.2f}</td></tr>\n"
        for mark in marks
    )
    addends = "".join(f"<li>{part.value:+.2f} {_safe(part.name)}</li>" for part in judged.parts)
    sides = (
        f"{', '.join(judged.perpetrators) or '?'} said to interfere in {', '.join(judged.targets) or '?'}"
        if judged.score
        else "not said"
    )
    said_by = "; ".join(party(one) for one in judged.said_by)
    origins = "; ".join(f"{one.name} ({one.rule})" for one in event.origins)
    return (
        f"<article>\n<h2>{_marked(event.title, Field.TITLE, marks)}</h2>\n"
        f'<p class="body">{_marked(event.body, Field.BODY, marks)}</p>\n'
        f"<p><strong>Interference {judged.score:.2f}</strong> {_safe(str(judged.status or ''))}: {_safe(sides)}</p>\n<ul>{addends}</ul>\n"
        f"<p>Said by: {_safe(said_by or 'nobody named')}. Origins: {_safe(origins)}.</p>\n"
        f'<div class="scroll"><table>\n<thead><tr><th>where</th><th>words</th><th>finding</th><th>rule</th><th>confidence</th></tr></thead>\n'
        f"<tbody>\n{rows}</tbody>\n</table></div>\n</article>\n"
    )


def _marked(text: str, field: Field, marks: list[Mark]) -> str:
    return "".join(
        _wrapped(act, "".join(_wrapped(piece.mark, _safe(piece.text)) for piece in inside))
        for act, inside in stretches(text, field, marks)
    )


def _wrapped(mark: Mark | None, inner: str) -> str:
    if mark is None:
        return inner
    title = _safe(f"{mark.finding}; {mark.rule}; {mark.confidence:.2f}")
    return f'<mark class="{mark.kind}" title="{title}">{inner}</mark>'


def _safe(text: str) -> str:
    """Escaped, with control characters shown; line breaks are kept."""
    return html.escape("\n".join(visible(row) for row in text.split("\n")))
