"""Starts the processes of one node of a job, each with a log of its own, and ends them all when one fails.

Run under the supervisor as `python process_launcher.py FOLDER`; the supervisor owns the processes and ends what is left.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import shutil
import signal
import sys
import time
from typing import Any

if __name__ == "__main__":
    # Started by path and without site packages, since that is sooner.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from runstead.agent.job_folder import JobFolder, read_json, write_json
from runstead.agent.job_process import CannotStart
from runstead.agent.launch_narration import LaunchNarration
from runstead.agent.mpi_launch import MpiLaunch
from runstead.agent.process_output import ProcessOutput, start_with_output
from runstead.agent.process_records import ProcessRecord, read_record

#: Of a job on several nodes: two pipes, its log, and two files of the whole job; and some while it is started.
DESCRIPTORS_PER_PROCESS = 8
#: Signals by which others end a process when one of them has failed: not a failure of its own.
ENDED_BY_OTHERS = (signal.SIGTERM, signal.SIGKILL)


class Launcher:
    """Owns the processes of this node from their start to their end."""

    def __init__(self, folder: JobFolder) -> None:
        self._folder = folder
        self._launch: dict[str, Any] = read_json(folder.launch)
        self._told = LaunchNarration(folder, self._launch)
        #: By pid.
        self._running: dict[int, tuple[int, ProcessRecord]] = {}
        self._outputs: list[ProcessOutput] = []
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
        _allow_open_files(DESCRIPTORS_PER_PROCESS * len(self._launch["processes"]))
        for process in self._launch["processes"]:
            self._start(process)
        deadline: float | None = None
        while self._running:
            self._reap()
            if self._has_failed and deadline is None:
                deadline = time.monotonic() + self._launch["graceSeconds"]
                if self._running:
                    self._told.say("ending the other processes of this node, since one has failed")
                    self._signal_all(signal.SIGTERM)
            elif deadline is not None and time.monotonic() >= deadline:
                self._signal_all(signal.SIGKILL)
                deadline = float("inf")
            elif self._running:
                self._wait(deadline)
        for output in self._outputs:
            output.close()
        return self._exit_code()

    def _run_mpi(self) -> int:
        mpi = MpiLaunch(self._folder, self._launch, self._told)
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
        record = ProcessRecord(self._folder, number)
        try:
            pid, output = start_with_output(self._folder, self._launch, number, environment)
        except CannotStart as error:
            self._told.say(f"process {number} cannot be started: {error}")
            self._save_end(error.exit_code, number)
            return
        self._outputs.append(output)
        record.begin(pid)
        self._running[pid] = (number, record)
        self._told.begun(number, pid)

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
                self._told.ended(number, code)
                if code != 0:
                    self._save_end(code, number)

    def _signal_all(self, number: int) -> None:
        for pid in self._running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, number)  # Each leads a session of its own.

    def _wait(self, deadline: float | None) -> None:
        """Wait for a child to end, at most until the deadline, and take what processes print meanwhile."""
        by_descriptor = {descriptor: output for output in self._outputs for descriptor in output.descriptors()}
        seconds = None if deadline in (None, float("inf")) else max(0.0, deadline - time.monotonic())
        for descriptor in self._wait_for_any(list(by_descriptor), seconds):
            by_descriptor[descriptor].read(descriptor)

    def _wait_for_any(self, readable: list[int], seconds: float | None) -> list[int]:
        """Wait for a child to end or for something to be read; what may be read."""
        poll = select.poll()
        for descriptor in (self._woken, *readable):
            poll.register(descriptor, select.POLLIN)
        found = [descriptor for descriptor, _ in poll.poll(None if seconds is None else seconds * 1000)]
        if self._woken in found:
            with contextlib.suppress(BlockingIOError):
                os.read(self._woken, 4096)
        return [descriptor for descriptor in found if descriptor != self._woken]

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


def _allow_open_files(count: int) -> None:
    """Only where they would not do: the processes inherit the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    sys.exit(Launcher(JobFolder(sys.argv[1])).run())
