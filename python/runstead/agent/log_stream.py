"""Sends a growing log file to the server: by byte offset, so that sending anything twice is harmless."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from runstead.agent.log_bases import LogBases
from runstead.agent.log_mask import LogMask
from runstead.agent.server_link import FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS, ServerLink
from runstead.connection import Connection, file_path_of
from runstead.errors import RunsteadError

#: Well under the 8 MiB that the server takes at once, and small enough to be shown while the rest is on its way.
CHUNK_BYTES = 1024 * 1024

#: More than this goes by itself: what is sent together is small, so that no line waits for long.
OFFER_BYTES_MAX = 64 * 1024

#: Where several write to a log, a longer line goes in pieces.
LINE_BYTES_MAX = CHUNK_BYTES // 2

OCTETS = {"Content-Type": "application/octet-stream"}


class Offer(NamedTuple):
    """What a log has to send, while nobody else sends of it."""

    stream: LogStream
    name: str
    offset: int
    chunk: bytes
    #: Of a log that several write to: who this is.
    writer: str | None


class LogStream:
    """One log of a run, from a file on this machine; not to be used by two threads at once."""

    def __init__(
        self,
        link: ServerLink,
        bases: LogBases,
        caller: Mapping[str, Any],
        run_id: str,
        name: str,
        file_path: str,
        is_new: bool,
        mask: LogMask,
        writer: str | None = None,
    ) -> None:
        """`caller` holds the lease; `is_new` says that no agent has sent anything of this attempt's file yet.

        With `writer` several write to this log: each sends whole lines, and the server keeps apart how far it is.
        """
        self._caller = {**caller, "writer": writer} if writer is not None else caller
        self._writer = writer
        self._mask = mask
        #: The last line has no end, and will have none.
        self._is_torn = False
        self._link = link
        self._bases = bases
        self._name = name
        self._path = file_path_of(run_id, "logs", name)
        self._file_path = file_path
        self._base = 0
        #: Where the server's copy ends; None until the server has said it.
        self._offset: int | None = 0 if is_new and (bases.are_zero or writer is not None) else None
        self._sent_digest = hashlib.sha256() if is_new else None
        self._retry_time = 0.0
        self._backoff = FIRST_BACKOFF_SECONDS
        self._has_sent = False
        self._is_closed = False

    @property
    def sent_bytes(self) -> int:
        """How much of the file the server has."""
        return max(0, (self._offset or 0) - self._base)

    @property
    def sent_sha256(self) -> str | None:
        """Of what was sent of the file; None when another agent has sent a part of it, or the server refused more."""
        return None if self._sent_digest is None or self._is_closed else self._sent_digest.hexdigest()

    def send_new(self) -> bool:
        """Send the next bytes if there are any; whether there were. A server that is away is asked again later."""
        if self._is_closed or time.monotonic() < self._retry_time:
            return False
        if self._offset is not None and not self._next_chunk():
            return False
        try:
            self._send_next(self._link.connection())
        except RunsteadError as error:
            if error.is_permanent:
                self._close(error)
                return False
            self._link.complain(error)
            self._retry_time = time.monotonic() + self._backoff
            self._backoff = min(2 * self._backoff, LONGEST_BACKOFF_SECONDS)
            return False
        self._backoff = FIRST_BACKOFF_SECONDS
        return True

    def offer_or_none(self) -> Offer | None:
        """What is new, to be sent together with other files; None when there is nothing, or when it has to go by itself."""
        if self._is_closed or self._offset is None or time.monotonic() < self._retry_time:
            return None
        chunk = self._next_chunk()
        if len(chunk) > OFFER_BYTES_MAX or (self._has_sent and not chunk):
            return None
        return Offer(self, self._name, self._offset, chunk, self._writer)

    def flush_large(self, given_up: threading.Event) -> None:
        """Send what is left until it is small enough to be offered."""
        while not self._is_closed and len(self._next_chunk()) > OFFER_BYTES_MAX:
            self._insist(given_up)

    def flush(self, given_up: threading.Event) -> None:
        """Send all that is left, however long that takes; raises LinkClosed when `given_up` is set before.

        The server has the log then, even if it is empty. Nothing is written to it any more.
        """
        self._is_torn = True
        while not self._is_closed and (not self._has_sent or self._next_chunk()):
            self._insist(given_up)

    def _insist(self, given_up: threading.Event) -> None:
        try:
            self._link.until_answered(self._send_next, given_up)
        except RunsteadError as error:
            self._close(error)

    def _next_chunk(self) -> bytes:
        try:
            with open(self._file_path, "rb", buffering=0) as file:
                file.seek(self.sent_bytes)
                chunk = file.read(CHUNK_BYTES)
        except FileNotFoundError:
            return b""
        if not self._is_torn:
            chunk = self._mask.without_beginning(chunk)
        whole_bytes = chunk.rfind(b"\n") + 1
        is_whole = self._writer is None or self._is_torn or (whole_bytes == 0 and len(chunk) > LINE_BYTES_MAX)
        return chunk if is_whole else chunk[:whole_bytes]

    def _send_next(self, connection: Connection) -> None:
        if self._offset is None:
            self._base = 0 if self._writer is not None else self._bases.of(connection, self._name)
            self._offset = self._append(connection, 0, b"")
            self._has_sent = True
            if self._offset == self._base:
                self._sent_digest = hashlib.sha256()
            return
        chunk = self._next_chunk()
        self.note_sent(chunk, self._append(connection, self._offset, chunk))

    def covered(self, chunk: bytes) -> bytes:
        """What the server is to have of it: as many bytes, without secrets."""
        return self._mask.cover(chunk)

    def note_sent(self, chunk: bytes, size_bytes: int) -> None:
        """The next bytes were taken; the server has the log up to a size now."""
        assert self._offset is not None
        expected = self._offset + len(chunk)
        self._offset = size_bytes
        self._has_sent = True
        if self._sent_digest is not None:
            self._sent_digest.update(chunk)
        if size_bytes != expected:  # Somebody else writes to it, or the server has cut it.
            self._sent_digest = None

    def _append(self, connection: Connection, offset: int, chunk: bytes) -> int:
        query: Any = {"offset": offset, **self._caller}
        with connection.stream("POST", self._path, self.covered(chunk), OCTETS, query, patience_seconds=0) as response:
            return int(json.loads(response.read())["sizeBytes"])

    def _close(self, error: RunsteadError) -> None:
        self._is_closed = True
        self._link.complain(error)
