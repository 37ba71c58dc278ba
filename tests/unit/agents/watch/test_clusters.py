"""Rewordings of one event are one story; another event of the same kind is not."""

from __future__ import annotations

import math
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from agents.watch.clusters import FADES_H, Clusterer, Sums, similarities
from agents.watch.tellings import telling_of
from schemas.records import (
    Actor,
    ClaimStatus,
    EnrichedEvent,
    Field,
    Interaction,
    Interference,
    Party,
    Span,
    Status,
)

NOON = datetime(2023, 5, 12, 12, tzinfo=UTC)
NOTHING = Interference(score=0, perpetrators=(), targets=(), themes=(), status=None, said_by=(), parts=())
ALLEGED = Interference(
    score=0.9,
    perpetrators=("RUS",),
    targets=("TUR",),
    themes=("deep_fake",),
    status=ClaimStatus.ALLEGED,
    said_by=(),
    parts=(),
)


def act(cameo: str, source: str, target: str) -> Interaction:
    span = Span(Field.TITLE, 0, 1, "x", "verbs.test")
    return Interaction(
        source=Party(source, None, source),
        target=Party(target, None, target),
        cameo=cameo,
        plover="ACCUSE" if cameo == "112" else "DENY" if cameo == "016" else "CONSULT",
        status=ClaimStatus.ALLEGED,
        quoted=Party(),
        span=span,
        confidence=1.0,
    )


def article(
    name: str,
    body: str,
    *,
    language: str = "en",
    at: datetime = NOON,
    actors: tuple[str, ...] = (),
    acts: tuple[Interaction, ...] = (),
    interference: Interference = NOTHING,
) -> EnrichedEvent:
    span = (Span(Field.BODY, 0, 1, "x", "register.name"),)
    return EnrichedEvent(
        event_id=uuid.uuid5(uuid.NAMESPACE_URL, name),
        external_id=name,
        version=1,
        status=Status.USABLE,
        content_hash="",
        url=None,
        title="",
        body=body,
        byline=None,
        source="example.org",
        language=language,
        published_at=at,
        received_at=at,
        flags=(),
        origins=(),
        countries=(),
        actors=tuple(Actor(code, f"Person {code}", code[:3], ("leader",), 1.0, span) for code in actors),
        interactions=acts,
        themes=(),
        dyads=(),
        interference=interference,
        watches=(),
    )


QUAKE_TURKEY = (
    "A strong earthquake hit Malatya in eastern Turkey on Monday, killing twelve people, the disaster agency AFAD said."
)
QUAKE_AGAIN = (
    "Twelve dead after an earthquake shook the Turkish city of Malatya, according to AFAD, the disaster agency."
)
QUAKE_JAPAN = (
    "A strong earthquake hit Ishikawa in western Japan on Monday, killing one person, the weather agency JMA said."
)


def test_two_wordings_of_one_event_are_one_story() -> None:
    clusterer = Clusterer()
    assert clusterer.join(article("a", QUAKE_TURKEY)) == clusterer.join(article("b", QUAKE_AGAIN))


def test_another_event_of_the_same_kind_is_another_story() -> None:
    clusterer = Clusterer()
    joined = {clusterer.join(article("a", QUAKE_TURKEY)), clusterer.join(article("c", QUAKE_JAPAN))}
    assert len(joined) == 2


def test_a_translation_joins_by_the_actors_and_names_it_shares() -> None:
    clusterer = Clusterer()
    people = ("TUROPP1", "RUSGOV2", "RUSGOV3", "TURGOV4")
    english = article("a", "Kılıçdaroğlu accused Russia, Peskov denied it.", actors=people)
    turkish = article("b", "Kılıçdaroğlu Rusya'yı suçladı, Peskov yalanladı.", language="tr", actors=people)
    assert clusterer.join(english) == clusterer.join(turkish)


def test_a_translation_joins_by_who_is_said_to_do_what_to_whom() -> None:
    def told(name: str, body: str, language: str) -> EnrichedEvent:
        acts = (act("112", "TUROPP", "RUS"),)
        return article(name, body, language=language, actors=("TUROPP1",), acts=acts, interference=ALLEGED)

    clusterer = Clusterer()
    english = told("a", "The challenger accused Moscow of deep fakes on Thursday.", "en")
    turkish = told("b", "Aday perşembe günü Moskova'yı montajlarla suçladı.", "tr")
    assert clusterer.join(english) == clusterer.join(turkish)


