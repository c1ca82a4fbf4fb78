"""Sends what a job left behind: what its script logged and could not send itself, and the files in outputs and logs."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Callable, NamedTuple

from runstead.agent.server_link import ServerLink
from runstead.artifacts import hash_file, list_files, upload_file
from runstead.connection import Connection, file_path_of
from runstead.errors import RunsteadError, Unreachable
from runstead.spool import drain

OUTPUTS = "outputs"
LOGS = "logs"
#: Folders of the working directory that belong to the run.
RESULT_FOLDERS = (OUTPUTS, LOGS)

#: A spool is drained in rounds of this length, between which the server may have moved.
DRAIN_ROUND_SECONDS = 10.0


class ResultFile(NamedTuple):
    #: Path within the run, with slashes.
    name: str
    path: Path


class FileState(NamedTuple):
    """What changes when a file does, without reading it."""

    inode: int
    size_bytes: int
    modified_nanoseconds: int


class Uploaded(NamedTuple):
    """What became of the results of a job."""

    files: int
    size_bytes: int
    #: What could not be uploaded, in words.
    refused: list[str]


def find_results(work: str, folders: Collection[str] = RESULT_FOLDERS) -> Iterator[ResultFile]:
    """The regular files of the result folders; links are followed as long as they stay within the working directory."""
    inside = os.path.join(os.path.realpath(work), "")
    for folder in folders:
        for parent, _, names in os.walk(os.path.join(work, folder)):
            for name in sorted(names):
                path = os.path.join(parent, name)
                if os.path.isfile(path) and os.path.realpath(path).startswith(inside):
                    yield ResultFile(os.path.relpath(path, work).replace(os.sep, "/"), Path(path))


def is_event_file(name: str) -> bool:
    """Whether TensorBoard would read it; such a file grows at its end, and holds metrics."""
    return "tfevents" in name.rsplit("/", 1)[-1]


def state_or_none(path: Path) -> FileState | None:
    """None when the job has removed the file."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return FileState(found.st_ino, found.st_size, found.st_mtime_ns)


class ResultUpload:
    """Uploads every result of a job that has ended, waiting for the server as long as it takes."""

    def __init__(self, link: ServerLink, run_id: str, work: str, name_of: Callable[[str], str], given_up: threading.Event) -> None:
        """`name_of` gives a file's path within the run for the one in the working folder."""
        self._link = link
        self._run_id = run_id
        self._work = work
        self._name_of = name_of
        self._given_up = given_up

    def upload(self, sent: Mapping[str, FileState], reserved: Collection[str]) -> Uploaded:
        """What was `sent` in its present state is not read again, and what has a `reserved` name is refused.

        What the run has already, since the script or an earlier try has uploaded it, does not become a new version.
        """
        results = list(find_results(self._work))
        left = [result for result in results if result.name not in sent or sent[result.name] != state_or_none(result.path)]
        size_bytes = sum(state.size_bytes for result in results if (state := state_or_none(result.path)))
        refused = []
        known = self._files_of_run() if left else {}
        for result in (ResultFile(self._name_of(name), path) for name, path in left):
            if result.name in reserved:
                refused.append(f"{result.name}: a log of the run itself has this name")
                continue
            try:
                self._upload(result, known.get(result.name))
            except RunsteadError as error:
                refused.append(f"{result.name}: {error}")
            except OSError as error:  # Removed or made unreadable by the job itself.
                refused.append(f"{result.name}: {error.strerror}")
        return Uploaded(len(results), size_bytes, refused)

    def _files_of_run(self) -> dict[str, dict[str, Any]]:
        return self._link.until_answered(
            lambda connection: {file["path"]: file for file in list_files(connection, self._run_id)}, self._given_up
        )

    def _upload(self, result: ResultFile, known: Mapping[str, Any] | None) -> None:
        if known is not None and known["sha256"] == hash_file(result.path):
            return
        if known is not None and known["kind"] == "log":
            # It was streamed while it grew, and then written anew: what it is at last takes the place of what it was.
            address = file_path_of(self._run_id, "files", result.name)
            self._link.insist("DELETE", address, given_up=self._given_up)
        self._link.until_answered(
            lambda connection: upload_file(connection, self._run_id, result.name, result.path, patience_seconds=0), self._given_up
        )


def drain_spool(link: ServerLink, folder: str, given_up: threading.Event) -> list[str]:
    """Send what the script logged and the server does not have; returns what the server refused, in words."""

    def drain_for_a_while(connection: Connection) -> list[str]:
        result = drain(folder, connection, DRAIN_ROUND_SECONDS)
        refusals.extend(f"{refusal.record_count} logged records: {refusal.message}" for refusal in result.refusals)
        if not result.is_complete:
            raise Unreachable(f"{result.unsent} records are still to be sent ({result.reason}).")
        return refusals

    refusals: list[str] = []
    return link.until_answered(drain_for_a_while, given_up)
