"""Where the part of this attempt begins in each log of the run: after what earlier attempts have written."""

from __future__ import annotations

import threading

from runstead.agent.job_folder import JobFolder, read_json_or_none, write_json
from runstead.artifacts import list_files
from runstead.connection import Connection
from runstead.errors import Unreachable


class LogBases:
    """Asks the server once for each log and keeps the answer on disk; shared by the threads of an attempt."""

    def __init__(self, folder: JobFolder, run_id: str, attempt: int) -> None:
        self._path = folder.log_bases
        self._run_id = run_id
        self._lock = threading.Lock()
        #: Nobody has written before a first attempt: there is nothing to ask for.
        self.are_zero = attempt == 1

    def of(self, connection: Connection, name: str) -> int:
        """The size that a log had when this attempt came to it."""
        if self.are_zero:
            return 0
        with self._lock:
            known = read_json_or_none(self._path) or {}
            if name not in known:
                known[name] = self._size_now(connection, name)
                try:
                    write_json(self._path, known, durable=True)
                except OSError as error:  # A full disk: without a note, the agent after this one would take it for another size.
                    raise Unreachable(f"{self._path} cannot be written: {error.strerror}") from error
            return int(known[name])

    def _size_now(self, connection: Connection, name: str) -> int:
        found = (file for file in list_files(connection, self._run_id, name) if file["path"] == name)
        return next((int(file["sizeBytes"]) for file in found), 0)
