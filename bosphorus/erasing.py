"""Erasing an article: its last version is one that says nothing, and is withdrawn.

That takes it out of what Bosphorus keeps and works on: the watch withdraws it from stories and open alerts, `news.enriched` ends with an
empty version, and no later version counts again. Kafka itself changes no record that it holds: what was written before goes when its
topic's retention is over, and `Erased.gone_by` says when that is.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import UTC, datetime
from hashlib import blake2b

from msgspec import Struct, structs

from agents.normalise.step import MAX_VERSION
from agents.normalise.urls import canonical_url, identity_of
from schemas.errors import BosphorusError, WireError
from schemas.records import NewsEvent, Status
from schemas.wire import Codec
from streams.producer import Output, RecordProducer
from streams.reader import read_all
from streams.settings import StreamsSettings
from streams.topics import catalogue

NOTHING = blake2b(b"", digest_size=8).hexdigest()
FLAG = "erased"


class Wanted(Struct, frozen=True):
    """What people call the articles that are to be erased."""

    event_ids: frozenset[uuid.UUID]
    addresses: frozenset[str]
    external_ids: frozenset[str]

    def means(self, event: NewsEvent) -> bool:
        """Whether it is one of them."""
        return (
            event.event_id in self.event_ids
            or (event.url is not None and identity_of(event.url) in self.addresses)
            or (event.external_id is not None and event.external_id in self.external_ids)
        )


class Erased(Struct, frozen=True):
    """One article that was found: a line of `bosphorus erase`."""

    event_id: uuid.UUID
    url: str | None
    external_id: str | None
    versions: int
    """Versions of it that news.events still holds."""
    gone_by: datetime
    """When Kafka has let go of the youngest of them, by the retention that is set (see `Topic.gone_after`)."""
    erased: bool
    """False in a dry run, and where its last version is empty already."""


def wanted(names: Collection[str]) -> Wanted:
    """Read what was given: an event_id (a UUID), an address, or else the sender's own id.

    Raises:
        BosphorusError: an address that is no article's.
    """
    ids, addresses, others = set(), set(), set()
    for name in names:
        try:
            ids.add(uuid.UUID(name))
            continue
        except ValueError:
            pass
        if "://" not in name:
            others.add(name)
            continue
        url = canonical_url(name, set())
        identity = None if url is None else identity_of(url)
        if identity is None:
            raise BosphorusError(f"{name}: not the address of an article; give the whole address, or its event_id")
        addresses.add(identity)
    return Wanted(frozenset(ids), frozenset(addresses), frozenset(others))


def emptied(event: NewsEvent, now: datetime) -> NewsEvent:
    """Return the article's last version: withdrawn, without a word of it, of who wrote it, or of where it stood.

    It keeps the date, so that it moves no watermark, and whose it was.
    """
    return structs.replace(
        event,
        version=MAX_VERSION,
        status=Status.CANCELED,
        content_hash=NOTHING,
        url=None,
        external_id=None,
        title="",
        body="",
        byline=None,
        received_at=now,
        flags=(FLAG,),
    )


async def erase(settings: StreamsSettings, codec: Codec, what: Wanted, *, dry_run: bool = False) -> list[Erased]:
    """Find the articles in news.events, and end each with an empty version.

    Raises:
        BrokerError: Kafka can't be reached.
    """
    topics = catalogue(settings)
    last: dict[uuid.UUID, NewsEvent] = {}
    written: dict[uuid.UUID, list[datetime]] = {}
    places: dict[uuid.UUID, tuple[bytes | None, int]] = {}
    async for record in read_all(settings, topics.events.name):
        try:
            event = codec.decode(record.value or b"", NewsEvent)
        except WireError:
            continue  # not ours to erase, and a dead letter already
        if not (what.means(event) or event.event_id in last):
            continue
        last[event.event_id] = event
        places[event.event_id] = record.key, record.partition
        if FLAG not in event.flags:
            written.setdefault(event.event_id, []).append(datetime.fromtimestamp(record.timestamp / 1000, UTC))
    now = datetime.now(UTC)
    due = [event for event in last.values() if FLAG not in event.flags]
    if due and not dry_run:
        producer = RecordProducer(settings)
        try:
            for event in due:
                key, partition = places[event.event_id]
                await producer.deliver([Output(topics.events.name, key, codec.encode(emptied(event, now)), partition)])
        finally:
            await producer.stop()
    # The dead letters too: whoever made them keeps the original.
    texts = (topics.raw, topics.events, topics.enriched, topics.watch_events, topics.dead_letters)
    kept = max(topic.gone_after for topic in texts)
    return [
        Erased(
            event_id=event_id,
            url=event.url,
            external_id=event.external_id,
            versions=len(written.get(event_id, [])),
            gone_by=max(written.get(event_id, [now])) + kept,
            erased=not dry_run and FLAG not in event.flags,
        )
        for event_id, event in sorted(last.items())
    ]
