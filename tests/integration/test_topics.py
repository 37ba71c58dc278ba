import pytest
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic

from schemas.errors import BrokerError
from streams.connection import client_options
from streams.kafka_admin import admin, create_topics, differences
from streams.settings import StreamsSettings
from streams.topics import catalogue

pytestmark = pytest.mark.kafka


def test_topics_are_made_once_and_then_agree_with_the_catalogue(kafka: str, topic_prefix: str) -> None:
    settings = StreamsSettings(broker=kafka, topic_prefix=topic_prefix, partitions=3)
    topics = catalogue(settings)
    with admin(client_options(settings, kafka)) as client:
        missing = differences(client, topics)
        assert [d.topic for d in missing] == [t.name for t in topics]
        assert str(missing[0]) == f"{topic_prefix}news.raw does not exist"
        assert create_topics(client, topics) == [t.name for t in topics]
        assert differences(client, topics) == []
        assert create_topics(client, topics) == []


def test_every_difference_is_named(kafka: str, topic_prefix: str) -> None:
    settings = StreamsSettings(broker=kafka, topic_prefix=topic_prefix, partitions=3)
    topics = catalogue(settings)
    with admin(client_options(settings, kafka)) as client:
        client.create_topics([NewTopic(topics.raw.name, 2, 1, topic_configs={"retention.ms": "1000"})])
        create_topics(client, topics)
        changed = ConfigResource(ConfigResourceType.TOPIC, topics.current.name, {"cleanup.policy": "delete"})
        client.alter_configs([changed])
        found = {(d.topic.removeprefix(topic_prefix), d.what, d.expected, d.found) for d in differences(client, topics)}
    assert found == {
        ("news.raw", "partitions", "3", "2"),
        ("news.raw", "max.message.bytes", str(topics.raw.max_message_bytes), "1048588"),
        ("news.raw", "message.timestamp.type", "LogAppendTime", "CreateTime"),
        ("news.raw", "retention.ms", topics.raw.config["retention.ms"], "1000"),
        ("news.raw", "segment.ms", topics.raw.config["segment.ms"], "604800000"),
        ("alerts.interference.current", "cleanup.policy", "compact", "delete"),
    }


def test_more_replicas_than_brokers_is_one_line(kafka: str, topic_prefix: str) -> None:
    settings = StreamsSettings(broker=kafka, topic_prefix=topic_prefix, replication=3)
    with (
        pytest.raises(BrokerError, match="replication factor"),
        admin(client_options(settings, kafka)) as client,
    ):
        create_topics(client, catalogue(settings))


def test_no_kafka_is_one_line() -> None:
    with pytest.raises(BrokerError, match=r"no Kafka answers at 127\.0\.0\.1:1"):
        admin({"bootstrap_servers": ["127.0.0.1:1"]}).__enter__()
