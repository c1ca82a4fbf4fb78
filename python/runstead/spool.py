"""The spool: what a process logs, kept in local files until the server has it.

`Spool` is the writing side, one for each run that a process logs to. Its files lie in $RUNSTEAD_SPOOL (set for the script of
a job), else in `$XDG_STATE_HOME/runstead/spool/<server>/<run id>/`; never in the working directory.

`drain(folder, connection, timeout)` is the side for whoever comes later: the agent when a job's process has ended,
`python -m runstead sync`, and the next process of the same user.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import Any, BinaryIO, Callable, Iterator, NamedTuple

from runstead.connection import Connection
from runstead.delivery import Delivered, deliver_next
from runstead.errors import RunsteadError
from runstead.spool_file import Refusal, SpoolFile, open_new, spool_files_in
from runstead.state_folder import state_folder

#: A file that has grown past this is finished and the next begun, so that what is sent can be removed.
FILE_BYTES = 16 * 1024 * 1024
DRAIN_BACKOFF_SECONDS = 0.2
LONGEST_DRAIN_BACKOFF_SECONDS = 5.0


class Unsent(NamedTuple):
    """What a spool still holds."""

    records: int
    paths: list[Path]


class DrainResult(NamedTuple):
    """What `drain` did. `unsent` counts what is left; `reason` says why, None when nothing is."""

    sent: int
    unsent: int
    refusals: list[Refusal]
    #: Files of processes that still live and send for themselves.
    busy: list[Path]
    reason: str | None

    @property
    def is_complete(self) -> bool:
        return self.unsent == 0


class Spool:
    """The records that this process logs to one run. `append` is what a `log` call costs: one write to a local file."""

    #: Records written, settled (sent or refused) and lost to a full disk.
    appended: int
    delivered: int
    lost: int
    #: Changes of the run that wait; later ones wait behind them.
    pending_operations: int
    #: Whether the sender knows that there is something to send.
    is_pending: bool
    #: The spool that holds the request that makes the run, if that was made without the server.
    waits_for: Spool | None
    refusals: list[Refusal]
    _files: list[SpoolFile]
    _current: SpoolFile | None

    def __init__(self, header: dict[str, Any], on_pending: Callable[[Spool], None]) -> None:
        self._header = header
        self._on_pending = on_pending
        self._begin_empty()
        _spools.add(self)

    def append(self, line: str, is_operation: bool = False) -> None:
        """Appends a record, a line of `records`. Never raises and never waits: logging must not end a training run."""
        data = line.encode()
        with self._lock:
            try:
                file = self._current
                if file is None or file.size >= FILE_BYTES:
                    file = self._open_next()
                file.write(data)
            except OSError as reason:
                self.lose(reason)
                return
            self.appended += 1
            self.pending_operations += is_operation
        if not self.is_pending:
            self.is_pending = True
            self._on_pending(self)

    def keep_content(self, content: BinaryIO) -> Path:
        """Copies content that a record will refer to into the spool's folder."""
        with self._lock:
            self._content_count += 1
            path = spool_folder(self._header) / f"{time.time_ns() // 1000}-{os.getpid()}-{self._content_count}.content"
            with open(open_new(path), "wb") as copy:
                shutil.copyfileobj(content, copy)
        return path

    def lose(self, reason: OSError) -> None:
        """Counts a record that could not be written, and says so the first time."""
        self.lost += 1
        if self.lost == 1:
            print(f"runstead: a record could not be written to {spool_folder(self._header)} and is lost: {reason}", file=sys.stderr)

    def deliver_next(self, connection: Connection) -> bool:
        """Sends the next batch; False when there is none. Called by the sender alone."""
        file = self._oldest()
        if file is None:
            return False
        delivered = deliver_next(connection, file)
        with self._lock:
            if delivered is None:
                if file is self._current:
                    return False
                self._files.remove(file)
                file.close()
                return True
            self.delivered += delivered.record_count
            self.refusals.extend(delivered.refusals)
            self.pending_operations -= delivered.is_operation
        return True

    def retire(self) -> bool:
        """Removes the files if all in them is sent; the next record begins another."""
        with self._lock:
            if not self.is_sent:
                return False
            for file in self._files:
                file.close()
            self._files.clear()
            self._current = None
            return True

    @property
    def is_sent(self) -> bool:
        return self.delivered >= self.appended

    def unsent(self) -> Unsent:
        with self._lock:
            return Unsent(self.appended - self.delivered, [file.path for file in self._files if not file.is_sent])

    def take_refusals(self) -> list[Refusal]:
        """What was refused since the last call."""
        with self._lock:
            refusals, self.refusals = self.refusals, []
            return refusals

    def forget_after_fork(self) -> None:
        """In the child of a fork: the files are the parent's; what the child logs goes to a file of its own."""
        for file in self._files:
            file.abandon()
        self._begin_empty()

    def _begin_empty(self) -> None:
        # Reentrant, since a signal handler may log while the interrupted call is logging.
        self._lock = threading.RLock()
        self._files = []
        self._current = None
        self._content_count = 0
        self.is_pending = False
        self.waits_for = None
        self.appended = 0
        self.delivered = 0
        self.lost = 0
        self.pending_operations = 0
        self.refusals = []

    def _open_next(self) -> SpoolFile:
        file = SpoolFile.create(spool_folder(self._header), self._header)
        self._files.append(file)
        self._current = file
        return file

    def _oldest(self) -> SpoolFile | None:
        with self._lock:
            return self._files[0] if self._files else None


