"""Whoever follows sources is the only one to do so with a data directory: two would each send what the other has sent already."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.errors import BosphorusError

NAME = "sources.lock"


@contextmanager
def owned(directory: Path) -> Iterator[None]:
    """Hold a directory while sources are followed. The lock is the kernel's: it goes with the process, however that ends.

    Args:
        directory: is made where it doesn't exist.

    Raises:
        BosphorusError: another process holds it, or it can't be written to.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        file = (directory / NAME).open("a+", encoding="ascii")
    except OSError as error:
        raise BosphorusError(
            f"BOSPHORUS_DATA_DIR={directory}: can't be written to ({error.strerror}); name a directory we may write to"
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip()
            raise BosphorusError(
                f"BOSPHORUS_DATA_DIR={directory}: another `bosphorus ingest`{f' (process {holder})' if holder else ''} follows sources with it;"
                " end that one, or set another directory for this one"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
