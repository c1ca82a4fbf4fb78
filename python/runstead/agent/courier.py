"""A thread that sends what is new of a job, again and again."""

from __future__ import annotations

import threading
import time
from typing import Callable

from runstead.agent.server_link import LinkClosed

#: What takes long is done less often, so that it costs at most a third of the time, up to this pause.
PAUSE_FACTOR = 2.0
LONGEST_PAUSE_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 0.25


class Courier:
    """Calls senders in turn until it is stopped; one that raises LinkClosed is given up."""

    def __init__(self, name: str, interval_seconds: float, *senders: Callable[[threading.Event], None]) -> None:
        """Each sender is given an event that is set when it should come to its end."""
        self._interval_seconds = interval_seconds
        self._senders = senders
        self._is_over = threading.Event()
        self._is_called = threading.Event()
        self._thread = threading.Thread(target=self._send_until_over, name=name, daemon=True)
        self._thread.start()

    def hurry(self) -> None:
        """There is something to send, and the time to send it."""
        self._is_called.set()

    def stop(self) -> None:
        """Wait until nothing is on its way any more; may be called again."""
        self._is_over.set()
        self._is_called.set()
        self._thread.join()

    def _send_until_over(self) -> None:
        # A job that is over by then needs no thread: what it has goes together at its end.
        pause_seconds = FIRST_PAUSE_SECONDS
        while True:
            self._is_called.wait(pause_seconds)
            self._is_called.clear()
            if self._is_over.is_set():
                return
            begin = time.monotonic()
            for send in self._senders:
                try:
                    send(self._is_over)
                except LinkClosed:
                    return
            spent_seconds = time.monotonic() - begin
            pause_seconds = max(self._interval_seconds, min(PAUSE_FACTOR * spent_seconds, LONGEST_PAUSE_SECONDS))
