"""Sends the logs of the processes that a launcher has started, while they grow."""

from __future__ import annotations

import os
import threading

from runstead.agent.courier import Courier
from runstead.agent.job_logs import OpenStream
from runstead.agent.layout import ProcessLog

INTERVAL_SECONDS = 0.05


class ProcessLogs:
    """One stream a process, none of a job that has no launcher."""

    def __init__(self, logs: list[ProcessLog], open_stream: OpenStream) -> None:
        self._logs = logs
        self._streams = [open_stream(name, path, not os.path.exists(path), writer) for name, path, writer in logs]

    def couriers(self, run_id: str) -> list[Courier]:
        return [Courier(f"processes of {run_id}", INTERVAL_SECONDS, self.send_new)] if self._streams else []

    def send_new(self, given_up: threading.Event) -> None:
        """Send what the logs have grown by."""
        for (_, path, _), stream in zip(self._logs, self._streams):
            while not given_up.is_set() and os.path.exists(path) and stream.send_new():
                pass

    def flush(self, given_up: threading.Event) -> None:
        """Send all that is left, however long that takes; a process that never began has no log."""
        for (_, path, _), stream in zip(self._logs, self._streams):
            if os.path.exists(path):
                stream.flush(given_up)
