"""What a watch is sent: its events, and ticks of event time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from agents.enrich.routing import MAX_BODY, Router
from schemas.ids import stable_id
from schemas.records import EnrichedEvent, Interference, Status, WatchEventKind

NOON = datetime(2023, 5, 12, 12, 0, tzinfo=UTC)
NONE = Interference(score=0.0, perpetrators=(), targets=(), themes=(), status=None, said_by=(), parts=())


def _event(at: datetime, *watches: str, body: str = "", flags: tuple[str, ...] = ()) -> EnrichedEvent:
    return EnrichedEvent(
        event_id=stable_id("event", at.isoformat()), external_id=None, version=1, status=Status.USABLE, content_hash="0" * 16,
        url=None, title="A title", body=body, byline=None, source="example.org", language="en", published_at=at,
        received_at=NOON + timedelta(days=1), flags=flags, origins=(), countries=(), actors=(), interactions=(), themes=(),
        dyads=(), interference=NONE, watches=watches,
    )  # fmt: skip


def test_the_first_event_brings_a_tick_to_every_watch() -> None:
    routed = Router(("a", "b"), 2, 600).route(_event(NOON + timedelta(minutes=7)), 5)
    assert [(r.watch_id, r.kind, r.event_time) for r in routed] == [
        ("a", WatchEventKind.TICK, NOON),
        ("b", WatchEventKind.TICK, NOON),
    ]
    assert {(r.source_partition, r.source_offset) for r in routed} == {(2, 5)}


def test_within_the_same_ten_minutes_there_is_no_further_tick() -> None:
    router = Router(("a",), 0, 600)
    router.route(_event(NOON), 0)
    assert router.route(_event(NOON + timedelta(minutes=9, seconds=59)), 1) == []


def test_a_jump_over_many_boundaries_is_one_tick_ahead_of_the_event() -> None:
    router = Router(("a",), 0, 600)
    router.route(_event(NOON), 0)
    routed = router.route(_event(NOON + timedelta(hours=3, minutes=1), "a"), 1)
    assert [r.kind for r in routed] == [WatchEventKind.TICK, WatchEventKind.EVENT]
    assert routed[0].event_time == NOON + timedelta(hours=3)


def test_an_older_event_moves_nothing_back() -> None:
    router = Router(("a",), 0, 600)
    router.route(_event(NOON), 0)
    assert router.route(_event(NOON - timedelta(hours=2)), 1) == []


def test_an_event_goes_to_the_watches_that_want_it_alone() -> None:
    routed = Router(("a", "b"), 0, 600).route(_event(NOON, "b"), 0)
    assert [r.watch_id for r in routed if r.kind is WatchEventKind.EVENT] == ["b"]


@pytest.mark.parametrize("flag", ["date_in_future", "date_missing", "date_unreadable", "date_absurd", "date_unknown"])
def test_a_date_that_its_source_did_not_give_makes_no_tick(flag: str) -> None:
    routed = Router(("a",), 0, 600).route(_event(NOON, "a", flags=(flag,)), 0)
    assert [r.kind for r in routed] == [WatchEventKind.EVENT]


def test_a_long_body_is_cut_for_the_watch() -> None:
    event = _event(NOON, "a", body="x" * (MAX_BODY + 1))
    routed = Router(("a",), 0, 600).route(event, 0)
    assert routed[-1].event is not None
    assert len(routed[-1].event.body) == MAX_BODY
    assert msgspec.structs.replace(routed[-1].event, body=event.body) == event


def test_a_router_made_anew_repeats_a_tick_and_no_more() -> None:
    events = [_event(NOON + timedelta(minutes=m), "a") for m in (0, 4, 11, 15)]
    whole = Router(("a",), 0, 600)
    expected = [r for offset, event in enumerate(events) for r in whole.route(event, offset)]
    first, second = Router(("a",), 0, 600), Router(("a",), 0, 600)
    got = [r for offset, event in enumerate(events[:2]) for r in first.route(event, offset)]
    got += [r for offset, event in enumerate(events[2:], 2) for r in second.route(event, offset)]
    assert got == expected
