"""The enrich step in a worker: together or one by one, the same messages."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import pytest

from agents.enrich.agent import _FIRST, _TITLES, EnrichStep
from agents.settings import AgentsSettings
from agents.watches import load_watches
from schemas.errors import BadRecordError
from schemas.ids import stable_id
from schemas.wire import Codec
from streams.metrics import Metrics
from streams.settings import StreamsSettings


def steps() -> tuple[EnrichStep, EnrichStep]:
    made = (
        EnrichStep(StreamsSettings(broker="nowhere:1"), AgentsSettings(), Codec(), load_watches(None), Metrics())
        for _ in range(2)
    )
    return next(made), next(made)


def record(offset: int, value: bytes) -> SimpleNamespace:
    return SimpleNamespace(topic="news.events", partition=offset % 2, offset=offset, timestamp=0, key=b"k", value=value)


def test_records_that_are_prepared_together_give_what_each_gives_by_itself() -> None:
    codec = Codec()
    events = [
        msgspec.structs.replace(_FIRST, event_id=stable_id("event", str(n)), title=f"{title} {n}", language=language)
        for n in range(5)
        for language, title in _TITLES.items()
    ]
    records = [record(n, codec.encode(event)) for n, event in enumerate(events)]
    records.insert(3, record(99, b"no event"))
    together, alone = steps()
    together.prepare(records)
    for one in records:
        if one.offset == 99:
            for step in (together, alone):
                with pytest.raises(BadRecordError):
                    step(one)
        else:
            assert together(one) == alone(one)
    assert not together._ahead
