"""The background thread of a process that sends what its spools hold, and tries again for ever while the server is away."""

from __future__ import annotations

import atexit
import os
import random
import sys
import threading
import time
from typing import Iterable

from runstead import client_log
from runstead.agent.process_table import MARKER_VARIABLE
from runstead.connection import Connection
from runstead.errors import RunsteadError, Unreachable
from runstead.spool import Spool, drain, server_folder

#: A first record waits this long for others to come along with it …
GATHER_SECONDS = 0.05
#: … and batches follow one another at this pace, so that a run of many points a second sends a few requests a second.
PACE_SECONDS = 0.4
FIRST_BACKOFF_SECONDS = 0.25
#: A server on another machine comes back to many clients at once …
LONGEST_BACKOFF_SECONDS = 15.0
#: … one on this machine is asked often, since a refused connection costs nothing: what is logged flows again within two seconds.
LONGEST_BACKOFF_ON_LOOPBACK_SECONDS = 1.5
#: While someone waits for the result, the server is asked more often.
LONGEST_BACKOFF_WHEN_WAITED_FOR_SECONDS = 1.0
#: Spools that stay open though they are sent; more are closed, for the sake of file descriptors.
OPEN_SPOOLS = 64
#: The first deliveries are told one by one, then every so many: a run of days does not fill its log with them.
TOLD_DELIVERIES = 100
TOLD_EVERY = 100
DEFAULT_FLUSH_SECONDS = 60.0
#: A process that ends waits no longer than this.
EXIT_FLUSH_SECONDS = 10.0
ORPHAN_DRAIN_SECONDS = 20.0


