"""A real Kafka for the tests: private, on a free port, started by the product's own code."""

from __future__ import annotations

import gc
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from bosphorus.broker.local import LocalBroker
from schemas.errors import MissingPrerequisiteError


@pytest.fixture(autouse=True)
def _tidy() -> Iterator[None]:
    """Clean up what a test leaves behind: done later, in the middle of an import, its log lines break CPython 3.11's parser (gh-106905)."""
    yield
    gc.collect()


@pytest.fixture(scope="session")
def kafka_broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBroker]:
    """The broker itself, for tests that stop, kill and restart it; they leave it running."""
    cache = Path(request.config.cache.mkdir("kafka")) if request.config.cache else None
    broker = LocalBroker(tmp_path_factory.mktemp("kafka"), cache=cache)
    try:
        broker.start(lambda _: None, port=_any_port())
    except MissingPrerequisiteError as error:
        pytest.skip(str(error))
    yield broker
    broker.wipe()


@pytest.fixture
def kafka(kafka_broker: LocalBroker) -> str:
    """`host:port` of a Kafka that is ready."""
    return kafka_broker.start(lambda _: None).address


@pytest.fixture
def topic_prefix() -> str:
    """A prefix that no other test uses."""
    return f"t{uuid.uuid4().hex[:8]}."


def _any_port() -> int:
    from bosphorus.broker.ports import free_ports

    return free_ports(0)[0]
