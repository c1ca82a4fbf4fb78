"""The way to the server: its address is read from a file that changes when the server moves, and nothing is given up."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any, Callable, TypeVar

from runstead.agent.job_folder import read_json_or_none
from runstead.connection import Connection
from runstead.errors import RunsteadError, Unreachable

FIRST_BACKOFF_SECONDS = 0.05
LONGEST_BACKOFF_SECONDS = 3.0
#: A trouble that lasts is said again this often.
COMPLAINT_INTERVAL_SECONDS = 60.0

Result = TypeVar("Result")


class LinkClosed(Exception):
    """Trying was given up since nobody waits for the result any more."""


class ServerLink:
    """Calls to whatever server the file names now; shared by all threads.

    A server that is away is waited for. An answer that would be the same for ever is raised as RunsteadError.
    """

    def __init__(self, server_file: str, token_file: str | None) -> None:
        self._server_file = server_file
        self._token_file = token_file
        self._lock = threading.Lock()
        self._known: tuple[Any, ...] = ()
        self._connection: Connection | None = None
        self._next_complaint_time = 0.0

    def connection(self) -> Connection:
        """A connection to the present address with the present token; raises Unreachable while no server runs."""
        known = (version_of(self._server_file), self._token_file and version_of(self._token_file))
        with self._lock:
            if self._connection is None or known != self._known:
                self._connection = Connection(self._read_url(), self._read_token())
                self._known = known
            return self._connection

    def once(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        """Call once; raises whatever comes."""
        return self.connection().call(method, path, body, query, patience_seconds=0)

    def insist(self, method: str, path: str, body: Any = None, *, given_up: threading.Event | None = None) -> Any:
        """Call until there is an answer; raises LinkClosed when `given_up` is set before."""
        return self.until_answered(lambda connection: connection.call(method, path, body, patience_seconds=0), given_up)

    def until_answered(self, action: Callable[[Connection], Result], given_up: threading.Event | None = None) -> Result:
        """Do `action(connection)` until it succeeds, or fails in a way that trying again would not mend."""
        backoff = FIRST_BACKOFF_SECONDS
        while True:
            if given_up is not None and given_up.is_set():
                raise LinkClosed
            try:
                return action(self.connection())
            except RunsteadError as error:
                if error.is_permanent:
                    raise
                self.complain(error)
            time.sleep(backoff)
            backoff = min(2 * backoff, LONGEST_BACKOFF_SECONDS)

    def complain(self, error: Exception) -> None:
        """Say on standard error what is wrong, but not each time."""
        with self._lock:
            if time.monotonic() < self._next_complaint_time:
                return
            self._next_complaint_time = time.monotonic() + COMPLAINT_INTERVAL_SECONDS
        print(f"runstead agent: trying again: {error}", file=sys.stderr, flush=True)

    def url(self) -> str:
        return self.connection().url

    def _read_url(self) -> str:
        server = read_json_or_none(self._server_file)
        if server is None or not server.get("url"):
            raise Unreachable(f"{self._server_file} names no server: it does not run.")
        return str(server["url"])

    def _read_token(self) -> str | None:
        if not self._token_file:
            return None
        try:
            with open(self._token_file, encoding="utf-8") as file:
                return file.read().strip() or None
        except FileNotFoundError:
            return None


def version_of(path: str) -> tuple[int, int] | None:
    """Changes when the file does; None without one."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
