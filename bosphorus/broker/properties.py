"""The configuration of the local Kafka: one KRaft node that is broker and controller, small enough for a laptop."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

HOST = "127.0.0.1"
NODE = 1
ADDED = frozenset({"listeners", "advertised.listeners", "listener.security.protocol.map"})


def server_properties(data: Path, port: int, controller_port: int, extra: Mapping[str, str]) -> str:
    """The text of server.properties. `extra` wins, but for listeners, which are added to ours.

    Sources: https://kafka.apache.org/documentation/#brokerconfigs
    """
    settings = {
        "process.roles": "broker,controller",
        "node.id": str(NODE),
        # A static quorum of one: the controller may come back on another port, which a dynamic quorum would have to be told.
        "controller.quorum.voters": f"{NODE}@{HOST}:{controller_port}",
        "listeners": f"PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": str(data),
        # Topics come from the catalogue (and Faust's own requests), never from a misspelt name.
        "auto.create.topics.enable": "false",
        # There is one node, and nobody to wait for.
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "8",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        # A node that was killed is let back in once its old registration has lapsed: 4 s rather than 9.
        "broker.heartbeat.interval.ms": "1000",
        "broker.session.timeout.ms": "4000",
        # Threads and buffers for 2 cores and a heap of 512 MiB; the cleaner alone would take 128 MiB.
        "num.network.threads": "2",
        "num.io.threads": "4",
        "log.cleaner.threads": "1",
        "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
    }
    for name, value in extra.items():
        settings[name] = f"{settings[name]},{value}" if name in ADDED else value
    return "".join(f"{name}={value}\n" for name, value in settings.items())
