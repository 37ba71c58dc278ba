"""A stand-in for Kafka where there is no Java: librdkafka's mock cluster, in this process, for a first look and nothing else.

It speaks Kafka's protocol on a port of this machine, to any client. It is not Kafka: everything is in memory and ends with the process; a
partition holds 5 MB, then the oldest goes; nothing is compacted; topics come into being when they are asked for, all with four
partitions, and can be neither made nor looked at otherwise (`embedded_broker` in the settings says so to whom it concerns);
acknowledgements carry no time.
Source: https://github.com/confluentinc/librdkafka/blob/master/src/rdkafka_mock.h
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schemas.errors import BrokerError, MissingPrerequisiteError

PARTITIONS = 4
"""Of every topic; librdkafka's own constant."""
WITHIN_S = 10.0


class EmbeddedBroker:
    """One mock cluster of one broker. It runs as long as this object does."""

    def __init__(self) -> None:
        self._holder: Any = None

    def start(self) -> str:
        """Start it, and return its `host:port`.

        Raises:
            MissingPrerequisiteError: confluent-kafka, which brings librdkafka, isn't installed.
            BrokerError: it did not come up.
        """
        try:
            from confluent_kafka import KafkaException, Producer
        except ImportError as error:
            raise MissingPrerequisiteError(
                "confluent-kafka, whose mock cluster can stand in for Kafka, is not installed: pip install bosphorus[embedded]"
            ) from error
        # The mock says of itself that it is one; its log has nothing else to say.
        self._holder = Producer({"test.mock.num.brokers": 1, "log_level": 0})
        try:
            brokers = self._holder.list_topics(timeout=WITHIN_S).brokers
        except KafkaException as error:
            self.stop()
            raise BrokerError(f"librdkafka's mock cluster did not come up: {error}") from error
        (broker,) = brokers.values()
        return f"{broker.host}:{broker.port}"

    def create(self, topics: Iterable[str]) -> list[str]:
        """Bring topics into being, each with PARTITIONS partitions, and return their names.

        Raises:
            BrokerError: it has another number of partitions, or doesn't answer.
        """
        from confluent_kafka import KafkaException

        names = list(topics)
        for name in names:
            try:
                found = len(self._holder.list_topics(name, timeout=WITHIN_S).topics[name].partitions)
            except KafkaException as error:
                raise BrokerError(f"librdkafka's mock cluster refuses {name}: {error}") from error
            if found != PARTITIONS:
                raise BrokerError(f"librdkafka's mock cluster gives {name} {found} partitions, not {PARTITIONS}")
        return names

    def stop(self) -> None:
        """End it. Safe to call at any time, and twice."""
        self._holder = None
