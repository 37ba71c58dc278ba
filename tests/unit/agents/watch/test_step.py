"""The watch: silent where nothing goes on, early and once where something does, and the same whatever way its events came."""

from __future__ import annotations

import itertools
import random
from datetime import datetime, timedelta

import pytest

from agents.watch.step import Watcher
from agents.watch.store import MAX_VALUE_BYTES, MemoryStore
from schemas.records import (
    Alert,
    BurstKind,
    EnrichedEvent,
    MoveKind,
    MsgType,
    Status,
    ThreadState,
    WatchEvent,
    WatchEventKind,
)
from tests.unit.agents.watch.streams import (
    EPOCH,
    MAY_11,
    SETTINGS,
    START,
    WATCH,
    article,
    as_items,
    item,
    make,
    may_2023,
    run,
    tick,
    ticks,
)

HOUR = timedelta(hours=1)
END = MAY_11 + timedelta(days=4)


@pytest.fixture(scope="module")
def undisturbed() -> list[Alert]:
    return run(as_items(may_2023(), END))


def types(alerts: list[Alert]) -> list[str]:
    return [str(alert.msg_type) for alert in alerts]


def test_one_article_on_a_silent_baseline_opens_nothing() -> None:
    assert run(as_items([article("seed", MAY_11)], END)) == []


def test_a_hundred_copies_of_one_article_open_nothing() -> None:
    copies = [article(f"c{i}", MAY_11 + i * timedelta(minutes=1), text="the same words " * 30) for i in range(100)]
    assert run(as_items(copies, END)) == []


def test_many_stories_of_one_origin_open_nothing() -> None:
    stories = [article(f"s{i}", MAY_11 + i * timedelta(minutes=5), origin="reuters") for i in range(12)]
    assert run(as_items(stories, END)) == []


def test_a_claim_that_several_carry_is_one_alert_from_opening_to_close(undisturbed: list[Alert]) -> None:
    first, last = undisturbed[0], undisturbed[-1]
    assert types(undisturbed)[0] == "Alert"
    assert types(undisturbed)[-1] == "Closed"
    assert set(types(undisturbed)[1:-1]) == {"Update"}
    assert len({alert.alert_id for alert in undisturbed}) == 1
    assert [alert.sequence for alert in undisturbed] == list(range(1, len(undisturbed) + 1))
    assert last.references == tuple(f"{first.alert_id}/{n}" for n in range(1, last.sequence))
    assert MAY_11 < first.opened_at < MAY_11 + 2 * HOUR
    assert last.closed_at == last.updated_at


def test_the_denial_is_attached_with_its_latency(undisturbed: list[Alert]) -> None:
    [claim] = undisturbed[-1].claims
    assert claim.state is ThreadState.DENIED
    assert [move.kind for move in claim.moves] == [MoveKind.ACCUSATION, MoveKind.DENIAL]
    assert claim.response_s == pytest.approx(13.8 * 3600)
    assert any(alert.claims[0].state is ThreadState.DENIED for alert in undisturbed if alert.msg_type is MsgType.UPDATE)


def test_copies_raise_reach_and_never_corroboration() -> None:
    plain = [event for event in may_2023() if not (event.external_id or "").startswith("copy")]
    without, with_copies = run(as_items(plain, END))[-1], run(as_items(may_2023(), END))[-1]
    assert with_copies.articles == without.articles + 6
    assert (with_copies.stories, with_copies.origins, with_copies.certainty) == (
        without.stories,
        without.origins,
        without.certainty,
    )


def test_words_never_say_that_it_is_so(undisturbed: list[Alert]) -> None:
    for alert in undisturbed:
        assert "alleged" in alert.headline
        assert "not judged here" in alert.explanation
        assert not any(word in alert.explanation for word in ("guilty", "proved", "interfered"))


def test_each_update_says_something_new(undisturbed: list[Alert]) -> None:
    def told(alert: Alert) -> tuple[object, ...]:
        states = tuple((claim.state, len(claim.moves)) for claim in alert.claims)
        return alert.stories, alert.origins, alert.languages, alert.severity, states

    assert all(told(one) != told(two) for one, two in itertools.pairwise(undisturbed[:-1]))


