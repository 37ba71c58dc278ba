"""A Faust table whose changelog records are delivered, and awaited, by us.

Faust sends them fire-and-forget through a buffer of its own. Here each write is noted, and whoever wrote takes the notes, delivers
them with everything else an event produced, and only then lets the event go. Recovery stays Faust's: it reads the same changelog.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from faust.tables.table import Table

from streams.producer import Output


class StateTable(Table):  # type: ignore[type-arg]
    """Bytes by bytes, one value a key, written back whole."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._written: list[Output] = []

    def send_changelog(
        self,
        partition: int | None,
        key: Any,
        value: Any,
        key_serializer: Any = None,  # noqa: ARG002 - both are bytes already
        value_serializer: Any = None,  # noqa: ARG002 - likewise
    ) -> Any:
        """Note a write instead of sending it. Called by the table for every key that is set or deleted."""
        self._written.append(
            Output(topic=self.changelog_topic.get_topic_name(), key=key, value=value, partition=partition)
        )
        return SimpleNamespace(message=SimpleNamespace(partition=partition))

    def take_written(self) -> list[Output]:
        """The changelog records of the writes since the last call, oldest first."""
        written, self._written = self._written, []
        return written
