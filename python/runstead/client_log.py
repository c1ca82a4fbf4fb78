"""What this SDK does inside a job, for the run's own logs: whom it talks to, what it sent, and what went wrong meanwhile."""

from __future__ import annotations

import os

#: Set for the script of a job by its agent; several processes append to one file.
VARIABLE = "RUNSTEAD_CLIENT_LOG"


def say(text: str, level: str = "INFO") -> None:
    """Add a line, inside a job; outside one there is nobody to read it."""
    file_path = os.environ.get(VARIABLE)
    if file_path:
        from runstead.agent.narrated_log import NarratedLog

        NarratedLog(VARIABLE, file_path).say(f"[process {os.getpid()}] {text}", level)
