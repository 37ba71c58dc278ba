"""Every metric moves in a real worker, and every panel of every dashboard has something to show in a real Prometheus."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families

from agents.normalise.outline import outline
from bosphorus.broker.ports import free_ports
from bosphorus.settings import Settings
from streams.metrics import Metrics
from streams.producer import Output, RecordProducer
from streams.topics import catalogue
from tests.integration.loops import ToyStep, eventually, put, running, settings_for
from tests.integration.prometheus import Prometheus, needs_prometheus, scraping
from tests.integration.workers import COMMAND, worker
from tests.unit.streams.sources.server import serving

pytestmark = pytest.mark.kafka

DASHBOARDS = Path(__file__).parents[2] / "deploy" / "grafana" / "dashboards"
SAMPLE = files("bosphorus.demo").joinpath("may-2023.ndjson").read_bytes().splitlines()
JUNK = [b"not json", b'{"title": 1}']
FEED = """<rss version="2.0"><channel><link>https://daily.example/</link>
<item><title>One</title><link>https://daily.example/one</link><pubDate>Sun, 09 Apr 2023 20:00:05 GMT</pubDate></item>
</channel></rss>"""
DATED = {"published_at": "2023-04-09T12:00:00Z"}
ARTICLES = [{"id": "1", "title": "One", "url": "https://a.example/1", **DATED}, {"id": "2", "title": "x" * 300_000}]
WITHIN_S = 60.0
OF_TROUBLE = {"faults", "trouble", "paused", "rebalances"}
"""What a healthy run doesn't move."""
OF_ONE_VALUE = {"build", "partitions", "watch_threshold", "in_flight", "lag"}
"""What stays as it is, or is over before one can look."""
OF_INGESTERS = {name for name in vars(Metrics()) if name.startswith("source_")}


def vocabulary() -> dict[str, str]:
    """The name of each metric as it is exposed, by its name in the code."""
    found = {}
    for name, metric in vars(Metrics()).items():
        if isinstance(metric, MetricWrapperBase):
            (family,) = metric.describe()
            end = {"counter": "_total", "histogram": "_count", "info": "_info"}.get(family.type, "")
            found[name] = family.name + end
    return found


def samples(page: str) -> dict[str, dict[str, float]]:
    """Value by labels by name."""
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            found.setdefault(sample.name, {})[json.dumps(sample.labels, sort_keys=True)] = sample.value
    return found


def scrape(port: int) -> dict[str, dict[str, float]]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return samples(answer.read().decode())


async def send(settings: Settings, lines: list[bytes]) -> None:
    raw = catalogue(settings).raw.name
    producer = RecordProducer(settings)
    await producer.deliver([Output(topic=raw, key=outline(line).key, value=line) for line in lines])
    await producer.stop()


def _published(line: bytes) -> str:
    try:
        return str(json.loads(line)["published_at"])
    except (ValueError, KeyError, TypeError):
        return "~"


BURST = [line for line in SAMPLE if "2023-05-11T18" <= _published(line) < "2023-05-11T22"]
"""The hours in which the alert of the sample opens."""
UNTIL_THEN = [line for line in SAMPLE if _published(line) < "2023-05-12T13"]
"""So much that the watch, which waits for what is late, is in the middle of it."""
AFTERWARDS = [line for line in SAMPLE if line not in UNTIL_THEN]


def too_late(lines: list[bytes]) -> list[bytes]:
    """The same articles under other names, dated months before."""
    articles = [json.loads(line) for line in lines]
    for number, article in enumerate(articles):
        article |= {
            "id": f"late-{number}",
            "url": f"https://late.example/{number}",
            "published_at": "2023-03-01T00:00:00Z",
        }
    return [json.dumps(article).encode() for article in articles]


@contextmanager
def following(settings: Settings, tmp_path: Path, *urls: str) -> Iterator[int]:
    """`bosphorus ingest --follow` as a child process; the port of its metrics."""
    port = free_ports(0)[0]
    environment = {
        **os.environ,
        **{f"BOSPHORUS_{name.upper()}": str(value) for name, value in settings.model_dump(exclude_none=True).items()},
        "BOSPHORUS_DATA_DIR": str(tmp_path / "ingest"),
    }
    options = ["--follow", "--every", "1", "--allow-private", "--metrics-port", str(port)]
    with (tmp_path / "ingest.log").open("wb") as out:
        process = subprocess.Popen([*COMMAND, "ingest", *options, *urls], env=environment, stdout=out, stderr=out)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(30)


async def eventually_in_a_thread(look: Callable[[], bool]) -> None:
    """Wait until it is so; the loop goes on meanwhile, for it serves the feeds."""

    async def so() -> bool:
        return await asyncio.to_thread(look)

    await eventually(so, within_s=WITHIN_S)


