"""Heartbeats: while a process lives it renews the leases of the interactive runs that it began."""

from __future__ import annotations

import logging
import os
import threading
import time

from runstead.connection import Connection, path_of
from runstead.delivery import reopen_if_given_up
from runstead.errors import RunsteadError, Unreachable

#: The server takes a run for NotResponding when nothing was heard for this long.
LEASE_SECONDS = 60
HEARTBEAT_SECONDS = 20.0

_logger = logging.getLogger("runstead")


class Leases:
    """The runs of one connection that this process keeps alive."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._runs: dict[str, None] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def hold(self, run_id: str) -> None:
        with self._lock:
            self._runs[run_id] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="runstead-heartbeat", daemon=True)
                self._thread.start()

    def release(self, run_id: str) -> None:
        with self._lock:
            self._runs.pop(run_id, None)

    def _run(self) -> None:
        while True:
            time.sleep(HEARTBEAT_SECONDS)
            self.renew_all()

    def renew_all(self) -> None:
        with self._lock:
            runs = list(self._runs)
        for run_id in runs:
            try:
                self._renew(run_id)
            except Unreachable:
                return
            except RunsteadError as error:
                _logger.debug("No heartbeat for run %s: %s", run_id, error)

    def _renew(self, run_id: str) -> None:
        path = path_of("runs", run_id)
        reply = self._connection.call("POST", f"{path}/heartbeat", {"leaseSeconds": LEASE_SECONDS}, patience_seconds=0)
        if reply["status"] not in ("Completed", "Failed", "Canceled") or run_id not in self._runs:
            return
        # When the server was out of reach for longer than the lease, the run was given up though it is not dead.
        if reply["status"] == "Failed" and reopen_if_given_up(self._connection, path, patience_seconds=0):
            return
        _logger.warning("Run %s is %s at the server while this process still logs to it.", run_id, reply["status"])
        self.release(run_id)


_leases: dict[int, tuple[Connection, Leases]] = {}
_leases_lock = threading.RLock()


def leases_of(connection: Connection) -> Leases:
    """The leases that this process holds over a connection."""
    with _leases_lock:
        if id(connection) not in _leases:
            _leases[id(connection)] = (connection, Leases(connection))
        return _leases[id(connection)][1]


def _forget_after_fork() -> None:
    """The parent of a fork goes on renewing; its child holds nothing."""
    global _leases_lock
    _leases_lock = threading.RLock()
    _leases.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
