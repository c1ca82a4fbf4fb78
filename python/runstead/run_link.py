"""How a process talks to one run: straight to the server when it answers, through the spool when it does not."""

from __future__ import annotations

import os
import threading
import time
import warnings
import weakref
from typing import Any, NamedTuple

from runstead.advice import advise
from runstead.connection import Connection
from runstead.delivery import apply_operation
from runstead.errors import RunsteadError
from runstead.records import operation_line, text_of
from runstead.sender import Sender, counted, flush_seconds, sender_of, unsent_message
from runstead.spool import Spool, drain, spool_folder
from runstead.spool_file import Refusal

#: A read waits less for what was written before it: without a server it cannot succeed anyway.
READ_FLUSH_SECONDS = 15.0
#: A change is kept in the spool when the server has not answered for this long: a script does not wait for a restart.
OPERATION_PATIENCE_SECONDS = 5.0
#: The limit of the server, so that the line with the name can be pointed at.
LONGEST_METRIC_NAME_CHARACTERS = 255


class UnsentWarning(UserWarning):
    """Something is not at the server yet, or will never be; the message says what, why and where it lies."""


class FlushResult(NamedTuple):
    """What a flush came to."""

    #: Whether all that was logged is settled at the server.
    is_sent: bool
    refusals: list[Refusal]


class RunLink:
    """One for each run of a process, however many Run objects stand for it, so that its changes keep their order."""

    def __init__(self, connection: Connection, workspace: str, run_id: str) -> None:
        self.connection = connection
        self.run_id = run_id
        self._header = {"url": connection.url, "workspace": workspace, "runId": run_id}
        self.spool = Spool(self._header, lambda spool: sender_of(connection).mark_pending(spool))
        #: Metric names as they stand in records.
        self.name_texts: dict[str, str] = {}
        #: The progress that was said last and is not sent, and when the one before was.
        self.progress: tuple[float, float] | None = None
        self.progress_time = 0.0

    @property
    def sender(self) -> Sender:
        return sender_of(self.connection)

    def name_of(self, given: Any) -> str:
        """The name of a metric as text. As with azureml-core a wrong one is no error: it must not end hours of training."""
        name = given if isinstance(given, str) else str(given)
        if name is not given:
            advise(f"The metric name {name[:40]!r} is a {type(given).__name__}, not a text: what is logged is kept under that text.")
        if name not in self.name_texts and not 1 <= len(name) <= LONGEST_METRIC_NAME_CHARACTERS:
            advise(
                f"The metric name {name[:40]!r} has {len(name):,} characters; a name has 1 to {LONGEST_METRIC_NAME_CHARACTERS}. "
                "What is logged under it cannot be stored."
            )
        self.name_texts.setdefault(name, text_of(name))
        return name

    def text_of_name(self, given: Any) -> str:
        return self.name_texts[self.name_of(given)]

    def perform(self, method: str, path: str, body: Any) -> Any:
        """Changes the run now and returns the reply; without a server the change is spooled, and None returned."""
        if self._can_perform_now():
            try:
                return apply_operation(self.connection, method, path, body, OPERATION_PATIENCE_SECONDS)
            except RunsteadError as error:
                if not error.passes_by_itself:
                    raise
                self.sender.problem = error
        self.spool.append(operation_line(time.time_ns() // 1000, method, path, body), is_operation=True)
        return None

    def begun_by(self, parent: RunLink) -> None:
        """Says that the request that makes this run waits in the spool of its parent: nothing of it can come before that."""
        self.spool.waits_for = parent.spool

    def _can_perform_now(self) -> bool:
        """Whether a change may go past the spool: nothing that changes the run before it is still in there."""
        before = [spool for spool in (self.spool, self.spool.waits_for) if spool is not None and spool.pending_operations]
        return not self.sender.is_away and (
            not before or self.sender.flush(before, OPERATION_PATIENCE_SECONDS, stop_when_away=True)
        )

    def flush(self, timeout: float | None = None) -> FlushResult:
        """Waits, within the time, until the server has all that this process logged to the run, and warns of what it has not."""
        return self._flush([self.spool], flush_seconds() if timeout is None else timeout)

    def flush_all(self, timeout: float) -> FlushResult:
        """As flush, but for every run of this process."""
        return self._flush(list({self.spool, *self.sender.open_spools()}), timeout)

    def wait_until_sent(self, timeout: float, stop_when_away: bool = False) -> bool:
        return self.spool.is_sent or self.sender.flush([self.spool], timeout, stop_when_away)

    def retire(self) -> None:
        self.sender.retire(self.spool)

    def _flush(self, spools: list[Spool], timeout: float) -> FlushResult:
        sent = all(spool.is_sent for spool in spools) or self.sender.flush(spools, timeout)
        refusals = self.spool.take_refusals()
        if sent:
            refusals += self._send_for_dead_workers()
        else:
            self._warn(unsent_message([spool for spool in spools if not spool.is_sent], self.sender.problem))
        folder = spool_folder(self._header)
        for refusal in refusals:
            count = counted(refusal.record_count, "record")
            self._warn(f"{count} of run {self.run_id} refused and set aside in {folder}: {refusal.message}")
        if self.spool.lost:
            self._warn(f"{counted(self.spool.lost, 'record')} of run {self.run_id} could not be written to {folder}: lost.")
        return FlushResult(sent, refusals)

    def _send_for_dead_workers(self) -> list[Refusal]:
        """Sends what forked workers wrote that ended without sending it."""
        folder = spool_folder(self._header)
        return drain(folder, self.connection, OPERATION_PATIENCE_SECONDS).refusals if folder.is_dir() else []

    @staticmethod
    def _warn(message: str) -> None:
        warnings.warn(message, UnsentWarning, stacklevel=6)


def link_to(connection: Connection, workspace: str, run_id: str) -> RunLink:
    key = (id(connection), run_id)
    with _links_lock:
        link = _links.get(key)
        if link is None:
            link = RunLink(connection, workspace, run_id)
            _links[key] = link
        return link


def flush_before_read(connection: Connection) -> None:
    """A read sees what this process has written before, to whichever run of the server."""
    sender = sender_of(connection)
    if any(not spool.is_sent for spool in sender.open_spools()):
        sender.flush(sender.open_spools(), min(flush_seconds(), READ_FLUSH_SECONDS))


_links: weakref.WeakValueDictionary[tuple[int, str], RunLink] = weakref.WeakValueDictionary()
_links_lock = threading.RLock()


def _forget_after_fork() -> None:
    global _links_lock
    _links_lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