def test_state_media_alone_are_called_that() -> None:
    stories = [article(f"s{i}", MAY_11 + i * HOUR / 5, origin=f"state{i}", state_linked=True) for i in range(4)]
    alert = run(as_items(stories, END))[-1]
    assert alert.kind is BurstKind.STATE_MEDIA_ONLY
    assert alert.state_linked == alert.origins == 4


def test_repeats_change_nothing(undisturbed: list[Alert]) -> None:
    doubled = [one for i in as_items(may_2023(), END) for one in (i, i)]
    assert run(doubled) == undisturbed


def test_replaying_everything_on_the_same_state_says_nothing_again(undisturbed: list[Alert]) -> None:
    store, items = MemoryStore(), as_items(may_2023(), END)
    assert run(items, make(store), finish=False) == undisturbed
    assert run(items, make(store), finish=False) == []


def test_what_was_not_confirmed_comes_again_with_the_same_id_and_sequence(undisturbed: list[Alert]) -> None:
    store, items = MemoryStore(), as_items(may_2023(), END)
    watcher = make(store)
    first = next(said for one in items if (said := watcher.see(one)))
    again = make(store)
    assert again.unconfirmed() == first == undisturbed[: len(first)]
    assert run(items, again) == undisturbed


class _Dies(Exception):  # noqa: N818 - a death is no error
    pass


