"""No flood makes a value of the watch's state larger than Kafka takes: a worker that can't write its state stands still."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

import pytest
from msgspec import structs

from agents.watch.buckets import HOUR
from agents.watch.state import DAY_MS, HOUR_MS, MAX_RECENT, Thread, to_ms
from agents.watch.state_articles import MAX_EXPIRING
from agents.watch.state_keys import Keys
from agents.watch.store import MAX_VALUE_BYTES, MemoryStore, Shelf, weight
from agents.watch.threads import read_claims
from schemas.records import EnrichedEvent, Party
from tests.unit.agents.watch.streams import ACCUSED, MAY_11, START, act, article, item, make

LONG = "京" * 300
"""As long as normalise lets the name of an outlet be; three bytes each."""


class Ledger(MemoryStore):
    """Keeps the largest size of each kind of value."""

    def __init__(self) -> None:
        super().__init__()
        self.largest: dict[str, int] = defaultdict(int)

    def set(self, key: str, value: bytes) -> None:
        kind = key.split("/", 1)[0]
        self.largest[kind] = max(self.largest[kind], len(value))
        super().set(key, value)


def hostile(number: int) -> EnrichedEvent:
    at = MAY_11 + number * timedelta(minutes=1)
    event = article(f"n{number}", at, origin=f"{number} {LONG}"[:300])
    return structs.replace(event, title=f"{number} " + "京" * 900, url=f"https://{number}.example/" + "a" * 1_900)


@pytest.fixture(scope="module")
def flooded() -> Ledger:
    store = Ledger()
    watcher = make(store)
    for event in [article("first", START), *map(hostile, range(600))]:
        watcher.confirm(watcher.see(item(event)))
    watcher.confirm(watcher.finish())
    return store


def test_an_alert_lists_as_many_stories_as_fit_however_long_their_words(flooded: Ledger) -> None:
    assert MAX_VALUE_BYTES / 4 < flooded.largest["alert"] < MAX_VALUE_BYTES


def test_no_value_of_any_kind_is_too_large(flooded: Ledger) -> None:
    assert max(flooded.largest.values()) < MAX_VALUE_BYTES


def test_a_window_of_thousands_of_origins_with_long_names_stays_small() -> None:
    shelf = Shelf(MemoryStore())
    keys, start = Keys(shelf, HOUR, None), to_ms(MAY_11)
    key = "RUS>TUR:cyber"
    for number in range(3 * MAX_RECENT):
        story, origin = f"{number:036}", f"{number} {LONG}"
        assert keys.add(key, story, origin, start + 10_000 * number, started_ms=start, silence_ms=14 * DAY_MS)
    window = keys.window(key)
    assert window is not None
    assert sum(window.counts.values()) == 3 * MAX_RECENT
    assert weight(window) < MAX_VALUE_BYTES


def test_an_origin_with_a_long_name_counts_no_oftener_than_one_with_a_short_one() -> None:
    keys, start = Keys(Shelf(MemoryStore()), HOUR, None), to_ms(MAY_11)
    for origin in ("reuters", LONG):
        counted = [
            keys.add(f"RUS>TUR:{origin}", str(n), origin, start + n, started_ms=start, silence_ms=14 * DAY_MS)
            for n in range(5)
        ]
        assert counted == [True, True, True, False, False]
        keys.remove(f"RUS>TUR:{origin}", "0", origin)
        assert keys.add(f"RUS>TUR:{origin}", "9", origin, start + 9, started_ms=start, silence_ms=14 * DAY_MS)


def test_what_comes_by_the_thousand_within_an_hour_is_forgotten_too() -> None:
    store = MemoryStore()
    watcher = make(store)
    for number in range(2 * MAX_EXPIRING + 10):
        event = article(f"n{number}", MAY_11 + number * timedelta(seconds=1), text="the same words " * 9)
        watcher.see(item(event))
    lists = [len(value) for key, value in store.values.items() if key.startswith("expiry/")]
    assert len(lists) > 1
    assert max(lists) < 64 * MAX_EXPIRING
    later = article("later", MAY_11 + timedelta(days=6))
    watcher.see(item(later))
    entries = [key for key in store.values if key.startswith("entry/")]
    assert entries == [f"entry/{later.event_id}"]


def test_threads_of_many_who_say_much_stay_small() -> None:
    threads: list[Thread] = []
    for number in range(400):
        speaker = Party("TURGOV", f"{number // 20} {LONG}", LONG)
        denier = Party("RUSGOV", f"{number} {LONG}", LONG)
        said = (act(speaker, ACCUSED, "112", "ACCUSE"), act(denier, speaker, "016", "DENY"))
        acts = tuple(structs.replace(one, span=structs.replace(one.span, text=LONG)) for one in said)
        event = article(f"t{number}", MAY_11 + number * timedelta(minutes=1), acts=acts)
        read_claims(threads, event, "rt", ("RUS", "TUR"), number * HOUR_MS // 60)
    assert threads
    assert weight(threads) < MAX_VALUE_BYTES
