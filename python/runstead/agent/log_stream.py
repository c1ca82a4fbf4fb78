"""Sends a growing log file to the server: by byte offset, so that sending anything twice is harmless."""

from __future__ import annotations

import json
import time
from typing import Any

from runstead.agent.server_link import FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS, ServerLink
from runstead.connection import Connection, file_path_of
from runstead.errors import RunsteadError

#: Well under the 8 MiB that the server takes at once, and small enough to be shown while the rest is on its way.
CHUNK_BYTES = 1024 * 1024

OCTETS = {"Content-Type": "application/octet-stream"}


class LogStream:
    """One log of a run, from a file on this machine; not to be shared between threads."""

    def __init__(self, link: ServerLink, run_id: str, name: str, file_path: str, is_new: bool) -> None:
        self._link = link
        self._path = file_path_of(run_id, "logs", name)
        self._file_path = file_path
        #: Where the server's copy ends; None until the server has said it.
        self._offset: int | None = 0 if is_new else None
        self._retry_time = 0.0
        self._backoff = FIRST_BACKOFF_SECONDS
        self._is_closed = False

    def send_new(self) -> bool:
        """Send the next bytes if there are any; whether there were. A server that is away is asked again later."""
        if self._is_closed or time.monotonic() < self._retry_time:
            return False
        chunk = self._next_chunk()
        if not chunk and self._offset is not None:
            return False
        try:
            self._append(self._link.connection(), chunk, seal=False)
        except RunsteadError as error:
            if error.is_permanent:
                self._close(error)
                return False
            self._link.complain(error)
            self._retry_time = time.monotonic() + self._backoff
            self._backoff = min(2 * self._backoff, LONGEST_BACKOFF_SECONDS)
            return False
        self._backoff = FIRST_BACKOFF_SECONDS
        return True

    def finish(self) -> None:
        """Send all that is left, however long that takes, and say that nothing follows."""
        while not self._is_closed:
            is_known = self._offset is not None
            chunk = self._next_chunk()
            seal = is_known and not chunk
            try:
                self._link.until_answered(lambda connection: self._append(connection, chunk, seal))
                self._is_closed = seal
            except RunsteadError as error:
                self._close(error)

    def _next_chunk(self) -> bytes:
        if self._offset is None:
            return b""
        try:
            with open(self._file_path, "rb", buffering=0) as file:
                file.seek(self._offset)
                return file.read(CHUNK_BYTES)
        except FileNotFoundError:
            return b""

    def _append(self, connection: Connection, chunk: bytes, seal: bool) -> None:
        query: Any = {"offset": self._offset or 0, "seal": seal}
        with connection.stream("POST", self._path, chunk, OCTETS, query, patience_seconds=0) as response:
            self._offset = json.loads(response.read())["sizeBytes"]

    def _close(self, error: RunsteadError) -> None:
        self._is_closed = True
        # An attempt to finish that was cut short has sealed it already: nothing is missing then.
        if error.code != "log-sealed":
            self._link.complain(error)
