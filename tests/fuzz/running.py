"""Running a target over inputs: what it raised, and how long the slowest took."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fuzz.mutations import inputs
from tests.fuzz.targets import LIMITS_S, TARGETS

LIMIT_S = 0.1
"""CPU time that an input of up to 100 kB may take."""
ATTEMPTS = 4
"""An input over the limit is tried again: what is slow every time is slow by itself, not by what else the machine does."""


@dataclass
class Outcome:
    """What came of a target.

    Attributes:
        inputs: how many were tried.
        slowest_s: CPU seconds of the slowest.
        crashes: (input, error) of each kind of failure, once.
        slow: (input, CPU seconds) of each input over the limit.
    """

    inputs: int = 0
    slowest_s: float = 0.0
    seconds: float = 0.0
    size: int = 0
    crashes: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    slow: list[tuple[bytes, float]] = field(default_factory=list)


def fuzz(
    name: str, count: int, seed: int, limit_s: float | None = None, show: Callable[[Outcome], None] = lambda _: None
) -> Outcome:
    """Try so many inputs on a target.

    Args:
        name: one of TARGETS.
        count: inputs.
        seed: of the chance by which they are made.
        limit_s: CPU seconds that one may take; None: the target's.
        show: called after each thousand.
    """
    target, seeds, _ = TARGETS[name]
    limit_s = LIMITS_S.get(name, LIMIT_S) if limit_s is None else limit_s
    outcome = Outcome()
    examples = seeds()
    target(examples[0])  # lexicons load with the first
    started = time.monotonic()
    for data in inputs(examples, random.Random(f"{name} {seed}")):
        if outcome.inputs >= count:
            break
        outcome.inputs += 1
        outcome.size += len(data)
        _try(target, data, limit_s, outcome)
        if outcome.inputs % 1000 == 0:
            show(outcome)
    outcome.seconds = time.monotonic() - started
    return outcome


def _try(target: Callable[[bytes], None], data: bytes, limit_s: float, outcome: Outcome) -> None:
    took_s = float("inf")
    for _ in range(ATTEMPTS):
        started = time.thread_time()
        try:
            target(data)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            outcome.crashes.setdefault(_kind(error), (data, f"{type(error).__name__}: {error}"[:500]))
            return
        took_s = min(took_s, time.thread_time() - started)
        if took_s <= limit_s:
            break
    outcome.slowest_s = max(outcome.slowest_s, took_s)
    if took_s > limit_s:
        outcome.slow.append((data, took_s))


def _kind(error: BaseException) -> str:
    """Type of an error and the line that raised it: the same mistake is reported once."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place is not None else "?"
    return f"{type(error).__name__} {where}"
