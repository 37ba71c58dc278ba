"""Write the report: one HTML file that loads nothing, sends nothing, and escapes everything it shows."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import UUID

from msgspec import Struct

from bosphorus.report import charts, claims
from bosphorus.report.model import Copy, History, Series, Story
from bosphorus.visible import visible
from schemas.errors import BosphorusError
from schemas.records import Alert, ClaimThread, Evidence, MsgType

MAX_CARDS = 40
MAX_STORIES = 60
MAX_OVERVIEWS = 12
MAX_THREADS = 2
STATES = {MsgType.ALERT: "open", MsgType.UPDATE: "open", MsgType.CLOSED: "closed", MsgType.CANCEL: "cancelled"}


class Carrier(Struct, frozen=True):
    """An origin and what it carried."""

    name: str
    stories: int
    articles: int
    state_linked: bool
    share: float


class Card(Struct, frozen=True):
    """Everything the page shows of one alert; `alert` is its last message."""

    alert: Alert
    state: str
    messages: tuple[Alert, ...]
    threads: tuple[ClaimThread, ...]
    timeline: charts.Timeline | None
    stories: tuple[Story, ...]
    more: int
    carriers: tuple[Carrier, ...]
    map: claims.Map | None


class Overview(Struct, frozen=True):
    """A series over the whole period."""

    series: Series
    timeline: charts.Timeline
    alerts: int
    peak: float


def write_report(path: Path, alerts: Sequence[Alert], history: History) -> None:
    """Write the report of a run to `path`.

    Args:
        path: the HTML file; its directory is made.
        alerts: all messages, in the order in which they came.
        history: what was counted.

    Raises:
        BosphorusError: the file can't be written.
    """
    page = render(alerts, history)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise BosphorusError(f"{path}: the report can't be written ({error.strerror}); choose another file") from error


def render(alerts: Sequence[Alert], history: History) -> str:
    """Return the page. The same input gives the same bytes."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("bosphorus.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "safe_text": _safe_text,
        "link": _link,
        "country": _country,
        "theme": lambda theme: "any theme" if theme == "*" else _safe_text(theme).replace("_", " "),
        "moment": lambda at: f"{at.day} {at:%b %Y, %H:%M}",
        "lasting": _lasting,
        "party": lambda party: _safe_text(claims.shown(party)),
        "plural": lambda n, one, many=None: f"{n:,} {one if n == 1 else many or one + 's'}",
        "days": _days,
    }
    environment.globals |= {"lines": claims.lines, "claims": claims, "charts": charts, "max_threads": MAX_THREADS}
    style, script = _template("report.css"), _template("report.js")
    cards = _cards(alerts, history)
    return environment.get_template("report.html.j2").render(
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'",
        history=history,
        cards=cards[:MAX_CARDS],
        hidden=cards[MAX_CARDS:],
        overviews=_overviews(cards, history),
        verbs=claims.VERBS,
        languages=sorted({story.language for story in history.stories}),
        copies=sum(len(story.copies) for story in history.stories),
        articles=_articles(alerts, history),
    )


def _cards(alerts: Sequence[Alert], history: History) -> list[Card]:
    threads: dict[object, list[Alert]] = {}
    for alert in alerts:
        threads.setdefault(alert.alert_id, []).append(alert)
    series = {(s.watch_id, s.source, s.target, s.theme): s for s in history.series}
    cards = []
    for messages in threads.values():
        last = messages[-1]
        key = series.get((last.watch_id, last.source, last.target, last.theme))
        stories = _stories(last, history)
        cards.append(
            Card(
                alert=last,
                state=STATES[last.msg_type],
                messages=tuple(messages),
                threads=tuple(sorted(last.claims, key=lambda t: (t.answered_at is None, -len(t.moves), t.claimed_at))),
                timeline=charts.close_up(key, last, history) if key else None,
                stories=stories[:MAX_STORIES],
                more=max(len(stories) - MAX_STORIES, 0),
                carriers=_carriers(stories),
                map=claims.draw(last.claims),
            )
        )
    return sorted(cards, key=lambda card: (-card.alert.score, card.alert.opened_at))


