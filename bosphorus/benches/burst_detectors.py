"""The detectors that are compared, each from counts to scores: ours, and four that the field knows.

All have the same floor: three stories within the hours that a score can rest on. The peers are scored once an hour; their baselines
know the hour and the kind of day, as ours does.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.special import betainc

from agents.watch.buckets import DAY, HOUR, BucketLength
from agents.watch.episodes import CLOSE_SCORE, FLOOR_BUCKETS, MIN_STORIES
from bosphorus.benches.burst_bank import DetectorBank
from bosphorus.benches.burst_cells import SLOTS, Floats, Ints
from bosphorus.benches.burst_scores import Scores

MONDAY = 472_008
"""A Monday, 00:00 UTC, in hours since the epoch: where the simulation begins."""
_DAYS_OF_MEMORY = 28
_FIVE_WINDOWS = (1, 2, 4, 8, 24)


def ours(counts: Ints, looks: int = SLOTS) -> Scores:
    """Return the shipped detector's scores, with looks every 10 minutes (or fewer an hour)."""
    return _ours(HOUR, counts.reshape(-1, SLOTS, counts.shape[1]), looks)


def daily(counts: Ints) -> Scores:
    """Return the shipped detector's scores for counts a day, one look a day."""
    return _ours(DAY, counts[:, None, :], 1)


