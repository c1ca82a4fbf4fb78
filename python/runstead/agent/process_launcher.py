"""Starts the processes of one node of a job, each with a log of its own, and ends them all when one fails.

Run under the supervisor as `python process_launcher.py FOLDER`; the supervisor owns the processes and ends what is left.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import sys
import time
from typing import Any

if __name__ == "__main__":
    # Started by path and without site packages, since that is sooner.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from runstead.agent.job_folder import FILE_MODE, JobFolder, read_json, write_json
from runstead.agent.job_process import CannotStart, start_process
from runstead.agent.moment import now
from runstead.agent.mpi_launch import MpiLaunch
from runstead.agent.process_records import ProcessRecord, read_record

#: Signals by which others end a process when one of them has failed: not a failure of its own.
ENDED_BY_OTHERS = (signal.SIGTERM, signal.SIGKILL)


class Launcher:
    """Owns the processes of this node from their start to their end."""

    def __init__(self, folder: JobFolder) -> None:
        self._folder = folder
        self._launch: dict[str, Any] = read_json(folder.launch)
        #: By pid.
        self._running: dict[int, tuple[int, ProcessRecord]] = {}
        self._has_failed = False
        self._woken, self._waker = os.pipe()

    def run(self) -> int:
        """Run the job's share of this node; returns the exit code that speaks for it."""
        for descriptor in (self._woken, self._waker):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        # A cancel reaches every process by itself: this one stays to see them end.
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, frame: None)
        return self._run_mpi() if self._launch["mpi"] else self._run_processes()

    def _run_processes(self) -> int:
        for process in self._launch["processes"]:
            self._start(process)
        deadline: float | None = None
        while self._running:
            self._reap()
            if self._has_failed and deadline is None:
                deadline = time.monotonic() + self._launch["graceSeconds"]
                if self._running:
                    say("ending the other processes of this node, since one has failed")
                    self._signal_all(signal.SIGTERM)
            elif deadline is not None and time.monotonic() >= deadline:
                self._signal_all(signal.SIGKILL)
                deadline = float("inf")
            elif self._running:
                self._wait(deadline)
        return self._exit_code()

    def _run_mpi(self) -> int:
        mpi = MpiLaunch(self._folder, self._launch)
        try:
            code = mpi.run(self._wait_for_any)
        finally:
            shutil.rmtree(self._launch["mpi"]["temporary"], ignore_errors=True)
        records = [read_record(self._folder, process["number"]) for process in self._launch["processes"]]
        own = sorted(
            (record for record in records if record.get("exitCode") or _is_own_signal(record.get("signal"))),
            key=lambda record: str(record["endTime"]),
        )
        if own:
            self._save_end(own[0]["exitCode"] if own[0]["exitCode"] is not None else -own[0]["signal"], own[0]["process"])
        elif code != 0:
            self._save_end(code, None)
        return self._exit_code()

    def _start(self, process: dict[str, Any]) -> None:
        number = process["number"]
        environment = {**self._launch["environment"], **process["variables"]}
        log = os.open(self._folder.process_log(number), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, FILE_MODE)
        record = ProcessRecord(self._folder, number)
        try:
            pid = start_process(self._launch["arguments"], self._launch["folder"], environment, log)
        except CannotStart as error:
            os.write(log, f"[runstead] the job cannot be started: {error}\n".encode())
            say(f"process {number} cannot be started: {error}")
            self._save_end(error.exit_code, number)
            return
        finally:
            os.close(log)
        record.begin(pid)
        self._running[pid] = (number, record)
        say(f"process {number} has begun with pid {pid}")

    def _reap(self) -> None:
        """Note who has ended, and how."""
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, result = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    break
                if pid not in self._running:
                    continue
                number, record = self._running.pop(pid)
                code = os.waitstatus_to_exitcode(result)
                record.end(code)
                say(f"process {number} has ended " + (f"with exit code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"))
                if code != 0:
                    self._save_end(code, number)

    def _signal_all(self, number: int) -> None:
        for pid in self._running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, number)  # Each leads a session of its own.

    def _wait(self, deadline: float | None) -> None:
        self._wait_for_any([], None if deadline in (None, float("inf")) else max(0.0, deadline - time.monotonic()))

    def _wait_for_any(self, readable: list[Any], seconds: float | None) -> list[Any]:
        """Wait for a child to end or for something to be read; what may be read."""
        found = select.select([self._woken, *readable], [], [], seconds)[0]
        if self._woken in found:
            with contextlib.suppress(BlockingIOError):
                os.read(self._woken, 4096)
        return [one for one in found if one is not self._woken]

    def _save_end(self, code: int, number: int | None) -> None:
        """Of several failures the first decides."""
        if not self._has_failed:
            self._has_failed = True
            end = {"exitCode": code if code >= 0 else None, "signal": -code if code < 0 else None, "process": number}
            write_json(self._folder.process_end, end, durable=True)

    def _exit_code(self) -> int:
        if not self._has_failed:
            return 0
        end = read_json(self._folder.process_end)
        return int(end["exitCode"]) if end["exitCode"] is not None else 128 + int(end["signal"])


def _is_own_signal(number: int | None) -> bool:
    return number is not None and number not in ENDED_BY_OTHERS


def say(text: str) -> None:
    """One line of the log of the whole node, in one piece."""
    with contextlib.suppress(OSError):  # The disk is full.
        os.write(1, f"{now()} [runstead] {text}\n".encode())


if __name__ == "__main__":
    sys.exit(Launcher(JobFolder(sys.argv[1])).run())
