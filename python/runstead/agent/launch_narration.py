"""What is told of the processes of a job by whoever starts them: in the log of the whole job when that has several nodes."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Mapping
from typing import Any

from runstead.agent.job_folder import JobFolder
from runstead.agent.moment import now
from runstead.agent.narrated_log import NarratedLog


class LaunchNarration:
    """One line a fact, each in one piece."""

    def __init__(self, folder: JobFolder, launch: Mapping[str, Any]) -> None:
        self._node: int | None = launch["node"]
        self._whole = NarratedLog("", folder.whole_execution)

    def say(self, text: str) -> None:
        if self._node is not None:
            self._whole.say(f"node {self._node}: {text}")
            return
        with contextlib.suppress(OSError):  # The disk is full.
            os.write(1, f"{now()} [runstead] {text}\n".encode())

    def begun(self, number: int, pid: int) -> None:
        self.say(f"process {number} has begun with pid {pid}")

    def ended(self, number: int, code: int) -> None:
        """`code` is negative for a signal."""
        self.say(f"process {number} has ended " + (f"with exit code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"))
