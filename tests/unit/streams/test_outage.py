import asyncio
from types import SimpleNamespace

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError, NodeNotReadyError
from structlog.testing import capture_logs

from streams.batch import Batch
from streams.batch_work import BatchWork
from streams.metrics import Metrics
from streams.outage import Outage, describe, is_away
from streams.settings import StreamsSettings


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_outage_is_said_once_however_many_notice_it_and_once_more_when_it_is_over() -> None:
    outage = Outage(Clock())
    with capture_logs() as lines:
        for _ in range(50):
            for part in ("normalise", "enrich", "watch"):
                outage.noticed(part, KafkaConnectionError("no broker"))
        for part in ("normalise", "enrich", "watch", "publish"):
            outage.over(part)
    assert [line["event"].partition(":")[0] for line in lines] == ["Kafka does not answer", "Kafka answers again"]
    assert lines[0]["error"] == "KafkaConnectionError: no broker"


def test_a_long_outage_is_recalled_once_a_minute_with_whoever_waits() -> None:
    clock = Clock()
    outage = Outage(clock)
    with capture_logs() as lines:
        for second in range(181):
            clock.now = second
            outage.noticed("watch", TimeoutError())
    assert [line.get("since_s") for line in lines] == [None, 60, 120, 180]
    assert lines[1]["waiting"] == ["watch"]


@pytest.mark.parametrize(
    "error", [NodeNotReadyError(), ConnectionResetError(), TimeoutError(), OSError(111, "refused")]
)
def test_what_says_only_that_kafka_is_away_is_known(error: Exception) -> None:
    assert is_away(error)


@pytest.mark.parametrize("error", [MessageSizeTooLargeError(), ValueError("x"), asyncio.CancelledError()])
def test_what_says_something_else_is_not_taken_for_an_outage(error: BaseException) -> None:
    assert not is_away(error)


def test_an_error_is_described_in_one_line_with_its_name_once() -> None:
    assert describe(KafkaConnectionError("x")) == "KafkaConnectionError: x"
    assert describe(TimeoutError()) == "TimeoutError"


class FullDisk:
    name, topic = "enrich", "t"

    def __call__(self, record: object) -> tuple[()]:
        raise OSError(28, "No space left on device")

    def restart(self, partition: int) -> None:
        """Nothing is kept."""


async def test_what_a_step_meets_on_its_own_machine_is_not_taken_for_kafka() -> None:
    work = BatchWork(FullDisk(), StreamsSettings(broker="nowhere:1"), Metrics())
    batch = Batch([SimpleNamespace(topic="t", partition=0, offset=0, timestamp=0)], 0)
    await work(batch)
    error = batch.done.exception()
    assert error is not None
    assert not is_away(error)
    assert "No space left on device" in str(error)
