"""Contents of datastores on this node: each is fetched once, verified, and linked or copied for every job that needs it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Mapping
from typing import Any, BinaryIO, Callable

from runstead.agent.job_folder import FOLDER_MODE
from runstead.agent.server_link import ServerLink
from runstead.connection import Connection
from runstead.errors import RunsteadError, Unreachable

#: What is kept for later jobs; the contents that were used longest ago go first.
CACHE_BYTES_MAX = 20 * 1024**3
CHUNK_BYTES = 1024 * 1024
#: A server that sends nothing for so long is asked anew, from where it stopped; a cancel is noticed as soon.
SILENCE_SECONDS = 2.0
READ_ONLY = 0o444
WRITABLE = 0o644
#: Every whole content bears this time: one that was written to since, through a link, bears another and is not used again.
WHOLE_TIME_NANOSECONDS = 1_000_000_000
UNFINISHED = ".new"


class DataUnwanted(Exception):
    """The job was cancelled, or belongs to another attempt now."""


class DataDamaged(RunsteadError):
    """A file whose content is not what the datastore says."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="checksum-mismatch", status=422)


class DataCache:
    """A folder of contents named by their SHA-256; several jobs may use it at once."""

    def __init__(self, folder: str, link: ServerLink) -> None:
        self._folder = folder
        self._link = link
        os.makedirs(folder, mode=FOLDER_MODE, exist_ok=True)

    def provide(self, route: str, file: Mapping[str, Any], is_unwanted: Callable[[], bool]) -> tuple[str, int]:
        """Where a file of a datastore lies on this node, and how many bytes were fetched for that.

        Raises DataUnwanted soon after `is_unwanted` says so.
        """
        kept = os.path.join(self._folder, file["sha256"])
        if _is_whole(kept, file["sizeBytes"]):
            os.utime(kept, ns=(time.time_ns(), WHOLE_TIME_NANOSECONDS))  # Used now.
            return kept, 0
        temporary = f"{kept}.{uuid.uuid4().hex}{UNFINISHED}"
        try:
            with open(temporary, "wb") as target:
                download = _Download(route, file, target, is_unwanted)
                self._link.until_answered(download.go_on)
                target.flush()
                os.fsync(target.fileno())
            os.chmod(temporary, READ_ONLY)
            os.utime(temporary, ns=(time.time_ns(), WHOLE_TIME_NANOSECONDS))
            os.replace(temporary, kept)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
        return kept, int(file["sizeBytes"])

    def prune(self) -> None:
        """Remove what a killed agent left unfinished, and what was used longest ago until the rest is within its bound."""
        found = []
        for entry in os.scandir(self._folder):
            if entry.name.endswith(UNFINISHED):
                os.unlink(entry.path)
                continue
            facts = entry.stat()
            found.append((facts.st_atime, facts.st_size, entry.path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= CACHE_BYTES_MAX:
                return
            os.unlink(path)
            total -= size


def check_wanted(is_unwanted: Callable[[], bool]) -> None:
    if is_unwanted():
        raise DataUnwanted


def link_or_copy(kept: str, target: str) -> None:
    """The content read-only at another place, taking no room where the file system can."""
    try:
        os.link(kept, target)
    except OSError:  # Another file system, or one without links.
        shutil.copyfile(kept, target)
        os.chmod(target, READ_ONLY)


def copy(kept: str, target: str) -> None:
    """A copy of the content that may be written to; whole or not there."""
    temporary = f"{target}.{uuid.uuid4().hex}{UNFINISHED}"
    try:
        shutil.copyfile(kept, temporary)
        os.chmod(temporary, WRITABLE)
        os.replace(temporary, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def _is_whole(kept: str, size_bytes: int) -> bool:
    try:
        found = os.stat(kept)
    except FileNotFoundError:
        return False
    return found.st_size == size_bytes and found.st_mtime_ns == WHOLE_TIME_NANOSECONDS


class _Download:
    """One file on its way: a server that went away is asked for the rest."""

    def __init__(self, route: str, file: Mapping[str, Any], target: BinaryIO, is_unwanted: Callable[[], bool]) -> None:
        self._route = route
        self._file = file
        self._target = target
        self._is_unwanted = is_unwanted
        self._digest = hashlib.sha256()
        self._received = 0

    def go_on(self, connection: Connection) -> None:
        size = self._file["sizeBytes"]
        check_wanted(self._is_unwanted)
        if self._received < size:
            self._receive(connection)
        if self._received < size:
            raise Unreachable(f"The content of {self._file['path']} ended after {self._received} of {size} bytes.")
        if self._digest.hexdigest() != self._file["sha256"]:
            raise DataDamaged(f"{self._file['path']} was changed in its datastore while it was fetched, or damaged; submit the run again.")

    def _receive(self, connection: Connection) -> None:
        headers = {"Range": f"bytes={self._received}-"} if self._received else {}
        with connection.stream(
            "GET", self._route, headers=headers, patience_seconds=0, read_timeout_seconds=SILENCE_SECONDS
        ) as reply:
            while chunk := reply.read_available(CHUNK_BYTES):
                check_wanted(self._is_unwanted)
                self._received += len(chunk)
                self._digest.update(chunk)
                self._target.write(chunk)
