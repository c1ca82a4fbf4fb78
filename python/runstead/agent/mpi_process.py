"""Runs one process of an MPI job, as `python mpi_process.py FOLDER` below the daemon of its node: with a log of its own, and noted."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys

if __name__ == "__main__":
    # Started by path and without site packages, since that is sooner.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from runstead.agent.job_folder import JobFolder, read_json
from runstead.agent.job_process import CannotStart
from runstead.agent.launch_narration import LaunchNarration
from runstead.agent.process_output import ProcessOutput, start_with_output
from runstead.agent.process_records import ProcessRecord


def main() -> int:
    folder = JobFolder(sys.argv[1])
    launch = read_json(folder.launch)
    number = int(os.environ["OMPI_COMM_WORLD_RANK"])
    told = LaunchNarration(folder, launch)
    record = ProcessRecord(folder, number)
    # What mpirun tells its process, and what this node is to tell it.
    environment = {**os.environ, **launch["environment"]}
    if "TMPDIR" not in launch["environment"]:
        environment.pop("TMPDIR", None)  # It is that of mpirun.
    woken = _wake_on_signals()
    try:
        pid, output = start_with_output(folder, launch, number, environment)
    except CannotStart as error:
        told.say(f"process {number} cannot be started: {error}")
        return error.exit_code

    def pass_on(number: int, frame: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, number)

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, pass_on)
    record.begin(pid)
    told.begun(number, pid)
    while (ended := os.waitpid(pid, os.WNOHANG))[0] == 0:
        _wait(woken, output)
    code = os.waitstatus_to_exitcode(ended[1])
    output.close()
    record.end(code)
    told.ended(number, code)
    return code if code >= 0 else 128 - code


def _wake_on_signals() -> int:
    """A descriptor that can be read when a signal has come: the end of the process is one."""
    woken, waker = os.pipe()
    for descriptor in (woken, waker):
        os.set_blocking(descriptor, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    return woken


def _wait(woken: int, output: ProcessOutput) -> None:
    """Wait for a signal, and take what the process prints meanwhile."""
    for descriptor in select.select([woken, *output.descriptors()], [], [])[0]:
        if descriptor != woken:
            output.read(descriptor)
            continue
        with contextlib.suppress(BlockingIOError):
            os.read(woken, 4096)


if __name__ == "__main__":
    sys.exit(main())
