"""Puts a stateless step into an app: its channel, its agent, its loop."""

from __future__ import annotations

from typing import Any

import faust

from streams.batch_loop import BatchLoop
from streams.batch_work import BatchWork
from streams.batches_in_flight import IN_FLIGHT
from streams.channel import SteadyChannel
from streams.metrics import Metrics
from streams.settings import StreamsSettings
from streams.step import Step


def add_step(
    app: faust.App, step: Step, settings: StreamsSettings, metrics: Metrics, instance_id: str = ""
) -> BatchLoop:
    """Register a step's agent and loop; both start with the app.

    Args:
        app: the app.
        step: the step.
        settings: `broker` must be set.
        metrics: counts.
        instance_id: static group membership; empty: none.
    """
    work = BatchWork(step, settings, metrics)
    channel = SteadyChannel(app, maxsize=2 * IN_FLIGHT)

    async def run(batches: Any) -> None:
        async for batch in batches:
            await work(batch)

    app.agent(channel, name=step.name)(run)
    loop = BatchLoop(work, channel, settings, metrics, instance_id)
    app.service(loop)  # type: ignore[arg-type]  # takes an instance as well as a class
    return loop
