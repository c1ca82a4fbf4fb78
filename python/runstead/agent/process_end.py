"""Ending processes: first asked by SIGTERM, after a grace period forced by SIGKILL, until none is left."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Collection
from typing import Callable

#: A killed process that sits in a system call of a hung device cannot be waited for: after this it is given up.
FORCED_END_SECONDS_MAX = 30.0
#: How soon the end of a process is noticed where nothing announces it.
GRACE_INTERVAL_SECONDS = 0.2
#: Processes that fork while they are killed are found again this soon.
FORCED_END_INTERVAL_SECONDS = 0.02


def end_processes(
    find: Callable[[], Collection[int]],
    grace_seconds: float,
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """End whatever `find` finds, and return how many would not end.

    `wait(seconds)` may return earlier when a process ended.
    """
    if not _send(find(), signal.SIGTERM):
        return 0
    deadline = time.monotonic() + grace_seconds
    while (remaining := deadline - time.monotonic()) > 0:
        if not find():
            return 0
        wait(min(remaining, GRACE_INTERVAL_SECONDS))
    deadline = time.monotonic() + FORCED_END_SECONDS_MAX
    while (left := _send(find(), signal.SIGKILL)) and time.monotonic() < deadline:
        wait(FORCED_END_INTERVAL_SECONDS)
    return left


def _send(pids: Collection[int], number: int) -> int:
    for pid in pids:
        try:
            os.kill(pid, number)
            if number == signal.SIGTERM:  # A stopped process hears of it only when it goes on.
                os.kill(pid, signal.SIGCONT)
        except (ProcessLookupError, PermissionError):
            continue
    return len(pids)
