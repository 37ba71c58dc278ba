"""The enricher: everything together, and one failure never blanks the rest."""

from __future__ import annotations

import json
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agents.enrich import step
from agents.enrich.countries.finding import find_countries
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.text import Document
from agents.enrich.step import Enricher
from agents.watches import load_watches
from schemas.records import EnrichedEvent, NewsEvent, Status

WHEN = datetime(2023, 5, 12, 20, tzinfo=UTC)
SHARED = Path(os.environ.get("BOSPHORUS_SHARED", Path(__file__).parents[5] / "shared"))


def event(title: str, body: str, language: str = "en") -> NewsEvent:
    return NewsEvent(
        event_id=uuid.UUID(int=1), external_id="x", version=1, status=Status.USABLE, content_hash="0" * 16, url=None,
        title=title, body=body, byline=None, source="example.org", language=language, published_at=WHEN, received_at=WHEN,
        flags=("date_missing",),
    )  # fmt: skip


@pytest.fixture(scope="module")
def enricher() -> Enricher:
    return Enricher(load_watches(None))


def test_the_same_event_gives_the_same_findings(enricher: Enricher) -> None:
    one = event("Turkey accuses Russia", "Kılıçdaroğlu accused Russia of meddling.")
    assert enricher(one) == enricher(one)


def test_what_the_event_carries_is_kept(enricher: Enricher) -> None:
    one = event("Turkey accuses Russia", "")
    got = enricher(one)
    assert (got.title, got.flags, got.external_id) == (one.title, one.flags, "x")


def test_an_article_about_nothing_we_know_is_enriched_to_nothing(enricher: Enricher) -> None:
    got = enricher(event("", "nothing at all"))
    assert (got.countries, got.actors, got.interactions, got.flags) == ((), (), (), ("date_missing",))


def test_of_a_text_that_only_names_states_the_first_thousand_are_coded_and_it_says_so(enricher: Enricher) -> None:
    got = enricher(event("Russia", "Russia, Turkey. " * 5_000))
    assert got.flags == ("date_missing", "findings_cut")
    assert sum(country.mentions for country in got.countries) == 1 + 1_000
    assert "findings_cut" not in enricher(event("Russia", "Russia, Turkey. " * 500)).flags


@pytest.mark.parametrize(
    "coder", ["find_countries", "find_actors", "find_interactions", "find_themes", "judge", "find_origins"]
)
def test_a_coder_that_fails_sets_a_flag_and_blanks_nothing_else(
    enricher: Enricher, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, coder: str
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(coder)

    monkeypatch.setattr(step, coder, fail)
    got = enricher(event("Turkey accuses Russia", "Putin denied it. Reuters reported."))
    failed = {"judge": "interference"}.get(coder, coder.removeprefix("find_")) + "_failed"
    assert got.flags == ("date_missing", failed)
    assert got.countries or coder == "find_countries"
    assert got.actors or coder == "find_actors"
    assert f"a coder failed: {failed.removesuffix('_failed')}, on event" in caplog.text
    assert f"RuntimeError: {coder}" in caplog.text


TITLES = (
    "Turkey accuses Russia of deep fakes",
    "",
    "Putin met Xi in Beijing",
    "Ankara and Moscow talk",
    "Georgia expels a diplomat",
)


def test_events_together_have_the_findings_of_each_by_itself(enricher: Enricher) -> None:
    events = [event(TITLES[n % len(TITLES)], f"Case {n}: Peskov denied it, Reuters reported.") for n in range(70)]
    assert enricher.many(events) == [enricher(one) for one in events]
    assert enricher.many([]) == []


def test_a_coder_that_fails_on_one_of_several_events_blanks_only_that_one(
    enricher: Enricher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_on_xi(doc: Document) -> list[Mention]:
        if "Xi" in doc.title.text:
            raise RuntimeError
        return find_countries(doc)

    monkeypatch.setattr(step, "find_countries", fails_on_xi)
    got = enricher.many([event(title, "") for title in TITLES])
    assert ["countries_failed" in one.flags for one in got] == [False, False, True, False, False]
    assert got[2].actors
    assert [bool(one.countries) for one in got] == [True, False, True, True, True]


def test_long_texts_are_coded_fewer_together(enricher: Enricher, monkeypatch: pytest.MonkeyPatch) -> None:
    together: list[int] = []
    coded = enricher._coded

    def count(events: list[NewsEvent]) -> list[EnrichedEvent]:
        together.append(len(events))
        return coded(events)

    monkeypatch.setattr(enricher, "_coded", count)
    monkeypatch.setattr(step, "MOST_CHARACTERS", 1_000)
    enricher.many([event("", "x" * length) for length in (400, 400, 400, 5_000, 10, *[1] * 40)])
    assert together == [2, 1, 1, 32, 9]


@pytest.mark.shared
def test_the_case_is_coded_right(enricher: Enricher) -> None:
    path = SHARED / "data" / "seed-article.json"
    if not path.exists():
        pytest.skip("the scoring data is not here; set BOSPHORUS_SHARED")
    raw = json.loads(path.read_text(encoding="utf-8"))
    got = enricher(event(raw["title"], raw["body"]))
    assert {country.code for country in got.countries[:2]} == {"TUR", "RUS"}
    codes = {actor.name: actor.code for actor in got.actors}
    expected = {
        "Kemal Kılıçdaroğlu": "TUROPP",
        "Recep Tayyip Erdoğan": "TURGOV",
        "Vladimir Putin": "RUSGOV",
        "Dmitry Peskov": "RUSGOV",
        "Muharrem İnce": "TUROPP",
        "NATO": "IGOWSTNAT",
    }
    assert expected.items() <= codes.items()
    texts = {span.text: span.rule for actor in got.actors for span in actor.mentions}
    assert texts["Kilikdaroglu"] == "fuzzy.sound"
    assert any("Rejib Tayyip Erdogan" in text for text in texts)
