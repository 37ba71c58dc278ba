"""The typed, frozen records of every topic. The one source: the .avsc and JSON Schema files are generated from here.

Times are timezone-aware UTC datetimes of millisecond precision. Offsets count Unicode code points of the field that the same
record carries. Codes of countries are ISO 3166 alpha-3. Lists are never null.
"""

from __future__ import annotations

import enum
import uuid
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct


def doc(text: str) -> Meta:
    """Describe a field: the text stands in the Avro and the JSON Schema."""
    return Meta(description=text)


class Status(enum.StrEnum):
    """Editorial status of an article version (IPTC ninjs `pubstatus`)."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"


class ClaimStatus(enum.StrEnum):
    """How a finding is said to be: never our own judgement."""

    ALLEGED = "alleged"
    DENIED = "denied"
    CONFIRMED = "confirmed"
    REPORTED = "reported"


class Field(enum.StrEnum):
    """The field of an article that an offset counts in."""

    TITLE = "title"
    BODY = "body"


class Span(Struct, frozen=True):
    """A stretch of text that a finding rests on."""

    field: Annotated[Field, doc("The normalised field the offsets count in: title or body.")]
    start: Annotated[int, doc("First code point, counted from 0.")]
    end: Annotated[int, doc("One past the last code point.")]
    text: Annotated[str, doc("The surface text, exactly as it stands in the field.")]
    rule: Annotated[str, doc("The rule that made the finding, as `family.detail`.")]


class Country(Struct, frozen=True):
    """A country that the text expresses."""

    code: Annotated[str, doc("ISO 3166-1 alpha-3.")]
    alpha2: Annotated[str, doc("ISO 3166-1 alpha-2.")]
    mentions: Annotated[int, doc("How often it is expressed, title and body.")]
    salience: Annotated[float, doc("Share of the article's attention, 0 to 1; all countries sum to 1.")]
    confidence: Annotated[float, doc("Confidence in the coding, 0 to 1.")]
    spans: Annotated[tuple[Span, ...], doc("Where it is expressed.")]


class Actor(Struct, frozen=True):
    """An actor named in the text."""

    code: Annotated[str, doc("CAMEO composite code, country part as ISO alpha-3 (ROU, not ROM).")]
    name: Annotated[str, doc("Canonical name from the register, or the pattern's reading.")]
    country: Annotated[str | None, doc("ISO 3166-1 alpha-3; null for international actors.")]
    roles: Annotated[tuple[str, ...], doc("Roles held at the event's date, most important first.")]
    confidence: Annotated[float, doc("Confidence in the coding, 0 to 1.")]
    mentions: Annotated[tuple[Span, ...], doc("Where the actor is named.")]


class Party(Struct, frozen=True):
    """One side of an interaction."""

    code: Annotated[str | None, doc("CAMEO actor code, or ISO alpha-3 for a country as such; null if not known.")] = (
        None
    )
    name: Annotated[str | None, doc("Canonical name; null if not known.")] = None
    text: Annotated[str | None, doc("The words in the text; null if only implied.")] = None


class Interaction(Struct, frozen=True):
    """Who is said to do what to whom."""

    source: Annotated[Party, doc("Who acts.")]
    target: Annotated[Party, doc("Who is acted on.")]
    cameo: Annotated[str, doc("CAMEO event code, digits.")]
    plover: Annotated[str, doc("One of the 15 PLOVER roots, or DENY (our documented extension for CAMEO 016).")]
    status: Annotated[ClaimStatus, doc("How the act is said to be.")]
    quoted: Annotated[Party, doc("Who is quoted as saying so; all null if nobody is.")]
    span: Annotated[Span, doc("The clause or trigger.")]
    confidence: Annotated[float, doc("Confidence in the coding, 0 to 1.")]


class Theme(Struct, frozen=True):
    """An interference theme that the text expresses."""

    theme: Annotated[str, doc("Theme id, e.g. deep_fake.")]
    disarm: Annotated[tuple[str, ...], doc("DISARM technique ids, always as alleged.")]
    status: Annotated[ClaimStatus, doc("How the theme is said to be the case.")]
    confidence: Annotated[float, doc("Confidence in the coding, 0 to 1.")]
    spans: Annotated[tuple[Span, ...], doc("The words that express it.")]


class Dyad(Struct, frozen=True):
    """A directed pair of countries: who is said to act on whom."""

    source: Annotated[str, doc("ISO alpha-3 of the country said to act.")]
    target: Annotated[str, doc("ISO alpha-3 of the country said to be acted on.")]
    status: Annotated[ClaimStatus, doc("How the relation is said to be.")]


class ScorePart(Struct, frozen=True):
    """One addend of a score, so that people can see why."""

    name: Annotated[str, doc("What was seen.")]
    value: Annotated[float, doc("What it adds to (or takes from) the score.")]


class Interference(Struct, frozen=True):
    """Whether this is a story of one state interfering in another, as said in it."""

    score: Annotated[float, doc("0 to 1; .5 and over says that it is such a story.")]
    perpetrators: Annotated[tuple[str, ...], doc("ISO alpha-3 of the states said to interfere, as said.")]
    targets: Annotated[tuple[str, ...], doc("ISO alpha-3 of the states said to be interfered in, as said.")]
    themes: Annotated[tuple[str, ...], doc("Theme ids, strongest first.")]
    status: Annotated[ClaimStatus | None, doc("How it is said to be; null where the score is 0.")]
    said_by: Annotated[tuple[Party, ...], doc("Who says so.")]
    parts: Annotated[tuple[ScorePart, ...], doc("The addends of the score.")]


class Origin(Struct, frozen=True):
    """Who really speaks: a wire, an agency or the outlet itself."""

    key: Annotated[str, doc("Stable id, e.g. reuters, or the outlet's domain.")]
    name: Annotated[str, doc("Name for people.")]
    kind: Annotated[str, doc("wire, outlet or unknown.")]
    country: Annotated[str | None, doc("ISO alpha-3 of the seat; null if not known.")]
    state_linked: Annotated[bool, doc("True if the register says that a state owns or directs it.")]
    rule: Annotated[str, doc("The rule that found it.")]


class NewsEvent(Struct, frozen=True):
    """One version of one article, normalised. Topic news.events, key = event_id."""

    event_id: Annotated[uuid.UUID, doc("UUIDv5 of the article's identity; every version of an article has the same.")]
    external_id: Annotated[str | None, doc("The raw article's own id.")]
    version: Annotated[int, doc("1 and up; a corrected article has a higher one.")]
    status: Annotated[Status, doc("Editorial status of this version.")]
    content_hash: Annotated[str, doc("Hex digest (64 bits) of what people read: tells a repeat from a change.")]
    url: Annotated[str | None, doc("Canonical URL.")]
    title: Annotated[str, doc("Plain text, NFC; may be empty if the body is not.")]
    body: Annotated[str, doc("Plain text, NFC; may be empty if the title is not.")]
    byline: Annotated[str | None, doc("Author or credit line.")]
    source: Annotated[str, doc("The outlet: its domain, or the name that was given.")]
    language: Annotated[str, doc("ISO 639-1, or und.")]
    published_at: Annotated[datetime, doc("When the article says it was published: the event time.")]
    received_at: Annotated[
        datetime, doc("When it was written to the raw topic; offline, the article's own field or published_at.")
    ]
    flags: Annotated[tuple[str, ...], doc("What had to be assumed or repaired, e.g. date_missing.")]


class EnrichedEvent(Struct, frozen=True):
    """A news event with its findings. Topic news.enriched, key = event_id; also one line of `bosphorus enrich`."""

    event_id: Annotated[uuid.UUID, doc("As in NewsEvent.")]
    external_id: Annotated[str | None, doc("As in NewsEvent.")]
    version: Annotated[int, doc("As in NewsEvent.")]
    status: Annotated[Status, doc("As in NewsEvent.")]
    content_hash: Annotated[str, doc("As in NewsEvent.")]
    url: Annotated[str | None, doc("As in NewsEvent.")]
    title: Annotated[str, doc("As in NewsEvent.")]
    body: Annotated[str, doc("As in NewsEvent.")]
    byline: Annotated[str | None, doc("As in NewsEvent.")]
    source: Annotated[str, doc("As in NewsEvent.")]
    language: Annotated[str, doc("As in NewsEvent.")]
    published_at: Annotated[datetime, doc("As in NewsEvent.")]
    received_at: Annotated[datetime, doc("As in NewsEvent.")]
    flags: Annotated[tuple[str, ...], doc("As in NewsEvent, and enrichment's own, e.g. themes_failed.")]
    origins: Annotated[tuple[Origin, ...], doc("Who really speaks, most certain first.")]
    countries: Annotated[tuple[Country, ...], doc("Countries that the text expresses, most salient first.")]
    actors: Annotated[tuple[Actor, ...], doc("Actors named, in the order of their first mention.")]
    interactions: Annotated[tuple[Interaction, ...], doc("Who is said to do what to whom, in text order.")]
    themes: Annotated[tuple[Theme, ...], doc("Interference themes expressed.")]
    dyads: Annotated[tuple[Dyad, ...], doc("Directed pairs of countries.")]
    interference: Annotated[Interference, doc("Whether it is a story of one state interfering in another.")]
    watches: Annotated[tuple[str, ...], doc("Ids of the watches that want to see it.")]


class WatchEventKind(enum.StrEnum):
    """What a record on watch.events means."""

    EVENT = "event"
    TICK = "tick"
    IDLE = "idle"


class WatchEvent(Struct, frozen=True):
    """What one watch must see. Topic watch.events (internal), key = watch_id."""

    watch_id: Annotated[str, doc("The watch it is for.")]
    kind: Annotated[
        WatchEventKind,
        doc("event: an article; tick: event time has moved; idle: the partition has nothing more up to received_at."),
    ]
    source_partition: Annotated[int, doc("Partition of news.events that it comes from.")]
    source_offset: Annotated[int, doc("Offset there (idle: the end offset).")]
    event_time: Annotated[
        datetime, doc("event: published_at; tick: the boundary crossed; idle: the epoch, no meaning.")
    ]
    received_at: Annotated[
        datetime, doc("Time in the raw log of the record that caused it; idle: complete up to here.")
    ]
    event: Annotated[
        EnrichedEvent | None, doc("The article, its body cut to what folding needs; null unless kind is event.")
    ] = None


class MsgType(enum.StrEnum):
    """A message in the life of an alert (after CAP 1.2 msgType, with Closed)."""

    ALERT = "Alert"
    UPDATE = "Update"
    CLOSED = "Closed"
    CANCEL = "Cancel"


class Severity(enum.StrEnum):
    """CAP 1.2 severity."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Urgency(enum.StrEnum):
    """CAP 1.2 urgency."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Certainty(enum.StrEnum):
    """CAP 1.2 certainty: of the reporting, never of the deed."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class BurstKind(enum.StrEnum):
    """What kind of burst an alert is."""

    NEW_CLAIM = "new_claim"
    WIRE_ECHO = "wire_echo"
    DENIAL_WAVE = "denial_wave"
    CROSS_LANGUAGE = "cross_language"
    STATE_MEDIA_ONLY = "state_media_only"


