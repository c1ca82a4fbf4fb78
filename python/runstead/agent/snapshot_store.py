"""Contents of snapshots on this node: each is fetched once, verified, and copied into the folder of every job that needs it."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from typing import Any, NamedTuple
from urllib.parse import quote

from runstead.agent.job_folder import FOLDER_MODE
from runstead.agent.server_link import ServerLink
from runstead.connection import Connection, path_of
from runstead.errors import RunsteadError, Unreachable

#: What is kept for later jobs; the contents that were used longest ago go first.
STORE_BYTES_MAX = 2 * 1024**3
CHUNK_BYTES = 1024 * 1024


class SnapshotDamaged(RunsteadError):
    """A snapshot whose files are not what they are said to be."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="checksum-mismatch", status=422)


class Unpacked(NamedTuple):
    files: int
    size_bytes: int


class SnapshotStore:
    """A folder of contents named by their SHA-256; several jobs may use it at once."""

    def __init__(self, folder: str, link: ServerLink) -> None:
        self._folder = folder
        self._link = link
        os.makedirs(folder, mode=FOLDER_MODE, exist_ok=True)

    def unpack(self, workspace: str, snapshot_id: str, destination: str) -> Unpacked:
        """Write the files of a snapshot into a folder, and return how much that is."""
        path = path_of("workspaces", workspace, "snapshots", snapshot_id)
        files: list[dict[str, Any]] = self._link.insist("GET", path)["files"]
        for file in files:
            target = place_in(destination, file["path"])
            content = self._content(f"{path}/files/{quote(file['path'], safe='/')}", file)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(content, target)
            os.chmod(target, 0o755 if file.get("executable") else 0o644)
        return Unpacked(len(files), sum(file["sizeBytes"] for file in files))

    def prune(self) -> None:
        """Remove what was used longest ago until the store is within its bound."""
        found = []
        for entry in os.scandir(self._folder):
            facts = entry.stat()
            found.append((facts.st_mtime, facts.st_size, entry.path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= STORE_BYTES_MAX:
                return
            os.unlink(path)
            total -= size

    def _content(self, source: str, file: dict[str, Any]) -> str:
        kept = os.path.join(self._folder, file["sha256"])
        try:
            os.utime(kept)  # Used now.
        except FileNotFoundError:
            self._link.until_answered(lambda connection: _fetch(connection, source, file, kept))
        return kept


def _fetch(connection: Connection, source: str, file: dict[str, Any], kept: str) -> None:
    temporary = f"{kept}.{uuid.uuid4().hex}.new"
    digest = hashlib.sha256()
    received = 0
    try:
        with connection.stream("GET", source, patience_seconds=0) as response, open(temporary, "wb") as target:
            while chunk := response.read(CHUNK_BYTES):
                received += len(chunk)
                digest.update(chunk)
                target.write(chunk)
        if received < file["sizeBytes"]:
            raise Unreachable(f"The content of {file['path']} ended after {received} of {file['sizeBytes']} bytes.")
        if digest.hexdigest() != file["sha256"]:
            raise SnapshotDamaged(f"The content of {file['path']} has SHA-256 {digest.hexdigest()}, not {file['sha256']}.")
        os.replace(temporary, kept)
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)


def place_in(folder: str, path: str) -> str:
    """The place of a snapshot's file; the server checks names as well, but a job's folder is ours to keep."""
    target = os.path.normpath(os.path.join(folder, path))
    if os.path.isabs(path) or not target.startswith(os.path.join(folder, "")):
        raise SnapshotDamaged(f"The path {path!r} leads out of the snapshot.")
    return target
