"""A function in a process of its own, bounded in time and memory: for parsers of what strangers send, whose worst case nobody knows."""

from __future__ import annotations

import contextlib
import multiprocessing
import resource
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
START_S = 60.0
"""Most that a new process may take to come up and import what it needs; the time limit counts from then on."""


class OutOfBoundsError(Exception):
    """The function took too long or too much, or its process died."""


class Confined(Generic[P, T]):
    """Calls a function in a child process, which is started at the first call, kept, and replaced when it oversteps.

    Threads may share it; they are served one after the other.

    Args:
        function: of a module's top level; its arguments, outcome and errors can be pickled.
        seconds: time that one call may take.
        memory_bytes: address space that the process may take, where the system can bound it.
    """

    def __init__(self, function: Callable[P, T], *, seconds: float, memory_bytes: int) -> None:
        self._function, self._seconds, self._memory_bytes = function, seconds, memory_bytes
        self._lock = threading.Lock()
        self._child: tuple[multiprocessing.process.BaseProcess, Connection] | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call it.

        Raises:
            OutOfBoundsError: see there.
            Exception: whatever the function raises.
        """
        with self._lock:
            process, connection = self._child or self._start()
            try:
                connection.send((args, kwargs))
                if not connection.poll(self._seconds):
                    raise OutOfBoundsError(f"took more than {self._seconds:g} s")
                outcome, error = connection.recv()
            except (EOFError, ConnectionError) as cause:
                self._end(process, connection)
                raise OutOfBoundsError(f"took more than {self._memory_bytes / 2**20:,.0f} MiB, or crashed") from cause
            except BaseException:
                self._end(process, connection)
                raise
        if error is not None:
            raise error
        return outcome  # type: ignore[no-any-return]

    def close(self) -> None:
        """End the child process, if there is one; the next call starts another."""
        with self._lock:
            if self._child is not None:
                self._end(*self._child)

    def _start(self) -> tuple[multiprocessing.process.BaseProcess, Connection]:
        # spawn: a fork would inherit locks that another thread holds.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=_serve, args=(theirs, self._function, self._memory_bytes), daemon=True, name="confined"
        )
        process.start()
        theirs.close()
        try:
            if not ours.poll(START_S):
                raise OutOfBoundsError(f"its process was not up after {START_S:g} s")
            ours.recv()
        except (EOFError, OutOfBoundsError) as error:
            self._end(process, ours)
            raise OutOfBoundsError("its process did not come up") from error
        self._child = process, ours
        return self._child

    def _end(self, process: multiprocessing.process.BaseProcess, connection: Connection) -> None:
        self._child = None
        connection.close()
        process.kill()
        process.join()


def _serve(connection: Connection, function: Callable[..., T], memory_bytes: int) -> None:
    # Ctrl-C is the parent's to judge; when it goes, the pipe ends and so do we.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ValueError, OSError):  # not every system bounds address space
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    connection.send("up")
    while True:
        try:
            args, kwargs = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer = function(*args, **kwargs), None
        except MemoryError:
            return
        except Exception as error:  # noqa: BLE001 - raised again by the caller
            answer = None, error  # type: ignore[assignment]
        connection.send(answer)