class MoveKind(enum.StrEnum):
    """A move in a claim thread."""

    ACCUSATION = "accusation"
    DENIAL = "denial"
    COUNTER_ACCUSATION = "counter_accusation"
    SUPPORT = "support"
    CONFIRMATION = "confirmation"


class ThreadState(enum.StrEnum):
    """Where a claim thread stands."""

    OPEN = "open"
    DENIED = "denied"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class ClaimMove(Struct, frozen=True):
    """One statement in a claim thread."""

    kind: Annotated[MoveKind, doc("What kind of statement.")]
    at: Annotated[datetime, doc("published_at of the article that carries it first.")]
    by: Annotated[Party, doc("Who says it.")]
    event_id: Annotated[uuid.UUID, doc("The article.")]
    text: Annotated[str, doc("The words it rests on.")]


class ClaimThread(Struct, frozen=True):
    """An accusation and what was answered to it."""

    thread_id: Annotated[uuid.UUID, doc("UUIDv5 of watch, accuser, accused and theme.")]
    accuser: Annotated[Party, doc("Who accuses.")]
    accused: Annotated[Party, doc("Who is accused.")]
    theme: Annotated[str, doc("Of what.")]
    state: Annotated[ThreadState, doc("open, denied, confirmed or withdrawn.")]
    claimed_at: Annotated[datetime, doc("First accusation.")]
    answered_at: Annotated[datetime | None, doc("First denial; null if there is none.")]
    response_s: Annotated[float | None, doc("Seconds from accusation to denial; null if there is none.")]
    moves: Annotated[tuple[ClaimMove, ...], doc("The statements, in event time.")]


