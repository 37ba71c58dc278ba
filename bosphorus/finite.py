"""Numbers on the command line: `nan` and `inf` are numbers to Python, and neither is a speed, a time or a score."""

from __future__ import annotations

import math

import click


class FiniteRange(click.FloatRange):
    """A range of numbers that can be reckoned with."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read a number; what is out of the range, or is none, is an error of the command line."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number.", param, ctx)
        return number
