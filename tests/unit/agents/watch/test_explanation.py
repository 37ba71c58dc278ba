"""The words of an alert: built from its facts, plain, and never a verdict."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from agents.watch.explanation import explain, headline
from agents.watch.state import Facts
from schemas.records import (
    Alert,
    BurstKind,
    ClaimMove,
    ClaimThread,
    MoveKind,
    MsgType,
    Party,
    ThreadState,
)
from tests.unit.agents.watch.test_alerts import fact
from tests.unit.alerts import an_alert

AT = datetime(2023, 5, 11, 18, tzinfo=UTC)
ID = UUID(int=1)
ACCUSER, ACCUSED = Party("TUROPP", "Kemal Kılıçdaroğlu", "he"), Party("RUS", "Russia", "Russia")


def alert(**changes: Any) -> Alert:
    return an_alert(AT, **({"evidence": (), "claims": ()} | changes))


def claim(
    *moves: tuple[MoveKind, Party], state: ThreadState = ThreadState.OPEN, response_s: float | None = None
) -> ClaimThread:
    told = tuple(ClaimMove(kind, AT, by, ID, "said") for kind, by in ((MoveKind.ACCUSATION, ACCUSER), *moves))
    return ClaimThread(ID, ACCUSER, ACCUSED, "deep_fake", state, AT, None, response_s, told)


def said(facts: list[Facts] | None = None, **changes: Any) -> str:
    return explain(alert(**changes), facts or [])


DENIED = claim((MoveKind.DENIAL, Party("RUSGOV", "Dmitry Peskov", "he")), state=ThreadState.DENIED, response_s=7_200.0)


def test_the_headline_counts_stories_origins_state_linked_ones_and_languages() -> None:
    assert headline(alert()) == (
        "Russia is alleged to interfere in Türkiye (deep fake): 14 stories, 5 independent origins, 2 state-linked, 3 languages"
    )
    assert "; denied by the accused: " in headline(alert(claims=(DENIED,)))


def test_the_headline_says_when_it_is_over_or_taken_back() -> None:
    assert headline(alert(msg_type=MsgType.CLOSED)).startswith("Closed: Russia is alleged")
    assert headline(alert(msg_type=MsgType.CANCEL)).startswith("Withdrawn: reports that alleged interference by Russia")


def test_what_was_seen_stands_against_what_is_usual() -> None:
    text = said()
    assert "about 6 stories stood where 0.02 are usual for this pair of states and theme" in text
    assert "score 4.2 against a threshold of 3.00; by chance that happens about once in 475 days" in text
    assert "all themes together" in said(trigger="parent_burst")
    assert "less than once in a century" in said(rarity_days=1e9)
    assert "had been silent before" in said(trigger="novelty")


def test_copies_are_reach_and_not_corroboration() -> None:
    assert "With copies they are 40 articles; copies add reach, not corroboration." in said()
    assert "copies" not in said(articles=14)


def test_who_carries_it_is_named_and_in_which_languages() -> None:
    facts = [fact(n, origin=name) for n, name in enumerate(("reuters", "tass", "t24", "dw", "afp", "ap"))]
    assert "It is carried by reuters, tass, t24, dw, afp and 1 more, in English, Turkish and Russian." in said(facts)
    assert "carried by nobody any more, in no language any more" in said(languages=(), stories=0)


def test_accusation_and_denial_are_counted_apart() -> None:
    facts = [structs.replace(fact(n), accuses=n < 3, denied=n >= 3) for n in range(5)]
    assert "3 stories tell first of an accusation, 2 of a denial." in said(facts)
    assert "tell first" not in said([fact(1)])


def test_a_claim_says_who_accuses_whom_and_who_denies_it_after_how_long() -> None:
    text = said(claims=(DENIED,))
    assert (
        "Kemal Kılıçdaroğlu is reported to accuse Russia (deep fake), first reported on 11 May 2023, 18:00 UTC" in text
    )
    assert "Dmitry Peskov denies it, after 2.0 hours." in text
    assert "no denial has been reported so far" in said(claims=(claim(),))
    assert "that report has been withdrawn" in said(claims=(claim(state=ThreadState.WITHDRAWN),))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "in the same report"), (600, "10 minutes"), (90_000, "25.0 hours"), (864_000, "10.0 days")],
)
def test_the_time_to_an_answer_is_told_in_fitting_units(seconds: float, words: str) -> None:
    assert words in said(claims=(structs.replace(DENIED, response_s=seconds),))


@pytest.mark.parametrize("msg_type", MsgType)
@pytest.mark.parametrize("kind", BurstKind)
def test_every_alert_ends_without_a_verdict(msg_type: MsgType, kind: BurstKind) -> None:
    text = said(msg_type=msg_type, kind=kind, closed_at=AT)
    assert text.endswith("Whether the allegation is true is not judged here.")
    assert "None" not in text
