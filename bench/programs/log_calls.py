"""Times `run.log` calls of the SDK, and bare writes of a line of the same length; prints nanoseconds as JSON."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time

from runstead import Experiment, Workspace

#: A line of the spool is about as long.
LINE = b"x" * 60 + b"\n"


def time_log_calls(count: int) -> list[int]:
    run = Experiment(Workspace(), "log-call").start_logging()
    durations = []
    for number in range(count):
        started = time.perf_counter_ns()
        run.log("loss", number)
        durations.append(time.perf_counter_ns() - started)
    run.complete()
    return durations


def time_writes(count: int) -> list[int]:
    durations = []
    with tempfile.TemporaryFile() as file:
        for _ in range(count):
            started = time.perf_counter_ns()
            os.write(file.fileno(), LINE)
            durations.append(time.perf_counter_ns() - started)
    return durations


if __name__ == "__main__":
    calls = int(sys.argv[1])
    print(json.dumps({"log": time_log_calls(calls), "write": time_writes(calls)}))
