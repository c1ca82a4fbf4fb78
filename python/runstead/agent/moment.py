"""The present moment as the server writes it."""

from __future__ import annotations

import time


def now() -> str:
    """The time in UTC, ISO 8601 with microseconds: 2026-11-21T08:05:31.123456Z."""
    microseconds = time.time_ns() // 1000
    seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(microseconds // 1_000_000))
    return f"{seconds}.{microseconds % 1_000_000:06d}Z"
