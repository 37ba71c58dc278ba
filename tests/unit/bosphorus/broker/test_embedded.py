from __future__ import annotations

import sys

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from bosphorus.broker.embedded import PARTITIONS, EmbeddedBroker
from schemas.errors import MissingPrerequisiteError


async def test_what_is_sent_to_it_comes_out_again() -> None:
    broker = EmbeddedBroker()
    address = broker.start()
    assert broker.create(["one", "two"]) == ["one", "two"]
    producer = AIOKafkaProducer(bootstrap_servers=address, acks="all", enable_idempotence=True)
    consumer = AIOKafkaConsumer("one", bootstrap_servers=address, group_id="g", auto_offset_reset="earliest")
    await producer.start()
    await consumer.start()
    try:
        await producer.send_and_wait("one", b"value", key=b"key")
        record = await consumer.getone()
        assert (record.key, record.value) == (b"key", b"value")
        assert consumer.partitions_for_topic("one") == set(range(PARTITIONS))
    finally:
        await consumer.stop()
        await producer.stop()
        broker.stop()
        broker.stop()


def test_without_confluent_kafka_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "confluent_kafka", None)
    with pytest.raises(MissingPrerequisiteError, match=r"bosphorus\[embedded\]"):
        EmbeddedBroker().start()
