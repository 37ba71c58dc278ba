"""Simulated story counts with bursts whose place is known: 18 cells, each with many replicates.

A cell is a mean (stories an hour) and a kind of noise. Every replicate has its own daily and weekly shape, its own drift, 30 days of
warm-up, and 120 days with one burst of each of 18 kinds (x3 x5 x10; 2, 6, 12 h; step or ramp), in random order and place. Counts
are made in slots of 10 minutes. The shapes are drawn anew for each replicate and are not the detector's own.
"""

from __future__ import annotations

import itertools

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

MEANS = (0.05, 0.2, 1.0, 5.0, 20.0, 50.0)
NOISES = ("poisson", "negative binomial", "autocorrelated")
CELLS = tuple(itertools.product(MEANS, NOISES))
FACTORS, HOURS, FORMS = (3, 5, 10), (2, 6, 12), ("step", "ramp")
BURSTS = tuple(itertools.product(FACTORS, HOURS, FORMS))

SLOTS = 6
"""Slots of 10 minutes an hour."""
WARM_UP_DAYS, TEST_DAYS = 30, 120
SATURDAY = 5
_GAP = TEST_DAYS * 24 * SLOTS // len(BURSTS)
_NB_SHAPE = 3.0
"""Hourly gamma factor of this shape: variance m + m^2/3."""
_AR_MEMORY, _AR_SIGMA = 0.8, 0.4
"""Hourly log-normal factor, AR(1)."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Simulation(Struct, frozen=True):
    """Many keys side by side.

    Args:
        counts: stories a slot; shape (slots, keys). Slot 0 begins on a Monday, 00:00 UTC.
        cell: index into CELLS of each key; shape (keys,).
        onset: first slot of each burst; shape (keys, bursts).
        end: slot after its last; shape (keys, bursts).
        added: stories that it adds; shape (keys, bursts).
    """

    counts: Ints
    cell: Ints
    onset: Ints
    end: Ints
    added: Ints


def simulate(replicates: int, seed: int, cells: tuple[tuple[float, str], ...] = CELLS) -> Simulation:
    """Make so many replicates of each cell; the same seed gives the same counts."""
    parts = [
        _key(mean, noise, np.random.default_rng([seed, round(mean * 100), NOISES.index(noise), replicate]))
        for mean, noise in cells
        for replicate in range(replicates)
    ]
    counts, onset, end, added = (np.stack(column) for column in zip(*parts, strict=True))
    return Simulation(np.ascontiguousarray(counts.T), np.repeat(np.arange(len(cells)), replicates), onset, end, added)


def _key(mean: float, noise: str, rng: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints]:
    rate = mean * _shape(rng) / SLOTS
    counts = rng.poisson(rate * np.repeat(_noise(noise, len(rate) // SLOTS, rng), SLOTS))
    onset, end, added = [], [], []
    for place, kind in enumerate(rng.permutation(len(BURSTS))):
        factor, hours, form = BURSTS[kind]
        length = hours * SLOTS
        # At least a day from the burst before.
        first = WARM_UP_DAYS * 24 * SLOTS + place * _GAP + int(rng.integers(24 * SLOTS, _GAP - length))
        growth = np.ones(length) if form == "step" else (np.arange(length) + 1) / length
        extra = rng.poisson((factor - 1) * growth * rate[first : first + length])
        counts[first : first + length] += extra
        onset.append(first)
        end.append(first + length)
        added.append(extra.sum())
    return counts, np.array(onset), np.array(end), np.array(added)


def _shape(rng: np.random.Generator) -> Floats:
    """Daily and weekly shape with drift, mean about 1, one value a slot."""
    slots = (WARM_UP_DAYS + TEST_DAYS) * 24 * SLOTS
    hour = np.arange(slots) / SLOTS
    peak = 12 + rng.uniform(-3, 3)
    daily = 1 + rng.uniform(0.3, 0.7) * np.cos(2 * np.pi * (hour - peak) / 24)
    weekend = rng.uniform(0.5, 0.9)
    weekly = np.where(hour // 24 % 7 >= SATURDAY, weekend, 1.0) * 7 / (5 + 2 * weekend)
    days = np.arange(slots // SLOTS // 24 + 1)
    walk = np.cumsum(rng.normal(0, 0.03, len(days)))
    drift = np.exp(np.interp(hour / 24, days, walk - walk.mean()))
    shape: Floats = daily * weekly * drift
    return shape


def _noise(kind: str, hours: int, rng: np.random.Generator) -> Floats:
    if kind == "negative binomial":
        return rng.gamma(_NB_SHAPE, 1 / _NB_SHAPE, hours)
    if kind == "autocorrelated":
        steps = rng.normal(0, _AR_SIGMA * np.sqrt(1 - _AR_MEMORY**2), hours)
        log = np.empty(hours)
        log[0] = rng.normal(0, _AR_SIGMA)
        for i in range(1, hours):
            log[i] = _AR_MEMORY * log[i - 1] + steps[i]
        return np.exp(log - _AR_SIGMA**2 / 2)
    return np.ones(hours)


DAILY_MEANS = (0.1, 0.5, 2.0, 8.0, 30.0)
QUIET_YEARS = 4


def simulate_quiet_days(replicates: int, seed: int) -> tuple[Ints, Ints]:
    """Make years of stories a day without any burst, to calibrate 1-day buckets.

    Returns:
        Counts, shape (days, keys), day 0 a Monday; and each key's cell: mean (DAILY_MEANS) by noise (NOISES), shape (keys,).
    """
    days = QUIET_YEARS * 364
    columns, cells = [], []
    for cell, (mean, noise) in enumerate(itertools.product(DAILY_MEANS, NOISES)):
        for replicate in range(replicates):
            rng = np.random.default_rng([seed, 1, cell, replicate])
            weekend = rng.uniform(0.5, 0.9)
            weekly = np.where(np.arange(days) % 7 >= SATURDAY, weekend, 1.0) * 7 / (5 + 2 * weekend)
            walk = np.cumsum(rng.normal(0, 0.03, days))
            drift = np.exp(walk - np.convolve(walk, np.full(365, 1 / 365), "same"))
            columns.append(rng.poisson(mean * weekly * drift * _noise(noise, days, rng)))
            cells.append(cell)
    return np.stack(columns, axis=1), np.array(cells)
