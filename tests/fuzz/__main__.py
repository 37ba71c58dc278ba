"""Fuzz everything: `python -m tests.fuzz [--inputs N] [--seed N] [--target NAME] [--findings DIR]`. Ends with status 1 on a finding."""

from __future__ import annotations

import argparse
import sys
import warnings
from hashlib import sha256
from pathlib import Path

from tests.fuzz.running import Outcome, fuzz
from tests.fuzz.targets import TARGETS


def main() -> int:
    """Run, print a line a target and the sum, keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000, help="in all, shared out among the targets")
    parser.add_argument("--seed", type=int, default=20230511)
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), help="only this one; may be repeated")
    parser.add_argument(
        "--findings", type=Path, default=Path(".fuzz"), help="directory for inputs that broke something"
    )
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    chosen = args.target or list(TARGETS)
    whole = sum(TARGETS[name][2] for name in chosen)
    _say(f"seed {args.seed}")
    _say(f"{'target':12} {'inputs':>9} {'MB':>7} {'s':>7} {'slowest ms':>10} {'too slow':>11} {'failures':>8}")
    total, bad = 0, 0
    for name in chosen:
        outcome = fuzz(name, max(1, round(args.inputs * TARGETS[name][2] / whole)), args.seed)
        total += outcome.inputs
        bad += len(outcome.crashes) + len(outcome.slow)
        _say(
            f"{name:12} {outcome.inputs:9,} {outcome.size / 1e6:7,.0f} {outcome.seconds:7.0f} "
            f"{outcome.slowest_s * 1000:10.1f} {len(outcome.slow):11} {len(outcome.crashes):8}"
        )
        _keep(name, outcome, args.findings)
    _say(f"{'all':12} {total:9,}")
    return 1 if bad else 0


def _keep(name: str, outcome: Outcome, directory: Path) -> None:
    for data, why in [*outcome.crashes.values(), *((d, f"{s * 1000:.0f} ms") for d, s in outcome.slow[:5])]:
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / f"{name}-{sha256(data).hexdigest()[:12]}"
        path.write_bytes(data)
        _say(f"  {path}: {why}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
