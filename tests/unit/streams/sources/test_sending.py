from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from schemas.errors import BadRecordError, BrokerError, MalformedError
from streams.producer import Output
from streams.settings import StreamsSettings
from streams.sources import sending
from streams.sources.items import Item
from streams.sources.sending import Pace, Sender

START = datetime(2023, 5, 12, tzinfo=UTC)
SETTINGS = StreamsSettings(broker="nowhere:9092")


@dataclass(frozen=True)
class Said:
    key: bytes | None
    published_at: datetime | None = None
    outlet: str | None = "daily.example"


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Producer:
    """Takes everything, after failing as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.replaced = failures, 0
        self.taken: list[Output] = []

    async def deliver(self, outputs: Iterable[Output]) -> list[Any]:
        if self.failures:
            self.failures -= 1
            raise KafkaConnectionError
        self.taken.extend(outputs)
        return []

    async def replace(self) -> None:
        self.replaced += 1


def sender(producer: Producer) -> Sender:
    return Sender(SETTINGS, producer, lambda data: Said(data[:1]))  # type: ignore[arg-type] # a stand-in


def test_a_rate_spaces_records_evenly() -> None:
    clock = Clock()
    pace = Pace(rate=10, clock=clock)
    assert [round(pace.wait_s(None), 3) for _ in range(3)] == [0.0, 0.1, 0.2]
    clock.now += 1
    assert pace.wait_s(None) <= 0


def test_a_replay_keeps_the_distances_of_event_time() -> None:
    pace = Pace(speed=3600, clock=Clock())
    waits = [pace.wait_s(START + timedelta(hours=h)) for h in (0, 1, 3)]
    assert [round(w, 3) for w in waits] == [0.0, 1.0, 3.0]


def test_in_a_replay_what_is_late_or_undated_is_due_at_once() -> None:
    pace = Pace(speed=3600, clock=Clock())
    assert pace.wait_s(START) == 0
    assert pace.wait_s(START - timedelta(hours=5)) <= 0
    assert pace.wait_s(None) <= 0


async def test_articles_go_to_the_raw_topic_with_their_key_in_order() -> None:
    producer = Producer()
    await sender(producer).send([Item(1, b"a1"), Item(2, b"b1"), Item(3, b"a2")], "file", lambda *_: None)
    assert [(o.topic, o.key, o.value) for o in producer.taken] == [
        ("news.raw", b"a", b"a1"),
        ("news.raw", b"b", b"b1"),
        ("news.raw", b"a", b"a2"),
    ]


async def test_what_could_not_be_read_becomes_a_dead_letter_and_is_told() -> None:
    producer = Producer()
    told: list[tuple[Item, BadRecordError]] = []
    bad = Item(7, b"row", MalformedError("wrong_columns", "57 columns"))
    one = sender(producer)
    await one.send([bad, Item(8, b"ok")], "file.csv", lambda item, error: told.append((item, error)))
    assert [o.topic for o in producer.taken] == ["news.dead-letters", "news.raw"]
    headers = dict(producer.taken[0].headers)
    assert headers["dead-letter-reason"] == b"wrong_columns"
    assert headers["dead-letter-message"] == b"file.csv:7: 57 columns"
    assert producer.taken[0].value == b"row"
    assert told == [(bad, bad.error)]
    assert (one.tally.accepted, one.tally.rejected) == (1, {"wrong_columns": 1})


async def test_a_record_too_large_for_even_the_dead_letters_is_kept_as_far_as_it_goes() -> None:
    producer = Producer()
    data = b"x" * (20 * 1024 * 1024)
    await sender(producer).send([Item(1, data)], "file", lambda *_: None)
    (letter,) = producer.taken
    assert letter.value is not None
    assert 12 * 1024 * 1024 - 64 * 1024 < len(letter.value) < len(data)
    assert b"bytes are kept" in dict(letter.headers)["dead-letter-message"]


async def test_a_delivery_that_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "FIRST_WAIT_S", 0.001)
    producer = Producer(failures=3)
    await sender(producer).send([Item(1, b"a")], "file", lambda *_: None)
    assert (len(producer.taken), producer.replaced) == (1, 3)


async def test_when_kafka_stays_away_it_says_how_much_was_acknowledged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "GIVE_UP_S", 0.0)
    producer = Producer()
    one = sender(producer)
    await one.send([Item(1, b"a"), Item(2, b"b")], "file", lambda *_: None)
    producer.failures = 10
    with pytest.raises(BrokerError, match="2 articles were acknowledged"):
        await one.send([Item(3, b"c")], "file", lambda *_: None)