class Evidence(Struct, frozen=True):
    """One story that an alert rests on."""

    story_id: Annotated[uuid.UUID, doc("The story; its copies are folded into it.")]
    event_id: Annotated[uuid.UUID, doc("The article shown for it: the earliest.")]
    url: Annotated[str | None, doc("Link to it.")]
    title: Annotated[str, doc("Its title.")]
    source: Annotated[str, doc("Its outlet.")]
    origin: Annotated[str, doc("Key of its origin.")]
    state_linked: Annotated[bool, doc("True if that origin is marked so in the register.")]
    language: Annotated[str, doc("ISO 639-1.")]
    published_at: Annotated[datetime, doc("Event time.")]
    articles: Annotated[int, doc("How many articles carry the story, copies included.")]


class Alert(Struct, frozen=True):
    """One message in the life of an alert: an episode of (watch, dyad, theme). Topic alerts.interference, key = alert_id."""

    alert_id: Annotated[uuid.UUID, doc("UUIDv5 of watch, dyad, theme and opening bucket.")]
    sequence: Annotated[int, doc("1 and up within the alert.")]
    msg_type: Annotated[MsgType, doc("Alert, Update, Closed or Cancel.")]
    references: Annotated[tuple[str, ...], doc("Earlier messages of this alert, as alert_id/sequence.")]
    watch_id: Annotated[str, doc("The watch.")]
    watches_hash: Annotated[str, doc("Digest of the watch's configuration.")]
    source: Annotated[str, doc("ISO alpha-3 of the state said to act.")]
    target: Annotated[str, doc("ISO alpha-3 of the state said to be acted on.")]
    theme: Annotated[str, doc("Theme id.")]
    headline: Annotated[str, doc("One line for people; says who alleges, never that it is so.")]
    explanation: Annotated[str, doc("One plain paragraph built from the facts below.")]
    severity: Annotated[Severity, doc("CAP severity by the watch's rules.")]
    urgency: Annotated[Urgency, doc("CAP urgency.")]
    certainty: Annotated[Certainty, doc("CAP certainty of the reporting.")]
    kind: Annotated[BurstKind, doc("What kind of burst.")]
    trigger: Annotated[str, doc("What opened it: burst, parent_burst or novelty.")]
    bucket_at: Annotated[datetime, doc("Start of the bucket that crossed the threshold.")]
    opened_at: Annotated[datetime, doc("Event time at which it opened.")]
    updated_at: Annotated[datetime, doc("Event time of this message.")]
    peak_at: Annotated[datetime, doc("Event time of the highest score.")]
    closed_at: Annotated[datetime | None, doc("Event time of the end; null while open.")]
    first_seen_at: Annotated[datetime, doc("published_at of the earliest evidence.")]
    observed: Annotated[float, doc("Stories observed in the scale that scored highest.")]
    expected: Annotated[float, doc("Stories expected there.")]
    score: Annotated[float, doc("-log10 of the tail probability at the peak.")]
    threshold: Annotated[float, doc("Score at which it opens.")]
    rarity_days: Annotated[float, doc("How rare: about one such score in this many days of an ordinary key.")]
    stories: Annotated[int, doc("Distinct stories in the episode.")]
    articles: Annotated[int, doc("Articles in the episode, copies included: reach, not corroboration.")]
    origins: Annotated[int, doc("Independent origins in the episode.")]
    state_linked: Annotated[int, doc("How many of these origins are marked as state-linked.")]
    languages: Annotated[tuple[str, ...], doc("ISO 639-1, sorted.")]
    source_countries: Annotated[tuple[str, ...], doc("ISO alpha-3 of the origins' seats, sorted.")]
    evidence: Annotated[tuple[Evidence, ...], doc("The top stories, earliest and widest first.")]
    claims: Annotated[tuple[ClaimThread, ...], doc("The claim threads of the episode.")]


class DeadLetter(Struct, frozen=True):
    """A record that could not be used: what, where and why. The topic holds the original bytes, with the rest as headers."""

    stage: Annotated[str, doc("The step that gave up: normalise, enrich, watch or publish.")]
    reason: Annotated[str, doc("Machine-readable reason, snake_case.")]
    message: Annotated[str, doc("For people: the place, the value and the remedy.")]
    topic: Annotated[str, doc("The topic it was read from.")]
    partition: Annotated[int, doc("The partition it was read from.")]
    offset: Annotated[int, doc("The offset it was read from.")]
    failed_at: Annotated[datetime, doc("Processing time of the failure.")]
    attempts: Annotated[int, doc("How often it has been tried, retries by hand included.")]
    key: Annotated[bytes | None, doc("The original key.")]
    value: Annotated[bytes | None, doc("The original bytes.")]


CONTRACTS: tuple[type[Struct], ...] = (NewsEvent, EnrichedEvent, WatchEvent, Alert, DeadLetter)
"""The records that travel as Avro, each with a file schemas/avro/<snake_case_name>.avsc."""
