"""Articles for the bench: the demo's, cut and joined to lengths as news has them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import msgspec

from agents.normalise.step import normalise
from agents.settings import AgentsSettings
from schemas.errors import BadRecordError
from schemas.ids import stable_id
from schemas.records import NewsEvent
from schemas.wire import Codec

MEDIAN_CHARACTERS = 2_400
SPREAD = 0.8
"""Lengths are log-normal: most articles have 1,000 to 5,000 characters, one in a hundred more than 15,000."""


def events(count: int, seed: int = 1) -> Iterator[bytes]:
    """So many encoded NewsEvents; the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - a simulation
    found: list[NewsEvent] = []
    for line in files("bosphorus.demo").joinpath("may-2023.ndjson").read_bytes().splitlines():
        try:
            found.append(normalise(line, received_at=None, settings=AgentsSettings(), max_bytes=1 << 22))
        except BadRecordError:
            continue
    bodies: dict[str, list[str]] = {}
    for event in found:
        bodies.setdefault(event.language, []).append(event.body)
    codec, start = Codec(), datetime(2023, 5, 1, tzinfo=UTC)
    for n in range(count):
        event = chance.choice(found)
        length = round(chance.lognormvariate(0, SPREAD) * MEDIAN_CHARACTERS)
        body = event.body
        while len(body) < length:
            body += "\n" + chance.choice(bodies[event.language])
        yield codec.encode(
            msgspec.structs.replace(
                event,
                event_id=stable_id("event", str(n)),
                body=body[:length],
                published_at=start + timedelta(seconds=n),
            )
        )


def raw(value: bytes) -> bytes:
    """An encoded NewsEvent as the raw article it might have come from."""
    event = Codec().decode(value, NewsEvent)
    return msgspec.json.encode(
        {
            "id": str(event.event_id),
            "title": event.title,
            "body": event.body,
            "source": event.source,
            "language": event.language,
            "published_at": event.published_at,
        }
    )
