"""`bosphorus ingest` against a real Kafka."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from click.testing import CliRunner, Result

from bosphorus import reading_ahead
from bosphorus.broker.local import LocalBroker
from bosphorus.commands.ingest import command
from schemas.errors import TopicMismatchError
from streams.connection import client_options
from streams.dead_letters import from_record
from streams.kafka_admin import admin, create_topics
from streams.partitioning import partition_of
from streams.settings import StreamsSettings
from streams.sources.sending import Sender
from streams.topics import Catalogue, catalogue

pytestmark = pytest.mark.kafka
FEED = """<rss version="2.0"><channel><link>https://daily.example/</link>
<item><title>One</title><link>https://daily.example/one</link><pubDate>Fri, 12 May 2023 20:00:05 GMT</pubDate></item>
<item><title>Two</title><link>https://daily.example/two</link></item></channel></rss>"""


@pytest.fixture
def topics(kafka: str, topic_prefix: str, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    monkeypatch.setenv("BOSPHORUS_BROKER", kafka)
    monkeypatch.setenv("BOSPHORUS_TOPIC_PREFIX", topic_prefix)
    settings = StreamsSettings(broker=kafka, topic_prefix=topic_prefix)
    found = catalogue(settings)
    with admin(client_options(settings, kafka)) as client:
        create_topics(client, found)
    return found


def ingest(*args: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(command, list(args), input=stdin, catch_exceptions=False)


def read(kafka: str, topic: str, partitions: int) -> list[Any]:
    async def run() -> list[Any]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=kafka, auto_offset_reset="earliest", max_partition_fetch_bytes=20_000_000
        )
        await consumer.start()
        try:
            places = [TopicPartition(topic, p) for p in range(partitions)]
            consumer.assign(places)
            ends = await consumer.end_offsets(places)
            records = []
            while any([await consumer.position(p) < ends[p] for p in places]):
                for batch in (await consumer.getmany(timeout_ms=200)).values():
                    records.extend(batch)
            return records
        finally:
            await consumer.stop()

    return asyncio.run(run())


def test_lines_arrive_as_they_are_in_the_partition_of_their_event(
    kafka: str, topics: Catalogue, tmp_path: Path
) -> None:
    lines = [json.dumps({"url": f"https://a.example/{i}", "title": f"t {i}"}).encode() for i in range(500)]
    lines.append(b'{"title": "cut in the mid')
    file = tmp_path / "a.ndjson.gz"
    file.write_bytes(gzip.compress(b"\n".join(lines)))
    result = ingest(str(file))
    assert "501 articles sent and acknowledged" in result.stderr
    records = read(kafka, topics.raw.name, topics.raw.partitions)
    assert sorted(r.value for r in records) == sorted(lines)
    keyed = [r for r in records if r.key is not None]
    assert len(keyed) == 500
    assert all(partition_of(r.key, topics.raw.partitions) == r.partition for r in keyed)


def test_versions_of_an_article_keep_their_order(kafka: str, topics: Catalogue) -> None:
    lines = [json.dumps({"url": "https://a.example/x", "title": "t", "version": v}) for v in range(1, 50)]
    ingest("-", stdin="\n".join(lines))
    records = read(kafka, topics.raw.name, topics.raw.partitions)
    assert len({r.partition for r in records}) == 1
    assert [json.loads(r.value)["version"] for r in records] == list(range(1, 50))


def test_what_cannot_be_sent_is_a_dead_letter_with_place_and_reason(
    kafka: str, topics: Catalogue, tmp_path: Path
) -> None:
    good = "\t".join(["1"] * 59 + ["20230512200000", "https://a.example/one-two-three"])
    bad = "\t".join(["x"] * 57)
    file = tmp_path / "20230512200000.export.CSV"
    file.write_text(f"{good}\n{bad}\n{good}\n", encoding="utf-8")
    rejects = tmp_path / "rejects"
    result = ingest(str(file), "--rejects", str(rejects))
    assert f"{file}:2: wrong_columns: 57 columns" in result.stderr
    assert "2 articles sent and acknowledged" in result.stderr
    assert "1 rejected (wrong_columns 1)" in result.stderr
    assert rejects.read_text(encoding="utf-8") == bad + "\n"
    (record,) = read(kafka, topics.dead_letters.name, topics.dead_letters.partitions)
    letter = from_record(record)
    assert (letter.stage, letter.reason, letter.value) == ("ingest", "wrong_columns", bad.encode())
    assert f"{file}:2:" in letter.message


def test_a_gzip_cut_in_half_gives_what_it_holds_and_says_so(kafka: str, topics: Catalogue, tmp_path: Path) -> None:
    lines = "".join(json.dumps({"title": f"{i} {i * 7919 % 1009}"}) + "\n" for i in range(20_000))
    file = tmp_path / "a.ndjson.gz"
    packed = gzip.compress(lines.encode())
    file.write_bytes(packed[: len(packed) // 2])
    result = ingest(str(file))
    assert "gzip_truncated" in result.stderr
    sent = len(read(kafka, topics.raw.name, topics.raw.partitions))
    assert 5_000 < sent < 20_000
    assert f"{sent:,} articles sent and acknowledged" in result.stderr


def test_a_line_larger_than_the_topic_takes_is_kept_as_a_dead_letter(kafka: str, topics: Catalogue) -> None:
    line = json.dumps({"title": "t", "body": "b" * 9_000_000})
    result = ingest("-", stdin=line + '\n{"title": "small"}\n')
    assert "<stdin>:1: too_large" in result.stderr
    (record,) = read(kafka, topics.dead_letters.name, topics.dead_letters.partitions)
    assert record.value == line.encode()
    assert len(read(kafka, topics.raw.name, topics.raw.partitions)) == 1


def test_a_feed_becomes_raw_articles(kafka: str, topics: Catalogue) -> None:
    ingest("-", stdin=FEED)
    articles = [json.loads(r.value) for r in read(kafka, topics.raw.name, topics.raw.partitions)]
    assert {a["url"]: a.get("published_at") for a in articles} == {
        "https://daily.example/one": "2023-05-12T20:00:05Z",
        "https://daily.example/two": None,
    }


def test_missing_topics_are_named_with_the_remedy(kafka: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOSPHORUS_BROKER", kafka)
    monkeypatch.setenv("BOSPHORUS_TOPIC_PREFIX", "nobody.")
    with pytest.raises(TopicMismatchError, match="bosphorus topics create"):
        ingest("-", stdin="{}")


@pytest.mark.slow
def test_nothing_is_lost_when_kafka_dies_in_the_middle(
    kafka: str, kafka_broker: LocalBroker, topics: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [json.dumps({"url": f"https://a.example/{i}", "title": f"t {i}"}).encode() for i in range(3_000)]
    file = tmp_path / "a.ndjson"
    file.write_bytes(b"\n".join(lines))
    under_way = threading.Event()

    def say(sender: Sender, *args: Any) -> Any:
        if sender.tally.accepted > 500:
            under_way.set()
        return send(sender, *args)

    def accident() -> None:
        under_way.wait(60)
        kafka_broker.kill()
        kafka_broker.start(lambda _: None)

    send = Sender.send
    monkeypatch.setattr(Sender, "send", say)
    monkeypatch.setattr(reading_ahead, "BATCH_RECORDS", 100)
    thread = threading.Thread(target=accident)
    thread.start()
    try:
        result = ingest(str(file), "--rate", "1000")
    finally:
        thread.join()
        # What replaced producers leave behind logs its last words when it is thrown away. Within an import, Python 3.11 breaks on that.
        gc.collect()
    assert "3,000 articles sent and acknowledged" in result.stderr
    found = {record.value for record in read(kafka, topics.raw.name, topics.raw.partitions)}
    assert found == set(lines)
