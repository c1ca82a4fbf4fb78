"""How numbers, moments and durations are written in a notebook, as in the studio."""

from __future__ import annotations

import datetime
from typing import Any

SECOND_MS = 1000.0


def number_text(value: Any) -> str:
    """A number in at most six digits; a text as it is.

    >>> number_text(0.123456789)
    '0.123457'
    """
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)


def duration_text(duration_ms: float) -> str:
    """A length of time.

    >>> [duration_text(38), duration_text(800), duration_text(118_000), duration_text(3_723_000)]
    ['38 ms', '0.8 s', '1:58', '1:02:03']
    """
    if duration_ms < 100:
        return f"{int(max(0.0, duration_ms))} ms"
    seconds = duration_ms / SECOND_MS
    if seconds < 10:
        return f"{int(seconds * 10) / 10:.1f} s"
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} d {hours % 24} h"
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def moment_text(time_ms: float) -> str:
    """A moment in the zone of this machine, with the zone."""
    moment = datetime.datetime.fromtimestamp(time_ms / SECOND_MS, datetime.timezone.utc).astimezone()
    return moment.strftime("%Y-%m-%d %H:%M:%S %Z")
