"""Reads every topic at the end, and says whether the outcome is that of an undisturbed run; and watches for stalls meanwhile."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import ConsumerRecord, TopicPartition

from agents.watch.agent import TABLE
from bosphorus.settings import Settings
from schemas.jsonl import to_json
from schemas.records import Alert, EnrichedEvent
from schemas.wire import Codec
from streams import dead_letters
from streams.connection import client_options
from streams.groups import group_of
from streams.topics import catalogue
from tests.faults.expected import Expected, contents_of

CODEC = Codec()
GROUPS = {"normalise": "raw", "enrich": "events", "watch": "watch_events", "publish": "alerts"}
"""Step: the topic that it reads."""


@dataclass
class Found:
    """What stands in the topics.

    Attributes:
        enriched: id -> what its versions were enriched to, as `contents_of` has it.
        repeated: records on news.enriched beyond one an id.
        alerts: the messages on the log, in order, repeated ones once.
        repeats: messages on the log that were there before, to the byte.
        conflicts: (alert, sequence) that stands there with different contents.
        current: alert id -> its last message, of those that are open.
        letters: place of each dead letter in news.raw.
        rejected: places in news.raw of what no letter could be missing for: the poison that was accepted.
        stories: `watch/story id` of each story that there ever was.
    """

    enriched: dict[str, set[bytes]]
    repeated: int
    alerts: list[bytes]
    repeats: int
    conflicts: list[tuple[str, int]]
    current: dict[str, bytes]
    letters: set[tuple[int, int]]
    rejected: set[tuple[int, int]]
    stories: set[str]


async def read(settings: Settings, expected: Expected) -> Found:
    """Read everything."""
    enriched: dict[str, set[bytes]] = {}
    records = await _all(settings, "enriched")
    for record in records:
        event = CODEC.decode(record.value, EnrichedEvent)
        enriched.setdefault(str(event.event_id), set()).add(contents_of(event))
    log = [to_json(CODEC.decode(record.value, Alert)) for record in await _all(settings, "alerts")]
    unique = list(dict.fromkeys(log))
    numbers = [(str(alert["alert_id"]), int(alert["sequence"])) for alert in map(json.loads, unique)]
    letters = [dead_letters.from_record(record) for record in await _all(settings, "dead_letters")]
    assert {letter.stage for letter in letters} <= {"normalise"}
    return Found(
        enriched=enriched,
        repeated=len(records) - len(enriched),
        alerts=unique,
        repeats=len(log) - len(unique),
        conflicts=[number for number in set(numbers) if numbers.count(number) > 1],
        current=_current(await _all(settings, "current")),
        letters={(letter.partition, letter.offset) for letter in letters},
        rejected={(r.partition, r.offset) for r in await _all(settings, "raw") if r.value in expected.poison},
        stories=await _stories(settings),
    )


def _current(records: list[ConsumerRecord]) -> dict[str, bytes]:
    last = {record.key.decode(): record.value for record in records}
    return {key: to_json(CODEC.decode(value, Alert)) for key, value in last.items() if value is not None}


async def _stories(settings: Settings) -> set[str]:
    """From the changelog of the watches' state: every story that was ever written to it."""
    found: set[str] = set()
    for record in await _records(settings, f"{group_of(settings, 'watch')}-{TABLE}-changelog"):
        watch, kind, *rest = (record.key or b"").decode("utf-8", "replace").split("/", 2)
        if kind == "story":
            found.add(f"{watch}/{rest[0]}")
    return found


async def _all(settings: Settings, topic: str) -> list[ConsumerRecord]:
    return await _records(settings, getattr(catalogue(settings), topic).name)


async def _records(settings: Settings, name: str) -> list[ConsumerRecord]:
    """Everything up to the ends of a topic, each partition's in order; however long a Kafka that has just come back takes."""
    consumer = AIOKafkaConsumer(name, **client_options(settings, settings.broker), auto_offset_reset="earliest")
    await consumer.start()
    records: list[ConsumerRecord] = []
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for some in (await consumer.getmany(timeout_ms=1000)).values():
                records.extend(some)
    finally:
        await consumer.stop()
    return records


