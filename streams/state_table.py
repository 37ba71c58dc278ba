"""A Faust table whose changelog records are delivered, and awaited, by us.

Faust sends them fire-and-forget through a buffer of its own. Here each write is noted, and whoever wrote takes the notes, delivers
them with everything else an event produced, and only then lets the event go. Recovery stays Faust's: it reads the same changelog.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from faust.tables.table import Table

from streams.producer import Output
from streams.whole_writes import stages, unfinished


class StateTable(Table):  # type: ignore[type-arg]
    """Bytes by bytes, one value a key, written back whole."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._written: dict[bytes, Output] = {}
        self._partition: int | None = None

    @contextmanager
    def writing(self, partition: int) -> Iterator[None]:
        """Write to the changelog of this partition, that of the record that made the change.

        Faust would take it from the record at hand, and so could write only while it iterates.
        """
        before, self._partition = self._partition, partition
        try:
            yield
        finally:
            self._partition = before

    def partition_for_key(self, key: Any) -> int | None:  # noqa: ARG002 - Faust's signature
        """The partition that `writing` names."""
        if self._partition is None:
            raise RuntimeError("a state table is written inside `with table.writing(partition)`")
        return self._partition

    def send_changelog(
        self,
        partition: int | None,
        key: Any,
        value: Any,
        key_serializer: Any = None,  # noqa: ARG002 - both are bytes already
        value_serializer: Any = None,  # noqa: ARG002 - likewise
    ) -> Any:
        """Note a write instead of sending it. The table calls this for every key that is set or deleted."""
        # Faust forgets the keys of a partition that went to another worker, if it knows whose they are.
        data: Any = self.data
        data._key_partition[key] = partition  # noqa: SLF001 - only keys that came by recovery are known otherwise; pinned by a test
        # A later write of the same key takes the place of an earlier one, and comes after what was written between them.
        self._written.pop(key, None)
        self._written[key] = Output(
            topic=self.changelog_topic.get_topic_name(), key=key, value=value, partition=partition
        )
        return SimpleNamespace(message=SimpleNamespace(partition=partition))

    def take_written(self) -> list[list[Output]]:
        """The changelog records of the writes since the last call, in stages: each has to be delivered before the next is sent.

        Of each partition all of them count, or none (`whole_writes`).
        """
        written, self._written = self._written, {}
        by_partition: dict[int | None, list[Output]] = {}
        for output in written.values():
            by_partition.setdefault(output.partition, []).append(output)
        return [stage for outputs in by_partition.values() for stage in stages(outputs)]

    def finish_writes(self, partition: int) -> None:
        """Make what a worker that died had only written to the journal. To be called once the state is recovered, before it is used."""
        with self.writing(partition):
            for key, value in unfinished(self.get, partition):
                if value is not None:
                    self[key] = value
                elif key in self:
                    del self[key]
