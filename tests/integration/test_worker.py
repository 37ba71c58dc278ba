"""The whole worker as a process on a real Kafka: raw articles in, enriched events and alerts out."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import time
from collections import Counter
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import pytest
from aiokafka.structs import ConsumerRecord

from agents.normalise.outline import outline
from agents.normalise.step import normalise
from agents.watches import load_watches
from bosphorus.backtest import Backtest
from bosphorus.settings import Settings
from schemas.errors import BadRecordError
from schemas.jsonl import to_json
from schemas.records import Alert, DeadLetter, EnrichedEvent, NewsEvent
from schemas.wire import Codec
from streams import dead_letters
from streams.producer import Output, RecordProducer
from streams.topics import catalogue
from tests.integration.loops import eventually, put, read_all, settings_for
from tests.integration.workers import WorkerProcess, worker

pytestmark = pytest.mark.kafka

SAMPLE = files("bosphorus.demo").joinpath("may-2023.ndjson").read_bytes().splitlines()
SHARED = Path(os.environ.get("BOSPHORUS_SHARED", Path(__file__).parents[3] / "shared"))
CODEC = Codec()


def _offline(settings: Settings, lines: Iterable[bytes]) -> tuple[list[NewsEvent], Counter[str]]:
    events, rejected = [], Counter[str]()
    for line in lines:
        try:
            events.append(normalise(line, received_at=None, settings=settings, max_bytes=settings.max_article_bytes))
        except BadRecordError as error:
            rejected[error.reason] += 1
    return events, rejected


def _backtest(settings: Settings) -> list[bytes]:
    events, _ = _offline(settings, SAMPLE)
    return [to_json(alert) for alert in Backtest(load_watches(None), settings, settings.partitions).run(events)]


async def _ingest(settings: Settings, lines: Iterable[bytes]) -> None:
    """As `bosphorus ingest` sends them: keyed by the article's identity, so that what is in order stays in order."""
    raw = catalogue(settings).raw.name
    producer = RecordProducer(settings)
    await producer.deliver([Output(topic=raw, key=outline(line).key, value=line) for line in lines])
    await producer.stop()


async def _alerts(settings: Settings) -> list[bytes]:
    return [to_json(CODEC.decode(record.value, Alert)) for record in await read_all(settings, "alerts")]


def _enriched(records: Iterable[ConsumerRecord]) -> dict[str, set[bytes]]:
    """Content of each version of each article, without what only this run knows."""
    found: dict[str, set[bytes]] = {}
    for record in records:
        event = CODEC.decode(record.value, EnrichedEvent)
        line = json.loads(to_json(event))
        del line["received_at"]
        if any(flag in {"date_missing", "date_unreadable", "date_absurd"} for flag in event.flags):
            del line["published_at"]
        found.setdefault(str(event.event_id), set()).add(json.dumps(line).encode())
    return found


async def _letters(settings: Settings) -> list[DeadLetter]:
    return [dead_letters.from_record(record) for record in await read_all(settings, "dead_letters")]


async def test_the_workers_alerts_on_the_sample_are_the_backtests_to_the_byte(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path)
    expected = _backtest(settings)
    with worker(settings, tmp_path) as process:
        await _ingest(settings, SAMPLE)
        await eventually(lambda: _has(settings, len(expected)), within_s=60)
        await asyncio.sleep(1.0)
        assert process.terminate() == 0
    assert await _alerts(settings) == expected
    events, rejected = _offline(settings, SAMPLE)
    assert len(await read_all(settings, "enriched")) == len(events)
    assert Counter(letter.reason for letter in await _letters(settings)) == rejected
    cloudevents = [json.loads(record.value) for record in await read_all(settings, "cloudevents")]
    assert [(e["data"]["alert_id"], e["data"]["sequence"]) for e in cloudevents] == [
        (a["alert_id"], a["sequence"]) for a in map(json.loads, expected)
    ]
    bundles = [json.loads(record.value) for record in await read_all(settings, "stix")]
    assert [bundle["objects"][-1]["name"] for bundle in bundles] == [e["data"]["headline"] for e in cloudevents]
    current = {record.key: record.value for record in await read_all(settings, "current")}
    closed = {a["alert_id"].encode() for a in map(json.loads, expected) if a["msg_type"] in {"Closed", "Cancel"}}
    assert {key for key, value in current.items() if value is None} == closed


async def _has(settings: Settings, alerts: int) -> bool:
    return len(await read_all(settings, "alerts")) >= alerts


async def test_after_any_number_of_kills_the_outcome_is_that_of_an_undisturbed_run(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path, batch_max_records=20, session_timeout_s=6.0)
    expected = _backtest(settings)
    await _ingest(settings, SAMPLE)
    for wait_s in (0.2, 1.0, 2.0, 3.0):
        process = WorkerProcess(settings, tmp_path / "killed.log")
        process.wait_until_ready()
        await asyncio.sleep(wait_s)
        process.kill()
    with worker(settings, tmp_path) as process:
        await eventually(lambda: _has(settings, len(expected)), within_s=90)
        await _settled(settings)
    alerts = await _alerts(settings)
    # The log may repeat a message; then it is the same to the byte.
    assert list(dict.fromkeys(alerts)) == expected
    events, rejected = _offline(settings, SAMPLE)
    enriched = await read_all(settings, "enriched")
    assert {record.key for record in enriched} == {str(event.event_id).encode() for event in events}
    assert all(len(contents) <= 3 for contents in _enriched(enriched).values())
    letters = {(letter.partition, letter.offset): letter.reason for letter in await _letters(settings)}
    assert Counter(letters.values()) == rejected


