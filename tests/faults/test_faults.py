"""A seeded schedule of hurts on two workers and on Kafka itself; the oracle is an undisturbed run.

After all of it the enriched ids, the alerts' messages, what is open now and the dead letters must be exactly those of the backtest.
The topics may repeat a record; a repeated alert is the same to the byte. `BOSPHORUS_FAULTS` is the number of hurts (6 by default),
`BOSPHORUS_SEED` the schedule.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bosphorus.broker.local import LocalBroker
from bosphorus.settings import Settings
from tests.integration.loops import eventually, read_all, settings_for
from tests.integration.test_worker import SAMPLE, _alerts, _backtest, _has, _ingest, _letters, _offline, _settled
from tests.integration.workers import WorkerProcess

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

HURTS = int(os.environ.get("BOSPHORUS_FAULTS", "6"))
SEED = int(os.environ.get("BOSPHORUS_SEED", "20230511"))
SESSION_S = 6.0


class Team:
    """Two workers, one of which is hurt now and then; whoever is dead comes back."""

    def __init__(self, settings: Settings, log: Path, broker: LocalBroker, chance: random.Random) -> None:
        self._settings, self._log, self._broker, self._chance = settings, log, broker, chance
        self.workers = [WorkerProcess(settings, log) for _ in range(2)]
        self.hurts: Counter[str] = Counter()

    async def hurt(self) -> None:
        """One hurt, by chance."""
        hurts: list[Callable[[], object]] = [
            self.kill,
            self.kill,
            self.suspend,
            self.stop,
            self.kill_kafka,
            self.restart_kafka,
        ]
        chosen = self._chance.choice(hurts)
        self.hurts[chosen.__name__] += 1
        result = chosen()
        if asyncio.iscoroutine(result):
            await result
        await self.revive()

    async def revive(self) -> None:
        """Start what has ended."""
        for place, worker in enumerate(self.workers):
            if worker.process.poll() is not None:
                self.workers[place] = WorkerProcess(self._settings, self._log)

    def kill(self) -> None:
        """SIGKILL."""
        self._chance.choice(self.workers).kill()

    async def suspend(self) -> None:
        """SIGSTOP for longer than the session time-out: others take over, then it wakes up."""
        worker = self._chance.choice(self.workers)
        worker.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(SESSION_S * 1.5)
        worker.process.send_signal(signal.SIGCONT)

    async def stop(self) -> None:
        """SIGTERM."""
        worker = self._chance.choice(self.workers)
        worker.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(worker.process.wait, 30)

    async def kill_kafka(self) -> None:
        """Kafka ends as in a power cut."""
        await asyncio.to_thread(self._broker.kill)
        await asyncio.sleep(3.0)
        await asyncio.to_thread(self._broker.start, lambda _: None)

    async def restart_kafka(self) -> None:
        """Kafka stops in order, and comes back after a while."""
        await asyncio.to_thread(self._broker.stop)
        await asyncio.sleep(5.0)
        await asyncio.to_thread(self._broker.start, lambda _: None)

    def end(self) -> None:
        """All of them."""
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.kill()


async def test_after_any_schedule_of_hurts_the_outcome_is_that_of_an_undisturbed_run(
    kafka: str, kafka_broker: LocalBroker, topic_prefix: str, tmp_path: Path
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path, batch_max_records=20, session_timeout_s=SESSION_S)
    expected = _backtest(settings)
    chance = random.Random(SEED)
    team = Team(settings, tmp_path / "workers.log", kafka_broker, chance)
    try:
        for start in range(0, len(SAMPLE), len(SAMPLE) // HURTS + 1):
            await _ingest(settings, SAMPLE[start : start + len(SAMPLE) // HURTS + 1])
            await asyncio.sleep(chance.uniform(2.0, 10.0))
            await team.hurt()

        async def recovered() -> bool:
            await team.revive()
            return await _has(settings, len(expected))

        await eventually(recovered, within_s=180)
        await _settled(settings)
    finally:
        team.end()
        kafka_broker.start(lambda _: None)
    assert list(dict.fromkeys(await _alerts(settings))) == expected, team.hurts
    events, rejected = _offline(settings, SAMPLE)
    assert {record.key for record in await read_all(settings, "enriched")} == {str(e.event_id).encode() for e in events}
    letters = {(letter.partition, letter.offset): letter.reason for letter in await _letters(settings)}
    assert Counter(letters.values()) == rejected
    last = {alert["alert_id"]: alert["msg_type"] for alert in map(json.loads, expected)}
    current = {r.key.decode(): r.value for r in await read_all(settings, "current")}
    assert {key for key, value in current.items() if value is not None} == {
        key for key, kind in last.items() if kind not in {"Closed", "Cancel"}
    }