class Sender:
    """Sends the spools of one process to one server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._condition = threading.Condition()
        self._pending: dict[Spool, None] = {}
        self._open: dict[Spool, None] = {}
        self._waiters = 0
        self._thread: threading.Thread | None = None
        self._last_round_time = 0.0
        #: Why the last attempt failed; None while the server answers.
        self.problem: RunsteadError | None = None
        #: Deliveries of this process.
        self._told_count = 0

    @property
    def is_away(self) -> bool:
        return isinstance(self.problem, Unreachable)

    def mark_pending(self, spool: Spool) -> None:
        with self._condition:
            self._pending[spool] = None
            self._open[spool] = None
            if self._thread is None:
                self._start()
            self._condition.notify_all()

    def flush(self, spools: Iterable[Spool], timeout: float, stop_when_away: bool = False) -> bool:
        """Waits until all that was appended so far is settled; False when the time was over before, or the server away."""
        targets = [(spool, spool.appended) for spool in spools]

        def is_settled() -> bool:
            return all(spool.delivered >= count for spool, count in targets)

        def is_over() -> bool:
            return is_settled() or self._thread is None or (stop_when_away and self.is_away)

        with self._condition:
            # An interrupt between a record and its announcement may have kept that from the thread.
            self._pending = {**self._pending, **{spool: None for spool, count in targets if spool.delivered < count}}
            self._waiters += 1
            self._condition.notify_all()
            try:
                self._condition.wait_for(is_over, timeout)
                return is_settled()
            finally:
                self._waiters -= 1

    def open_spools(self) -> list[Spool]:
        with self._condition:
            return list(self._open)

    def retire(self, spool: Spool) -> None:
        """Removes the files of a spool that is sent and not needed now."""
        with self._condition:
            if spool.retire():
                self._open.pop(spool, None)

    def close(self, timeout: float) -> list[Spool]:
        """Sends what can be sent in the time and removes its files; returns the spools that still hold something."""
        spools = self.open_spools()
        if any(not spool.is_sent for spool in spools):
            self.flush(spools, timeout)
        for spool in spools:
            self.retire(spool)
        return [spool for spool in spools if not spool.is_sent]

    def _start(self) -> None:
        thread = threading.Thread(target=self._run, name="runstead-sender", daemon=True)
        try:
            thread.start()
        except RuntimeError as reason:
            # The interpreter is going down: what is logged now stays in the spool for the next process.
            self.problem = RunsteadError(f"The process is ending ({reason}).")
            return
        self._thread = thread
        threading.Thread(target=self._send_orphans, name="runstead-orphans", daemon=True).start()
        if "multiprocessing.util" in sys.modules:
            # A worker of multiprocessing ends without the exit handlers of the interpreter.
            sys.modules["multiprocessing.util"].Finalize(None, _close_at_exit, exitpriority=10)

    def _run(self) -> None:
        failures = 0
        while True:
            with self._condition:
                self._condition.wait_for(lambda: bool(self._pending))
                pace = max(GATHER_SECONDS, self._last_round_time + PACE_SECONDS - time.monotonic())
                self._condition.wait_for(lambda: self._waiters > 0, pace)
                spools = list(self._pending)
                self._pending.clear()
            failed = self._send(spools)
            self._last_round_time = time.monotonic()
            failures = failures + 1 if failed else 0
            with self._condition:
                self._pending = {**dict.fromkeys(failed), **self._pending}
                self._condition.notify_all()
                if failed:
                    self._back_off(failures)
                self._close_idle()

    def _send(self, spools: list[Spool]) -> list[Spool]:
        """The spools that could not be sent whole."""
        failed: list[Spool] = []
        for index, spool in enumerate(spools):
            if spool.waits_for is not None and spool.waits_for.pending_operations:
                failed.append(spool)
                continue
            spool.is_pending = False
            try:
                while spool.deliver_next(self._connection):
                    self._tell_of_delivery(spool)
                    with self._condition:
                        self.problem = None
                        self._condition.notify_all()
            except Unreachable as error:
                client_log.say(f"Not sent, trying again: {error}", "WARNING")
                with self._condition:
                    self.problem = error
                    self._condition.notify_all()
                return failed + spools[index:]
            except RunsteadError as error:
                client_log.say(f"Not sent, trying again: {error}", "ERROR")
                self.problem = error
                failed.append(spool)
            except Exception as error:  # noqa: BLE001 - the thread must outlive whatever happens to one record
                self.problem = RunsteadError(f"The sender failed: {type(error).__name__}: {error}.")
                failed.append(spool)
        return failed

    def _tell_of_delivery(self, spool: Spool) -> None:
        if self._told_count == 0:
            client_log.say(f"Connected to {self._connection.url}.")
        elif self.problem is not None:
            client_log.say(f"{self._connection.url} answers again.")
        self._told_count += 1
        if self._told_count <= TOLD_DELIVERIES or self._told_count % TOLD_EVERY == 0:
            client_log.say(f"Batch {self._told_count} sent: {counted(spool.delivered, 'record')} of this run by now.")

    def _back_off(self, failures: int) -> None:
        delay = longest_pause_seconds(failures, self._connection.is_loopback, self._waiters > 0) * random.uniform(0.5, 1.0)
        waiters = self._waiters
        # Someone who begins to wait for the result ends a long pause.
        self._condition.wait_for(lambda: self._waiters > waiters, delay)

    def _close_idle(self) -> None:
        for spool in list(self._open):
            if len(self._open) <= OPEN_SPOOLS:
                return
            if spool not in self._pending:
                self.retire(spool)

    def _send_orphans(self) -> None:
        """Sends what earlier processes of this user left behind for this server."""
        folder = os.environ.get("RUNSTEAD_SPOOL") or server_folder(self._connection.url)
        try:
            drain(folder, self._connection, ORPHAN_DRAIN_SECONDS)
        except Exception:  # noqa: BLE001 - the files stay, for "python -m runstead sync" to say what is wrong
            pass


_senders: dict[int, tuple[Connection, Sender]] = {}
_senders_lock = threading.RLock()


def sender_of(connection: Connection) -> Sender:
    """The one sender of this process for a connection."""
    with _senders_lock:
        if id(connection) not in _senders:
            _senders[id(connection)] = (connection, Sender(connection))
        return _senders[id(connection)][1]


def longest_pause_seconds(failures: int, is_loopback: bool, is_waited_for: bool) -> float:
    """How long to wait at most before the next attempt, after so many that failed."""
    longest = LONGEST_BACKOFF_ON_LOOPBACK_SECONDS if is_loopback else LONGEST_BACKOFF_SECONDS
    if is_waited_for:
        longest = min(longest, LONGEST_BACKOFF_WHEN_WAITED_FOR_SECONDS)
    return float(min(FIRST_BACKOFF_SECONDS * 2 ** min(failures - 1, 10), longest))


def flush_seconds() -> float:
    """How long flush() and complete() wait: RUNSTEAD_FLUSH_SECONDS, else a minute."""
    try:
        return float(os.environ["RUNSTEAD_FLUSH_SECONDS"])
    except (KeyError, ValueError):
        return DEFAULT_FLUSH_SECONDS


def counted(number: int, noun: str) -> str:
    """`1 record`, `2,000 records`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _how_they_are_sent() -> str:
    """A node sends what its jobs leave behind."""
    if os.environ.get(MARKER_VARIABLE):
        return "the node of this job sends them when the server is back."
    return "send them with: python -m runstead sync"


def unsent_message(spools: list[Spool], problem: RunsteadError | None) -> str:
    """What is unsent, why, where it lies and how to send it."""
    unsent = [spool.unsent() for spool in spools]
    records = counted(sum(one.records for one in unsent), "record")
    folders = sorted({str(path.parent) for one in unsent for path in one.paths})
    reason = problem or "The time to send them was over."
    return f"{records} not sent yet: {reason} Kept in {', '.join(folders)}; {_how_they_are_sent()}"


def _close_at_exit() -> None:
    give_up_time = time.monotonic() + min(EXIT_FLUSH_SECONDS, flush_seconds())
    while _senders:
        _, (_, sender) = _senders.popitem()
        left = sender.close(max(0.1, give_up_time - time.monotonic()))
        if left:
            print(f"runstead: {unsent_message(left, sender.problem)}", file=sys.stderr)


def _forget_after_fork() -> None:
    global _senders_lock
    _senders_lock = threading.RLock()
    _senders.clear()


atexit.register(_close_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
