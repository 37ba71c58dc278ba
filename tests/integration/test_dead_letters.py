import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiokafka import ConsumerRecord
from click.testing import CliRunner, Result

from bosphorus.cli import cli
from schemas.errors import MalformedError
from streams.connection import client_options
from streams.dead_letters import attempts, letter_for, to_headers
from streams.kafka_admin import admin, create_topics
from streams.producer import Output, RecordProducer
from streams.reader import read_all
from streams.settings import StreamsSettings
from streams.topics import catalogue

pytestmark = pytest.mark.kafka

AT = datetime(2023, 5, 12, 9, 30, tzinfo=UTC)
Bosphorus = Callable[..., Result]


@pytest.fixture
def settings(kafka: str, topic_prefix: str, monkeypatch: pytest.MonkeyPatch) -> StreamsSettings:
    """Topics of this test's own, and an environment that points the commands at them."""
    made = StreamsSettings(broker=kafka, topic_prefix=topic_prefix, partitions=2)
    with admin(client_options(made, kafka)) as client:
        create_topics(client, catalogue(made))
    monkeypatch.setenv("BOSPHORUS_BROKER", kafka)
    monkeypatch.setenv("BOSPHORUS_TOPIC_PREFIX", topic_prefix)
    monkeypatch.setenv("BOSPHORUS_PARTITIONS", "2")
    return made


@pytest.fixture
def bosphorus() -> Bosphorus:
    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, list(words), catch_exceptions=False)

    return run


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def records(settings: StreamsSettings, topic: str) -> list[ConsumerRecord]:
    async def run() -> list[ConsumerRecord]:
        return [record async for record in read_all(settings, topic)]

    return asyncio.run(run())


def send(settings: StreamsSettings, *outputs: Output) -> None:
    async def run() -> None:
        producer = RecordProducer(settings)
        await producer.deliver(outputs)
        await producer.stop()

    asyncio.run(run())


def refuse(settings: StreamsSettings, reason: str) -> None:
    """What a step does: every raw record becomes a dead letter, in the partition of its number."""
    topics = catalogue(settings)
    done = {
        (r.partition, dict(r.headers)["dead-letter-offset"])
        for r in records(settings, topics.dead_letters.name)
        if r.value
    }
    for record in records(settings, topics.raw.name):
        if (record.partition, str(record.offset).encode()) in done:
            continue
        letter = letter_for("normalise", MalformedError(reason, f"offset {record.offset}: \x1b[2J bad"), record, AT)
        headers = to_headers(letter, record.headers)
        send(settings, Output(topics.dead_letters.name, letter.key, letter.value, record.partition, headers))


def test_the_bytes_survive_being_refused_and_are_sent_again_until_the_cap(
    settings: StreamsSettings, bosphorus: Bosphorus
) -> None:
    topics = catalogue(settings)
    poison = b"\xff\x00{not json \xc3"
    send(settings, Output(topics.raw.name, b"key", poison, 1, [("traceparent", b"00-1")]))
    for attempt in (1, 2, 3):
        refuse(settings, "not_json")
        [letter] = lines(bosphorus("dead-letters", "list"))
        assert letter["attempts"] == attempt
        assert letter["state"] == ("open" if attempt < 3 else "exhausted")
        assert letter["reason"] == "not_json"
        assert "value_base64" in letter
        result = bosphorus("dead-letters", "retry")
        assert len(lines(result)) == (1 if attempt < 3 else 0)
    assert "0 sent again; 1 left alone after 3 attempts" in result.stderr

    sent = records(settings, topics.raw.name)
    assert [(r.key, r.value, r.partition, attempts(r.headers)) for r in sent] == [
        (b"key", poison, 1, count) for count in range(3)
    ]
    assert all(("traceparent", b"00-1") in r.headers for r in sent)
    assert len(lines(bosphorus("dead-letters", "list", "--all"))) == 3
    assert len(lines(bosphorus("dead-letters", "retry", "--max-attempts", "4"))) == 1


