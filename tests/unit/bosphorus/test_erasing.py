"""What erasing means for one article; the topics are tested with a real Kafka."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from msgspec import structs

from agents.enrich.agent import without_body
from agents.enrich.step import Enricher
from agents.normalise.step import normalise
from agents.settings import AgentsSettings
from agents.watches import load_watches
from bosphorus.erasing import emptied, wanted
from schemas.errors import BosphorusError
from schemas.jsonl import to_json
from schemas.records import NewsEvent, Status

NOW = datetime(2023, 6, 1, tzinfo=UTC)
RAW = {
    "id": "k-1",
    "url": "https://www.example.org/2023/05/ankara?utm_source=x",
    "title": "Kılıçdaroğlu accuses Moscow of deep fakes before the vote",
    "body": "The candidate said on Thursday that Russia was behind the montages. Moscow denied it.",
    "byline": "Ayşe Yazar",
    "published_at": "2023-05-11T18:00:00Z",
}


@pytest.fixture
def event() -> NewsEvent:
    return normalise(to_json(RAW), received_at=NOW, settings=AgentsSettings(), max_bytes=10_000)


def test_nothing_of_the_article_is_left_in_its_last_version(event: NewsEvent) -> None:
    last = emptied(event, NOW)
    text = to_json(last).decode()
    for said in ("Kılıçdaroğlu", "montages", "Yazar", "2023/05/ankara", "k-1"):
        assert said not in text
    assert (last.event_id, last.published_at, last.status) == (event.event_id, event.published_at, Status.CANCELED)


def test_no_later_version_of_it_counts_again(event: NewsEvent) -> None:
    again = normalise(to_json(RAW | {"version": 2**40}), received_at=NOW, settings=AgentsSettings(), max_bytes=10_000)
    assert again.version <= emptied(event, NOW).version


def test_nothing_is_found_in_the_last_version_and_nothing_fails(event: NewsEvent) -> None:
    enriched = Enricher(load_watches(None))(emptied(event, NOW))
    assert (enriched.actors, enriched.countries, enriched.themes, enriched.interactions) == ((), (), (), ())
    assert enriched.flags == ("erased",)


def test_an_article_is_meant_by_any_form_of_its_address_by_its_event_id_and_by_its_own_id(event: NewsEvent) -> None:
    other = structs.replace(event, event_id=uuid.uuid4(), url=None, external_id=None)
    for name in ("http://example.org/2023/05/ankara/", str(event.event_id), "k-1"):
        assert wanted([name]).means(event)
        assert not wanted([name]).means(other)


def test_the_address_of_an_outlet_is_not_that_of_an_article() -> None:
    with pytest.raises(BosphorusError, match="not the address of an article"):
        wanted(["https://example.org/"])


def test_without_bodies_the_findings_keep_the_words_that_they_rest_on(event: NewsEvent) -> None:
    enriched = Enricher(load_watches(None))(event)
    shown = without_body(enriched)
    assert (shown.body, shown.title) == ("", enriched.title)
    assert "body_withheld" in shown.flags
    assert shown.actors == enriched.actors
    assert shown.countries
    assert without_body(shown) == shown
