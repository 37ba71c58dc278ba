from __future__ import annotations

import json
from typing import Any

import pytest

from agents.normalise.outline import NOTHING, outline
from agents.normalise.step import normalise
from agents.settings import AgentsSettings


@pytest.mark.parametrize(
    "article",
    [
        {"url": "https://m.example.org/a?utm_source=x", "title": "t", "date": "2023-05-12T20:00:05Z"},
        {"id": 7, "source": "www.example.org", "title": "t", "date": 1683921605},
        {"url": "https://example.org/", "id": "x", "title": "<b>t</b>"},
        {"url": "javascript:x", "title": "<b>t</b>", "summary": "s"},
        {"title": "t" * 5_000, "text": "b"},
    ],
)
def test_it_names_the_event_that_normalisation_makes(article: dict[str, Any]) -> None:
    raw = json.dumps(article).encode()
    event = normalise(raw, received_at=None, settings=AgentsSettings(), max_bytes=100_000)
    found = outline(raw)
    assert found.event_id == event.event_id
    assert found.key == str(event.event_id).encode()
    assert found.published_at == (event.published_at if "date" in article else None)


@pytest.mark.parametrize("raw", [b"", b"not json", b'{"title": 1}', b"\xff"])
def test_what_cannot_be_read_has_no_outline(raw: bytes) -> None:
    assert outline(raw) == NOTHING
    assert outline(raw).key is None
