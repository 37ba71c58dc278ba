"""The detector of agents/watch/detector.py over many keys at once, for simulation; a test holds the two equal."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc

from agents.watch import detector as one
from agents.watch.buckets import BucketLength
from bosphorus.benches.burst_cells import Floats, Ints


class DetectorBank:
    """As Detector, with one column a key.

    Args:
        length: length of a bucket.
        bucket: number of the first bucket.
        keys: how many.
    """

    def __init__(self, length: BucketLength, bucket: int, keys: int) -> None:
        bins, scales = len(length.shape), len(length.scales)
        self.length, self.bucket = length, bucket
        self._forget = length.keep
        self._prior_b = one.PRIOR_A / length.prior_mean
        self.a = np.full(keys, one.PRIOR_A)
        self.b = np.full(keys, self._prior_b)
        self.season_seen, self.season_expected = np.zeros((bins, keys)), np.zeros((bins, keys))
        self.y, self.m, self.v, self.sum, self.weight = np.zeros((5, scales, keys))
        self.sum0, self.weight0 = np.zeros((2, keys))
        self._decay = np.array(length.decay)[:, None]
        self.last_mu, self.last_weight = np.zeros((2, keys))

    def look(self, count: Ints, fraction: float = 1.0, before: Ints | None = None) -> Floats:
        """Return the score of each key; shape (keys,). Arguments as Detector.look has them."""
        mu = self._season() * self.a / self.b * fraction
        weight = 1 / (1 + _spread(self.sum0, self.weight0) * mu)
        d = self._decay**fraction
        y, m, v = d * self.y, d * self.m, d * d * self.v
        if before is not None and self.last_weight.any():
            none = (self._decay == 0)[:, 0]
            left = self.last_weight * self.last_mu * (1 - fraction)
            y[none], m[none], v[none] = self.last_weight * before, left, self.last_weight * left
        y, m, v = y + weight * count, m + weight * mu, v + weight * weight * mu
        c = v / m
        r = 1 / (self.length.spread_factor * _spread(self.sum, self.weight) + 1 / self.a)
        score: Floats = np.zeros_like(y)
        some = y > 0
        tail = betainc((y / c)[some], r[some], (m / c / (r + m / c))[some])
        score[some] = np.minimum(-np.log10(np.maximum(tail, 1e-300)), one.MAX_SCORE)
        agreement = self.length.agreement
        found: Floats = (1 - agreement) * score.max(axis=0) + agreement * score.mean(axis=0)
        return found

    def close(self, count: Ints) -> None:
        """Learn the open bucket's final count, and open the next."""
        season, s = self.length.season(self.bucket), self._season()
        rho = self.a / self.b
        mu = rho * s
        phi = _spread(self.sum0, self.weight0)
        weight = 1 / (1 + phi * mu)
        clipped = np.minimum(count, mu + 2 * np.sqrt(mu + phi * mu * mu) + 1)
        d, keep = self._decay, self._forget
        self.y = d * self.y + weight * count
        self.m = d * self.m + weight * mu
        self.v = d * d * self.v + weight * weight * mu
        c = self.v / self.m
        y = np.minimum(self.y, self.m + 2 * np.sqrt(self.v + _spread(self.sum, self.weight) * self.m**2) + c)
        self.sum = keep * self.sum + ((y - self.m) ** 2 - self.v) / c**2
        self.weight = keep * self.weight + (self.m / c) ** 2
        self.sum0 = keep * self.sum0 + (clipped - mu) ** 2 - mu
        self.weight0 = keep * self.weight0 + mu * mu
        self.a = keep * self.a + (1 - keep) * one.PRIOR_A + clipped
        self.b = keep * self.b + (1 - keep) * self._prior_b + s
        self.season_seen[season] = one.SEASON_MEMORY * self.season_seen[season] + clipped
        self.season_expected[season] = one.SEASON_MEMORY * self.season_expected[season] + rho
        self.last_mu, self.last_weight = mu, weight
        self.bucket += 1

    def _season(self) -> Floats:
        season = self.length.season(self.bucket)
        w = one.SEASON_WEIGHT
        s: Floats = (w * self.length.shape[season] + self.season_seen[season]) / (w + self.season_expected[season])
        return s


def _spread(total: Floats, weight: Floats) -> Floats:
    w = one.SPREAD_WEIGHT
    phi: Floats = (w * one.SPREAD_PRIOR + np.maximum(total, 0.0)) / (w + weight)
    return phi
