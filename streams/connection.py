"""How to reach Kafka: the options that aiokafka's clients and kafka-python's admin client share."""

from __future__ import annotations

from typing import Any

from streams.security import security_options
from streams.settings import StreamsSettings


def client_options(settings: StreamsSettings, broker: str) -> dict[str, Any]:
    """Keyword arguments for any client.

    Args:
        settings: names the client, and says how it proves who it is.
        broker: `host:port[,host:port]`.

    Raises:
        SettingsError: the security settings contradict one another.
    """
    return {
        "bootstrap_servers": [address.strip() for address in broker.split(",") if address.strip()],
        "client_id": f"{settings.topic_prefix}bosphorus",
        **security_options(settings),
    }
