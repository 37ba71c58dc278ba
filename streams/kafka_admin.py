"""Topics on a real Kafka: created from the catalogue, and held against it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewTopic
from kafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError, TopicAlreadyExistsError
from kafka.net.sasl.oauth import AbstractTokenProvider
from msgspec import Struct

from schemas.errors import BrokerAwayError, BrokerError
from streams.security import ClientCredentials
from streams.topics import Catalogue, Topic

TIMEOUT_MS = 10_000


class Difference(Struct, frozen=True):
    """One thing in which the broker differs from the catalogue."""

    topic: str
    what: str
    """`topic`, `partitions`, `replication` or the name of a topic configuration."""
    expected: str
    found: str

    def __str__(self) -> str:
        if self.what == "topic":
            return f"{self.topic} does not exist"
        return f"{self.topic}: {self.what} is {self.found}, the catalogue says {self.expected}"


@contextmanager
def admin(options: dict[str, Any]) -> Iterator[KafkaAdminClient]:
    """An admin client; its failures become one line.

    Raises:
        BrokerAwayError: Kafka can't be reached.
        BrokerError: it refuses.
    """
    where = ",".join(options["bootstrap_servers"])
    provider = options.get("sasl_oauth_token_provider")
    if provider is not None:
        options = options | {"sasl_oauth_token_provider": _Token(provider)}
    try:
        client = KafkaAdminClient(**options, bootstrap_timeout_ms=TIMEOUT_MS, request_timeout_ms=TIMEOUT_MS)
    except (KafkaError, ValueError) as error:
        raise BrokerAwayError(f"no Kafka answers at {where}: {error}; is it running, is the address right?") from error
    try:
        yield client
    except (KafkaConnectionError, KafkaTimeoutError) as error:
        raise BrokerAwayError(f"Kafka at {where} no longer answers: {error}") from error
    except KafkaError as error:
        raise BrokerError(f"Kafka at {where} refuses: {error}") from error
    finally:
        client.close()


class _Token(AbstractTokenProvider):  # type: ignore[misc] # kafka-python has no types
    """Tokens as kafka-python asks for them."""

    def __init__(self, provider: ClientCredentials) -> None:
        self._provider = provider

    def token(self) -> str:
        return self._provider.fetch()


def create_topics(client: KafkaAdminClient, topics: Catalogue) -> list[str]:
    """Create what is missing, and return its names. What exists is left as it is."""
    existing = set(client.list_topics())
    created = []
    for topic in topics:
        if topic.name in existing:
            continue
        wanted = NewTopic(topic.name, topic.partitions, topic.replication, topic_configs=topic.config)
        try:
            client.create_topics([wanted])
        except TopicAlreadyExistsError:  # someone else was quicker
            continue
        created.append(topic.name)
    if created:
        client.wait_for_topics(created)
    return created


def differences(client: KafkaAdminClient, topics: Catalogue) -> list[Difference]:
    """Every difference between the broker's topics and the catalogue, in the catalogue's order."""
    existing = set(client.list_topics())
    found = {t["name"]: t for t in client.describe_topics([t.name for t in topics if t.name in existing])}
    names = sorted(found)
    configs = _configs(client, names)
    return [d for topic in topics for d in _compare(topic, found.get(topic.name), configs.get(topic.name, {}))]


def _compare(topic: Topic, found: dict[str, Any] | None, config: dict[str, str]) -> list[Difference]:
    if found is None:
        return [Difference(topic.name, "topic", "present", "missing")]
    partitions = found["partitions"]
    pairs = [
        ("partitions", str(topic.partitions), str(len(partitions))),
        ("replication", str(topic.replication), str(min(len(p["replica_nodes"]) for p in partitions))),
        *((name, value, config.get(name, "unset")) for name, value in topic.config.items()),
    ]
    return [Difference(topic.name, what, expected, is_) for what, expected, is_ in pairs if expected != is_]


def _configs(client: KafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    """Topic name -> every configuration in force, defaults included."""
    if not names:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    answer: dict[str, dict[str, Any]] = client.describe_configs(asked, config_filter="all")["topic"]
    return {name: {key: str(entry["value"]) for key, entry in config.items()} for name, config in answer.items()}
