"""What we use of mode that is not its to promise: this fails when it changes."""

from __future__ import annotations

import inspect

from mode.worker import Worker


def test_mode_gathers_all_tasks_and_waits_once_more_when_everything_has_stopped() -> None:
    assert inspect.getsource(Worker.stop_and_shutdown).rstrip().endswith("self._shutdown_loop()")
    shutdown = inspect.getsource(Worker._shutdown_loop)
    assert shutdown.index("self._gather_all()") < shutdown.index("self._sentinel_task()")
    assert inspect.iscoroutinefunction(Worker._sentinel_task)
