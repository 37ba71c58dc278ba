"""The port serves three pages, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from schemas.errors import SettingsError
from streams.health import Health
from streams.http import HttpServer
from streams.metrics import Metrics
from streams.settings import StreamsSettings


@dataclass
class Loop:
    name: str = "enrich"
    lag: int = 0
    progress_at: float = 0.0
    ready: bool = True


@asynccontextmanager
async def served(metrics: Metrics, loop: Loop) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    server = HttpServer(StreamsSettings(metrics_port=0), metrics, Health([loop], clock=lambda: 1e6))
    await server.start()
    try:
        async with aiohttp.ClientSession() as client:
            yield client, f"http://127.0.0.1:{server.port}"
    finally:
        await server.stop()


async def test_metrics_are_in_prometheus_own_words() -> None:
    metrics = Metrics()
    metrics.rebalances.labels("enrich").inc()
    async with served(metrics, Loop()) as (client, address), client.get(f"{address}/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        names = {family.name for family in text_string_to_metric_families(await answer.text())}
    assert {"bosphorus_rebalances", "bosphorus_build_info", "process_cpu_seconds"} <= names


async def test_a_gauge_that_cannot_be_renewed_hides_no_other() -> None:
    metrics = Metrics()

    def fail() -> None:
        raise RuntimeError("the watch is not there yet")

    metrics.before_scrape += [fail, lambda: metrics.in_flight.labels("enrich").set(7)]
    async with served(metrics, Loop()) as (client, address), client.get(f"{address}/metrics") as answer:
        assert answer.status == 200
        assert 'bosphorus_in_flight_records{step="enrich"} 7.0' in await answer.text()


async def test_health_says_503_where_a_step_has_stalled_and_readiness_where_it_fails() -> None:
    async with served(Metrics(), Loop(lag=5)) as (client, address):
        assert (await client.get(f"{address}/healthz")).status == 503
    async with served(Metrics(), Loop(ready=False)) as (client, address):
        assert (await client.get(f"{address}/healthz")).status == 200
        answer = await client.get(f"{address}/readyz")
        assert answer.status == 503
        assert (await answer.json())["steps"][0]["step"] == "enrich"


@pytest.mark.parametrize("page", ["/", "/table/", "/stats/", "/metrics/x", "/healthz/..%2fmetrics", "/favicon.ico"])
async def test_there_is_nothing_else(page: str) -> None:
    async with served(Metrics(), Loop()) as (client, address), client.get(f"{address}{page}") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_it_is_only_read(method: str) -> None:
    async with (
        served(Metrics(), Loop()) as (client, address),
        client.request(method, f"{address}/metrics", data=b"x" * 10_000) as answer,
    ):
        assert answer.status == 405


async def test_it_does_not_say_what_it_is_made_of() -> None:
    async with served(Metrics(), Loop()) as (client, address), client.get(f"{address}/nothing") as answer:
        assert answer.headers["Server"] == "bosphorus"


async def test_a_port_that_is_taken_is_one_line_with_a_remedy() -> None:
    first = HttpServer(StreamsSettings(metrics_port=0), Metrics(), Health([]))
    await first.start()
    second = HttpServer(StreamsSettings(metrics_port=first.port), Metrics(), Health([]))
    try:
        with pytest.raises(
            SettingsError, match=r"BOSPHORUS_METRICS_PORT=\d+: can't listen on 127\.0\.0\.1: .*; choose another"
        ):
            await second.on_start()
    finally:
        await first.stop()