def test_a_retry_sends_what_was_asked_for_and_only_once(settings: StreamsSettings, bosphorus: Bosphorus) -> None:
    topics = catalogue(settings)
    send(settings, *(Output(topics.raw.name, None, f"a{n}".encode(), n % 2) for n in range(4)))
    refuse(settings, "not_json")
    send(settings, Output(topics.raw.name, None, b"b", 0))
    refuse(settings, "too_large")

    assert len(lines(bosphorus("dead-letters", "retry", "--reason", "too_large", "--dry-run"))) == 1
    assert [line["reason"] for line in lines(bosphorus("dead-letters", "retry", "--reason", "too_large"))] == [
        "too_large"
    ]
    assert lines(bosphorus("dead-letters", "retry", "--reason", "too_large")) == []
    assert len(lines(bosphorus("dead-letters", "retry", "--limit", "3"))) == 3
    [last] = lines(bosphorus("dead-letters", "list"))
    assert len(lines(bosphorus("dead-letters", "retry", "--at", last["at"]))) == 1
    assert lines(bosphorus("dead-letters", "list")) == []
    assert len(records(settings, topics.raw.name)) == 10


def test_a_forged_letter_cannot_make_us_write_elsewhere_and_a_stranger_stops_nothing(
    settings: StreamsSettings, bosphorus: Bosphorus
) -> None:
    topics = catalogue(settings)
    send(settings, Output(topics.raw.name, None, b"{", 0))
    refuse(settings, "not_json")
    [record] = records(settings, topics.dead_letters.name)
    forged = [(n, b"payments" if n == "dead-letter-topic" else v) for n, v in record.headers]
    send(
        settings,
        Output(topics.dead_letters.name, None, b"x", 0, forged),
        Output(topics.dead_letters.name, None, b"hello", 0),
    )
    result = bosphorus("dead-letters", "retry")
    assert len(lines(result)) == 1
    assert "came from payments" in result.stderr
    assert "no proper dead-letter headers" in result.stderr


def test_the_largest_raw_record_fits_into_the_dead_letters(settings: StreamsSettings, bosphorus: Bosphorus) -> None:
    topics = catalogue(settings)
    largest = b"x" * (topics.raw.max_message_bytes - 1024)
    send(settings, Output(topics.raw.name, None, largest, 0))
    refuse(settings, "too_large")
    assert records(settings, topics.dead_letters.name)[0].value == largest
    assert len(lines(bosphorus("dead-letters", "retry"))) == 1
    assert records(settings, topics.raw.name)[1].value == largest


def test_tail_follows_until_its_limit_or_silence_and_hides_markers(
    settings: StreamsSettings, bosphorus: Bosphorus
) -> None:
    topics = catalogue(settings)
    send(settings, *(Output(topics.raw.name, None, b"{", n) for n in (0, 1)))
    refuse(settings, "not_json")
    bosphorus("dead-letters", "retry", "--limit", "1")
    tail = ("tail", "dead-letters", "--until-idle", "1")
    assert len(lines(bosphorus(*tail, "--from-start"))) == 2
    assert len(lines(bosphorus(*tail, "--from-start", "--limit", "1"))) == 1
    assert bosphorus(*tail).stdout == ""


def test_tail_names_what_it_cannot_read_and_goes_on(settings: StreamsSettings, bosphorus: Bosphorus) -> None:
    send(settings, Output(catalogue(settings).alerts.name, None, b"\x07 no Avro", 0))
    result = bosphorus("tail", "alerts", "--from-start", "--until-idle", "1")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "partition 0 offset 0" in result.stderr


def test_a_missing_topic_is_one_line(settings: StreamsSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOSPHORUS_TOPIC_PREFIX", "none.")
    result = CliRunner().invoke(cli, ["tail", "alerts"])
    assert "has no topic none.alerts.interference" in str(result.exception)