def test_persons_alone_do_not_make_one_story_of_two_languages() -> None:
    clusterer = Clusterer()
    two = ("TURGOV1", "RUSGOV2")
    english = article("a", "The two spoke of grain.", actors=two, acts=(act("040", "TURGOV", "RUSGOV"),))
    turkish = article("b", "İki lider Suriye'yi görüştü.", language="tr", actors=two, acts=(act("036", "RUS", "SYR"),))
    assert clusterer.join(english) != clusterer.join(turkish)


@pytest.mark.parametrize("together", [True, False])
def test_an_accusation_and_its_denial_are_two_stories_whatever_words_they_share(*, together: bool) -> None:
    text = "Kilicdaroglu's charge that Moscow made the deep fakes before Sunday's vote in Turkey"
    accusation = article("a", text, acts=(act("112", "TUROPP", "RUS"),), interference=ALLEGED)
    denial = article("b", f"{text}: denied", acts=(act("016", "RUSGOV", "TUROPP"),), interference=ALLEGED)
    clusterer = Clusterer()
    joined = clusterer.join_all([accusation, denial]) if together else [*map(clusterer.join, (accusation, denial))]
    assert joined[0] != joined[1]


def test_one_wording_two_days_apart_tells_less_of_one_event() -> None:
    now, later = (telling_of(article(str(days), QUAKE_TURKEY, at=NOON + timedelta(days=days))) for days in (0, 2))
    assert similarities([now, later])[0, 1] == pytest.approx(math.exp(-48 / FADES_H))


def test_a_cluster_is_as_similar_as_its_articles_are_on_average() -> None:
    texts = ((QUAKE_TURKEY, "en"), (QUAKE_AGAIN, "en"), (QUAKE_JAPAN, "tr"))
    tellings = [telling_of(article(text, text, language=code, actors=("TUROPP1",))) for text, code in texts]
    first, rest = Sums(), Sums()
    first.add(tellings[0])
    for one in tellings[1:]:
        rest.add(one)
    assert first.similarity(rest) == pytest.approx(similarities(tellings)[0, 1:].mean())


def test_the_same_words_a_week_later_begin_a_new_story() -> None:
    clusterer = Clusterer()
    first = clusterer.join(article("a", QUAKE_TURKEY))
    assert clusterer.join(article("b", QUAKE_AGAIN, at=NOON + timedelta(days=7))) != first


def test_ids_are_the_same_on_every_run() -> None:
    def run() -> list[uuid.UUID]:
        clusterer = Clusterer()
        return [clusterer.join(article(n, t)) for n, t in (("a", QUAKE_TURKEY), ("c", QUAKE_JAPAN), ("b", QUAKE_AGAIN))]

    assert run() == run()


def test_memory_is_given_back_after_the_window() -> None:
    clusterer = Clusterer()
    for day in range(60):
        clusterer.join(
            article(
                str(day),
                " ".join(f"{kind}{chr(97 + day // 26)}{chr(97 + day % 26)}" for kind in ("report", "place", "thing")),
                at=NOON + timedelta(days=day),
            )
        )
    assert len(clusterer._clusters) <= 4
    assert len(clusterer._by_lead) <= 4 * 12


def test_within_a_batch_the_grouping_does_not_depend_on_the_order() -> None:
    texts = {"t1": QUAKE_TURKEY, "j1": QUAKE_JAPAN, "t2": QUAKE_AGAIN}
    forward = {name: article(name, text) for name, text in texts.items()}

    def together(names: list[str]) -> set[frozenset[str]]:
        ids = dict(zip(names, Clusterer().join_all([forward[name] for name in names]), strict=True))
        return {frozenset(name for name in names if ids[name] == one) for one in ids.values()}

    assert together(["t1", "j1", "t2"]) == together(["t2", "t1", "j1"]) == {frozenset({"t1", "t2"}), frozenset({"j1"})}


def test_a_batch_joins_the_stories_of_the_batch_before() -> None:
    clusterer = Clusterer()
    (first,) = clusterer.join_all([article("a", QUAKE_TURKEY)])
    again, other = clusterer.join_all([article("b", QUAKE_AGAIN), article("c", QUAKE_JAPAN)])
    assert again == first
    assert other != first


def test_a_batch_may_be_empty() -> None:
    assert Clusterer().join_all([]) == []
