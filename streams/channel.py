"""The in-memory channel between a batch loop and its agent."""

from __future__ import annotations

from typing import Any

from faust.channels import Channel
from mode.utils.queues import FlowControlEvent, ThrowableQueue


class SteadyChannel(Channel):  # type: ignore[type-arg]
    """A channel that a rebalance of the app's own consumer neither stops nor empties.

    Faust ties every channel's queue to the app's flow control, which is shut until the app's consumer has partitions, and clears
    the queues at each rebalance. A batch loop has a consumer of its own, and its own rebalances. (What is put on it must not be a
    Faust event, either: a stream skips events while the flow is shut.)
    """

    @property
    def queue(self) -> Any:
        """The queue, made on first use."""
        if self._queue is None:
            open_flow = FlowControlEvent(initially_suspended=False)
            open_flow.resume()
            self._queue = ThrowableQueue(maxsize=self.maxsize or 0, flow_control=open_flow, clear_on_resume=False)
        return self._queue
