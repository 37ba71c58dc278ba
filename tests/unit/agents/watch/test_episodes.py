"""Episodes: opened by a score and its floors, closed by quiet, counted by distinct stories."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from agents.watch.buckets import DAY, HOUR, BucketLength
from agents.watch.episodes import Sighting, episodes

START = datetime(2023, 5, 1, tzinfo=UTC)


def background(days: int = 40) -> list[tuple[str, Sighting]]:
    return [("RUS-TUR", Sighting(START + timedelta(days=d, hours=9), f"b{d}", f"o{d % 5}")) for d in range(0, days, 2)]


def burst(day: int, stories: int, origins: int) -> list[tuple[str, Sighting]]:
    at = START + timedelta(days=day, hours=10)
    return [("RUS-TUR", Sighting(at + timedelta(minutes=7 * i), f"x{i}", f"p{i % origins}")) for i in range(stories)]


def test_a_burst_is_one_episode_with_its_times() -> None:
    (found,) = episodes(background() + burst(30, 8, 4), HOUR)
    assert found.key == "RUS-TUR"
    assert found.opened_at == START + timedelta(days=30, hours=10)
    assert found.closed_at is not None
    assert found.closed_at - found.opened_at < timedelta(days=2)
    assert found.observed > found.expected


def test_the_background_alone_is_none() -> None:
    assert episodes(background(), HOUR) == []


def test_one_story_on_a_silent_key_is_none() -> None:
    assert episodes([("RUS-TUR", Sighting(START, "s"))], HOUR, threshold=0.1) == []


def test_many_stories_of_one_origin_are_none() -> None:
    assert episodes(background() + burst(31, 8, 1), HOUR) == []


def test_without_origins_only_the_floor_on_stories_applies() -> None:
    plain = [(k, Sighting(s.at, s.story)) for k, s in background() + burst(30, 8, 1)]
    assert len(episodes(plain, HOUR)) == 1


def test_a_story_counts_once_at_its_first_time() -> None:
    copies = [(k, Sighting(s.at, "same", s.origin)) for k, s in burst(30, 20, 10)]
    assert episodes(background() + copies, HOUR) == []


def test_the_order_of_the_lines_does_not_matter() -> None:
    lines = background() + burst(30, 8, 4)
    shuffled = lines[:]
    random.Random(3).shuffle(shuffled)
    assert episodes(shuffled, HOUR) == episodes(lines, HOUR)


def test_the_end_of_input_scores_the_last_bucket_and_leaves_the_episode_open() -> None:
    (found,) = episodes(background(30) + burst(30, 8, 4), DAY)
    assert found.opened_at == START + timedelta(days=30)
    assert found.closed_at is None


def test_keys_do_not_disturb_one_another() -> None:
    lines = background() + burst(30, 8, 4)
    other = [("CHN-TWN", s) for _, s in background()]
    assert episodes(lines + other, HOUR) == episodes(lines, HOUR)


def test_a_gap_of_hundreds_of_years_takes_no_time_and_begins_again() -> None:
    late = [("RUS-TUR", Sighting(datetime(2900, 1, 5, 9, i, tzinfo=UTC), f"z{i}", f"o{i}")) for i in range(8)]
    first, second = episodes(background() + burst(30, 8, 4) + late, HOUR)
    assert first.closed_at is not None
    assert second.opened_at == datetime(2900, 1, 5, 9, tzinfo=UTC)


def test_the_floors_are_counted_over_the_last_hours_not_over_the_day() -> None:
    at = START + timedelta(days=30, hours=20)
    two = [("RUS-TUR", Sighting(at + timedelta(minutes=i), f"t{i}", f"p{i}")) for i in range(2)]
    old = [("RUS-TUR", Sighting(at - timedelta(hours=12), "old", "q"))]
    assert episodes(background() + old + two, HOUR, threshold=0.1) == []


def busy(length: BucketLength, mean: float, buckets: int, seed: int) -> list[tuple[str, Sighting]]:
    """Stories of a key that has so many in each bucket from the very beginning."""
    rng = np.random.default_rng(seed)
    return [
        (
            "busy",
            Sighting(START + timedelta(seconds=(bucket + at) * length.seconds), f"{bucket}/{at}", f"o{bucket % 7}"),
        )
        for bucket in range(buckets)
        for at in rng.uniform(0, 1, rng.poisson(mean * length.shape[length.season(length.index(START) + bucket)]))
    ]


@pytest.mark.parametrize("length", [HOUR, DAY], ids=lambda length: length.name)
@pytest.mark.parametrize("mean", [5.0, 50.0])
def test_a_busy_key_that_is_met_in_full_flow_opens_nothing(length: BucketLength, mean: float) -> None:
    found = [one for seed in range(4) for one in episodes(busy(length, mean, 21, seed), length)]
    assert found == []


def test_a_burst_after_a_silence_opens_though_the_key_is_new() -> None:
    elsewhere = [("other", Sighting(START, "first", "o"))]
    (found,) = episodes(elsewhere + burst(2, 5, 3), HOUR)
    assert found.opened_at == START + timedelta(days=2, hours=10)


def test_a_single_story_at_the_beginning_is_no_full_flow() -> None:
    (found,) = episodes([("RUS-TUR", Sighting(START, "first", "o")), *burst(0, 5, 3)], HOUR)
    assert found.opened_at == START + timedelta(hours=10)


def test_a_burst_over_the_stroke_of_the_hour_is_seen_whole() -> None:
    at = START + timedelta(days=30, hours=10, minutes=45)
    over = [("RUS-TUR", Sighting(at + timedelta(minutes=6 * i), f"x{i}", f"p{i}")) for i in range(4)]
    assert len(episodes(background() + over, HOUR)) == 1


def test_one_story_after_months_of_silence_is_none() -> None:
    alone = [("RUS-TUR", Sighting(START + timedelta(days=170), "alone", "o1"))]
    assert episodes(background() + alone, HOUR) == episodes(background() + alone, DAY) == []
