"""`bosphorus worker`, in which a step fails once, in the middle of a batch, for each file that a test puts into a directory."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from schemas.errors import BadRecordError
from streams.batch_work import BatchWork
from streams.producer import Output

ORDERS = Path(os.environ["HURT_ORDERS"])
"""A file named after a step: its next record fails."""
_attempt = BatchWork._attempt


def _attempt_or_fail(self: BatchWork, record: Any) -> Sequence[Output] | BadRecordError:
    order = ORDERS / self.step.name
    if order.exists():
        order.unlink(missing_ok=True)
        raise OSError(f"{self.step.name} was told to fail")
    return _attempt(self, record)


if __name__ == "__main__":
    BatchWork._attempt = _attempt_or_fail  # type: ignore[method-assign]
    from bosphorus.cli import main

    main()
