"""Stop signals of one job, set from the heartbeat's thread and looked at between steps."""

from __future__ import annotations

import threading

from loom_gpu.runtime.errors import WorkerError


class StopSignal:
    """The first reason to stop wins; `check` raises it where the work can end cleanly."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reason: WorkerError | None = None

    def stop(self, reason: WorkerError) -> None:
        """Asks the work to stop."""
        with self._lock:
            if self._reason is None:
                self._reason = reason

    def check(self) -> None:
        """Raises the reason to stop, when there is one."""
        if self._reason is not None:
            raise self._reason
