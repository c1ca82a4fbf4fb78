"""Snapshots: a source folder, sent by content so that only what the server lacks travels."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any, Iterator, NamedTuple

from runstead.artifacts import hash_file
from runstead.connection import Connection, path_of
from runstead.errors import RunsteadError
from runstead.ignore import IgnoreRules

#: Azure's limits; the server has them too, but a folder of 10 GB should not be read through to learn that.
SNAPSHOT_BYTES = 300 * 1024 * 1024
SNAPSHOT_FILES = 2_000
IGNORE_HINT = "List what the script does not need in a file .amlignore in that folder (its rules are those of .gitignore)."


class SourceFile(NamedTuple):
    #: Relative to the folder, with slashes.
    path: str
    source: Path
    size: int
    executable: bool


def take_snapshot(connection: Connection, workspace: str, folder: str | os.PathLike[str]) -> str:
    """Sends a folder (or one file) and returns the id of its snapshot; the same content has the same id."""
    files = list_source_files(Path(folder), connection)
    for attempt in range(2):
        entries = [_entry(file) for file in files]
        try:
            return _send(connection, workspace, entries, {entry["sha256"]: file for entry, file in zip(entries, files)})
        except RunsteadError as error:
            # A file that was written to between hashing and sending: once more.
            if error.code != "checksum-mismatch" or attempt:
                raise
    raise AssertionError("unreachable: the second attempt returns or raises")


def list_source_files(folder: Path, connection: Connection) -> list[SourceFile]:
    """The files of a folder that belong to its snapshot; raises when they are too many or too much."""
    refuse = connection.errors.snapshot
    if folder.is_file():
        return [_source_file(folder.name, folder)]
    if not folder.is_dir():
        raise refuse(f"The source folder {folder} does not exist.")
    files: list[SourceFile] = []
    size = 0
    for file in _walk(folder, IgnoreRules.of_folder(folder)):
        files.append(file)
        size += file.size
        if len(files) > SNAPSHOT_FILES:
            raise refuse(
                f"The folder {folder.absolute()} holds more than the {SNAPSHOT_FILES} files that a snapshot may have.",
                hint=IGNORE_HINT,
            )
        if size > SNAPSHOT_BYTES:
            limit = f"{SNAPSHOT_BYTES // 1024 // 1024} MB"
            raise refuse(f"The folder {folder.absolute()} holds more than the {limit} that a snapshot may have.", hint=IGNORE_HINT)
    return sorted(files)


def _walk(folder: Path, rules: IgnoreRules) -> Iterator[SourceFile]:
    for root, folders, names in os.walk(folder):
        prefix = Path(root).relative_to(folder).as_posix()
        prefix = "" if prefix == "." else prefix + "/"
        folders[:] = sorted(
            name for name in folders if not rules.ignores(prefix + name, True) and not _is_python_environment(Path(root, name))
        )
        for name in sorted(names):
            path = Path(root, name)
            if not rules.ignores(prefix + name, False) and path.is_file():
                yield _source_file(prefix + name, path)


def _is_python_environment(folder: Path) -> bool:
    """A virtual environment in the folder is the machine's, not part of the source."""
    return (folder / "pyvenv.cfg").is_file()


def _source_file(path: str, source: Path) -> SourceFile:
    status = source.stat()
    return SourceFile(path, source, status.st_size, bool(status.st_mode & stat.S_IXUSR))


def _entry(file: SourceFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "sizeBytes": file.source.stat().st_size,
        "sha256": hash_file(file.source),
        "executable": file.executable,
    }


def _send(connection: Connection, workspace: str, entries: list[dict[str, Any]], sources: dict[str, SourceFile]) -> str:
    body = {"files": entries}
    missing = connection.call("POST", path_of("workspaces", workspace, "snapshots", "check"), body)["missing"]
    for sha256 in missing:
        content = sources[sha256].source.read_bytes()
        path = path_of("workspaces", workspace, "snapshots", "contents", sha256)
        with connection.stream("PUT", path, content, {"Content-Type": "application/octet-stream"}) as reply:
            reply.json()
    return str(connection.call("POST", path_of("workspaces", workspace, "snapshots"), body)["id"])
