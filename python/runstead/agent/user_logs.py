"""Streams what a job writes while it grows: the text files of its logs folder, and TensorBoard's event files wherever they lie."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Callable

from runstead.agent.job_logs import OpenStream
from runstead.agent.log_stream import LogStream
from runstead.agent.results import LOGS, FileState, ResultFile, find_results, is_event_file, state_or_none
from runstead.artifacts import hash_file

#: The others are uploaded when the job has ended.
STREAMS_MAX = 100
#: Enough to tell text from what is none.
SAMPLE_BYTES = 4096


class UserLogs:
    """Not to be used by two threads at once. A file that is written anew is left to the upload at the end."""

    def __init__(
        self,
        work: str,
        reserved: Collection[str],
        open_stream: OpenStream,
        name_of: Callable[[str], str] = str,
    ) -> None:
        """`name_of` gives a file's path within the run for the one in the working folder."""
        self._work = work
        self._reserved = reserved
        self._name_of = name_of
        self._open_stream = open_stream
        self._streams: dict[str, LogStream] = {}
        self._states: dict[str, FileState] = {}
        self._left_out: set[str] = set()

    def send_new(self, given_up: threading.Event) -> None:
        """Send what the logs have grown by."""
        for result in self._files():
            stream = self._stream_of_grown(result)
            while stream is not None and not given_up.is_set() and stream.send_new():
                pass

    def flush(self, given_up: threading.Event) -> dict[str, FileState]:
        """Send all that is left, however long that takes; returns the logs that the server now has as they are."""
        for result in self._files():
            self._stream_of_grown(result)
        whole: dict[str, FileState] = {}
        for name, stream in self._streams.items():
            if name in self._left_out:
                continue
            path = Path(self._work, name)
            stream.flush(given_up)
            state = state_or_none(path)
            if state is not None and stream.sent_sha256 == hash_file(path):
                whole[name] = state
        return whole

    def _files(self) -> Iterator[ResultFile]:
        in_logs = os.path.join(LOGS, "")
        return (result for result in find_results(self._work) if result.name.startswith(in_logs) or is_event_file(result.name))

    def _stream_of_grown(self, result: ResultFile) -> LogStream | None:
        """The stream of a file that is not the same as before, if it is one to stream."""
        name = result.name
        state = state_or_none(result.path)
        if state is None or name in self._left_out:
            return None
        before = self._states.get(name)
        if before is None:
            return self._begin(result, state)
        stream = self._streams[name]
        if state.inode != before.inode or state.size_bytes < max(before.size_bytes, stream.sent_bytes):
            self._left_out.add(name)
            return None
        self._states[name] = state
        return stream if state.size_bytes > stream.sent_bytes else None

    def _begin(self, result: ResultFile, state: FileState) -> LogStream | None:
        if state.size_bytes == 0:  # What it will be is yet to be seen.
            return None
        if result.name in self._reserved or len(self._streams) >= STREAMS_MAX or not _grows(result):
            self._left_out.add(result.name)
            return None
        self._states[result.name] = state
        self._streams[result.name] = self._open_stream(self._name_of(result.name), str(result.path), False, None)
        return self._streams[result.name]


def _grows(result: ResultFile) -> bool:
    """Whether a file is one that is written to at its end alone."""
    if is_event_file(result.name):
        return True
    try:
        with open(result.path, "rb") as file:
            return b"\0" not in file.read(SAMPLE_BYTES)
    except OSError:
        return False
