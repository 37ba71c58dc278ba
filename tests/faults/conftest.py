"""The fixtures of the integration tests: a real Kafka of our own."""

from tests.integration.conftest import kafka, kafka_broker, topic_prefix

__all__ = ["kafka", "kafka_broker", "topic_prefix"]
