"""Bursts: a bank of exponentially decayed counts with negative-binomial tails on a seasonal Gamma baseline.

One small state a key, O(1) a bucket. A bucket's count x is held against mu = rho * s: the level of the key (a Gamma posterior mean
that forgets with a half-life of weeks) times its season (a shrunken profile). Scales of memory (for 1-hour buckets 0, 1 and 2) look for
short and for slow bursts; each counts with weights and asks how likely so much would be under a negative binomial with the spread
that this key has shown. The score is -log10 p, between the largest over the scales and their mean.

Inside the open bucket the memory fades pro rata, and the scale without memory looks back over the length of a bucket, into the one
before: what began late in an hour is not forgotten on the stroke of the next.

The form follows decayed counters (Cormode et al. 2008) and Gamma-Poisson tails as used in public-health surveillance
(Noufaily et al. 2013); clipping at two sigma keeps a burst from teaching the baseline.
"""

from __future__ import annotations

import math

import msgspec
from scipy.special import betainc

from agents.watch.buckets import BucketLength

PRIOR_A = 0.5
SEASON_WEIGHT = 10.0
SEASON_MEMORY = 0.985
SPREAD_PRIOR = 0.05
SPREAD_WEIGHT = 2.0
CLIP_SIGMAS = 2.0
"""A count that lies further out is learned as if it lay here: a burst must not teach the baseline."""
MAX_SCORE = 300.0
VERSION = 1


class Scale(msgspec.Struct, array_like=True):
    """Decayed sums of one scale: observed, expected, squared weights; and what they say about the spread."""

    y: float = 0.0
    m: float = 0.0
    v: float = 0.0
    spread_sum: float = 0.0
    spread_weight: float = 0.0


class DetectorState(msgspec.Struct, array_like=True):
    """All that is kept of a key: under 4 KiB as MessagePack."""

    bucket: int
    a: float
    b: float
    season_seen: list[float]
    season_expected: list[float]
    scales: list[Scale]
    spread_sum: float = 0.0
    spread_weight: float = 0.0
    version: int = VERSION
    last_mu: float = 0.0
    last_weight: float = 0.0


class Look(msgspec.Struct, frozen=True):
    """What a key's open bucket looks like.

    Args:
        score: -log10 of the tail probability, between the largest over the scales and their mean; 0 where nothing was seen.
        observed: stories in the scale that scored highest, decayed.
        expected: stories expected there.
        buckets: effective length of that scale, in buckets.
    """

    score: float
    observed: float
    expected: float
    buckets: float


