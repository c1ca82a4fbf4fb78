"""Watching a run from a thread of its own: whoever shows it is told what changed, until it has ended.

The thread sleeps in the server's live stream; only what the stream announces is read again.
"""

from __future__ import annotations

import logging
import threading
import weakref
from typing import Any, Callable

from runstead.connection import Connection, path_of
from runstead.errors import RunsteadError
from runstead.widgets.run_report import ReportReader, nothing_known, seen_now

Report = dict  # of the parts that run_report.PARTS names.
Listener = Callable[[Report], None]

#: Between two readings, however much happens; with it a change shows within a second.
SHORTEST_READ_PAUSE_SECONDS = 0.5
#: The server says that it is still there every 15 s. A stream that is silent for longer is opened anew.
STREAM_SILENCE_SECONDS = 25.0
#: What is written to a run just after its end, such as the end of a log, is read as well.
LINGER_SECONDS = 2.0
FIRST_BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 2.0


class RunWatch:
    """The watch over one run. Every widget of the run in this process hears the same one."""

    def __init__(self, connection: Connection, workspace: str, run_id: str) -> None:
        self.connection = connection
        self.run_id = run_id
        self.report: Report = nothing_known()
        self._reader = ReportReader(connection, workspace, run_id)
        # A connection has one socket a thread, and the stream holds its own for long.
        self._stream_connection = Connection(connection.url, connection.token, connection.errors)
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    @property
    def is_watching(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def read(self) -> Report:
        """Reads the run now, in this thread; a server that cannot be asked is a `problem` of the report."""
        try:
            self.report = self._reader.read()
        except RunsteadError as error:
            self.report = _with_problem(self.report, _in_words(error))
        return self.report

    def listen(self, listener: Listener) -> None:
        """Has the listener called with the report as it is, and with every new one, until the run has ended.

        New ones come from the watching thread. A listener that raises is not called again.
        """
        with self._lock:
            self._listeners.append(listener)
            if not self.is_watching and not self._is_over():
                self._stop.clear()
                self._thread = threading.Thread(target=self._watch, name=f"runstead-watch-{self.run_id}", daemon=True)
                self._thread.start()
        self._tell_one(listener, self.report)

    def stop(self) -> None:
        """Ends the watch before the run ends."""
        self._stop.set()

    def join(self, timeout_seconds: float) -> bool:
        """Waits for the end of the watch; whether it has come."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout_seconds)
        return not self.is_watching

    def _watch(self) -> None:
        backoff = FIRST_BACKOFF_SECONDS
        while not self._stop.is_set():
            try:
                self._follow()
                return
            except RunsteadError as error:
                if self._stop.is_set():
                    return
                heard_before = self.report["seen"]["problem"] is None
                self._tell(_with_problem(self.report, f"{_in_words(error)}{'' if error.is_permanent else ' Trying again.'}"))
                if error.is_permanent:
                    return
                backoff = FIRST_BACKOFF_SECONDS if heard_before else min(backoff * 2, LONGEST_BACKOFF_SECONDS)
                self._stop.wait(backoff)

    def _follow(self) -> None:
        """Reads, and reads again when the stream says so, until the run and its children have ended; raises when the server is away."""
        with self._stream_connection.stream(
            "GET", path_of("runs", self.run_id, "live"), patience_seconds=0, read_timeout_seconds=STREAM_SILENCE_SECONDS
        ) as stream:
            # What happens from here on is in the stream: nothing falls between the two.
            self._tell(self._reader.read())
            while not self._is_over() and not self._stop.is_set():
                news = stream.read_available(65536)
                if not news:
                    raise self.connection.unreachable(EOFError("it ended the stream of changes"))
                if b"data:" not in news:
                    self._tell({**self.report, "seen": seen_now()})
                    continue
                self._tell(self._reader.read())
                self._stop.wait(SHORTEST_READ_PAUSE_SECONDS)
        if not self._stop.wait(LINGER_SECONDS):
            self._tell(self._reader.read())

    def _is_over(self) -> bool:
        run, children = self.report["run"], self.report["children"]
        if run is None or not run["isEnded"]:
            return False
        return children is None or all(row["isEnded"] for row in children["rows"])

    def _tell(self, report: Report) -> None:
        self.report = report
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            self._tell_one(listener, report)

    def _tell_one(self, listener: Listener, report: Report) -> None:
        try:
            listener(report)
        except Exception:
            # A display whose notebook is gone must not end the others.
            logging.getLogger(__name__).debug("A display of run %s is given up.", self.run_id, exc_info=True)
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)


def _in_words(error: RunsteadError) -> str:
    """In one line, whatever the kind of error of another SDK makes of its text."""
    return f"{error.message} {error.hint}".strip()


def _with_problem(report: Report, problem: str) -> Report:
    """What was known last, and what keeps it from being known now."""
    return {**report, "seen": {"timeMs": report["seen"]["timeMs"], "problem": problem}}


def watch_over(connection: Connection, workspace: str, run_id: str) -> RunWatch:
    """The watch over a run, shared by all that show it in this process."""
    key = (connection.url, connection.token, run_id)
    with _watches_lock:
        watch = _watches.get(key)
        if watch is None:
            watch = _watches[key] = RunWatch(connection, workspace, run_id)
        return watch


_watches: weakref.WeakValueDictionary[tuple[str, str | None, str], RunWatch] = weakref.WeakValueDictionary()
_watches_lock = threading.Lock()
