"""A numbered stream of raw articles: mostly other news, now and then an episode of interference, and poison among the good.

The same seed gives the same bytes. Each article has its own number in id and address; event time moves by a fixed step, out of order by less
than the allowed lateness. It ends in the middle of an episode, so that something is open then.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

from aiokafka.errors import KafkaError

from agents.enrich.step import Enricher
from agents.normalise.outline import outline
from agents.normalise.step import normalise
from agents.settings import AgentsSettings
from agents.watches import load_watches
from bosphorus.settings import Settings
from schemas.errors import BadRecordError
from streams.producer import Output, RecordProducer
from streams.topics import catalogue
from tests.integration.test_worker import SAMPLE

START = datetime(2022, 1, 3, tzinfo=UTC)
STEP_S = 80.0
"""Seconds of event time from one article to the next: 15,000 articles are two weeks."""
EPISODE_EVERY = timedelta(days=6)
EPISODE_LASTS = timedelta(hours=10)
EPISODE_ARTICLES = 30
EPISODE_ENDS = timedelta(hours=1)
"""Before the end of the stream: the last one."""
DISORDER_S = 3600
POISON_EVERY = 97
MOST_TEXT = 240
"""Characters of other news: what they say doesn't matter, and there are many."""
POISON = ('{"title": "cut off %d', "not json %d", '{"title": ["%d"]}', '{"id": "p%d", "title": " "}', "[%d]")
CHUNK_S = 0.1


@cache
def templates() -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Articles of the shipped sample that the default watch wants, and the others."""
    watches = load_watches(None)
    enrich = Enricher(watches)
    wanted: list[dict[str, object]] = []
    others: list[dict[str, object]] = []
    for line in SAMPLE:
        try:
            event = normalise(line, received_at=None, settings=AgentsSettings(), max_bytes=1 << 22)
        except BadRecordError:
            continue
        article: dict[str, object] = {
            "title": event.title,
            "body": event.body,
            "source": event.source,
            "language": event.language,
        }
        (wanted if enrich(event).watches else others).append(article)
    return wanted, others


def articles(count: int, seed: int) -> Iterator[bytes]:
    """Yield so many raw articles."""
    chance = random.Random(seed)
    wanted, others = templates()
    share = EPISODE_ARTICLES * STEP_S / EPISODE_LASTS.total_seconds()
    end = START + timedelta(seconds=STEP_S * count)
    to_change: list[dict[str, object]] = []
    for number in range(count):
        now = START + timedelta(seconds=STEP_S * number)
        if number % POISON_EVERY == POISON_EVERY - 1:
            yield (chance.choice(POISON) % number).encode()
            continue
        is_episode = EPISODE_ENDS <= (end - now) % EPISODE_EVERY < EPISODE_ENDS + EPISODE_LASTS
        if is_episode and to_change and chance.random() < share / 5:
            article = to_change.pop(chance.randrange(len(to_change)))
            article |= {"version": 2}
            article |= {"status": "canceled"} if chance.random() < 0.3 else {"body": f"{article['body']} Corrected."}
        elif is_episode and chance.random() < share:
            article = _article(number, chance.choice(wanted), now, chance)
            to_change.append(dict(article))
        else:
            other = chance.choice(others)
            short = dict(other, title=f"{other['title']} ({number})", body=str(other["body"])[:MOST_TEXT])
            article = _article(number, short, now, chance)
        yield json.dumps(article, ensure_ascii=False).encode()


def _article(number: int, template: dict[str, object], now: datetime, chance: random.Random) -> dict[str, object]:
    at = now - timedelta(seconds=chance.randrange(DISORDER_S))
    return {
        "id": f"n{number}",
        "url": f"https://{template['source']}/{number}",
        **template,
        "published_at": at.isoformat(),
    }


async def write(settings: Settings, raw: list[bytes], rate: float) -> None:
    """Send them at so many a second, each until it is acknowledged: it may come twice, but is never lost. Late ones are caught up with."""
    producer, topic = RecordProducer(settings), catalogue(settings).raw.name
    # Keyed as `bosphorus ingest` does it, so that what is in order stays in order.
    outputs = [Output(topic, outline(line).key, line) for line in raw]
    started, done = time.monotonic(), 0
    while done < len(outputs):
        due = min(len(outputs), round((time.monotonic() - started) * rate) + 1)
        chunk = outputs[done : min(due, done + 2000)]
        try:
            if chunk:
                await producer.deliver(chunk)
        except (KafkaError, TimeoutError, ConnectionError):
            await producer.replace()
            await asyncio.sleep(0.5)
            continue
        done += len(chunk)
        await asyncio.sleep(CHUNK_S)
    await producer.stop()
