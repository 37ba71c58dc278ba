"""Where Kafka is: the one that the settings name, else the local one if it runs."""

from __future__ import annotations

from bosphorus.broker.local import LocalBroker
from schemas.errors import BrokerError
from streams.settings import StreamsSettings


def local_broker(settings: StreamsSettings) -> LocalBroker:
    """The local Kafka of these settings, running or not."""
    return LocalBroker(settings.data_dir / "kafka")


def resolve_broker(settings: StreamsSettings) -> str:
    """`host:port[,host:port]` of the Kafka to use.

    Raises:
        BrokerError: none is named and the local one doesn't run.
    """
    if settings.broker:
        return settings.broker
    running = local_broker(settings).running()
    if running is None:
        raise BrokerError(
            "no Kafka: start one with `bosphorus broker start`, or set BOSPHORUS_BROKER=host:port to an existing one"
        )
    return running.address
