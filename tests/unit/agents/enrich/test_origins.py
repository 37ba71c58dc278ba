"""Who really speaks."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from agents.enrich.origins import find_origins, register
from agents.enrich.reading.text import Document
from schemas.ids import stable_id
from schemas.records import NewsEvent, Origin, Status

AT = datetime(2023, 5, 12, tzinfo=UTC)


def origins(
    body: str, *, source: str = "example.org", title: str = "A title", byline: str | None = None, url: str | None = None
) -> tuple[Origin, ...]:
    event = NewsEvent(
        event_id=stable_id("event", body),
        external_id=None,
        version=1,
        status=Status.USABLE,
        content_hash="0",
        url=url,
        title=title,
        body=body,
        byline=byline,
        source=source,
        language="en",
        published_at=AT,
        received_at=AT,
        flags=(),
    )
    return find_origins(event, Document.of(event))


@pytest.mark.parametrize(
    ("body", "key", "rule"),
    [
        ("ANKARA, May 12 (Reuters) - The candidate spoke on Friday.", "reuters", "credit.parenthesis"),
        ("ANKARA (AA) - Bakan konuştu.", "anadolu", "credit.parenthesis"),
        ("İSTANBUL, (DHA)- Açıklama yapıldı.", "dha", "credit.parenthesis"),
        ("МОСКВА, 12 мая. /ТАСС/. Песков прокомментировал заявления.", "tass", "credit.parenthesis"),
        ("МОСКВА, 12 мая - РИА Новости. Песков прокомментировал.", "ria", "credit.dateline"),
        ("Москва. 12 мая. INTERFAX - Песков прокомментировал.", "interfax", "credit.dateline"),
        ("The candidate spoke.\n\n  • source: Reuters\n\n#tag", "reuters", "credit.source"),
        ("Aday konuştu. Kaynak: AFP", "afp", "credit.source"),
        ("Кандидат выступил. Источник: ТАСС", "tass", "credit.source"),
        ("The candidate spoke on Friday.\nAP", "ap", "credit.last_line"),
        ("The candidate told Reuters on Friday that it was so.", "reuters", "quote.told"),
        ("Reuters'a konuşan aday iddiayı yineledi.", "reuters", "quote.reports"),
        ("Об этом сообщает Интерфакс.", "interfax", "quote.told"),
    ],
)
def test_a_wire_that_is_credited_or_quoted_speaks(body: str, key: str, rule: str) -> None:
    found = origins(body)
    assert (found[0].key, found[0].rule) == (key, rule)
    assert found[-1].key == "example.org"


def test_a_byline_credits_a_wire() -> None:
    assert origins("Text.", byline="By Reuters Staff")[0].rule == "credit.byline"


def test_the_outlet_speaks_for_itself_where_nobody_is_credited() -> None:
    assert origins("Our correspondent saw it.", source="theguardian.com")[0].key == "guardian"
    assert origins("Видели сами.", source="", url="https://www.tass.ru/x")[0].state_linked
    unknown = origins("We saw it.", source="Some Blog")
    assert [(o.key, o.kind, o.country) for o in unknown] == [("some blog", "unknown", None)]


def test_a_subdomain_is_its_outlet() -> None:
    assert origins("x", source="amp.edition.cnn.com")[0].key == "cnn"


def test_a_wire_quoted_once_far_down_does_not_take_the_story_over() -> None:
    body = "Our correspondent saw it. " * 40 + "He told TASS that it was false."
    assert [o.key for o in origins(body, source="bbc.com")] == ["bbc", "tass"]


def test_words_that_only_look_like_a_wire_are_not_one() -> None:
    for body in (
        "He bought aa batteries, told them.",
        "The ap said nothing to (the) map.",
        "Reuters is a company in London.",
    ):
        assert [o.key for o in origins(body)] == ["example.org"]


def test_the_register_is_whole_sorted_dated_and_sourced() -> None:
    outlets = register().outlets
    assert len(outlets) >= 150
    assert [(o.key, o.name) for o in outlets] == sorted((o.key, o.name) for o in outlets)
    for outlet in outlets:
        assert re.fullmatch(r"[A-Z]{3}", outlet.country), outlet
        assert re.fullmatch(r"[a-z]{2}", outlet.language), outlet
        assert outlet.kind in {"wire", "outlet"}, outlet
        assert date.fromisoformat(outlet.date), outlet
        assert outlet.source, outlet
        assert outlet.owner, outlet
        assert outlet.domains, outlet
        assert all(re.fullmatch(r"[a-z0-9.-]+\.[a-z]{2,}", d) for d in outlet.domains), outlet
    domains = [domain for outlet in outlets for domain in outlet.domains]
    assert len(domains) == len(set(domains))


def test_rows_of_one_newsroom_agree() -> None:
    by_key: dict[str, set[tuple[str, bool]]] = {}
    for outlet in register().outlets:
        by_key.setdefault(outlet.key, set()).add((outlet.country, outlet.state_linked))
    assert all(len(facts) == 1 for facts in by_key.values())
