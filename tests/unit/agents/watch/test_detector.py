"""The detector's promises: quiet when nothing is going on, loud when something is, small, and not taught by a burst."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from agents.watch.buckets import DAY, HOUR, BucketLength
from agents.watch.detector import Detector, DetectorState

MONDAY = 472_008  # 6 November 2023 00:00 UTC, in hours


def settled(length: BucketLength, mean: float, buckets: int, seed: int = 1) -> Detector:
    detector = Detector.fresh(length, MONDAY)
    shape = length.shape
    for count in np.random.default_rng(seed).poisson([mean * shape[length.season(MONDAY + i)] for i in range(buckets)]):
        detector.close(int(count))
    return detector


@pytest.mark.parametrize("length", [HOUR, DAY], ids=lambda b: b.name)
def test_the_seasonal_shape_has_mean_one_over_a_week(length: BucketLength) -> None:
    week = range(7 * 86_400 // length.seconds)
    assert np.mean([length.shape[length.season(i)] for i in week]) == pytest.approx(1)


def test_the_baseline_finds_the_mean_of_a_steady_key() -> None:
    detector = settled(HOUR, 5, 24 * 60)
    day = []
    for _ in range(24 * 7):
        day.append(detector.expected())
        detector.close(round(detector.expected()))
    assert np.mean(day) == pytest.approx(5, rel=0.15)


def test_a_steady_key_hardly_ever_crosses_the_threshold() -> None:
    for mean in (0.05, 1, 20):
        detector = settled(HOUR, mean, 24 * 30)
        shape = [HOUR.shape[HOUR.season(detector.state.bucket + i)] for i in range(24 * 120)]
        crossings = 0
        for count in np.random.default_rng(7).poisson(np.array(shape) * mean):
            crossings += detector.look(int(count)).score >= HOUR.threshold
            detector.close(int(count))
        assert crossings <= 4, mean


@pytest.mark.parametrize(("mean", "burst"), [(0.05, 3), (1, 14), (20, 110)])
def test_a_burst_crosses_it(mean: float, burst: int) -> None:
    assert settled(HOUR, mean, 24 * 40).look(burst).score >= HOUR.threshold


def test_one_story_after_a_year_of_silence_scores_little_more_than_after_a_month() -> None:
    scores = []
    for days in (28, 364):
        detector = Detector.fresh(HOUR, MONDAY)
        for _ in range(24 * days):
            detector.close(0)
        scores.append(detector.look(1).score)
    assert scores[1] - scores[0] < 1


def test_more_stories_never_score_less() -> None:
    detector = settled(HOUR, 2, 24 * 40)
    scores = [detector.look(n).score for n in range(60)]
    assert scores == sorted(scores)


def test_the_same_count_early_in_the_bucket_scores_higher() -> None:
    detector = settled(HOUR, 5, 24 * 40)
    assert detector.look(12, 1 / 6).score > detector.look(12, 1.0).score


def test_a_burst_hardly_teaches_the_baseline() -> None:
    detector = settled(HOUR, 2, 24 * 40)
    before = detector.state.a / detector.state.b
    for _ in range(6):
        detector.close(200)
    assert detector.state.a / detector.state.b < before * 1.2


def test_a_look_changes_nothing() -> None:
    detector = settled(HOUR, 2, 100)
    before = msgspec.msgpack.encode(detector.state)
    detector.look(50, 0.5)
    assert msgspec.msgpack.encode(detector.state) == before


@pytest.mark.parametrize("length", [HOUR, DAY], ids=lambda b: b.name)
def test_the_state_is_small_and_comes_back_as_it_was(length: BucketLength) -> None:
    detector = settled(length, 50, 2_000)
    data = msgspec.msgpack.encode(detector.state)
    assert len(data) <= 4096
    again = Detector(length, msgspec.msgpack.decode(data, type=DetectorState))
    assert again.look(80) == detector.look(80)


def test_an_absurd_count_has_a_finite_score() -> None:
    assert settled(HOUR, 0.05, 100).look(1e9).score <= 300


def test_what_began_late_in_an_hour_still_counts_on_the_stroke_of_the_next() -> None:
    detector = settled(HOUR, 1, 24 * 30)
    detector.close(6)
    share = 1 / 6
    assert detector.look(2, share, 6).score > detector.look(2, share, 0).score
    assert detector.look(2, 1.0, 0) == detector.look(2, 1.0)


def test_a_level_that_is_not_known_yet_is_learned_whole() -> None:
    clipped, whole = Detector.fresh(HOUR, MONDAY), Detector.fresh(HOUR, MONDAY)
    for _ in range(24):
        clipped.close(20)
        whole.close(20, known=False)
    assert clipped.expected() < whole.expected()
    assert whole.look(20).score < HOUR.threshold