def _ours(length: BucketLength, counts: Ints, looks: int) -> Scores:
    so_far = counts.cumsum(axis=1)
    hours, slots, keys = so_far.shape
    bank = DetectorBank(length, MONDAY * HOUR.seconds // length.seconds, keys)
    window = FLOOR_BUCKETS
    before = np.concatenate([np.zeros((window, keys), int), so_far[:, -1]]).cumsum(axis=0)
    opening = np.zeros((hours, looks, keys), np.float32)
    closing = np.zeros((hours, keys), np.float32)
    for hour in range(hours):
        earlier = before[hour + window - 1] - before[hour]
        for look in range(looks):
            share = (look + 1) / looks
            count = so_far[hour, round(share * slots) - 1]
            score = bank.look(count, share, so_far[hour - 1, -1] - so_far[hour - 1, round(share * slots) - 1])
            opening[hour, look] = np.where(earlier + count >= MIN_STORIES, score, 0)
        closing[hour] = score
        bank.close(so_far[hour, -1])
    return Scores(opening, closing, CLOSE_SCORE)


def ours_hourly(counts: Ints) -> Scores:
    """Return the shipped detector's scores at the end of each hour only."""
    return ours(counts, looks=1)


def ears_c2(counts: Ints) -> Scores:
    """EARS C2 (Hutwagner et al. 2003): the hour against the same hour of 7 days, after a gap of 2 days."""
    hourly = _hourly(counts)
    score = np.zeros(hourly.shape)
    for hour in range(9 * 24, len(hourly)):
        base = hourly[hour - 9 * 24 : hour - 2 * 24 : 24]
        score[hour] = (hourly[hour] - base.mean(axis=0)) / np.sqrt(np.maximum(base.var(axis=0, ddof=1), 0.2))
    return _peer(hourly, score, window=1, close_below=1.0)


def ewma_z(counts: Ints, memory: float = 0.6) -> Scores:
    """Return z of an exponentially weighted mean of residuals (Roberts 1959), on a seasonal baseline with a learned variance."""
    hourly = _hourly(counts)
    score = np.zeros(hourly.shape)
    base = _Baseline(hourly.shape[1])
    spread = np.ones(hourly.shape[1])
    mean = np.zeros(hourly.shape[1])
    scale = math.sqrt((1 - memory) / (1 + memory))
    for hour, count in enumerate(hourly):
        mu = base.mu(hour)
        z = (count - mu) / np.sqrt(mu * spread + 0.05)
        mean = memory * mean + (1 - memory) * z
        score[hour] = mean / scale
        spread += (np.minimum(z * z, 9) * spread - spread) / (24 * _DAYS_OF_MEMORY)
        spread = np.maximum(spread, 1)
        base.learn(hour, np.minimum(count, mu + 3 * np.sqrt(mu * spread + 0.05)))
    return _peer(hourly, score, window=5, close_below=1.0)


def kleinberg(counts: Ints, factor: float = 2.5) -> Scores:
    """Kleinberg's two states (2002), online: the cost of entering a state of 2.5 times the rate at which the burst still pays."""
    hourly = _hourly(counts)
    score = np.zeros(hourly.shape)
    base = _Baseline(hourly.shape[1])
    gain = np.zeros(hourly.shape[1])
    for hour, count in enumerate(hourly):
        mu = base.mu(hour)
        gain = np.maximum(gain + count * math.log(factor) - (factor - 1) * mu, 0)
        score[hour] = gain
        # Leaving is free: the quiet state is entered again as soon as the burst stops paying.
        gain = np.where(count < mu, 0, gain)
        base.learn(hour, np.minimum(count, mu + 3 * np.sqrt(mu) + 1))
    return _peer(hourly, score, window=24, close_below=1.0)


def five_windows(counts: Ints) -> Scores:
    """Gamma-Poisson tail over windows of 1, 2, 4, 8 and 24 hours; the largest -log10 p. The spread is learned by moments."""
    hourly = _hourly(counts)
    keys = hourly.shape[1]
    score = np.zeros(hourly.shape)
    base = _Baseline(keys)
    keep = 1 - 1 / (24 * _DAYS_OF_MEMORY)
    beyond, weight = np.zeros((2, keys))
    counted = np.zeros((max(_FIVE_WINDOWS) + len(hourly) + 1, keys))
    expected = counted.copy()
    for hour, count in enumerate(hourly):
        mu = base.mu(hour)
        at = hour + max(_FIVE_WINDOWS) + 1
        counted[at], expected[at] = counted[at - 1] + count, expected[at - 1] + mu
        phi = (0.1 + np.maximum(beyond, 0)) / (2 + weight)
        for window in _FIVE_WINDOWS:
            y, m = counted[at] - counted[at - window], expected[at] - expected[at - window]
            # Hours are neither alike nor independent: of the powers 0 to .8 tried, the one that finds most.
            r = window**0.3 / (phi + 1 / base.a)
            tail = np.where(y > 0, betainc(np.maximum(y, 1e-9), r, m / (r + m)), 1)
            score[hour] = np.maximum(score[hour], -np.log10(np.maximum(tail, 1e-300)))
        sigma = np.sqrt(mu + phi * mu * mu)
        beyond = keep * beyond + (np.minimum(count, mu + 3 * sigma + 1) - mu) ** 2 - mu
        weight = keep * weight + mu * mu
        base.learn(hour, np.minimum(count, mu + 2 * sigma + 1))
    return _peer(hourly, score, window=24, close_below=CLOSE_SCORE)


DETECTORS: dict[str, Callable[[Ints], Scores]] = {
    "ours, looks every 10 min": ours,
    "ours, hourly": ours_hourly,
    "five-window Gamma-Poisson": five_windows,
    "seasonal EWMA-z": ewma_z,
    "EARS-C2, same hour": ears_c2,
    "Kleinberg, two states": kleinberg,
}


class _Baseline:
    """A level that forgets with a mean life of 28 days, times the shipped season as the key has corrected it."""

    def __init__(self, keys: int) -> None:
        self.a, self.b = np.full(keys, 0.5), np.full(keys, 10.0)
        self._seen, self._due = np.zeros((48, keys)), np.zeros((48, keys))
        self._keep = 1 - 1 / (24 * _DAYS_OF_MEMORY)

    def _season(self, hour: int) -> tuple[int, Floats]:
        place = HOUR.season(MONDAY + hour)
        factor: Floats = (20 * HOUR.shape[place] + self._seen[place]) / (20 + self._due[place])
        return place, factor

    def mu(self, hour: int) -> Floats:
        """Stories expected in this hour."""
        expected: Floats = self.a / self.b * self._season(hour)[1]
        return expected

    def learn(self, hour: int, count: Floats) -> None:
        """Learn an hour's count."""
        place, factor = self._season(hour)
        rho = self.a / self.b
        self._seen[place] = 0.985 * self._seen[place] + count
        self._due[place] = 0.985 * self._due[place] + rho
        self.a = self._keep * self.a + (1 - self._keep) * 0.5 + count
        self.b = self._keep * self.b + (1 - self._keep) * 10.0 + factor


def _hourly(counts: Ints) -> Ints:
    hourly: Ints = counts.reshape(-1, SLOTS, counts.shape[1]).sum(axis=1)
    return hourly


def _peer(hourly: Ints, score: Floats, window: int, close_below: float) -> Scores:
    """Apply the floor: three stories within the window."""
    total = np.concatenate([np.zeros((window, hourly.shape[1]), int), hourly.cumsum(axis=0)])
    enough = total[window:] - total[:-window] >= MIN_STORIES
    opening = np.where(enough, score, 0)[:, None, :].astype(np.float32)
    return Scores(opening, score.astype(np.float32), close_below)