def check(found: Found, expected: Expected) -> list[str]:
    """Return everything in which they differ; nothing where all is well."""
    wrong = []

    def equal(what: str, mine: object, theirs: object) -> None:
        if mine != theirs:
            wrong.append(f"{what}: {_difference(mine, theirs)}")

    equal("enriched ids", set(found.enriched), set(expected.events))
    others = [id_ for id_, contents in found.enriched.items() if contents != expected.events.get(id_)]
    equal("articles enriched to something else", others, [])
    equal("dead letters and poison", found.letters, found.rejected)
    equal("stories", found.stories, expected.stories)
    equal("messages with one number and different contents", found.conflicts, [])
    equal("messages of alerts", found.alerts, expected.alerts)
    last = {alert["alert_id"]: line for line in expected.alerts for alert in (json.loads(line),)}
    opened = {k: line for k, line in last.items() if json.loads(line)["msg_type"] not in {"Closed", "Cancel"}}
    equal("what is open now", found.current, opened)
    return wrong


def _difference(mine: object, theirs: object) -> str:
    if isinstance(mine, set) and isinstance(theirs, set):
        return f"{len(theirs - mine)} missing {sorted(theirs - mine)[:3]}, {len(mine - theirs)} too many {sorted(mine - theirs)[:3]}"
    if isinstance(mine, list) and isinstance(theirs, list):
        at = next((n for n, pair in enumerate(zip(mine, theirs, strict=False)) if pair[0] != pair[1]), None)
        place = "" if at is None else f"; first at {at}: {mine[at]!r:.600} instead of {theirs[at]!r:.600}"
        return f"{len(mine)} instead of {len(theirs)}{place}"
    return f"{mine!r:.500} instead of {theirs!r:.500}"


class Stalls:
    """Looks once a second at what each group has committed of each partition.

    Args:
        settings: `broker` must be set.
        hurt_ended_at: when the last hurt was over, monotonic seconds.
    """

    def __init__(self, settings: Settings, hurt_ended_at: Callable[[], float]) -> None:
        self._settings, self._hurt_ended_at = settings, hurt_ended_at
        self._since: dict[tuple[str, int], tuple[int, float]] = {}
        self.longest: dict[tuple[str, int], float] = {}
        """Seconds that a partition, by (step, partition), stood still with records waiting, beginning with the end of the last hurt."""
        self.lag = -1
        """Records that wait in all; -1: unknown."""

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                async with asyncio.timeout(10):
                    await self._look()
            except Exception:  # noqa: BLE001 - Kafka is away: it is looked again
                self.lag = -1
            await asyncio.sleep(1.0)

    async def _look(self) -> None:
        options = client_options(self._settings, self._settings.broker)
        consumer, admin = AIOKafkaConsumer(**options), AIOKafkaAdminClient(**options)
        try:
            await consumer.start()
            await admin.start()
            self.lag = 0
            for step, topic in GROUPS.items():
                its = getattr(catalogue(self._settings), topic)
                places = [TopicPartition(its.name, partition) for partition in range(its.partitions)]
                ends = await consumer.end_offsets(places)
                committed = await admin.list_consumer_group_offsets(group_of(self._settings, step), partitions=places)
                for place in places:
                    offset = max(committed[place].offset, 0)
                    self.lag += ends[place] - offset
                    self._note((step, place.partition), offset, waits=ends[place] > offset)
        finally:
            await consumer.stop()
            await admin.close()

    def _note(self, place: tuple[str, int], offset: int, *, waits: bool) -> None:
        now = time.monotonic()
        before, since = self._since.get(place, (-1, now))
        if before != offset or not waits:
            self._since[place] = (offset, now)
            return
        stood_still_s = now - max(since, self._hurt_ended_at())
        self.longest[place] = max(self.longest.get(place, 0.0), stood_still_s)