def expressions(dashboard: str) -> Iterator[tuple[str, str, bool]]:
    """Title, query, and whether only its present value is shown, of each query of a dashboard."""
    board = json.loads((DASHBOARDS / f"{dashboard}.json").read_text(encoding="utf-8"))
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"], target["instant"]
    for annotation in board["annotations"].get("list", []):
        # What the annotation waits for may not have happened in this run: that it would be seen is enough.
        yield annotation["name"], annotation["expr"].removesuffix(" > 0"), False


def filled_in(expression: str) -> str:
    """With what Grafana would put for its variables."""
    for name, value in {"$__rate_interval": "15s", "$__range": "1h", "$watch": ".*"}.items():
        expression = expression.replace(name, value)
    assert "$" not in expression
    return expression


def unanswered(prometheus: Prometheus) -> list[str]:
    """The queries that give nothing."""
    return [
        f"{dashboard}: {title}: {query}"
        for dashboard in ("situation", "pipeline")
        for title, query, instant in expressions(dashboard)
        if not (prometheus.now if instant else prometheus.over_time)(filled_in(query))
    ]


def unanswered_in_the_end(prometheus: Prometheus) -> list[str]:
    """The queries that give nothing however long one waits."""
    until = time.monotonic() + WITHIN_S
    while (left := unanswered(prometheus)) and time.monotonic() < until:
        time.sleep(1)
    return left


@needs_prometheus
async def test_every_panel_shows_something_of_a_real_worker_and_every_metric_moves(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path, max_article_bytes=100_000)
    async with serving() as feeds:
        feeds.say("/feed.xml", FEED)
        feeds.say("/articles.ndjson", "\n".join(json.dumps(article) for article in ARTICLES))
        urls = [feeds.url(path) for path in ("/feed.xml", "/articles.ndjson", "/gone.xml")]
        with (
            worker(settings, tmp_path) as process,
            following(settings, tmp_path, *urls) as ingest,
            scraping(tmp_path, {"bosphorus": process.port, "bosphorus-ingest": ingest}) as prometheus,
        ):
            await eventually_in_a_thread(lambda: len(prometheus.now("up == 1")) == 2)
            looks = [scrape(process.port)]
            await send(settings, UNTIL_THEN)
            await eventually_in_a_thread(lambda: process.metric("bosphorus_open_alerts") >= 1)
            looks.append(scrape(process.port))
            await send(settings, [*BURST, *too_late(BURST)])
            await eventually_in_a_thread(lambda: process.metric("bosphorus_duplicates_total") > 0)
            await eventually_in_a_thread(lambda: process.metric("bosphorus_late_total") > 0)
            await send(settings, [*AFTERWARDS, *JUNK])
            await eventually_in_a_thread(lambda: process.metric('bosphorus_alerts_total{type="Closed"') >= 1)
            assert await asyncio.to_thread(unanswered_in_the_end, prometheus) == []
            assert prometheus.broken_rules() == []
            looks.append(scrape(process.port))
            ingested = scrape(ingest)
    names = vocabulary()
    healthy = names.keys() - OF_TROUBLE - OF_INGESTERS
    assert {name for name in healthy if not looks[-1].get(names[name])} == set(), "not exposed"
    values = {name: [look.get(names[name], {}) for look in looks] for name in healthy - OF_ONE_VALUE}
    assert {name for name, seen in values.items() if seen[0] == seen[1] == seen[2]} == set(), "not moved"
    assert {name for name in OF_INGESTERS if not any(ingested.get(names[name], {}).values())} == set()


async def test_what_goes_wrong_is_counted(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path)
    failures = iter([ConnectionError("away"), ConnectionError("still away")])

    def fail_twice(_: Any) -> None:
        for failure in failures:
            raise failure

    await put(settings, [b"value"] * 10)
    async with running(settings, ToyStep(settings, fail_twice)) as (_, loop):
        metrics: Metrics = loop._metrics
        value = metrics.registry.get_sample_value
        step = {"step": "normalise"}
        await eventually(lambda: value("bosphorus_records_total", {**step, "outcome": "delivered"}) == 10)
        metrics.refresh()
        assert value("bosphorus_faults_total", {**step, "kind": "ConnectionError"}) == 2
        assert value("bosphorus_consecutive_faults", step) == 0
        assert value("bosphorus_paused", step) == 0
        assert value("bosphorus_in_flight_records", step) == 0
        assert abs((value("bosphorus_commit_timestamp_seconds", step) or 0) - time.time()) < WITHIN_S
        assert value("bosphorus_lag_records", {**step, "partition": "0"}) is not None or loop.lag == 0
    assert (value("bosphorus_rebalances_total", step) or 0) >= 0
