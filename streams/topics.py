"""The catalogue of topics: the one place that says what each is called, holds, keeps and allows.

`bosphorus topics`, the AsyncAPI document and the Kubernetes resources are made from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from msgspec import Struct

from schemas.errors import SettingsError
from streams.settings import StreamsSettings, days_by_topic

KIB = 1024
MIB = 1024 * KIB
HEADERS_ROOM_BYTES = 64 * KIB
"""What a dead letter's headers may add to the record it holds."""
SEGMENT_BYTES = 4 * MIB
DIRTY_RATIO = 0.1
"""For what a restart reads whole. Kafka never compacts the segment it writes to, nor anything before half of the others is out of date: with its
own gigabyte a segment a week of changes would wait there to be read, however small the state."""


class Topic(Struct, frozen=True, kw_only=True):
    """One topic.

    Args:
        name: full name, prefix included.
        title: what it holds, for people.
        key: what the record key is.
        schema: name of the record in schemas/, or the format where it isn't one of ours.
        partitions: count.
        replication: factor.
        max_message_bytes: largest record batch in bytes, as it travels.
        cleanup_policy: `delete` or `compact`.
        retention: how long records are kept; None where compaction alone decides.
        read_whole: every restart reads all of it, so that it has to be compacted early and often.
    """

    name: str
    title: str
    key: str
    schema: str
    partitions: int
    replication: int
    max_message_bytes: int
    cleanup_policy: str = "delete"
    retention: timedelta | None = None
    read_whole: bool = False

    @property
    def config(self) -> dict[str, str]:
        """The topic's configuration by Kafka's names (https://kafka.apache.org/documentation/#topicconfigs).

        Times are the broker's own (LogAppendTime): they are what `received_at` means, and retention goes by them. With a
        time given by the producer a replayed year of news would be old enough to delete the moment it arrives.
        """
        config = {
            "cleanup.policy": self.cleanup_policy,
            "max.message.bytes": str(self.max_message_bytes),
            "message.timestamp.type": "LogAppendTime",
            "min.insync.replicas": str(min(2, self.replication)),
            "retention.ms": str(-1 if self.retention is None else _ms(self.retention)),
        }
        if self.retention is not None:
            config["segment.ms"] = str(_ms(self.gone_after - self.retention))
        if self.read_whole:
            config |= {"segment.bytes": str(SEGMENT_BYTES), "min.cleanable.dirty.ratio": str(DIRTY_RATIO)}
        return config

    @property
    def gone_after(self) -> timedelta:
        """How long after it was written the last trace of a record is gone; for ever where nothing ages.

        Kafka deletes whole segments, and never the one it writes to: a record outlives its retention by up to `segment.ms`, which by
        default is a week. It is a tenth of the retention here, an hour at least and a week at most.
        """
        if self.retention is None:
            return timedelta.max
        return self.retention + min(max(self.retention / 10, timedelta(hours=1)), timedelta(days=7))


def _ms(time: timedelta) -> int:
    return round(time / timedelta(milliseconds=1))


class Catalogue(Struct, frozen=True, kw_only=True):
    """Every topic of the project, by its part in it."""

    raw: Topic
    events: Topic
    enriched: Topic
    watch_events: Topic
    alerts: Topic
    current: Topic
    cloudevents: Topic
    stix: Topic
    dead_letters: Topic

    def __iter__(self) -> Iterator[Topic]:
        """In the order in which an event meets them."""
        return (getattr(self, field) for field in self.__struct_fields__)

    @property
    def max_record_bytes(self) -> int:
        """The largest record batch of any topic: the limit that producers and consumers are given."""
        return max(topic.max_message_bytes for topic in self)


def catalogue(settings: StreamsSettings) -> Catalogue:
    """The topics under these settings.

    Raises:
        SettingsError: BOSPHORUS_TOPIC_RETENTION_DAYS names a topic that there isn't, or whose records don't age.
    """
    # A raw record over max_article_bytes must still get in, so that it is refused with a reason and kept, not lost at the door.
    raw_bytes = 2 * settings.max_article_bytes
    # Findings repeat the words they rest on, each with its place.
    enriched_bytes = raw_bytes + settings.max_article_bytes
    articles = timedelta(days=settings.article_retention_days)
    alerts = timedelta(days=settings.alert_retention_days)
    own_days = days_by_topic(settings.topic_retention_days)

    def topic(  # noqa: PLR0913, PLR0917 - a row of a table
        name: str, title: str, key: str, schema: str, partitions: int, size: int, retention: timedelta | None
    ) -> Topic:
        if retention is not None and name in own_days:
            retention = timedelta(days=own_days.pop(name))
        return Topic(
            name=settings.topic_prefix + name,
            title=title,
            key=key,
            schema=schema,
            partitions=partitions,
            replication=settings.replication,
            max_message_bytes=size,
            cleanup_policy="delete" if retention is not None else "compact",
            retention=retention,
        )

    many = settings.partitions
    # Alerts are few, and every subscriber sees them in the one order in which they were raised. An embedded broker has no choice.
    one = settings.partitions if settings.embedded_broker else 1
    dead_bytes = enriched_bytes + HEADERS_ROOM_BYTES
    current = "What is open now: the last message of each alert, nothing once it is closed"
    dead = "What could not be used: the original bytes, with headers that say what, where and why"
    # fmt: off
    made = Catalogue(
        raw=topic("news.raw", "Articles as they come; anyone may write", "any or none", "raw_article (JSON)", many, raw_bytes, articles),
        events=topic("news.events", "Articles, normalised", "event_id", "NewsEvent", many, raw_bytes, articles),
        enriched=topic("news.enriched", "Articles with their findings", "event_id", "EnrichedEvent", many, enriched_bytes, articles),
        watch_events=topic("watch.events", "What each watch must see (internal)", "watch_id", "WatchEvent", many, enriched_bytes, articles),
        alerts=topic("alerts.interference", "Every message in the life of an alert", "alert_id", "Alert", one, 2 * MIB, alerts),
        current=topic("alerts.interference.current", current, "alert_id", "Alert", one, 2 * MIB, None),
        cloudevents=topic("alerts.interference.cloudevents", "The same messages for any reader", "alert_id", "CloudEvents 1.0 (JSON)", one, 4 * MIB, alerts),
        stix=topic("alerts.interference.stix", "The same messages for threat-intelligence platforms", "alert_id", "STIX 2.1 bundle (JSON)", one, 4 * MIB, alerts),
        dead_letters=topic("news.dead-letters", dead, "the original key", "DeadLetter (headers)", many, dead_bytes, articles),
    )
    # fmt: on
    if own_days:
        ageing = [t.name.removeprefix(settings.topic_prefix) for t in made if t.retention is not None]
        raise SettingsError(
            f"BOSPHORUS_TOPIC_RETENTION_DAYS names {', '.join(own_days)}; the topics that records age in are {', '.join(ageing)}"
        )
    return made


def changelog(settings: StreamsSettings, app_id: str, table: str) -> Topic:
    """The changelog that Faust makes and names for a table of the watch; it is not ours to create.

    It stands here for whoever grants rights to it or looks at it. Its partitions are those of watch.events, whose records
    fill the table.
    """
    return Topic(
        name=f"{app_id}-{table}-changelog",
        title=f"State of the watch: {table} (made by Faust)",
        key="the table's key",
        schema="the table's value (bytes)",
        partitions=settings.partitions,
        replication=settings.replication,
        max_message_bytes=MIB,
        cleanup_policy="compact",
        read_whole=True,
    )
