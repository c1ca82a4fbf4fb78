"""Runs one process of an MPI job, as `python mpi_process.py FOLDER` below the daemon of its node: with a log of its own, and noted."""

from __future__ import annotations

import contextlib
import os
import signal
import sys

if __name__ == "__main__":
    # Started by path and without site packages, since that is sooner.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from runstead.agent.job_folder import FILE_MODE, JobFolder, read_json
from runstead.agent.job_process import CannotStart, start_process
from runstead.agent.process_records import ProcessRecord


def main() -> int:
    folder = JobFolder(sys.argv[1])
    launch = read_json(folder.launch)
    number = int(os.environ["OMPI_COMM_WORLD_RANK"])
    log = os.open(folder.process_log(number), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, FILE_MODE)
    record = ProcessRecord(folder, number)
    # What mpirun tells its process, and what this node is to tell it.
    environment = {**os.environ, **launch["environment"]}
    if "TMPDIR" not in launch["environment"]:
        environment.pop("TMPDIR", None)  # It is that of mpirun.
    try:
        pid = start_process(launch["arguments"], launch["folder"], environment, log)
    except CannotStart as error:
        os.write(log, f"[runstead] the job cannot be started: {error}\n".encode())
        return error.exit_code

    def pass_on(number: int, frame: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, number)

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, pass_on)
    record.begin(pid)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    record.end(code)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
