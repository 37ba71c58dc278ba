"""Dead letters on a real Kafka: which are open, and sending them where they came from once more."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from enum import StrEnum

from msgspec import Struct

from schemas.errors import MalformedError
from streams.dead_letters import FiledLetter, crossed_out, filed, marker, retry_headers
from streams.producer import Output, RecordProducer
from streams.reader import read_all
from streams.settings import StreamsSettings
from streams.topics import catalogue


class State(StrEnum):
    """What has become of a dead letter."""

    OPEN = "open"
    RETRIED = "retried"
    EXHAUSTED = "exhausted"
    """It has been tried as often as the settings allow."""


class Found(Struct, frozen=True):
    """A letter in the dead-letter topic."""

    letter: FiledLetter
    state: State


async def read_letters(settings: StreamsSettings) -> AsyncGenerator[Found | MalformedError, None]:
    """Every dead letter, in order within a partition, and an error for what is none.

    The topic is read twice, first only for what is crossed out: so memory does not grow with the letters.
    """
    topic = catalogue(settings).dead_letters.name
    retried: set[tuple[int, int]] = set()
    async for record in read_all(settings, topic):
        offset = crossed_out(record)
        if offset is not None:
            retried.add((record.partition, offset))
    async for record in read_all(settings, topic):
        if crossed_out(record) is not None:
            continue
        try:
            letter = filed(record)
        except MalformedError as error:
            yield error
            continue
        if (letter.partition, letter.offset) in retried:
            state = State.RETRIED
        elif letter.letter.attempts >= settings.dead_letter_attempts:
            state = State.EXHAUSTED
        else:
            state = State.OPEN
        yield Found(letter, state)


async def send_again(settings: StreamsSettings, producer: RecordProducer, found: FiledLetter) -> None:
    """Send the original bytes to the original topic and partition; once that is acknowledged, cross the letter out.

    A crash between the two sends it once more the next time, which the deterministic ids make harmless.

    Raises:
        MalformedError: it names a topic that no step reads; a forged letter must not make us write anywhere.
        KafkaError: it could not be delivered.
    """
    topics, letter = catalogue(settings), found.letter
    origin = {t.name: t for t in (topics.raw, topics.events, topics.enriched, topics.watch_events, topics.alerts)}
    topic = origin.get(letter.topic)
    if topic is None:
        raise MalformedError("unknown_origin", f"{found.place} came from {letter.topic}, which no step of ours reads")
    partition = letter.partition if 0 <= letter.partition < topic.partitions else None
    await producer.deliver([Output(topic.name, letter.key, letter.value, partition, retry_headers(found))])
    await producer.deliver([Output(topics.dead_letters.name, None, None, found.partition, marker(found.offset))])
