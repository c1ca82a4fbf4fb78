"""Uploads what a job left in its outputs and logs folders as artifacts of its run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple

from runstead.agent.server_link import ServerLink
from runstead.artifacts import hash_file, list_files, upload_file
from runstead.errors import RunsteadError

#: Folders of the working directory that belong to the run.
RESULT_FOLDERS = ("outputs", "logs")


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


def upload_results(link: ServerLink, run_id: str, work: str) -> List[str]:
    """Upload every result, waiting for the server as long as it takes; returns what could not be uploaded, in words.

    What the run has already, since the script or an earlier try has uploaded it, does not become a new version.
    """
    results = list(find_results(work))
    if not results:
        return []
    known: Dict[str, str] = link.until_answered(
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
