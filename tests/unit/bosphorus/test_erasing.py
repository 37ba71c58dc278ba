"""What erasing means for one article; the topics are tested with a real Kafka."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from agents.enrich.agent import without_body
from agents.enrich.step import Enricher
from agents.normalise.step import normalise
from agents.settings import AgentsSettings
from agents.watches import Watches, load_watches
from bosphorus.backtest import Backtest
from bosphorus.erasing import emptied, wanted
from schemas.errors import BosphorusError
from schemas.jsonl import to_json
from schemas.records import Alert, EnrichedEvent, MsgType, NewsEvent, Status
from tests.unit.agents.watch.streams import MAY_11, START, WATCH, article, may_2023

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


def test_an_alert_is_cancelled_where_too_little_is_left_of_it_and_names_no_more_what_was_erased() -> None:
    hours = timedelta(hours=1)
    clock = [structs.replace(article(f"clock{i}", START + i * hours), watches=()) for i in range(24 * 25)]
    told = [event for event in may_2023() if event.published_at < MAY_11 + 2 * hours]
    watches = Watches([WATCH])
    backtest, coder = Backtest(watches, AgentsSettings(), 4, None), Enricher(watches)

    def see(*events: EnrichedEvent) -> list[Alert]:
        return [alert for event in events for alert in backtest.see(event)]

    noon = MAY_11 + 12 * hours
    events = sorted([*clock, *told], key=lambda event: event.published_at)
    said = see(*(event for event in events if event.published_at < noon))
    for event in told:
        news = NewsEvent(**{name: getattr(event, name) for name in NewsEvent.__struct_fields__})
        said += see(coder(emptied(news, noon)))
    said += see(*(event for event in events if event.published_at >= noon)) + list(backtest.run([]))
    assert said[0].msg_type is MsgType.ALERT
    assert said[-1].msg_type is MsgType.CANCEL
    # They are erased one after the other; it is cancelled as soon as too few are left to carry it.
    assert told[0].title in to_json(said[0]).decode()
    assert told[0].title not in to_json(said[-1]).decode()
