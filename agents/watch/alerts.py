"""What an alert says: its numbers, its kind, its severity in CAP's terms, its evidence, and whether there is news to tell."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import msgspec

from agents.watch.buckets import BucketLength
from agents.watch.explanation import explain, headline
from agents.watch.state import Episode, Facts, Thread, to_time
from agents.watch.threads import claim_thread, country_of, events_of, is_description, last_ms, state_of
from agents.watches import SeverityRule, Watch
from schemas.records import Alert, BurstKind, Certainty, ClaimThread, Evidence, MsgType, Severity, ThreadState, Urgency

MAX_EVIDENCE = 12
MAX_CLAIMS = 8
THREAD_LEAD_MS = 48 * 3_600_000
"""A thread belongs to an alert if its last statement is at most so much older than the alert's first story."""
MANY_LANGUAGES = 3
LIKELY_ORIGINS = 4
ECHO_ARTICLES = 3.0
"""Articles a story from which a burst that one wire carries is its echo."""
ECHO_SHARE = 0.7
NEWS_GROWTH = 1.5
"""Stories against the last message from which there is news even if all else is the same."""
MAX_REFERENCES = 50
STEP = 1.25
"""Growth of the origins from which there is news."""
URGENT = "! "
"""Before news that doesn't wait: another severity, a first denial or confirmation."""


def make_alert(  # noqa: PLR0913 - what a message rests on
    episode: Episode,
    msg_type: MsgType,
    now_ms: int,
    *,
    watch: Watch,
    watches_hash: str,
    length: BucketLength,
    threads: Sequence[Thread],
) -> Alert:
    """The next message of an alert; `episode.sequence` is already its own."""
    facts = sorted(episode.stories.values(), key=lambda f: (f.published_ms, f.story_id))
    claims = episode_claims(episode, threads)
    origins = {f.origin: f for f in facts}
    closed = msg_type in {MsgType.CLOSED, MsgType.CANCEL}
    first = max(1, episode.sequence - MAX_REFERENCES)
    draft = Alert(
        alert_id=UUID(episode.alert_id),
        sequence=episode.sequence,
        msg_type=msg_type,
        references=tuple(f"{episode.alert_id}/{number}" for number in range(first, episode.sequence)),
        watch_id=watch.id,
        watches_hash=watches_hash,
        source=episode.source,
        target=episode.target,
        theme=episode.theme,
        headline="",
        explanation="",
        severity=severity(watch.severity, facts),
        urgency=_urgency(msg_type),
        certainty=certainty(facts, claims),
        kind=kind(facts),
        trigger=episode.trigger,
        bucket_at=to_time(episode.bucket_ms),
        opened_at=to_time(episode.opened_ms),
        updated_at=to_time(now_ms),
        peak_at=to_time(episode.peak_ms),
        closed_at=to_time(now_ms) if closed else None,
        first_seen_at=to_time(facts[0].published_ms if facts else episode.opened_ms),
        observed=round(episode.observed, 3),
        expected=round(episode.expected, 5),
        score=round(episode.score, 3),
        threshold=episode.threshold,
        rarity_days=round(length.false_alarm_days * 10 ** min(episode.score - length.threshold, 12.0), 1),
        stories=len(facts) + episode.more,
        articles=sum(f.articles for f in facts) + episode.more,
        origins=len(origins),
        state_linked=sum(f.state_linked for f in origins.values()),
        languages=tuple(sorted({f.language for f in facts})),
        source_countries=tuple(sorted({f.origin_country for f in facts if f.origin_country})),
        evidence=tuple(_evidence(f) for f in _top(facts)),
        claims=claims,
    )
    # The paragraph is built from the record's own facts, so the record comes first.
    told = msgspec.structs.replace(draft, headline=headline(draft))
    return msgspec.structs.replace(told, explanation=explain(told, facts))


def news(episode: Episode, watch: Watch, threads: Sequence[Thread]) -> list[str]:
    """What the next message would rest on. It is sent if this says something that the last one did not."""
    facts = list(episode.stories.values())
    said = [f"language {f.language}" for f in facts]
    said.append(f"origins {_level(len({f.origin for f in facts}))}")
    said.append(f"{URGENT}severity {severity(watch.severity, facts)}")
    for thread in _threads(episode, threads):
        state = state_of(thread)
        answered = state in {ThreadState.DENIED, ThreadState.CONFIRMED}
        said.append(f"{URGENT * answered}thread {country_of(thread.accused)} {state}")
        said.extend(
            f"thread {thread.thread_id} {move.kind}" for move in thread.moves if not is_description(thread.accuser)
        )
    return sorted(set(said))


