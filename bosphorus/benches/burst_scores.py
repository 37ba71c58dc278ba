"""What a detector's scores are worth: bursts found, how late, and how many false alarms, at one threshold."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from agents.watch.episodes import QUIET_BUCKETS
from bosphorus.benches.burst_cells import SLOTS, TEST_DAYS, WARM_UP_DAYS, Floats, Ints, Simulation

GRACE_SLOTS = 6 * SLOTS
"""An alarm this long after a burst's end still finds it."""
AFTERMATH_SLOTS = 24 * SLOTS
"""Alarms from then until here are neither found nor false."""
WARM_UP = WARM_UP_DAYS * 24 * SLOTS
BIG = 8
_STEP = 0.01


class Scores(Struct, frozen=True):
    """A detector's scores.

    Args:
        opening: score at each look, 0 where the floor on stories is not met; shape (hours, looks, keys).
        closing: score of each hour as a whole; shape (hours, keys).
        close_below: an episode ends after three hours below this.
    """

    opening: NDArray[np.float32]
    closing: NDArray[np.float32]
    close_below: float


class Found(Struct, frozen=True):
    """What was found. `delay` is in hours from onset to the look, NaN where a burst is missed; shapes (keys, bursts), `false` (keys,)."""

    delay: Floats
    false: Ints
    quiet_days: Floats


def alarms(scores: Scores, threshold: float) -> tuple[Ints, Ints]:
    """Return when episodes open: slots at whose beginning the look is, and keys."""
    hours, looks, keys = scores.opening.shape
    open_ = np.zeros(keys, bool)
    quiet = np.zeros(keys, int)
    at, who = [], []
    for hour in range(hours):
        over = scores.opening[hour] >= threshold
        if over.any():
            for look in range(looks):
                new = over[look] & ~open_
                if new.any():
                    found = np.flatnonzero(new)
                    who.append(found)
                    at.append(np.full(len(found), hour * SLOTS + (look + 1) * SLOTS // looks))
                    open_ |= new
                    quiet[new] = 0
        if open_.any():
            quiet = np.where(scores.closing[hour] < scores.close_below, quiet + 1, 0)
            open_ &= quiet < QUIET_BUCKETS
    return (np.concatenate(at), np.concatenate(who)) if at else (np.zeros(0, int), np.zeros(0, int))


def judge(simulation: Simulation, scores: Scores, threshold: float) -> Found:
    """Hold the alarms of the test days against the bursts."""
    at, who = alarms(scores, threshold)
    keep = at > WARM_UP
    at, who = at[keep], who[keep]
    onset, end = simulation.onset, simulation.end
    # An alarm sees what had come by its look: at the burst's first slot there is nothing yet.
    finds = (at[:, None] > onset[who]) & (at[:, None] <= end[who] + GRACE_SLOTS)
    near = (at[:, None] > onset[who]) & (at[:, None] <= end[who] + AFTERMATH_SLOTS)
    delay = np.full(onset.shape, np.nan)
    for alarm, burst in zip(*np.nonzero(finds), strict=True):
        late = (at[alarm] - onset[who[alarm], burst]) / SLOTS
        delay[who[alarm], burst] = np.fmin(delay[who[alarm], burst], late)
    false = np.bincount(who[~near.any(axis=1)], minlength=len(simulation.cell))
    quiet_days = TEST_DAYS - (end - onset + AFTERMATH_SLOTS).sum(axis=1) / SLOTS / 24
    return Found(delay, false, quiet_days)


def false_per_30_days(simulation: Simulation, found: Found) -> Floats:
    """Return the false alarms in 30 quiet days of each cell."""
    cells = simulation.cell.max() + 1
    false = np.bincount(simulation.cell, found.false, minlength=cells)
    days = np.bincount(simulation.cell, found.quiet_days, minlength=cells)
    rate: Floats = false / days * 30
    return rate


def calibrate(simulation: Simulation, scores: Scores, most: float, high: float = 60.0) -> float:
    """Return the lowest threshold (two decimals) at which no cell has more than `most` false alarms in 30 days."""
    low = 0.0
    while high - low > _STEP:
        middle = (low + high) / 2
        if false_per_30_days(simulation, judge(simulation, scores, middle)).max() > most:
            low = middle
        else:
            high = middle
    return float(np.ceil(high * 100) / 100)


def calibrate_quiet(scores: Scores, cell: Ints, days: float, warm_up: int = 60) -> float:
    """Return the lowest threshold (two decimals) at which no cell without bursts has more than one alarm in so many daily buckets."""
    low, high = 0.0, 10.0
    tested = (len(scores.closing) - warm_up) * np.bincount(cell)
    while high - low > _STEP:
        middle = (low + high) / 2
        at, who = alarms(scores, middle)
        false = np.bincount(cell[who[at > warm_up * SLOTS]], minlength=len(tested))
        if (false / tested).max() > 1 / days:
            low = middle
        else:
            high = middle
    return float(np.ceil(high * 100) / 100)
