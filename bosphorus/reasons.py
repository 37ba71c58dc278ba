"""Why an alert fired, or why it did not: answers made of what a backtest has recorded. Facts only, one sentence a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches

from agents.watches import Watch, Watches
from bosphorus.backtest_history import Decision, Fate, Recorder, WatchHistory
from schemas.errors import BosphorusError
from schemas.records import Alert, EnrichedEvent, MsgType, Status

DAY = timedelta(days=1)
NOTHING = "nothing: its origin has been counted often enough that day"


def why(
    target: str, at: datetime | None, *, watches: Watches, recorder: Recorder, alerts: Sequence[Alert]
) -> Iterator[str]:
    """Answer for an alert id, an event id (or an article's own id), or a watch at a time.

    Args:
        target: what is asked about.
        at: event time, for a watch; None: the end of the input.
        watches: the configuration that was run.
        recorder: followed the run; made with `sought=target`.
        alerts: all messages of the run.

    Raises:
        BosphorusError: nothing of that id was met.
    """
    messages = [alert for alert in alerts if str(alert.alert_id) == target.partition("/")[0]]
    if messages:
        yield from _of_alert(messages, recorder.watches[messages[0].watch_id], recorder)
    elif recorder.found:
        yield from _of_article(recorder.found, watches, recorder, alerts)
    elif target in watches:
        yield from _of_watch(watches[target], at, recorder.watches[target], recorder, alerts)
    else:
        close = get_close_matches(target, [watch.id for watch in watches], 1)
        meant = f"did you mean {close[0]}? " if close else ""
        raise BosphorusError(
            f"{target!r} is no alert, article or watch of this run; {meant}`bosphorus watches list` names the watches, "
            "`bosphorus backtest` the alerts, `bosphorus enrich` the articles"
        )


def _of_alert(messages: Sequence[Alert], history: WatchHistory, recorder: Recorder) -> Iterator[str]:
    first, last = messages[0], messages[-1]
    yield f"{last.headline}."
    yield (
        f"Opened {_time(first.opened_at)} by {first.trigger.replace('_', ' ')}: {first.observed:g} stories where "
        f"{first.expected:g} are usual; score {first.score:g}, threshold {first.threshold:.2f}; "
        f"{first.stories} stories from {first.origins} independent origins."
    )
    for message in messages[1:]:
        yield (
            f"{message.msg_type} {_time(message.updated_at)}: {message.stories} stories, {message.articles} articles, "
            f"{message.origins} origins, {message.severity}."
        )
    for one in last.evidence:
        folded = [id_ for id_ in history.members.get(str(one.story_id), []) if id_ != str(one.event_id)]
        sources = sorted({recorder.articles[id_].source for id_ in folded if id_ in recorder.articles})
        copies = f"; folded into it: {len(folded)} ({', '.join(sources[:6])})" if folded else ""
        yield f"Story {_time(one.published_at)}, {one.origin}: {one.title or one.story_id}{copies}."
    if last.stories > len(last.evidence):
        yield f"Stories that are not listed: {last.stories - len(last.evidence)}; an alert carries its {len(last.evidence)} strongest."
    span = (first.first_seen_at - DAY, last.closed_at or last.updated_at)
    yield from _late(history, recorder, *span)


def _of_article(
    versions: Sequence[EnrichedEvent], watches: Watches, recorder: Recorder, alerts: Sequence[Alert]
) -> Iterator[str]:
    event = versions[-1]
    yield f"{event.title or event.event_id} ({event.source}, {_time(event.published_at)}, version {event.version}, {event.status})."
    parts = ", ".join(f"{part.name} {part.value:+g}" for part in event.interference.parts) or "no theme was found"
    yield f"Interference score {event.interference.score:g}: {parts}."
    pairs = ", ".join(f"{dyad.source} on {dyad.target}" for dyad in event.dyads) or "nobody is said to act on anybody"
    yield f"Pairs, as said: {pairs}; themes: {', '.join(event.interference.themes) or 'none'}."
    speaks = event.origins[0] if event.origins else None
    yield f"Speaks: {speaks.name} ({speaks.kind}, {speaks.rule})." if speaks else "Who speaks could not be coded."
    for watch in watches:
        fate = recorder.watches[watch.id].fates.get(str(event.event_id))
        if fate is not None:
            yield from _fate(fate, event, recorder.watches[watch.id], alerts)
        elif watch.id in event.watches:
            yield f"{watch.id}: seen for its claims; not counted (its score is under {watch.thresholds.interference:g}, or it was withdrawn)."
        elif event.interference.score > 0 and (reason := _unwanted(watch, event)):
            yield f"{watch.id}: not wanted: {reason}."


def _fate(fate: Fate, event: EnrichedEvent, history: WatchHistory, alerts: Sequence[Alert]) -> Iterator[str]:
    if fate.outcome == "late":
        mark = _time(fate.watermark) if fate.watermark else "an earlier time"
        yield f"{fate.watch_id}: too late: nothing before {mark} was waited for any more when it came."
        return
    copies = len(history.members.get(fate.story_id or "", []))
    how = "a story of its own" if fate.outcome == "story" else "folded as a copy: it adds reach, not corroboration"
    withdrawn = event.status is not Status.USABLE
    yield (
        f"{fate.watch_id}: {how}; its story has {copies} articles and count{'ed' if withdrawn else 's'} under "
        f"{', '.join(fate.keys) or NOTHING}{', until it was withdrawn' if withdrawn else ''}."
    )
    last = {alert.alert_id: alert for alert in alerts}
    holding = {a.alert_id: a for a in alerts if any(str(e.story_id) == fate.story_id for e in a.evidence)}
    for alert_id, alert in holding.items():
        verb = "is" if alert is last[alert_id] else "was"
        until = "" if alert is last[alert_id] else f", up to its message {alert.sequence}"
        yield f"{fate.watch_id}: it {verb} evidence of alert {alert_id} ({alert.theme}){until}."
    if not holding:
        after = [d for d in history.decisions if d.key in fate.keys and d.at > event.published_at][: len(fate.keys)]
        yield from (_decision(one) for one in after)


def _unwanted(watch: Watch, event: EnrichedEvent) -> str:
    if not watch.pairs_of(event.dyads, event.interference):
        return ""  # most watches are about other states: not worth a line
    if event.interference.score < watch.thresholds.seen:
        return f"its score is under {watch.thresholds.seen:g}"
    if watch.languages and event.language not in watch.languages:
        return f"its language is {event.language}, the watch reads {', '.join(watch.languages)}"
    return f"none of its themes is among {', '.join(watch.themes)}"


def _of_watch(
    watch: Watch, at: datetime | None, history: WatchHistory, recorder: Recorder, alerts: Sequence[Alert]
) -> Iterator[str]:
    run = recorder.history()
    at = at or run.ended_at
    if at is None:
        yield "The input held no article that has a place in event time."
        return
    if run.started_at and run.ended_at and not run.started_at <= at <= run.ended_at + DAY:
        yield f"{_time(at)} is outside of the input: its articles are from {_time(run.started_at)} to {_time(run.ended_at)}."
    mine = [alert for alert in alerts if alert.watch_id == watch.id and alert.updated_at <= at]
    newest = {alert.alert_id: alert for alert in mine}
    open_now = [a for a in newest.values() if a.msg_type in {MsgType.ALERT, MsgType.UPDATE}]
    yield f"{watch.id} at {_time(at)}: {len(open_now)} open, threshold {history.threshold:.2f}, floors {watch.thresholds.min_stories} stories and {watch.thresholds.min_origins} independent origins."
    yield from (f"Open: {alert.headline} (alert {alert.alert_id})." for alert in open_now)
    latest = {one.key: one for one in history.decisions if at - DAY < one.at <= at}
    if not latest:
        yield "Nothing was counted in the 24 hours before."
    yield from (_decision(one) for one in sorted(latest.values(), key=lambda one: (-one.score, one.key)))
    for story_id, members in history.members.items():
        seen = [recorder.articles[id_] for id_ in members if id_ in recorder.articles]
        recent = [event for event in seen if at - DAY < event.published_at <= at]
        if len(recent) > 1:
            yield f"Folded: {len(recent)} articles into story {story_id}: {recent[0].title}."
    yield from _late(history, recorder, at - DAY, at)


def _decision(one: Decision) -> str:
    return (
        f"{one.key} at {_time(one.at)}: observed {one.observed:g}, expected {one.expected:g}, score {one.score:g} "
        f"against {one.threshold:.2f}: {one.verdict}."
    )


def _late(history: WatchHistory, recorder: Recorder, start: datetime, end: datetime) -> Iterable[str]:
    for event_id, fate in history.fates.items():
        event = recorder.articles.get(event_id)
        if fate.outcome == "late" and event is not None and start < event.published_at <= end:
            yield f"Late, left out: {event.title or event_id} ({event.source}, {_time(event.published_at)})."


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
