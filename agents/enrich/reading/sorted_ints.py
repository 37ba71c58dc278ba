"""Looking things up in sorted lists of offsets: as `bisect` does, which asks Python about every comparison; compiled, this asks nobody."""

from __future__ import annotations


def count_below(numbers: list[int], limit: int) -> int:
    """How many of the ascending numbers are less than the limit (`bisect_left`)."""
    low, high = 0, len(numbers)
    while low < high:
        middle = (low + high) // 2
        if numbers[middle] < limit:
            low = middle + 1
        else:
            high = middle
    return low


def count_up_to(numbers: list[int], limit: int) -> int:
    """How many of the ascending numbers are not greater than the limit (`bisect_right`)."""
    return count_below(numbers, limit + 1)
