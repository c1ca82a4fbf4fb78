"""Sends what a job left behind: what its script logged and could not send itself, and the files in outputs and logs."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from runstead.agent.server_link import ServerLink
from runstead.artifacts import hash_file, list_files, upload_file
from runstead.connection import Connection
from runstead.errors import RunsteadError, Unreachable
from runstead.spool import drain

#: Folders of the working directory that belong to the run.
RESULT_FOLDERS = ("outputs", "logs")


#: A spool is drained in rounds of this length, between which the server may have moved.
DRAIN_ROUND_SECONDS = 10.0


class ResultFile(NamedTuple):
    #: Path within the run, with slashes.
    name: str
    path: Path


def find_results(work: str) -> Iterator[ResultFile]:
    """The regular files of the result folders; links are followed as long as they stay within the working directory."""
    inside = os.path.join(os.path.realpath(work), "")
    for folder in RESULT_FOLDERS:
        for parent, _, names in os.walk(os.path.join(work, folder)):
            for name in sorted(names):
                path = os.path.join(parent, name)
                if os.path.isfile(path) and os.path.realpath(path).startswith(inside):
                    yield ResultFile(os.path.relpath(path, work).replace(os.sep, "/"), Path(path))


def upload_results(link: ServerLink, run_id: str, work: str) -> list[str]:
    """Upload every result, waiting for the server as long as it takes; returns what could not be uploaded, in words.

    What the run has already, since the script or an earlier try has uploaded it, does not become a new version.
    """
    results = list(find_results(work))
    if not results:
        return []
    known: dict[str, str] = link.until_answered(
        lambda connection: {file["path"]: file["sha256"] for file in list_files(connection, run_id)}
    )
    refused = []
    for name, path in results:
        try:
            if known.get(name) != hash_file(path):
                link.until_answered(lambda connection: upload_file(connection, run_id, name, path, patience_seconds=0))
        except RunsteadError as error:
            refused.append(f"{name}: {error}")
        except OSError as error:  # Removed or made unreadable by the job itself.
            refused.append(f"{name}: {error.strerror}")
    return refused


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
