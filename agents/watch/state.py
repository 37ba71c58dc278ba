"""What a watch remembers: small values, one a story, a key, an alert. Times are integer milliseconds since the epoch (UTC)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec import Struct, field

from agents.watch.detector import DetectorState
from schemas.records import MoveKind, Party

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MILLISECOND = timedelta(milliseconds=1)

CORRECTION_MS = 72 * HOUR_MS
"""How long after its publication a withdrawal or correction still changes buckets; older ones change nothing."""
MAX_MEMBERS = 300
"""Articles of a story that are remembered one by one; further copies only raise its count."""
MAX_RECENT = 2_000
"""Stories of a key that are remembered one by one within CORRECTION_MS."""
MAX_OF_ORIGIN = 3
"""Stories of one origin that a key counts in a day: a single outlet neither makes a burst nor hides one."""
NOT_COUNTED = -1
MAX_EPISODE_STORIES = 400
"""Stories that an alert lists; further ones only raise its count."""
MAX_EPISODE_BYTES = 320 * 1024
"""What these stories take at most, with room left under what a value of the store may have: titles and addresses are as long as others like."""


def to_ms(at: datetime) -> int:
    """Milliseconds since the epoch."""
    return (at - EPOCH) // MILLISECOND


def to_time(ms: int) -> datetime:
    """A time in UTC."""
    return EPOCH + timedelta(milliseconds=ms)


class PartitionClock(Struct):
    """How far one source partition has come.

    Attributes:
        max_ms: largest event time seen; None: it has not spoken.
        set_by_ms: received_at of the item that set it.
        idle_ms: it has delivered everything received up to here.
    """

    max_ms: int | None = None
    set_by_ms: int = -1
    idle_ms: int = -1


class Progress(Struct):
    """How far a watch has come.

    Attributes:
        watches_hash: configuration that made the state.
        clocks: one a source partition.
        applied_ms: every event before this has been applied.
        next_look_ms: next boundary at which the open bucket is looked at.
        started_ms: event time at which the watch began.
        slots: ticks that hold waiting events, sorted.
        expiries: hours that have something to forget, sorted.
        hot: keys that changed since the last look.
        open: keys of open alerts.
        ended: (when it is forgotten, id) of each closed alert that a withdrawal may still cancel.
        outbox: ids of outputs not yet confirmed, in order.
        late: events left out because they came too late.
        repeats: events that were seen before.
    """

    watches_hash: str = ""
    clocks: dict[int, PartitionClock] = field(default_factory=dict)
    applied_ms: int = -1
    next_look_ms: int = -1
    started_ms: int = -1
    slots: list[int] = field(default_factory=list)
    expiries: list[int] = field(default_factory=list)
    hot: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    ended: list[tuple[int, str]] = field(default_factory=list)
    outbox: list[str] = field(default_factory=list)
    late: int = 0
    repeats: int = 0


class Entry(Struct):
    """An article as the watch knows it: what tells a repeat from a change, and where it is counted.

    Attributes:
        seen: (version, content hash, status) of each version that came.
        applied: version that has been applied; 0: none yet.
        published_ms: of the version that was applied first.
        story: id of its story; empty: not counted, or withdrawn.
        until_ms: event time until which it is known; 0: as long as it stands (state of an older version).
    """

    seen: list[tuple[int, str, str]] = field(default_factory=list)
    applied: int = 0
    published_ms: int = -1
    story: str = ""
    until_ms: int = 0


class Facts(Struct):
    """What an alert says of one story. It may tell of an accusation, of a denial, or of neither."""

    story_id: str
    event_id: str
    url: str | None
    title: str
    source: str
    origin: str
    origin_name: str
    origin_kind: str
    origin_country: str | None
    state_linked: bool
    language: str
    published_ms: int
    articles: int
    denied: bool
    themes: list[str]
    accuses: bool = False


class Story(Struct):
    """One story: an article and its copies.

    Attributes:
        facts: of its earliest article, its origin a credited wire where any copy credits one.
        members: event ids of its articles.
        keys: time at which it was counted, by key; NOT_COUNTED where its origin had been counted often enough.
        claimed: dyads in which an alert has it.
        until_ms: when it is forgotten, if it isn't heard of again.
    """

    facts: Facts
    members: list[str] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    claimed: list[str] = field(default_factory=list)
    until_ms: int = -1


class Window(Struct):
    """The last 72 hours of a key, beside its detector: what a withdrawal may still change.

    Attributes:
        base: the detector as it was before the oldest bucket of `counts`.
        counts: stories a bucket.
        recent: (time, story) of each story counted, in order.
        last_ms: time of the last story; -1: none.
        novel_ms: time of the first story after the last silence; -1: none.
        alerted_bucket: bucket of the last alert that opened here.
        known_from: bucket from which it is known what is usual here.
        early: stories in the first buckets of the watch.
        by_origin: times of the stories in `recent`, by origin (a digest, where its name is long): one origin counts only so often.
    """

    base: DetectorState
    counts: dict[int, int] = field(default_factory=dict)
    recent: list[tuple[int, str]] = field(default_factory=list)
    last_ms: int = -1
    novel_ms: int = -1
    alerted_bucket: int = -1
    known_from: int = 0
    early: int = 0
    by_origin: dict[str, list[int]] = field(default_factory=dict)


class Episode(Struct):
    """An open alert. `said` is what the last message rested on: another message needs something new.

    `stories` are those that it lists, of `listed_bytes` when they were taken; `more` counts the others.
    """

    key: str
    source: str
    target: str
    theme: str
    themes: list[str]
    alert_id: str
    trigger: str
    trigger_key: str
    opened_ms: int
    bucket_ms: int
    peak_ms: int
    score: float
    observed: float
    expected: float
    threshold: float
    sequence: int = 0
    quiet: int = 0
    stories: dict[str, Facts] = field(default_factory=dict)
    more: int = 0
    listed_bytes: int = 0
    said: list[str] = field(default_factory=list)
    said_stories: int = 0


class Move(Struct):
    """A statement in a claim thread and the articles that carry it."""

    kind: MoveKind
    at_ms: int
    by: Party
    text: str
    events: list[str]


class Thread(Struct):
    """A claim thread of a dyad."""

    thread_id: str
    accuser: Party
    accused: Party
    theme: str
    moves: list[Move]
    withdrawn: bool = False
