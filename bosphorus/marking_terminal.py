"""An explained article on a terminal: colours there, brackets in a pipe and where no colours are wanted."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bosphorus.marking import ACT, KINDS, Mark, marks_of, party, stretches
from bosphorus.visible import visible
from schemas.records import EnrichedEvent, Field


class _Out(Console):
    """Rich would end the process with status 1 where a reader (head) has seen enough; the command line ends it well."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


COLOURS = {"actor": "bold cyan", "country": "green", "interaction": "yellow", "theme": "bold magenta"}
PIPE_COLUMNS = 160


def show(event: EnrichedEvent) -> None:
    """Print title and body with their marks, then a table of the findings, then the judgement with its addends."""
    terminal = sys.stdout.isatty()
    console = _Out(
        file=sys.stdout,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
        width=None if terminal else PIPE_COLUMNS,
    )
    # Where colours are not wanted (NO_COLOR) or not had (TERM=dumb), brackets mark the findings as in a pipe.
    coloured = console.color_system is not None and not console.no_color
    marks = marks_of(event)
    for field, text in ((Field.TITLE, event.title), (Field.BODY, event.body)):
        if text:
            console.print(
                _marked(text, field, marks, coloured=coloured), style="bold" if field is Field.TITLE else None
            )
            console.print()
    if coloured:
        console.print(Text("  ").join(Text(kind, style=COLOURS[kind]) for kind in KINDS))
    if marks:
        console.print(_table(marks))
    console.print(_judgement(event))
    console.print()


def _marked(text: str, field: Field, marks: list[Mark], *, coloured: bool) -> Text:
    line = Text()
    for act, inside in stretches(text, field, marks):
        part = Text()
        for piece in inside:
            words = "\n".join(visible(row) for row in piece.text.split("\n"))
            if piece.mark is None:
                part.append(words, style=COLOURS[ACT] if coloured and act else None)
            elif coloured:
                part.append(words, style=COLOURS[piece.mark.kind])
            else:
                part.append(f"[{words}|{visible(piece.mark.label)}]")
        if act is not None and coloured:
            part.stylize("underline")
        line.append_text(part if act is None or coloured else Text(f"[{part.plain}|{visible(act.label)}]"))
    return line


def _table(marks: list[Mark]) -> Table:
    table = Table("where", "words", "finding", "rule", "confidence", box=None, pad_edge=False, header_style="bold")
    for mark in marks:
        table.add_row(
            Text(f"{mark.field}:{mark.start}"),
            Text(visible(mark.text), style=COLOURS[mark.kind]),
            Text(visible(f"{mark.kind}: {mark.finding}")),
            Text(visible(mark.rule)),
            Text(f"{mark.confidence:.2f}"),
        )
    return table


def _judgement(event: EnrichedEvent) -> Text:
    judged = event.interference
    lines = [
        "",
        f"interference {judged.score:.2f}"
        + (f", {judged.status}" if judged.status else "")
        + f": {', '.join(judged.perpetrators) or '?'} said to interfere in {', '.join(judged.targets) or '?'}"
        * bool(judged.score),
        *(f"  {part.value:+.2f}  {part.name}" for part in judged.parts),
    ]
    if judged.said_by:
        lines.append("said by: " + "; ".join(party(one) for one in judged.said_by))
    lines.append("origins: " + "; ".join(f"{one.name} ({one.rule})" for one in event.origins))
    lines.append("watches: " + (", ".join(event.watches) or "none"))
    dated = "no date" if "date_unknown" in event.flags else f"{event.published_at:%Y-%m-%d %H:%M} UTC"
    lines.append(f"article: {event.external_id or event.event_id} ({event.source}, {dated}, {event.language})")
    return Text("\n".join(visible(line) for line in lines))
