"""What the processes of a job print: each into its own log as it is and, on several nodes, line by line into the logs of the whole job."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import sys
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from runstead.agent.job_folder import FILE_MODE, JobFolder
from runstead.agent.job_process import CannotStart, start_process

READ_BYTES = 64 * 1024
# From <linux/fcntl.h>; Python has it since 3.10.
F_SETPIPE_SZ = 1031
#: A process prints so much before it has to wait for its reader.
PIPE_BYTES = 256 * 1024
#: A longer line goes into the logs of the whole job in pieces, so that the lines of other processes need not wait for it.
LINE_BYTES_MAX = 64 * 1024
#: How soon room on a full disk is noticed.
FULL_DISK_INTERVAL_SECONDS = 1.0


def start_with_output(
    folder: JobFolder, launch: Mapping[str, Any], number: int, environment: dict[str, str]
) -> tuple[int, ProcessOutput]:
    """Start a process of a job; its pid and what it prints. Raises CannotStart, and its log says why."""
    output = ProcessOutput(folder, number) if launch["node"] is None else SharedOutput(folder, number)
    try:
        pid = start_process(launch["arguments"], launch["folder"], environment, output.stdout, output.stderr)
    except CannotStart as error:
        output.say(f"[runstead] the job cannot be started: {error}")
        output.begin()
        output.close()
        raise
    output.begin()
    return pid, output


class ProcessOutput:
    """Standard output and error of one process, which it writes to its log itself."""

    def __init__(self, folder: JobFolder, number: int) -> None:
        self._log = _open_to_append(folder.process_log(number))
        #: What the process is to be started with.
        self.stdout = self.stderr = self._log

    def begin(self) -> None:
        """The process has what it was to be started with."""

    def say(self, text: str) -> None:
        """Add a line to the log of the process."""
        _write(self._log, f"{text}\n".encode())

    def descriptors(self) -> list[int]:
        """What is to be read, as soon as something can be."""
        return []

    def read(self, descriptor: int) -> int:
        """Take what there is to read; how many bytes that was."""
        return 0

    def close(self) -> None:
        """The process has ended."""
        os.close(self._log)


class _Stream(NamedTuple):
    """One of the two streams of a process."""

    #: What this node adds to the log of the whole job.
    share: int
    #: The last line as long as it has no end.
    line: bytearray


class SharedOutput(ProcessOutput):
    """Read by whoever started the process, since its two streams go two ways.

    Its own log has both in the order in which they came. It waits for room on a full disk, and the process with it: nothing is lost.
    """

    def __init__(self, folder: JobFolder, number: int) -> None:
        super().__init__(folder, number)
        self._prefix = b"[%d] " % number
        reader, self.stdout = _open_pipe()
        error_reader, self.stderr = _open_pipe()
        self._streams = {
            reader: _Stream(_open_to_append(folder.whole_output), bytearray()),
            error_reader: _Stream(_open_to_append(folder.whole_errors), bytearray()),
        }

    def begin(self) -> None:
        os.close(self.stdout)
        os.close(self.stderr)

    def descriptors(self) -> list[int]:
        return list(self._streams)

    def read(self, descriptor: int) -> int:
        try:
            chunk = os.read(descriptor, READ_BYTES)
        except BlockingIOError:
            return 0
        if not chunk:
            self._close(descriptor)
            return 0
        _write(self._log, chunk)
        stream = self._streams[descriptor]
        stream.line.extend(chunk)
        end = stream.line.rfind(b"\n") + 1
        if end > 0:
            self._share(stream, bytes(stream.line[: end - 1]))
            del stream.line[:end]
        elif len(stream.line) >= LINE_BYTES_MAX:
            self._share(stream, bytes(stream.line))
            stream.line.clear()
        return len(chunk)

    def close(self) -> None:
        """Takes what the process has left in its pipes, and no more: others that it has left behind may go on for ever."""
        for descriptor in self.descriptors():
            left_bytes = PIPE_BYTES
            while left_bytes > 0 and (taken := self.read(descriptor)):
                left_bytes -= taken
        for descriptor in self.descriptors():
            self._close(descriptor)
        super().close()

    def _close(self, descriptor: int) -> None:
        stream = self._streams.pop(descriptor)
        if stream.line:
            self._share(stream, bytes(stream.line))
        os.close(descriptor)
        os.close(stream.share)

    def _share(self, stream: _Stream, lines: bytes) -> None:
        """Add whole lines in one piece: other processes of this node write to the same file."""
        _write(stream.share, self._prefix + lines.replace(b"\n", b"\n" + self._prefix) + b"\n")


def _open_to_append(path: str) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, FILE_MODE)


def _open_pipe() -> tuple[int, int]:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError):  # The pipes of this user have taken all the memory that they may.
            fcntl.fcntl(writer, F_SETPIPE_SZ, PIPE_BYTES)
    return reader, writer


def _write(descriptor: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        try:
            left = left[os.write(descriptor, left) :]
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            time.sleep(FULL_DISK_INTERVAL_SECONDS)
