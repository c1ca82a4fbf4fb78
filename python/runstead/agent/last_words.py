"""What a script said last before it failed: its traceback, or the last lines of its log."""

from __future__ import annotations

import os

#: Enough for long tracebacks, and a bound on what is read.
TAIL_BYTES = 64 * 1024
#: Where there is no traceback, this many lines tell what happened.
LINES_WITHOUT_TRACEBACK = 20

TRACEBACK = "Traceback (most recent call last):"
#: What Python puts between an exception and the one that it led to: both belong to the story.
CONNECTIONS = (
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)


def last_words_of(log_path: str) -> str:
    """The last traceback in a log with the exceptions that led to it; without one, the last lines; else nothing."""
    try:
        with open(log_path, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    start = text.rfind(TRACEBACK)
    if start < 0:
        return "\n".join(text.rstrip().splitlines()[-LINES_WITHOUT_TRACEBACK:])
    while text[:start].rstrip().endswith(CONNECTIONS):
        earlier = text.rfind(TRACEBACK, 0, start)
        if earlier < 0:
            break
        start = earlier
    return text[start:].rstrip()
