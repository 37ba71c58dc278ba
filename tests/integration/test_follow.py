"""`bosphorus ingest --follow` against a real Kafka and a local web server: killed in the middle, again and again."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from aiohttp import web

from bosphorus.broker.ports import free_ports
from streams.connection import client_options
from streams.kafka_admin import admin, create_topics
from streams.settings import StreamsSettings
from streams.sources.state import SourceState
from streams.topics import Catalogue, catalogue
from tests.integration.test_ingest import read
from tests.unit.streams.sources.server import Server, serving

pytestmark = pytest.mark.kafka
LIMIT_S = 90.0
LIVES = 3


@pytest.fixture
def server() -> Iterator[Server]:
    found: list[Server] = []
    ready, loop = threading.Event(), asyncio.new_event_loop()
    done = asyncio.Event()

    async def run() -> None:
        async with serving() as server:
            found.append(server)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    ready.wait(10)
    yield found[0]
    loop.call_soon_threadsafe(done.set)
    thread.join(10)
    loop.close()


def rss(first: int, last: int) -> str:
    entries = "".join(
        f"<item><guid>n-{n}</guid><title>Entry {n}</title><link>https://daily.example/{n}</link></item>"
        for n in range(last, first - 1, -1)
    )
    return f'<rss version="2.0"><channel><link>https://daily.example/</link>{entries}</channel></rss>'


@contextmanager
def _running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run it, and kill it in the end."""
    with log.open("ab") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as child:
        try:
            yield child
        finally:
            child.kill()


def _wait(true: Callable[[], bool], child: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not true():
        assert child.poll() is None, log.read_text()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_killed_again_and_again_it_skips_nothing_and_repeats_only_what_was_not_acknowledged(
    kafka: str, topic_prefix: str, server: Server, tmp_path: Path
) -> None:
    settings = StreamsSettings(broker=kafka, topic_prefix=topic_prefix)
    topics: Catalogue = catalogue(settings)
    with admin(client_options(settings, kafka)) as client:
        create_topics(client, topics)
    shown = 0

    async def growing(_: web.Request) -> web.Response:
        nonlocal shown
        shown += 40
        return web.Response(text=rss(max(1, shown - 200), shown), content_type="text/xml")

    server.answers["/growing"] = growing
    server.say("/steady", rss(10_001, 10_050))
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    for n in range(3):
        (incoming / f"{n}.ndjson").write_text(
            "".join(
                json.dumps({"url": f"https://files.example/{n}-{i}", "title": f"File {n} {i}"}) + "\n"
                for i in range(500)
            )
        )
    whole = {server.url("/steady"): 50, str(incoming): 1_500}
    metrics_port = free_ports(0)[0]
    environment = os.environ | {
        "BOSPHORUS_BROKER": kafka,
        "BOSPHORUS_TOPIC_PREFIX": topic_prefix,
        "BOSPHORUS_DATA_DIR": str(tmp_path / "data"),
    }
    command = [
        *(sys.executable, "-m", "bosphorus", "ingest", "--follow", "--every", "1", "--allow-private"),
        *("--metrics-port", str(metrics_port), server.url("/growing"), server.url("/steady"), server.url("/missing")),
        str(incoming),
    ]
    log = tmp_path / "log"
    for _ in range(LIVES - 1):
        with _running(command, environment, log) as child:
            before = shown
            _wait(lambda: shown > before + 40, child, log)  # noqa: B023 - called here only
    with (
        _running(command, environment, log) as child,
        closing(SourceState(tmp_path / "data" / "sources.sqlite")) as state,
    ):
        _wait(lambda: whole.items() <= {s.source: s.accepted for s in state.statuses()}.items(), child, log)
        last = shown
        _wait(lambda: shown > last + 40, child, log)
        page = httpx.get(f"http://127.0.0.1:{metrics_port}/metrics").text
        child.terminate()
        assert child.wait(LIMIT_S) == 0
    assert "sent and acknowledged" in log.read_text().splitlines()[-1]
    records = read(kafka, topics.raw.name, topics.raw.partitions)
    titles = Counter(json.loads(record.value)["title"] for record in records)
    # The last answers may not have been sent any more when the end came.
    assert {f"Entry {n}" for n in (*range(1, last + 1), *range(10_001, 10_051))} <= set(titles)
    assert {f"File {n} {i}" for n in range(3) for i in range(500)} <= set(titles)
    assert max(titles.values()) <= LIVES
    assert len({(record.key, record.value) for record in records}) == len(titles)
    assert f'bosphorus_source_consecutive_failures{{source="{server.url("/steady")}"}} 0.0' in page
    assert f'bosphorus_source_consecutive_failures{{source="{server.url("/missing")}"}}' in page
    assert f'bosphorus_source_lag_seconds{{source="{server.url("/steady")}"}}' not in page
