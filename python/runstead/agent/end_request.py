"""The file by which an agent asks the supervisor of a job to end it."""

from __future__ import annotations

import contextlib
import os
import threading

from runstead.agent.job_folder import JobFolder, write_json


class EndRequest:
    """Made by any thread, until the folder is to go: a file that came then would keep it there."""

    def __init__(self, folder: JobFolder) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._is_closed = False

    def make(self, reason: str) -> None:
        """Ask, as for a cancel; the first reason stays."""
        with self._lock:
            if self._is_closed or os.path.exists(self._folder.cancel):
                return
            with contextlib.suppress(FileNotFoundError):  # The folder was removed by hand.
                write_json(self._folder.cancel, {"reason": reason})

    def close(self) -> None:
        """All is over: nothing is written from here on."""
        with self._lock:
            self._is_closed = True