def _level(number: int) -> int:
    """Which step of a ladder a count has reached, each a quarter above the last: one more of many is no news."""
    return math.floor(math.log(max(number, 1)) / math.log(STEP))


def has_news(episode: Episode, said: Sequence[str], *, ends_bucket: bool) -> bool:
    """Whether there is new evidence since the last message: what is urgent at once, the rest when a bucket ends."""
    new = set(said) - set(episode.said)
    grown = len(episode.stories) + episode.more >= NEWS_GROWTH * max(episode.said_stories, 1)
    return any(one.startswith(URGENT) for one in new) or (ends_bucket and (grown or bool(new)))


def severity(rules: Sequence[SeverityRule], facts: Sequence[Facts]) -> Severity:
    """The severity of the first rule that fits; Minor where none does."""
    counts = {
        "stories": len(facts),
        "origins": len({f.origin for f in facts}),
        "languages": len({f.language for f in facts}),
        "countries": len({f.origin_country for f in facts if f.origin_country}),
    }
    for rule in rules:
        if all(counts[name] >= getattr(rule, f"min_{name}") for name in counts):
            return rule.severity
    return Severity.MINOR


def certainty(facts: Sequence[Facts], claims: Sequence[ClaimThread]) -> Certainty:
    """How well the reporting stands (never the deed): confirmed by whom it concerns, by many origins, by several, by one."""
    if any(claim.state is ThreadState.CONFIRMED for claim in claims):
        return Certainty.OBSERVED
    independent = len({f.origin for f in facts if not f.state_linked})
    if independent >= LIKELY_ORIGINS:
        return Certainty.LIKELY
    return Certainty.POSSIBLE if independent > 1 else Certainty.UNLIKELY


def kind(facts: Sequence[Facts]) -> BurstKind:
    """What kind of burst it is; the first that fits, from the one that most lowers what it tells."""
    if facts and all(f.state_linked for f in facts):
        return BurstKind.STATE_MEDIA_ONLY
    articles = Counter[str]()
    for f in facts:
        if f.origin_kind == "wire":
            articles[f.origin] += f.articles
    total = sum(f.articles for f in facts)
    if articles and total >= ECHO_ARTICLES * len(facts) and max(articles.values()) >= ECHO_SHARE * total:
        return BurstKind.WIRE_ECHO
    if 2 * sum(f.denied for f in facts) > len(facts):
        return BurstKind.DENIAL_WAVE
    return BurstKind.CROSS_LANGUAGE if len({f.language for f in facts}) >= MANY_LANGUAGES else BurstKind.NEW_CLAIM


def episode_claims(episode: Episode, threads: Sequence[Thread]) -> tuple[ClaimThread, ...]:
    """The claim threads of an alert, widest first. What one article alone has stands aside where others are carried by several."""
    found = [t for t in _threads(episode, threads) if t.moves]
    wide = [t for t in found if len(events_of(t)) > 1]
    found = sorted(wide or found, key=lambda t: (-len(events_of(t)), t.moves[0].at_ms, t.thread_id))
    return tuple(claim_thread(thread) for thread in found[:MAX_CLAIMS])


def _threads(episode: Episode, threads: Sequence[Thread]) -> list[Thread]:
    first = min((f.published_ms for f in episode.stories.values()), default=episode.opened_ms)
    return [t for t in threads if last_ms(t) >= first - THREAD_LEAD_MS]


def _urgency(msg_type: MsgType) -> Urgency:
    if msg_type is MsgType.ALERT:
        return Urgency.IMMEDIATE
    return Urgency.EXPECTED if msg_type is MsgType.UPDATE else Urgency.PAST


def _top(facts: list[Facts]) -> list[Facts]:
    """The earliest story, then one of each further origin by reach, then the widest; shown in the order of time."""
    widest = sorted(facts, key=lambda f: (-f.articles, f.published_ms, f.story_id))
    one_each = list({f.origin: f for f in reversed(widest)}.values())
    one_each.sort(key=lambda f: (-f.articles, f.published_ms, f.story_id))
    chosen = {f.story_id: f for f in (*facts[:1], *one_each, *widest)}
    return sorted(list(chosen.values())[:MAX_EVIDENCE], key=lambda f: (f.published_ms, f.story_id))


def _evidence(f: Facts) -> Evidence:
    return Evidence(
        story_id=UUID(f.story_id),
        event_id=UUID(f.event_id),
        url=f.url,
        title=f.title,
        source=f.source,
        origin=f.origin,
        state_linked=f.state_linked,
        language=f.language,
        published_at=to_time(f.published_ms),
        articles=f.articles,
    )