async def _settled(settings: Settings) -> None:
    """Wait until no topic grows any more."""
    before = -1
    while True:
        now = sum([len(await read_all(settings, topic)) for topic in ("enriched", "alerts", "current", "dead_letters")])
        if now == before:
            return
        before = now
        await asyncio.sleep(2.0)


async def test_sigterm_under_load_drains_within_ten_seconds_and_exits_0(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path)
    with worker(settings, tmp_path) as process:
        await _ingest(settings, SAMPLE * 10)
        await eventually(lambda: process.metric('bosphorus_records_total{outcome="delivered",step="enrich"') > 0)
        started = time.monotonic()
        assert process.terminate() == 0, process.tail()
        assert time.monotonic() - started < 10
    assert "Traceback" not in process.log.read_text()


BAD = {
    "truncated_json": b'{"title": "cut of',
    "not_json": b"hello",
    "wrong_type": b'{"title": ["a"], "body": 7}',
    "too_large": b'{"title": "big", "body": "' + b"x" * (5 * 1024 * 1024) + b'"}',
    "no_text": b'{"title": "", "body": "  "}',
    "not_an_object": b"[1, 2]",
    "empty": b"",
    "not_utf8": b'{"title": "\xff\xfe"}',
}
ODD_BUT_GOOD = [
    b'{"id": "1", "title": "lone surrogate \\ud800 and NUL \\u0000 in it"}',
    b'{"id": "2", "title": "\\u001b[31mred\\u001b[0m <script>alert(1)</script> news"}',
    b'{"id": "3", "title": "the year 9999", "date": "9999-12-31T23:59:59Z"}',
    b'{"id": "4", "title": "a long address", "url": "https://example.org/' + b"a" * 10_000 + b'"}',
    b'{"id": "5", "title": "not a web address", "url": "javascript:alert(1)"}',
    b'{"id": "6", "title": "xq zzv qpw", "language": "xx-unknown"}',
]


async def test_each_bad_article_gets_its_reason_and_none_stops_the_worker(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path)
    with worker(settings, tmp_path, agents=("normalise", "enrich")):
        await put(settings, [*BAD.values(), *ODD_BUT_GOOD])
        await eventually(lambda: _counted(settings, len(ODD_BUT_GOOD), len(BAD)), within_s=60)
    letters = await _letters(settings)
    assert {letter.reason: letter.value for letter in letters} == BAD
    titles = {CODEC.decode(r.value, EnrichedEvent).title for r in await read_all(settings, "enriched")}
    assert len(titles) == len(ODD_BUT_GOOD)
    assert not any("\x1b" in title or "\x00" in title or "<script" in title for title in titles)


async def _counted(settings: Settings, enriched: int, dead: int) -> bool:
    return (
        len(await read_all(settings, "enriched")) == enriched and len(await read_all(settings, "dead_letters")) == dead
    )


async def test_bytes_that_are_no_record_of_ours_become_dead_letters_of_enrich_and_of_the_watch(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path)
    events, _ = _offline(settings, SAMPLE[:40])
    good = CODEC.encode(events[0])
    bad = {
        "wrong_magic": b"\x07\x07not avro",
        "unknown_schema": b"\xc3\x01" + b"\x00" * 8 + b"rest",
        "truncated": good[:30],
        "empty": b"",
    }
    with worker(settings, tmp_path, agents=("enrich", "watch")):
        await put(settings, [*bad.values(), b"\x00\x00\x00\x00\x63rest"], topic="events")
        await put(settings, [*bad.values(), good], topic="watch_events")
        await eventually(lambda: _counted(settings, 0, 10), within_s=60)
    reasons = Counter((letter.stage, letter.reason) for letter in await _letters(settings))
    assert reasons == Counter(
        [
            *(("enrich", reason) for reason in (*bad, "unknown_schema")),
            *(
                ("watch", reason)
                for reason in ("wrong_magic", "unknown_schema", "wrong_record", "empty", "wrong_record")
            ),
        ]
    )


@pytest.mark.shared
async def test_real_articles_and_a_real_gdelt_file_come_out_complete(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    articles = SHARED / "data" / "countries.articles.ndjson.gz"
    gdelt = SHARED / "data" / "gdelt.20191024143000.export.CSV.gz"
    if not articles.exists():
        pytest.skip(f"{articles} is not there")
    settings = settings_for(kafka, topic_prefix, tmp_path)
    with worker(settings, tmp_path, agents=("normalise", "enrich")) as process:
        await asyncio.to_thread(process.command, "ingest", str(articles))
        await asyncio.to_thread(process.command, "ingest", str(gdelt))
        sent = len(await read_all(settings, "raw"))
        assert sent > len(gzip.decompress(articles.read_bytes()).splitlines())
        await eventually(lambda: _sum(settings, sent), within_s=120)


async def _sum(settings: Settings, expected: int) -> bool:
    return len(await read_all(settings, "enriched")) + len(await read_all(settings, "dead_letters")) == expected


async def test_health_and_metrics_are_served_and_nothing_else(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    settings = settings_for(kafka, topic_prefix, tmp_path)
    with worker(settings, tmp_path) as process:
        assert process.get("healthz")[0] == 200
        assert "bosphorus_records" in process.get("metrics")[1]
        assert [process.get(page)[0] for page in ("table/", "router/", "stats/", "")] == [404] * 4


def test_a_worker_without_its_topics_says_so_in_one_line(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    settings = Settings(broker=kafka, topic_prefix=topic_prefix, data_dir=tmp_path)
    process = WorkerProcess(settings, tmp_path / "worker.log")
    assert process.process.wait(30) == 4
    assert "run `bosphorus topics create`" in process.tail()
    assert "Traceback" not in process.tail()