def drain(
    folder: str | os.PathLike[str],
    connection: Connection | Callable[[dict[str, Any]], Connection],
    timeout: float,
    patience: float | None = None,
    on_progress: Callable[[Path, int, int], None] | None = None,
) -> DrainResult:
    """Sends what dead processes left in a spool folder, within `timeout` seconds.

    While the server is away it tries again, for `patience` seconds at a time where that is given. `connection` is the one
    to use, or a function that chooses it by the header of a file (`url`, `workspace`, `runId`). `on_progress` is told of
    each file how many of its records are sent, of how many.
    """
    give_up_time = time.monotonic() + timeout
    sent, unsent = 0, 0
    refusals: list[Refusal] = []
    busy: list[Path] = []
    reason: str | None = None
    failed: set[str] = set()
    for path in spool_files_in(Path(folder)):
        file = SpoolFile.adopt(path)
        if file is None:
            if path.exists():
                busy.append(path)
            continue
        held = file.count_unsent()
        try:
            # What makes a child run may be in the file of its parent: without that the child's cannot be sent.
            if file.header["url"] not in failed:
                chosen = connection if isinstance(connection, Connection) else connection(dict(file.header))
                for delivered in _deliver_all(chosen, file, give_up_time, patience):
                    refusals.extend(delivered.refusals)
                    if on_progress:
                        on_progress(path, held - file.count_unsent(), held)
        except RunsteadError as error:
            reason = str(error)
            if error.status not in (401, 403):
                failed.add(str(file.header["url"]))
        left = file.count_unsent()
        sent += held - left
        unsent += left
        file.close()
    return DrainResult(sent, unsent, refusals, busy, (reason or "The time was over.") if unsent else None)


def spool_root() -> Path:
    """The folder of all spools of this user outside jobs."""
    return state_folder() / "spool"


def server_folder(url: str) -> Path:
    return spool_root() / re.sub(r"[^A-Za-z0-9.-]+", "_", url.split("//", 1)[-1])


def spool_folder(header: dict[str, Any]) -> Path:
    """Where the files of a run lie."""
    given = os.environ.get("RUNSTEAD_SPOOL")
    return Path(given) if given else server_folder(str(header["url"])) / str(header["runId"])


def _deliver_all(connection: Connection, file: SpoolFile, give_up_time: float, patience: float | None) -> Iterator[Delivered]:
    """Sends a file batch by batch; raises why it could not be sent whole."""
    backoff = DRAIN_BACKOFF_SECONDS
    lose_patience_time = _earlier(give_up_time, patience)
    while time.monotonic() < give_up_time:
        try:
            delivered = deliver_next(connection, file)
        except RunsteadError:
            if time.monotonic() + backoff >= lose_patience_time:
                raise
            time.sleep(backoff)
            backoff = min(backoff * 2, LONGEST_DRAIN_BACKOFF_SECONDS)
            continue
        if delivered is None:
            return
        yield delivered
        backoff = DRAIN_BACKOFF_SECONDS
        lose_patience_time = _earlier(give_up_time, patience)


def _earlier(give_up_time: float, patience: float | None) -> float:
    return give_up_time if patience is None else min(give_up_time, time.monotonic() + patience)


#: Every spool of the process, for the child of a fork to give up.
_spools: weakref.WeakSet[Spool] = weakref.WeakSet()


def _forget_after_fork() -> None:
    for spool in list(_spools):
        spool.forget_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
