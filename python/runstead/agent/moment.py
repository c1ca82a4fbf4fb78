"""The present moment as the server writes it."""

from __future__ import annotations

import time


def now() -> str:
    """The time in UTC, ISO 8601 with microseconds: 2026-11-21T08:05:31.123456Z."""
    return _written(time.time_ns())


class SteadyClock:
    """The time as it was at first, and what has passed since: durations stay true when the clock of the machine is set."""

    def __init__(self) -> None:
        self._offset_nanoseconds = time.time_ns() - time.monotonic_ns()

    def now(self) -> str:
        """As `now` writes it."""
        return _written(self._offset_nanoseconds + time.monotonic_ns())


def _written(nanoseconds: int) -> str:
    microseconds = nanoseconds // 1000
    seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(microseconds // 1_000_000))
    return f"{seconds}.{microseconds % 1_000_000:06d}Z"
