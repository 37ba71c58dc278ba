"""The lines that the offline doors read and write, beside the records of the topics. A public contract: schemas/json/ is generated from it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from msgspec import Struct

from schemas.records import doc


class RawArticle(Struct, frozen=True):
    """An article as people have it: one line of news.raw, of `bosphorus enrich` and of `bosphorus backtest`. Other fields are ignored."""

    id: Annotated[str | int | None, doc("The sender's own id; comes back as external_id.")] = None
    url: Annotated[str | None, doc("Address of the article, http or https.")] = None
    title: Annotated[str | None, doc("Title; HTML is stripped. May be empty if there is a body.")] = None
    body: Annotated[str | None, doc("Text; HTML is stripped. May be empty if there is a title.")] = None
    text: Annotated[str | None, doc("Read where body is absent.")] = None
    summary: Annotated[str | None, doc("Read where body and text are absent.")] = None
    published_at: Annotated[
        str | int | float | None, doc("ISO 8601, RFC 2822, or epoch seconds or milliseconds; without a zone: UTC.")
    ] = None
    published: Annotated[str | int | float | None, doc("Read where published_at is absent.")] = None
    date: Annotated[str | int | float | None, doc("Read where published_at and published are absent.")] = None
    received_at: Annotated[
        str | int | float | None, doc("When it was received; used offline only, on Kafka the record's time counts.")
    ] = None
    source: Annotated[str | None, doc("The outlet: a domain or a name; absent: the host of url.")] = None
    language: Annotated[str | None, doc("BCP 47 or ISO 639-1; absent: detected.")] = None
    version: Annotated[int | float | str | None, doc("1 and up; a corrected article has a higher one.")] = None
    status: Annotated[
        str | None, doc("usable, withheld or canceled; absent or another word: usable, which is flagged.")
    ] = None
    byline: Annotated[str | None, doc("Author or credit line.")] = None


class StoryLine(Struct, frozen=True):
    """One line of `bosphorus stories`."""

    external_id: Annotated[str | None, doc("The raw article's own id.")]
    story_id: Annotated[uuid.UUID, doc("The story it belongs to: UUIDv5, the same under replay.")]


class TimedKey(Struct, frozen=True):
    """One line that `bosphorus bursts` reads. Other fields are ignored."""

    key: Annotated[str, doc("What is counted, e.g. RUS-TUR.")]
    at: Annotated[datetime, doc("Event time, RFC 3339.")]
    story: Annotated[str, doc("Story id; a (key, story) counts once, at its first time.")]
    origin: Annotated[str | None, doc("Independent origin; without it only the floor on stories applies.")] = None


class Episode(Struct, frozen=True):
    """One line of `bosphorus bursts`: a burst from its opening to its end."""

    key: Annotated[str, doc("The key that burst.")]
    opened_at: Annotated[datetime, doc("Start of the bucket that crossed the threshold.")]
    peak_at: Annotated[datetime, doc("Start of the bucket with the highest score.")]
    closed_at: Annotated[datetime | None, doc("End of the episode; null while open.")]
    observed: Annotated[float, doc("Stories observed at the peak, in the scale that scored highest.")]
    expected: Annotated[float, doc("Stories expected there.")]
    score: Annotated[float, doc("-log10 of the tail probability at the peak.")]