def _stories(alert: Alert, history: History) -> tuple[Story, ...]:
    """The stories of an alert's episode; its own evidence where the history has none."""
    end = alert.closed_at or alert.updated_at
    found = tuple(
        story
        for story in history.stories
        if story.watch_id == alert.watch_id
        and alert.theme in story.themes
        and alert.first_seen_at <= story.published_at <= end
    )
    return found or tuple(
        Story(
            story_id=item.story_id,
            event_id=item.event_id,
            watch_id=alert.watch_id,
            title=item.title,
            source=item.source,
            origin=item.origin,
            state_linked=item.state_linked,
            language=item.language,
            published_at=item.published_at,
            url=item.url,
            themes=(alert.theme,),
        )
        for item in alert.evidence
    )


def _articles(alerts: Sequence[Alert], history: History) -> dict[UUID, Story | Copy | Evidence]:
    """Every article that is known, by event id: a statement names the one that carries it."""
    known: dict[UUID, Story | Copy | Evidence] = {e.event_id: e for alert in alerts for e in alert.evidence}
    for story in history.stories:
        known[story.event_id] = story
        known.update({copy.event_id: copy for copy in story.copies})
    return known


def _carriers(stories: Sequence[Story]) -> tuple[Carrier, ...]:
    count: Counter[str] = Counter(story.origin for story in stories)
    articles: Counter[str] = Counter()
    linked: dict[str, bool] = {}
    for story in stories:
        articles[story.origin] += 1 + len(story.copies)
        linked[story.origin] = linked.get(story.origin, False) or story.state_linked
    most = max(articles.values(), default=1)
    return tuple(
        Carrier(
            name=_safe_text(name),
            stories=n,
            articles=articles[name],
            state_linked=linked[name],
            share=round(articles[name] / most * 100, 1),
        )
        for name, n in sorted(count.items(), key=lambda item: (-articles[item[0]], item[0]))
    )


def _overviews(cards: Sequence[Card], history: History) -> list[Overview]:
    if history.started_at is None or history.ended_at is None:
        return []
    found = []
    for series in history.series:
        mine = [
            card.alert
            for card in cards
            if (card.alert.watch_id, card.alert.source, card.alert.target, card.alert.theme)
            == (series.watch_id, series.source, series.target, series.theme)
        ]
        timeline = charts.overview(series, mine, history.started_at, history.ended_at)
        found.append(Overview(series, timeline, len(mine), max((p.score for p in series.points), default=0.0)))
    found.sort(key=lambda o: (-o.alerts, -o.peak, o.series.watch_id, o.series.theme))
    return found[:MAX_OVERVIEWS]


def _safe_text(text: str) -> str:
    return visible(text)


def _link(item: Story | Copy | Evidence) -> str | None:
    """The address of an article if a browser may follow it."""
    return item.url if item.url and item.url.startswith(("https://", "http://")) else None


def _country(code: str) -> str:
    import pycountry

    found: Any = pycountry.countries.get(alpha_3=code)
    return str(getattr(found, "common_name", None) or found.name).removesuffix("n Federation") if found else code


def _lasting(start: datetime, end: datetime) -> str:
    minutes = round((end - start) / timedelta(minutes=1))
    if minutes < 60:  # noqa: PLR2004
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:  # noqa: PLR2004
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{hours // 24} days {hours % 24} h" if hours % 24 else f"{hours // 24} days"


def _days(days: float) -> str:
    if days >= 365_000:  # noqa: PLR2004
        return "> 1,000 y"
    return f"{days / 365:,.0f} years" if days >= 730 else f"{days:,.0f} days"  # noqa: PLR2004


def _template(name: str) -> str:
    return (files("bosphorus.report.templates") / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
