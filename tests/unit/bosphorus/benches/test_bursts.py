"""The burst bench measures the detector that is shipped, on counts whose bursts are known, and judges fairly."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

from agents.watch.buckets import DAY, HOUR, BucketLength
from agents.watch.detector import Detector
from bosphorus.benches import burst_cells
from bosphorus.benches.burst_bank import DetectorBank
from bosphorus.benches.burst_cells import SLOTS, simulate, simulate_quiet_days
from bosphorus.benches.burst_detectors import DETECTORS, MONDAY, ours
from bosphorus.benches.burst_scores import WARM_UP, Scores, calibrate, false_per_30_days, judge
from bosphorus.benches.bursts import command

BUSY = ((5.0, "poisson"),)


@pytest.mark.parametrize("length", [HOUR, DAY], ids=lambda length: length.name)
def test_the_bank_is_the_detector(length: BucketLength) -> None:
    rng = np.random.default_rng(4)
    bank = DetectorBank(length, 472_008, 3)
    singles = [Detector.fresh(length, 472_008) for _ in range(3)]
    for count in rng.negative_binomial(1, 0.3, (400, 3)):
        for share in (0.5, 1.0):
            before = count // 2
            together = bank.look(count, share, before)
            alone = [d.look(int(c), share, int(b)).score for d, c, b in zip(singles, count, before, strict=True)]
            assert together == pytest.approx(alone)
        bank.close(count)
        for single, one in zip(singles, count, strict=True):
            single.close(int(one))


def test_a_simulation_is_the_same_every_time_and_has_the_rate_of_its_cell() -> None:
    one, other = simulate(2, 3, BUSY), simulate(2, 3, BUSY)
    assert (one.counts == other.counts).all()
    assert one.counts[:WARM_UP].mean() * SLOTS == pytest.approx(5, rel=0.3)
    assert one.onset.shape == (2, len(burst_cells.BURSTS))
    assert (one.onset[:, 1:] - one.end[:, :-1] >= 24 * SLOTS).all()


def test_every_kind_of_burst_comes_once_a_replicate() -> None:
    found = simulate(1, 3, BUSY)
    lengths = sorted((found.end - found.onset)[0] // SLOTS)
    assert lengths == [2] * 6 + [6] * 6 + [12] * 6


def alarm_at(at: int, hours: int, keys: int = 1) -> Scores:
    opening = np.zeros((hours, SLOTS, keys), np.float32)
    opening[at // SLOTS, at % SLOTS] = 9
    return Scores(opening, opening.max(axis=1), 1.5)


def test_an_alarm_in_a_burst_finds_it_with_its_delay_and_one_outside_is_false() -> None:
    simulation = simulate(1, 3, BUSY)
    hours = len(simulation.counts) // SLOTS
    onset = int(simulation.onset[0, 0])
    found = judge(simulation, alarm_at(onset + 2, hours), 5.0)
    assert found.delay[0, 0] == pytest.approx(0.5)
    assert np.isnan(found.delay[0, 1:]).all()
    assert found.false.sum() == 0
    assert judge(simulation, alarm_at(onset - 12, hours), 5.0).false.sum() == 1


def test_a_calibrated_threshold_keeps_its_word() -> None:
    simulation = simulate(2, 3, BUSY)
    scores = ours(simulation.counts)
    threshold = calibrate(simulation, scores, 1.0, 10.0)
    assert false_per_30_days(simulation, judge(simulation, scores, threshold)).max() <= 1.0
    assert false_per_30_days(simulation, judge(simulation, scores, threshold - 0.5)).max() > 1.0


def test_ours_finds_most_bursts_of_a_busy_key_at_the_shipped_threshold() -> None:
    simulation = simulate(2, 5, BUSY)
    found = judge(simulation, ours(simulation.counts), HOUR.threshold)
    assert np.isfinite(found.delay).mean() > 0.75
    assert false_per_30_days(simulation, found).max() < 3


@pytest.mark.parametrize("name", [name for name in DETECTORS if not name.startswith("ours")])
def test_each_peer_finds_a_flood(name: str) -> None:
    counts = np.random.default_rng(1).poisson(0.5, (20 * 24 * SLOTS, 1))
    counts[-2 * SLOTS :] = 60
    scores = DETECTORS[name](counts)
    assert scores.opening.shape[0] == 20 * 24
    assert scores.opening[-2:].max() > 3 * max(scores.opening[15 * 24 : -24].max(), 1)


def test_quiet_days_have_every_cell() -> None:
    counts, cell = simulate_quiet_days(1, 1)
    assert counts.shape == (4 * 364, 15)
    assert sorted(set(cell)) == list(range(15))


def test_the_simulation_begins_on_a_monday() -> None:
    assert HOUR.season(MONDAY) == 0


def test_the_command_prints_a_line_a_detector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bosphorus.benches.burst_cells.CELLS", BUSY)
    monkeypatch.setattr("bosphorus.benches.burst_detectors.DETECTORS", {"ours, looks every 10 min": ours})
    monkeypatch.setattr("bosphorus.benches.bursts.QUICK_REPLICATES", 1)
    monkeypatch.setattr(simulate, "__defaults__", (BUSY,))
    result = CliRunner().invoke(command, ["--quick", "--json"])
    assert result.exit_code == 0, result.output
    (line,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert line["threshold"] == HOUR.threshold
    assert len(line["cells"]) == 1
    assert line["pod"]["low"] <= line["pod"]["value"] <= line["pod"]["high"]
    assert "POD8" in CliRunner().invoke(command, ["--quick"]).stdout
