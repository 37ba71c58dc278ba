"""What we use of Faust and aiokafka that is not theirs to promise: these fail when it changes."""

from __future__ import annotations

import asyncio
import inspect

import faust
from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import MessageAccumulator, MessageBatch
from aiokafka.producer.sender import Sender
from faust.types import TP
from mode.utils.queues import ThrowableQueue

from streams.channel import SteadyChannel
from streams.state_table import StateTable


def test_a_producer_can_be_thrown_away() -> None:
    made = inspect.getsource(AIOKafkaProducer.__init__)
    assert "self._sender = Sender(" in made
    assert "self._message_accumulator = MessageAccumulator(" in made
    assert "self._closed = False" in made
    assert isinstance(inspect.getattr_static(Sender, "sender_task"), property)
    assert list(inspect.signature(MessageAccumulator.fail_all).parameters) == ["self", "exception"]
    assert "self._pending_batches.remove(batch)" in inspect.getsource(MessageAccumulator._pop_batch)
    assert "self._batches[tp].appendleft(batch)" in inspect.getsource(MessageAccumulator.reenqueue)
    assert "self._retry_count" in inspect.getsource(MessageBatch.retry_count.fget)


def test_our_channel_has_a_queue_of_its_own_that_the_app_neither_shuts_nor_empties() -> None:
    app = faust.App("test", broker="kafka://nowhere:1", store="memory://", web_enabled=False)
    subscriber = SteadyChannel(app, maxsize=4).clone(is_iterator=True)
    queue = subscriber.queue
    assert isinstance(queue, ThrowableQueue)
    queue.put_nowait("batch")
    app.flow_control.suspend()
    app.flow_control.clear()
    app.flow_control.resume()
    assert queue.get_nowait() == "batch"


def test_a_state_table_notes_its_writes_and_keeps_the_last_of_each_key_in_order() -> None:
    app = faust.App("test", broker="kafka://nowhere:1", store="memory://", web_enabled=False)
    table = StateTable(app, name="state", key_type=bytes, value_type=bytes, partitions=4)
    with table.writing(3):
        table[b"a"] = b"1"
        table[b"b"] = b"1"
        table[b"a"] = b"2"
        del table[b"b"]
    (written,) = table.take_written()
    assert [(o.key, o.value, o.partition) for o in written] == [(b"a", b"2", 3), (b"b", None, 3)]
    assert {o.topic for o in written} == {"test-state-changelog"}
    assert table.take_written() == []


def test_a_state_table_tells_faust_whose_keys_it_writes_so_that_they_go_with_their_partition() -> None:
    app = faust.App("test", broker="kafka://nowhere:1", store="memory://", web_enabled=False)
    table = StateTable(app, name="state", key_type=bytes, value_type=bytes, partitions=4)
    for partition in (1, 2):
        with table.writing(partition):
            table[b"of %d" % partition] = b"x"
    asyncio.run(table.data.on_recovery_completed({TP("test-state-changelog", 2)}, set()))
    assert dict(table.data) == {b"of 2": b"x"}


def test_a_large_group_of_a_worker_that_died_is_finished_by_the_next() -> None:
    app = faust.App("test", broker="kafka://nowhere:1", store="memory://", web_enabled=False)
    mine, next_one = (
        StateTable(app, name=name, key_type=bytes, value_type=bytes, partitions=4) for name in ("mine", "next")
    )
    with mine.writing(3):
        for n in range(20):
            mine[b"%d" % n] = b"x" * 60_000
    journal, head, *_ = mine.take_written()
    for output in (*journal, *head):
        next_one.data[output.key] = output.value
    next_one.finish_writes(3)
    assert dict(next_one.data) == dict(mine.data)
    assert len(next_one.take_written()) > 1
