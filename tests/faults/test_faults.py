"""A seeded schedule of hurts on two workers and on Kafka, while a numbered stream comes in at 500 articles a second.

After all of it the enriched ids, the stories, the messages of the alerts, what is open now and the dead letters must be exactly those of
an undisturbed run and of the backtest. A topic may repeat a record; a repeated message is the same to the byte.

The short form (a few hurts) runs with the other tests. `make faults` runs the full one: BOSPHORUS_FAULTS=full, 20 SIGKILLs and each other hurt
twice, with BOSPHORUS_SEED for another schedule.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer

from bosphorus.broker.local import LocalBroker
from bosphorus.settings import Settings
from streams.connection import client_options
from streams.topics import catalogue
from tests.faults.expected import Expected, backtested, expect
from tests.faults.generator import articles, write
from tests.faults.hurts import SESSION_S, Team, small_disk
from tests.faults.oracle import Found, Stalls, check, read
from tests.integration.loops import settings_for

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

FULL = os.environ.get("BOSPHORUS_FAULTS") == "full"
SEED = int(os.environ.get("BOSPHORUS_SEED", "20230511"))
RATE = 500.0
SHORT = ("exception in a batch", "kill", "Kafka killed", "SIGSTOP")
KILLS = 20
ARTICLES = 170_000 if FULL else 8_000
GAP_S = (2.0, 7.0) if FULL else (1.0, 3.0)
KAFKA_AWAY_S = 30.0
RECOVERED_WITHIN_S = 300.0 if FULL else 120.0
STALL_S = 30.0
"""Longest that a partition may stand still once a hurt has ended. In the short form, on whatever machine, only that it recovers counts."""


@pytest.fixture
def state_directory(tmp_path: Path) -> Iterator[tuple[Path, bool]]:
    """A directory for the workers' state, and whether it is a small file system of its own."""
    directory = tmp_path / "state"
    unmount = small_disk(directory)
    yield directory, unmount is not None
    if unmount is not None:
        unmount()


async def slow_reader(settings: Settings) -> None:
    """Someone reads the alerts at one a second, and holds nobody up."""
    consumer = AIOKafkaConsumer(
        catalogue(settings).alerts.name, **client_options(settings, settings.broker), auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        while True:
            await consumer.getone()
            await asyncio.sleep(1.0)
    finally:
        await consumer.stop()


def schedule(chance: random.Random, names: list[str]) -> list[str]:
    """The hurts in their order."""
    if not FULL:
        return list(SHORT)
    others = [name for name in names if name not in {"kill", "Kafka stopped"}]
    chosen = ["kill"] * KILLS + others * 2 + ["Kafka stopped"]
    chance.shuffle(chosen)
    return chosen


async def recovered(settings: Settings, team: Team, stalls: Stalls, expected: Expected) -> Found | None:
    """What is found once all has been worked off; None before."""
    team.revive()
    if stalls.lag != 0:
        return None
    found = await read(settings, expected)
    return None if check(found, expected) else found


async def settle(settings: Settings, team: Team, stalls: Stalls, expected: Expected) -> Found:
    """Wait for it; what there is in the end where it doesn't come."""
    until = time.monotonic() + RECOVERED_WITHIN_S
    while time.monotonic() < until:
        found = await recovered(settings, team, stalls, expected)
        if found is not None:
            return found
        await asyncio.sleep(1.0)
    return await read(settings, expected)


async def test_after_any_schedule_of_hurts_the_outcome_is_that_of_an_undisturbed_run(
    kafka: str, kafka_broker: LocalBroker, topic_prefix: str, tmp_path: Path, state_directory: tuple[Path, bool]
) -> None:
    directory, is_small = state_directory
    settings = settings_for(kafka, topic_prefix, directory, session_timeout_s=SESSION_S, delivery_timeout_s=15.0)
    chance = random.Random(SEED)
    raw = list(articles(ARTICLES, SEED))
    expected = expect(settings, raw)
    assert backtested(settings, raw)[: len(expected.alerts)] == expected.alerts
    team = Team(settings, tmp_path, kafka_broker, chance, kafka_away_s=KAFKA_AWAY_S, small_disk=is_small)
    stalls = Stalls(settings, lambda: team.ended_at)
    tasks: list[asyncio.Task[None]] = []
    started = time.monotonic()
    try:
        team.workers[0].wait_until_ready()
        writing = asyncio.create_task(write(settings, raw, RATE))
        tasks += [writing, asyncio.create_task(stalls.watch()), asyncio.create_task(slow_reader(settings))]
        for name in schedule(chance, list(team.all)):
            await asyncio.sleep(chance.uniform(*GAP_S))
            await team.hurt(name)
        wrote_after = "before" if writing.done() else "after"
        await writing
        found = await settle(settings, team, stalls, expected)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        team.end()
        await asyncio.to_thread(kafka_broker.start, lambda _: None)
    report = {
        "seed": SEED,
        "articles": len(raw),
        "poison": len(expected.poison),
        "stories": len(expected.stories),
        "messages": len(expected.alerts),
        "open": len(found.current),
        "hurts": dict(team.hurts),
        "stream_ended": f"{wrote_after} the last hurt",
        "seconds": round(time.monotonic() - started),
        "repeated_enriched": found.repeated,
        "repeated_messages": found.repeats,
        "longest_stall_s": round(max(stalls.longest.values(), default=0.0), 1),
        "stalled": {f"{k[0]}/{k[1]}": round(v, 1) for k, v in stalls.longest.items() if v > STALL_S},
    }
    sys.stdout.write(json.dumps(report, indent=1) + "\n")
    (tmp_path / "report.json").write_text(json.dumps(report))
    assert not check(found, expected), report
    if FULL:
        assert not report["stalled"], report
