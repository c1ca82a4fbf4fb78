"""Supervises one job: starts it once, keeps its log and exit code, and ends its whole process tree when that is asked for.

Run as `python supervisor.py FOLDER`, detached; agent and server may come and go meanwhile.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import sys
import time
from collections.abc import Collection
from types import FrameType
from typing import Any

if __name__ == "__main__":
    # Started by path and without site packages, since that halves the time to the job's first line.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from runstead.agent.job_folder import FILE_MODE, JobFolder, read_json, read_json_or_none, write_json
from runstead.agent.job_process import CannotStart, adopt_orphans, start_process
from runstead.agent.moment import SteadyClock
from runstead.agent.process_end import end_processes
from runstead.agent.process_table import HAS_PROC, descendants_of, identify_self, members_of_group
from runstead.agent.process_usage import ProcessUsage

GIB = 1024**3
#: How soon a cancel file is seen.
CANCEL_INTERVAL_SECONDS = 0.1
#: How soon room on a full disk is noticed.
FULL_DISK_INTERVAL_SECONDS = 1.0

EXIT_CODE_ALREADY_SUPERVISED = 3


class AlreadySupervised(Exception):
    """The job of this folder is supervised by another process, or was run before."""


class Supervisor:
    """Owns the process tree of one job from its start to the end of its last process."""

    def __init__(self, folder: JobFolder) -> None:
        self._folder = folder
        self._plan: dict[str, Any] = {}
        self._status: dict[str, Any] = {}
        self._main_pid = 0
        self._main_result: int | None = None
        self._usage = ProcessUsage(folder.usage)
        self._clock = SteadyClock()
        self._has_children = False
        self._is_noted = True
        self._stop_signal: int | None = None
        self._woken, self._waker = os.pipe()

    def run(self) -> None:
        """Run the job to its end; raises AlreadySupervised when that was or is being done."""
        lock = self._own_folder()
        try:
            self._listen_to_signals()
            adopt_orphans()
            self._plan = read_json(self._folder.plan)
            self._save_status(state="starting", supervisor=identify_self().to_json())
            log = os.open(self._folder.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, FILE_MODE)
            try:
                self._run_job(log)
            except CannotStart as error:
                self._say(log, f"the job cannot be started: {error}")
                self._save_end(exitCode=error.exit_code, error=str(error))
        finally:
            os.close(lock)

    def _own_folder(self) -> int:
        lock = os.open(self._folder.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise AlreadySupervised("another supervisor holds the lock") from None
        if os.path.exists(self._folder.status):
            os.close(lock)
            raise AlreadySupervised("the job was started before")
        return lock

    def _run_job(self, log: int) -> None:
        plan = self._plan
        if plan.get("cores"):
            self._usage.node_cores = plan["cores"]
        self._main_pid = start_process(plan["arguments"], plan["folder"], plan["environment"], log, cpus=plan.get("cpus"))
        self._has_children = True
        # A power failure ends the process too: that it was to begin is what must outlive it.
        self._note_status(durable=False, state="running", pid=self._main_pid, startTime=self._clock.now())
        reason = self._wait_for_end()
        if reason is not None:
            self._say(log, f"ending the job: {reason}")
        left = end_processes(self._running, plan["graceSeconds"], self._wait)
        self._reap()  # What ended after the last look at the process table.
        self._usage.sample_last()
        code = None if self._main_result is None else os.waitstatus_to_exitcode(self._main_result)
        self._save_end(
            exitCode=code if code is not None and code >= 0 else None,
            signal=-code if code is not None and code < 0 else None,
            endReason=reason,
            processesLeft=left,
        )

    def _wait_for_end(self) -> str | None:
        """Wait until the main process ends (None), or there is a reason to end the job."""
        limit_seconds = self._plan["limitSeconds"]
        deadline = None if limit_seconds is None else time.monotonic() + limit_seconds
        while True:
            self._reap()
            if self._main_result is not None:
                return None
            if not self._is_noted:
                self._note_status()
            self._usage.sample_if_due()
            over = self._memory_over_limit()
            if over is not None:
                self._note_status(memoryExceeded=True, error=f"The job {over}.")
                return f"it {over}"
            if self._stop_signal is not None:
                return f"its supervisor was told to stop by {signal.Signals(self._stop_signal).name}"
            cancel = read_json_or_none(self._folder.cancel)
            if cancel is not None:
                return str(cancel["reason"])
            if deadline is not None and time.monotonic() >= deadline:
                self._note_status(timedOut=True)
                return f"it ran longer than its limit of {limit_seconds} s"
            remaining = CANCEL_INTERVAL_SECONDS if deadline is None else deadline - time.monotonic()
            self._wait(max(0.0, min(CANCEL_INTERVAL_SECONDS, remaining)))

    def _memory_over_limit(self) -> str | None:
        """What the job uses, in words, if that is more than its node has and the cluster wants that enforced."""
        limit = self._plan.get("memoryLimitBytes")
        if limit is None or self._usage.memory_bytes <= limit:
            return None
        # Processes that were forked share memory, which the quick sum counts for each of them.
        used = self._usage.proportional_memory_bytes()
        if used <= limit:
            return None
        return f"used {used / GIB:.3g} GiB of the {limit / GIB:.3g} GiB of {self._plan['vmSize']}"

    def _running(self) -> Collection[int]:
        self._reap()
        if not HAS_PROC:  # No subreaper either: the group of the main process stands in for it.
            return {*descendants_of(os.getpid()), *members_of_group(self._main_pid)}
        # As subreaper, whoever has no child has no descendant either: the usual end needs no look at the process table.
        return descendants_of(os.getpid()) if self._has_children else ()

    def _reap(self) -> None:
        try:
            while True:
                pid, result, used = os.wait4(-1, os.WNOHANG)
                if pid == 0:
                    return
                self._usage.note_memory_of_ended(used.ru_maxrss * 1024)
                if pid == self._main_pid:
                    self._main_result = result
        except ChildProcessError:
            self._has_children = False

    def _listen_to_signals(self) -> None:
        for descriptor in (self._woken, self._waker):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note_stop)

    def _note_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop_signal = number

    def _wait(self, seconds: float) -> None:
        """Wait for a child to end, at most so long."""
        if select.select([self._woken], [], [], seconds)[0]:
            os.read(self._woken, 4096)

    def _save_status(self, durable: bool = True, **changes: Any) -> None:
        self._status.update(changes)
        write_json(self._folder.status, self._status, durable=durable)
        self._is_noted = True

    def _note_status(self, durable: bool = True, **changes: Any) -> None:
        """Save the status, or try again later: a full disk does not end a job that runs."""
        self._is_noted = False
        with contextlib.suppress(OSError):
            self._save_status(durable, **changes)

    def _save_end(self, **outcome: Any) -> None:
        """Save how the job ended, waiting for room on the disk as long as it takes: nothing else knows it."""
        self._note_status(state="ended", endTime=self._clock.now(), **outcome)
        while not self._is_noted:
            time.sleep(FULL_DISK_INTERVAL_SECONDS)
            self._note_status()

    def _say(self, log: int, text: str) -> None:
        with contextlib.suppress(OSError):  # The disk is full.
            os.write(log, f"[runstead] {self._plan.get('speaker', '')}{text}\n".encode())


def supervise(path: str) -> int:
    """Supervise the job of a folder to its end; returns the exit code for it."""
    try:
        Supervisor(JobFolder(path)).run()
    except AlreadySupervised as error:
        print(f"{path}: {error}", file=sys.stderr)
        return EXIT_CODE_ALREADY_SUPERVISED
    return 0


if __name__ == "__main__":
    sys.exit(supervise(sys.argv[1]))