class _Mortal(MemoryStore):
    """A store that dies after so many writes."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self.left = writes

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _Dies

    def set(self, key: str, value: bytes) -> None:
        self._count()
        super().set(key, value)

    def delete(self, key: str) -> None:
        self._count()
        super().delete(key)


@pytest.mark.parametrize("seed", range(24))
def test_a_crash_in_the_middle_of_writing_ends_up_alike(seed: int, undisturbed: list[Alert]) -> None:
    items = [i for i in as_items(may_2023(), END) if i.event_time > MAY_11 - timedelta(hours=30)]
    expected = run(items)
    chance = random.Random(seed)
    store = _Mortal(chance.randrange(1, 600))
    log: list[Alert] = []
    committed = 0
    while committed < len(items):
        watcher = make(store)
        log += (said := watcher.unconfirmed())
        try:
            watcher.confirm(said)
            for at in range(committed, len(items)):
                log += (said := watcher.see(items[at]))
                watcher.confirm(said)
                if at % 7 == 0:
                    committed = at
            committed = len(items)
        except _Dies:
            store.left = chance.randrange(200, 1500)
    by_id = {(alert.alert_id, alert.sequence): alert for alert in log}
    assert list(by_id.values()) == [alert for alert in expected if (alert.alert_id, alert.sequence) in by_id]
    assert len(by_id) == len(expected)


@pytest.mark.parametrize("seed", range(8))
def test_the_interleaving_of_partitions_changes_nothing(seed: int, undisturbed: list[Alert]) -> None:
    partitions = 3
    items = as_items(may_2023(), END + timedelta(hours=12), partitions=partitions)
    queues = [[one for one in items if one.source_partition == p] for p in range(partitions)]
    chance = random.Random(seed)
    shuffled: list[WatchEvent] = []
    while any(queues):
        queue = chance.choice([q for q in queues if q])
        many = chance.randrange(1, 300)
        shuffled += queue[:many]
        del queue[:many]
    live = Watcher(WATCH, "hash", SETTINGS, MemoryStore(), partitions=partitions)
    assert run(shuffled, live, finish=False) == undisturbed


@pytest.mark.parametrize("seed", range(8))
def test_disorder_below_the_allowed_lateness_changes_nothing(seed: int, undisturbed: list[Alert]) -> None:
    chance = random.Random(seed)
    items = as_items(may_2023(), END + timedelta(hours=12))
    events = [(one.event_time + chance.random() * 5 * HOUR, one) for one in items if one.event]
    late = sorted(events + [(one.event_time, one) for one in items if not one.event], key=lambda pair: pair[0])
    assert run([one for _, one in late], finish=False) == undisturbed


def test_a_silent_partition_holds_the_watch_back_until_it_is_proved_idle() -> None:
    live = Watcher(WATCH, "hash", SETTINGS, MemoryStore(), partitions=2)
    items = as_items(may_2023(), END)
    assert run(items, live, finish=False) == []
    proof = WatchEvent("rt", WatchEventKind.IDLE, 1, 9, EPOCH, END, None)
    assert types(run([proof], live, finish=False))[0] == "Alert"


def test_what_comes_too_late_is_counted_as_late_and_left_out() -> None:
    watcher = make()
    items = [*ticks(START, MAY_11, HOUR), item(article("old", MAY_11 - 7 * HOUR)), *ticks(MAY_11, END, HOUR)]
    run(items, watcher)
    assert watcher.late == 1


@pytest.mark.parametrize("lags", [False, True], ids=["level", "behind"])
def test_what_is_forgotten_does_not_depend_on_how_far_the_other_partitions_are(lags: bool) -> None:
    watcher = Watcher(WATCH, "hash", SETTINGS, MemoryStore(), partitions=2)
    first = [item(article("a", MAY_11)), *ticks(MAY_11, MAY_11 + 110 * HOUR)]
    corrected = [item(article("a", MAY_11, version=2))]
    other = ticks(MAY_11, MAY_11 + 110 * HOUR, partition=1)
    run([*first, *corrected, *other] if lags else [*first, *other, *corrected], watcher)
    assert watcher.late == 1


def test_a_date_that_was_clamped_moves_no_watermark() -> None:
    watcher = make()
    future = article("future", MAY_11 + timedelta(days=300), flags=("date_in_future",))
    run([*ticks(START, MAY_11, HOUR), item(future), item(article("now", MAY_11))], watcher, finish=False)
    assert watcher.late == 0


def withdrawn(event: EnrichedEvent, name: str, at_delta: timedelta) -> EnrichedEvent:
    return article(name, event.published_at + at_delta, version=2, status=Status.CANCELED)


def test_a_withdrawal_that_takes_the_ground_away_cancels() -> None:
    stories = [article(f"s{i}", MAY_11 + i * HOUR / 5) for i in range(3)]
    takes_back = article("s1", MAY_11 + 5 * HOUR, version=2, status=Status.CANCELED)
    alerts = run(as_items([*stories, takes_back], END))
    assert types(alerts) == ["Alert", "Cancel"]
    assert alerts[1].stories == 2
    assert "Withdrawn" in alerts[1].headline


def test_a_withdrawal_dated_as_its_original_is_applied_at_its_partitions_present_and_cancels_what_has_closed() -> None:
    stories = [article(f"s{i}", MAY_11 + i * HOUR / 5) for i in range(3)]
    takes_back = article("s1", stories[1].published_at, version=2, status=Status.WITHHELD)
    items = as_items(stories, END)
    at = next(i for i, one in enumerate(items) if one.event_time > MAY_11 + 50 * HOUR)
    items.insert(at, item(takes_back))
    assert types(run(items)) == ["Alert", "Closed", "Cancel"]


@pytest.mark.parametrize("left", [2, 5])
@pytest.mark.parametrize("hours", [24, 50])
def test_when_a_long_silent_partition_takes_back_decides_when_it_is_told_and_not_what_is_left(
    left: int, hours: int
) -> None:
    stories = [article(f"s{i}", MAY_11 + i * HOUR / 5) for i in range(left + 1)]
    takes_back = article("s1", stories[1].published_at, version=2, status=Status.WITHHELD)
    spoken = [item(event, partition=int(event.external_id == "s1")) for event in stories]
    moving = sorted([*spoken, *ticks(START, END, HOUR)], key=lambda one: one.event_time)

    def outcome(arrives: datetime, *, complete: bool) -> tuple[object, ...]:
        at = next(i for i, one in enumerate(moving) if one.event_time > arrives)
        proofs = [WatchEvent("rt", WatchEventKind.IDLE, 1, 0, EPOCH, one.received_at, None) for one in moving]
        told = [part for pair in zip(moving, proofs, strict=True) for part in pair]
        told.insert(2 * at, item(takes_back, partition=1))
        live = Watcher(WATCH, "hash", SETTINGS, MemoryStore(), complete=complete, partitions=2)
        last = run(told, live)[-1]
        return last.alert_id, last.msg_type, last.stories, last.origins, [claim.state for claim in last.claims]

    around = [MAY_11 + (hours + n) * HOUR for n in (-5, -1, 0, 1, 5)]
    outcomes = [outcome(at, complete=complete) for at in around for complete in (True, False)]
    assert all(one == outcomes[0] for one in outcomes)


def test_a_withdrawal_that_leaves_enough_is_an_update() -> None:
    stories = [article(f"s{i}", MAY_11 + i * HOUR / 5) for i in range(6)]
    takes_back = article("s1", MAY_11 + 5 * HOUR, version=2, status=Status.CANCELED)
    alerts = run(as_items([*stories, takes_back], END))
    assert types(alerts)[-1] == "Closed"
    assert alerts[-1].stories == 5


def test_a_withdrawal_after_72_hours_changes_nothing() -> None:
    stories = [article(f"s{i}", MAY_11 + i * HOUR / 5) for i in range(3)]
    takes_back = article("s1", MAY_11 + 80 * HOUR, version=2, status=Status.CANCELED)
    assert "Cancel" not in types(run(as_items([*stories, takes_back], END)))


def test_three_origins_on_a_silent_theme_are_novel_even_where_the_pair_is_busy() -> None:
    busy = [article(f"b{i}", START + i * 0.5 * HOUR, themes=("espionage",)) for i in range(1000)]
    new = [article(f"n{i}", MAY_11 + i * 6 * HOUR, themes=("deep_fake",)) for i in range(3)]
    alerts = run(as_items(sorted([*busy, *new], key=lambda e: e.published_at), END))
    assert {alert.trigger for alert in alerts if alert.theme == "deep_fake"} <= {"novelty", "burst"}
    assert any(alert.theme == "deep_fake" for alert in alerts)


def test_the_second_day_of_a_claim_is_no_second_alert() -> None:
    day = timedelta(days=1)
    stories = [article(f"a{i}", MAY_11 + i * HOUR / 4) for i in range(8)]
    stories += [article(f"b{i}", MAY_11 + 0.45 * day + i * HOUR / 2) for i in range(8)]
    assert types(run(as_items(stories, END))).count("Alert") == 1


def test_state_stays_small_over_a_long_stream() -> None:
    store = MemoryStore()
    watcher = make(store)
    sizes = []
    for day in range(60):
        start = START + day * timedelta(days=1)
        events = [article(f"d{day}-{i}", start + i * 2 * HOUR) for i in range(12)]
        items = sorted(
            [item(e) for e in events] + ticks(start, start + timedelta(days=1), HOUR), key=lambda i: i.event_time
        )
        run(items, watcher, finish=False)
        sizes.append(sum(map(len, store.values.values())))
    assert max(map(len, store.values.values())) < MAX_VALUE_BYTES
    assert sizes[-1] < 1.3 * sizes[len(sizes) // 2]


def test_a_pair_in_full_flow_when_the_watch_begins_is_learned_before_it_can_alert() -> None:
    hour = timedelta(hours=1)
    steady = [article(f"s{n}", START + n * hour / 6, origin=f"o{n % 9}") for n in range(3 * 24 * 6)]
    assert run(item(event) for event in steady) == []
    sudden = [article(f"b{n}", START + 73 * hour + n * hour / 60, origin=f"p{n}") for n in range(60)]
    assert run(item(event) for event in steady + sudden)[0].msg_type is MsgType.ALERT


def test_long_silence_is_passed_over_quickly() -> None:
    alerts = run([tick(START), tick(START + timedelta(days=3650)), *as_items(may_2023(), END)[:0]])
    assert alerts == []


def test_it_says_up_to_when_it_has_applied_its_events() -> None:
    watcher = make()
    assert watcher.applied_s == 0
    watcher.see(tick(MAY_11))
    assert watcher.applied_s == MAY_11.timestamp() - SETTINGS.allowed_lateness_s
