"""The bare Faust app. `create_app` is a factory: no app exists, and nothing happens, at import."""

from __future__ import annotations

from typing import Any

import faust

from streams.groups import group_of
from streams.security import faust_credentials
from streams.settings import StreamsSettings

POLL_INTERVAL_S = 300.0
"""Kafka takes partitions from a worker that does not poll for so long; longer than any pause of ours."""


def create_app(settings: StreamsSettings, *, stateful: bool, instance_id: str = "") -> faust.App:
    """Make an app.

    Args:
        settings: `broker` must be set.
        stateful: True if an agent of it reads a topic and keeps tables. Without such an agent Faust subscribes to nothing and
            never gets going, so that its own leader topic takes that place.
        instance_id: static group membership; empty: none.
    """
    options: dict[str, Any] = {}
    if instance_id:
        options["consumer_group_instance_id"] = f"{instance_id}.watch"
    return faust.App(
        group_of(settings, "watch" if stateful else "steps"),
        broker=[f"kafka://{address.strip()}" for address in settings.broker.split(",")],
        broker_credentials=faust_credentials(settings),
        broker_client_id=f"{settings.topic_prefix}bosphorus",
        broker_session_timeout=settings.session_timeout_s,
        broker_heartbeat_interval=settings.session_timeout_s * 0.3,
        broker_max_poll_interval=POLL_INTERVAL_S,
        broker_commit_interval=1.0,
        consumer_auto_offset_reset="earliest",
        processing_guarantee="at_least_once",
        producer_acks=-1,
        producer_linger=0.0,
        producer_max_request_size=2 * 1024 * 1024,
        key_serializer="raw",
        value_serializer="raw",
        store="memory://",
        datadir=str(settings.data_dir / "faust"),
        topic_partitions=settings.partitions,
        topic_replication_factor=settings.replication,
        topic_disable_leader=stateful,
        topic_allow_declare=not settings.embedded_broker,
        stream_wait_empty=stateful,  # before partitions go, what is in flight for them is finished
        web_enabled=False,
        worker_redirect_stdouts=False,
        **options,
    )
