"""The short form: a few hundred inputs a target. `make fuzz` tries a million."""

import os
from pathlib import Path

import pytest

from tests.fuzz.running import fuzz
from tests.fuzz.targets import TARGETS

FOUND = Path(__file__).with_name("found")
INPUTS = int(os.environ.get("BOSPHORUS_FUZZ", "1500"))
HANG_S = 2.0
"""CPU time past which an input counts as a hang here; the full form holds each to 100 ms, on a machine of its own."""


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_breaks_it_or_keeps_it_busy(name: str) -> None:
    outcome = fuzz(name, round(INPUTS * TARGETS[name][2]), seed=1, limit_s=HANG_S)
    assert not outcome.crashes, outcome.crashes
    assert not outcome.slow, [(data[:200], seconds) for data, seconds in outcome.slow]


@pytest.mark.parametrize("path", sorted(FOUND.iterdir()), ids=lambda path: path.name)
def test_what_once_broke_it_does_so_no_more(path: Path) -> None:
    TARGETS[path.name.rpartition("-")[0]][0](path.read_bytes())