class Detector:
    """The detector of one key. Counts come from outside: it sees each bucket's number of distinct stories, not the stories."""

    def __init__(self, length: BucketLength, state: DetectorState) -> None:
        self.length = length
        self.state = state
        self._keep = length.keep
        self._prior_b = PRIOR_A / length.prior_mean
        self._decay = length.decay

    @classmethod
    def fresh(cls, length: BucketLength, bucket: int) -> Detector:
        """Return a detector that has seen nothing; `bucket` is open."""
        bins = len(length.shape)
        state = DetectorState(
            bucket=bucket,
            a=PRIOR_A,
            b=PRIOR_A / length.prior_mean,
            season_seen=[0.0] * bins,
            season_expected=[0.0] * bins,
            scales=[Scale() for _ in length.scales],
        )
        return cls(length, state)

    def expected(self) -> float:
        """Stories expected in the whole open bucket."""
        return self.state.a / self.state.b * self._season(self.length.season(self.state.bucket))

    def look(self, count: float, fraction: float = 1.0, before: float | None = None) -> Look:
        """Score the open bucket.

        Args:
            count: distinct stories in it so far.
            fraction: how much of the bucket has passed, in (0, 1]; the expectation is taken pro rata.
            before: stories in the last (1 - fraction) of the bucket before; None: not known, and left out.
        """
        length, state = self.length, self.state
        mu = self.expected() * fraction
        weight = 1 / (1 + _spread(state.spread_sum, state.spread_weight) * mu)
        best, total = Look(0.0, count, mu, 1.0), 0.0
        for decay, scale in zip(self._decay, state.scales, strict=True):
            if decay or before is None or not state.last_weight:
                faded = decay**fraction
                y, m, v = faded * scale.y, faded * scale.m, faded * faded * scale.v
            else:
                m = state.last_weight * state.last_mu * (1 - fraction)
                y, v = state.last_weight * before, state.last_weight * m
            y += weight * count
            if y <= 0:
                continue
            m += weight * mu
            c = (v + weight * weight * mu) / m
            phi = length.spread_factor * _spread(scale.spread_sum, scale.spread_weight) + 1 / state.a
            score = _tail_score(y / c, m / c, phi)
            total += score
            if score > best.score:
                best = Look(score, y / weight, m / weight, 1 / (1 - decay))
        score = (1 - length.agreement) * best.score + length.agreement * total / len(state.scales)
        return Look(score, best.observed, best.expected, best.buckets)

    def close(self, count: float, *, known: bool = True) -> None:
        """Learn the open bucket's final count, and open the next bucket.

        Args:
            count: distinct stories in it.
            known: False while the key's level is not known yet: what comes is taken as usual, and not clipped as a burst would be.
        """
        state = self.state
        sigmas = CLIP_SIGMAS if known else math.inf
        season = self.length.season(state.bucket)
        s = self._season(season)
        rho = state.a / state.b
        mu = rho * s
        phi = _spread(state.spread_sum, state.spread_weight)
        weight = 1 / (1 + phi * mu)
        clipped = min(count, mu + sigmas * math.sqrt(mu + phi * mu * mu) + 1)

        keep = self._keep
        for decay, scale in zip(self._decay, state.scales, strict=True):
            scale.y = y = decay * scale.y + weight * count
            scale.m = m = decay * scale.m + weight * mu
            scale.v = v = decay * decay * scale.v + weight * weight * mu
            c = v / m
            spread = _spread(scale.spread_sum, scale.spread_weight)
            y = min(y, m + sigmas * math.sqrt(v + spread * m * m) + c)
            scale.spread_sum = keep * scale.spread_sum + ((y - m) ** 2 - v) / (c * c)
            scale.spread_weight = keep * scale.spread_weight + (m / c) ** 2

        state.spread_sum = keep * state.spread_sum + (clipped - mu) ** 2 - mu
        state.spread_weight = keep * state.spread_weight + mu * mu
        # The prior must not be forgotten: without it one story after a long silence would score 4 to 10.
        state.a = keep * state.a + (1 - keep) * PRIOR_A + clipped
        state.b = keep * state.b + (1 - keep) * self._prior_b + s
        state.season_seen[season] = SEASON_MEMORY * state.season_seen[season] + clipped
        state.season_expected[season] = SEASON_MEMORY * state.season_expected[season] + rho
        state.last_mu, state.last_weight = mu, weight
        state.bucket += 1

    def _season(self, season: int) -> float:
        shape = self.length.shape[season]
        return (SEASON_WEIGHT * shape + self.state.season_seen[season]) / (
            SEASON_WEIGHT + self.state.season_expected[season]
        )


def _spread(total: float, weight: float) -> float:
    """Dispersion phi of var = m + phi m^2, shrunk towards .05."""
    return (SPREAD_WEIGHT * SPREAD_PRIOR + max(total, 0.0)) / (SPREAD_WEIGHT + weight)


def _tail_score(observed: float, expected: float, phi: float) -> float:
    """-log10 P(X >= observed) for a negative binomial with this mean and dispersion, continued to real counts."""
    r = 1 / phi
    p = float(betainc(observed, r, expected / (r + expected)))
    return min(-math.log10(p), MAX_SCORE) if p > 0 else MAX_SCORE
