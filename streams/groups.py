"""Names of the consumer groups."""

from __future__ import annotations

from streams.settings import StreamsSettings


def group_of(settings: StreamsSettings, step: str) -> str:
    """The consumer group of a step, prefix included; the watch's is also the id of its Faust app."""
    return f"{settings.topic_prefix}bosphorus-{step}"
