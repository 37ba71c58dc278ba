"""What an alert says: kind, severity, certainty, evidence and words."""

from __future__ import annotations

import pytest

from agents.watch.alerts import MAX_EVIDENCE, certainty, kind, severity
from agents.watch.alerts import _top as top
from agents.watch.state import Facts
from agents.watch.state_names import country_name
from agents.watches import SeverityRule
from schemas.ids import stable_id
from schemas.records import BurstKind, Certainty, Severity

RULES = (
    SeverityRule(severity=Severity.SEVERE, min_stories=4, min_languages=2),
    SeverityRule(severity=Severity.MODERATE, min_stories=2),
)


def fact(
    number: int,
    *,
    origin: str = "",
    kind: str = "outlet",
    language: str = "en",
    articles: int = 1,
    state: bool = False,
    denied: bool = False,
) -> Facts:
    id_ = str(stable_id("story", str(number)))
    name = origin or f"o{number}"
    return Facts(
        id_, id_, None, f"t{number}", name, name, name, kind, "GBR", state, language, number, articles, denied, ["x"]
    )


def test_severity_is_that_of_the_first_rule_that_fits() -> None:
    assert severity(RULES, [fact(1)]) is Severity.MINOR
    assert severity(RULES, [fact(n) for n in range(5)]) is Severity.MODERATE
    assert severity(RULES, [fact(n, language="en" if n else "tr") for n in range(5)]) is Severity.SEVERE


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([fact(n, state=True) for n in range(3)], BurstKind.STATE_MEDIA_ONLY),
        ([fact(1, origin="reuters", kind="wire", articles=20), fact(2)], BurstKind.WIRE_ECHO),
        ([fact(n, denied=n > 0) for n in range(3)], BurstKind.DENIAL_WAVE),
        ([fact(n, language=("en", "tr", "ru")[n]) for n in range(3)], BurstKind.CROSS_LANGUAGE),
        ([fact(n) for n in range(3)], BurstKind.NEW_CLAIM),
    ],
)
def test_the_kind_of_a_burst_follows_who_carries_it(facts: list[Facts], expected: BurstKind) -> None:
    assert kind(facts) is expected


def test_certainty_is_of_the_reporting_and_state_media_do_not_raise_it() -> None:
    assert certainty([fact(1)], []) is Certainty.UNLIKELY
    assert certainty([fact(n) for n in range(2)], []) is Certainty.POSSIBLE
    assert certainty([fact(n) for n in range(4)], []) is Certainty.LIKELY
    assert certainty([fact(n, state=True) for n in range(9)], []) is Certainty.UNLIKELY


def test_evidence_leads_with_the_earliest_and_shows_each_origin_before_a_second_of_one() -> None:
    facts = [fact(n, origin="reuters", articles=50) for n in range(30)] + [fact(100, origin="t24")]
    shown = top(facts)
    assert len(shown) == MAX_EVIDENCE
    assert shown[0] == facts[0]
    assert "t24" in {f.origin for f in shown}


def test_countries_have_everyday_names() -> None:
    assert [country_name(code) for code in ("RUS", "TUR", "DEU", "MDA", "XXX")] == [
        "Russia",
        "Türkiye",
        "Germany",
        "Moldova",
        "XXX",
    ]
