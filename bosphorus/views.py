"""Records as people read them on a terminal. Everything that others wrote goes through `visible`."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bosphorus.visible import shortened, visible
from schemas.records import Alert, DeadLetter, EnrichedEvent, MsgType, Party

TITLE_CHARACTERS = 160
VALUE_CHARACTERS = 200
EVIDENCE_SHOWN = 5
STORY_FROM = 0.5
"""An interference score from here on says that it is such a story."""

_COLOURS = {MsgType.ALERT: "bold red", MsgType.UPDATE: "yellow", MsgType.CLOSED: "green", MsgType.CANCEL: "magenta"}


def alert_view(alert: Alert) -> RenderableType:
    """An alert: what is alleged, how far it stands out, and the stories that it rests on."""
    head = Text.assemble(
        (f"{alert.msg_type.value:<7}", _COLOURS[alert.msg_type]),
        f" {alert.updated_at:%Y-%m-%d %H:%M}  {alert.severity.value}  ",
        (visible(f"{alert.source} → {alert.target}  {alert.theme}"), "bold"),
        (visible(f"  {alert.watch_id}  {alert.alert_id}/{alert.sequence}"), "dim"),
    )
    numbers = Text(
        f"{alert.observed:.2g} stories in the window, {alert.expected:.2g} expected; score {alert.score:.1f}, threshold "
        f"{alert.threshold:.2f}; {alert.stories} stories from {alert.origins} independent origins "
        f"({alert.state_linked} state-linked), {alert.articles} articles",
        "dim",
    )
    body: list[RenderableType] = [Text(visible(alert.headline), "bold"), Text(visible(alert.explanation)), numbers]
    for story in alert.evidence[:EVIDENCE_SHOWN]:
        line = f"{story.published_at:%m-%d %H:%M}  {shortened(story.title, TITLE_CHARACTERS)}"
        body.append(Text.assemble("• ", line, (f"  {shortened(story.source, 40)}, {visible(story.language)}", "dim")))
    more = len(alert.evidence) - EVIDENCE_SHOWN
    if more > 0:
        body.append(Text(f"  and {more} more", "dim"))
    return Group(head, Padding(Group(*body), (0, 0, 1, 8)))


def enriched_view(event: EnrichedEvent) -> RenderableType:
    """An enriched event in two or three lines: when, what, who is said to do what to whom."""
    story = event.interference
    style = "bold yellow" if story.score >= STORY_FROM else "dim"
    head = Text.assemble(
        (f"{event.published_at:%Y-%m-%d %H:%M}  ", "dim"),
        (f"{story.score:.2f}  ", style),
        (f"{visible(event.language):<3} ", "dim"),
        shortened(event.title or event.body, TITLE_CHARACTERS),
        (f"  {shortened(event.source, 40)}", "dim"),
    )
    found = [
        " ".join(visible(country.code) for country in event.countries[:6]),
        ", ".join(visible(f"{actor.name} ({actor.code})") for actor in event.actors[:6]),
        "; ".join(
            visible(f"{_named(i.source)} {i.plover} {_named(i.target)} ({i.status.value})")
            for i in event.interactions[:4]
        ),
        " ".join(visible(theme.theme) for theme in event.themes),
    ]
    said = "  |  ".join(part for part in found if part)
    return Group(head, Padding(Text(said, "dim"), (0, 0, 0, 18))) if said else head


def dead_letter_view(letter: DeadLetter, note: str = "") -> RenderableType:
    """A dead letter: where from, why, how often it was tried, and how its bytes begin."""
    head = Text.assemble(
        (f"{letter.failed_at:%Y-%m-%d %H:%M:%S}  ", "dim"),
        (shortened(f"{letter.stage}: {letter.reason}", TITLE_CHARACTERS), "bold red"),
        (shortened(f"  {letter.topic} partition {letter.partition} offset {letter.offset}", 200), "dim"),
        (f"  attempt {letter.attempts}{note}", "dim"),
    )
    value = letter.value or b""
    begins = shortened(value[: 4 * VALUE_CHARACTERS].decode("utf-8", "backslashreplace"), VALUE_CHARACTERS)
    body = [Text(shortened(letter.message, 1000)), Text(f"{len(value):,} bytes: {begins}", "dim")]
    return Group(head, Padding(Group(*body), (0, 0, 0, 21)))


def _named(party: Party) -> str:
    return party.name or party.code or party.text or "?"
