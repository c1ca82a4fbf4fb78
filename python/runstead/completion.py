"""Waiting for a run to end, with its log as it grows."""

from __future__ import annotations

import codecs
import re
import sys
import time
from typing import Any, Iterator, TextIO

from runstead.artifacts import FOLLOW_IDLE_SECONDS, follow, list_files
from runstead.connection import Connection, path_of
from runstead.errors import RunsteadError, Unreachable
from runstead.queue_report import QueueReport

TERMINAL_STATUSES = ("Completed", "Failed", "Canceled")
SHORTEST_POLL_SECONDS = 0.1
LONGEST_POLL_SECONDS = 2.0
LOG_PATTERN = re.compile(r"(user_logs/std_log[\D]*[0]*(?:_ps)?\.txt)|(azureml-logs/(?:[^/]+/)?[\d]{2}_[^/]+\.txt)$")
#: The log of the script itself, of several processes that of the first, wherever its node has its folder.
DRIVER_LOG_PATTERN = re.compile(r"user_logs/|azureml-logs/(?:[^/]+/)?70_driver_log(?:_0)?\.txt$")
#: What is said by the framework that starts the processes: shown when none of them has begun.
MPI_LOG_NAME = "70_mpi_log.txt"
#: The names of logs before this one say how the job was prepared.
FIRST_LOG_OF_RUNNING = "70_"
#: How soon the log of the script takes the place of one of its preparation.
PREPARATION_IDLE_SECONDS = 0.5


def wait_until_ended(connection: Connection, run_id: str) -> dict[str, Any]:
    """The run once it has ended; waits on while the server is away."""
    pause = SHORTEST_POLL_SECONDS
    while True:
        run = _look(connection, run_id)
        if run is not None and run["status"] in TERMINAL_STATUSES:
            return run
        time.sleep(pause)
        pause = min(pause * 1.2, LONGEST_POLL_SECONDS)


def stream_until_ended(connection: Connection, run_id: str, sink: TextIO | None = None) -> dict[str, Any]:
    """Prints why a run waits, then its logs as they grow, and returns it once it has ended. Goes on where it was after an outage."""
    out = sink or sys.stdout
    queue = QueueReport(connection, out)
    finished: set[str] = set()
    pause = SHORTEST_POLL_SECONDS
    while True:
        run = _look(connection, run_id)
        if run is not None:
            queue.tell(run)
        has_ended = run is not None and run["status"] in TERMINAL_STATUSES
        log = _next_log(connection, run_id, finished, has_ended) if run is not None else None
        if log is not None:
            out.write(f"\nStreaming {log}\n{'=' * (len(log) + 10)}\n\n")
            _print_log(connection, run_id, log, out)
            finished.add(log)
            pause = SHORTEST_POLL_SECONDS
            continue
        if run is not None and has_ended:
            return run
        time.sleep(pause)
        pause = min(pause * 1.2, LONGEST_POLL_SECONDS)


def _print_log(connection: Connection, run_id: str, log: str, out: TextIO) -> None:
    ends_line = True
    for text in _decoded(_until_over(connection, run_id, log)):
        out.write(text)
        out.flush()
        ends_line = text.endswith("\n")
    if not ends_line:
        out.write("\n")


def _until_over(connection: Connection, run_id: str, log: str) -> Iterator[bytes]:
    """The bytes of a log; of one that its agent never sealed, until the run has ended and nothing more comes.

    One of the preparation is over as well when the script has begun to speak.
    """
    quiet_after_end = False
    is_preparation = _is_of_preparation(log)
    idle_seconds = PREPARATION_IDLE_SECONDS if is_preparation else FOLLOW_IDLE_SECONDS
    for piece in follow(connection, run_id, log, idle_seconds=idle_seconds):
        if piece:
            quiet_after_end = False
            yield piece
            continue
        if is_preparation and _driver_logs(_names_of_logs(connection, run_id)):
            return
        run = _look(connection, run_id)
        if run is not None and run["status"] in TERMINAL_STATUSES:
            if quiet_after_end:
                return
            quiet_after_end = True


def _decoded(pieces: Iterator[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    for piece in pieces:
        text = decoder.decode(piece)
        if text:
            yield text


def _next_log(connection: Connection, run_id: str, finished: set[str], has_ended: bool) -> str | None:
    """The log of the script when there is one, else the last one of its preparation; each once."""
    names = _names_of_logs(connection, run_id)
    shown = _driver_logs(names)
    if not shown and has_ended:
        shown = [name for name in names if _file_name(name) == MPI_LOG_NAME]
    if shown:
        return shown[0] if shown[0] not in finished else None
    earlier = [name for name in names if _is_of_preparation(name) and name not in finished]
    if any(_folder(name) for name in earlier):
        first = _folder_of_first_node(connection, run_id, names)
        earlier = [name for name in earlier if _folder(name) == first]
    return max(earlier, key=_file_name, default=None)


def _folder_of_first_node(connection: Connection, run_id: str, names: list[str]) -> str | None:
    """Of a job on several nodes, whose logs lie in a folder each; None while it has none."""
    try:
        nodes = connection.call("GET", path_of("jobs", run_id), patience_seconds=0)["nodes"]
    except RunsteadError as error:
        if error.passes_by_itself:
            return None
        raise
    return next((_folder(name) for name in names if nodes and name.endswith(f"-{nodes[0]['node']}.txt")), None)


def _names_of_logs(connection: Connection, run_id: str) -> list[str]:
    """By name; none while the server is away."""
    try:
        return sorted(file["path"] for file in list_files(connection, run_id) if LOG_PATTERN.match(file["path"]))
    except Unreachable:
        return []


def _driver_logs(names: list[str]) -> list[str]:
    return [name for name in names if DRIVER_LOG_PATTERN.match(name)]


def _is_of_preparation(log: str) -> bool:
    return not log.startswith("user_logs/") and _file_name(log) < FIRST_LOG_OF_RUNNING


def _folder(path: str) -> str:
    """Within azureml-logs; empty for what lies there itself."""
    return "/".join(path.split("/")[1:-1])


def _file_name(path: str) -> str:
    return path.rpartition("/")[2]


def _look(connection: Connection, run_id: str) -> dict[str, Any] | None:
    try:
        return dict(connection.call("GET", path_of("runs", run_id), patience_seconds=0))
    except RunsteadError as error:
        if error.passes_by_itself:
            return None
        raise
