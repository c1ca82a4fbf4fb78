"""One file of a spool: records appended by one process for one run, the offset up to which they were sent, and what was refused.

A record that `write` has returned from is in the operating system's hands and survives the death of the process. The name
of the file is the writer id of its records and their byte offsets are the sequence that the server stores, which is how
nothing is stored twice. Whoever holds the lock on the file may send it: its process, and once that is gone anyone.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from pathlib import Path
from typing import Any, Mapping, NamedTuple

from runstead.records import Record, parse_line

try:
    import fcntl
except ImportError:  # Windows: files of other processes are then sent only by an explicit sync.
    fcntl = None  # type: ignore[assignment]

SUFFIX = ".spool"
FORMAT = 1
READ_BYTES = 4 * 1024 * 1024
BATCH_POINTS = 50_000


class Batch(NamedTuple):
    """Records that are sent together, from byte `first` to byte `last` of the file: metrics, or one other record."""

    records: list[Record]
    first: int
    last: int


class Refusal(NamedTuple):
    """Records that the server will never take, and why."""

    record_count: int
    message: str


class SpoolFile:
    def __init__(self, path: Path, descriptor: int, header: Mapping[str, Any], header_size: int) -> None:
        self.path = path
        self.header = header
        self._descriptor = descriptor
        self._header_size = header_size
        self._acknowledgement: int | None = None
        self.size = os.fstat(descriptor).st_size
        self.acknowledged = max(header_size, self._read_acknowledged())

    @classmethod
    def create(cls, folder: Path, header: Mapping[str, Any]) -> SpoolFile:
        """A new file in `folder`, locked for this process before anyone can see it."""
        writer = f"{time.time_ns() // 1000}-{os.getpid()}-{secrets.token_hex(4)}"
        line = json.dumps({"spool": FORMAT, "writer": writer, "createdTime": time.time_ns() // 1000, **header}).encode() + b"\n"
        path = folder / f"{writer}{SUFFIX}"
        hidden = path.with_suffix(".new")
        descriptor = open_new(hidden)
        try:
            _lock(descriptor)
            os.write(descriptor, line)
            os.rename(hidden, path)
        except OSError:
            os.close(descriptor)
            hidden.unlink()
            raise
        return cls(path, descriptor, json.loads(line), len(line))

    @classmethod
    def adopt(cls, path: Path) -> SpoolFile | None:
        """The file of a process that is gone, locked; None while its process lives, or when it is sent already."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0))
        except OSError:
            return None
        try:
            # Between open and lock another process may have sent the file and removed it.
            if not _lock(descriptor) or not path.exists() or not os.path.samestat(os.fstat(descriptor), path.stat()):
                raise BlockingIOError
            line = _pread(descriptor, READ_BYTES, 0).split(b"\n", 1)[0]
            header = json.loads(line)
            if header.get("spool") != FORMAT:
                raise ValueError("unknown format")
            _cut_unfinished_line(descriptor)
        except (OSError, ValueError):
            os.close(descriptor)
            return None
        return cls(path, descriptor, header, len(line) + 1)

    @property
    def writer(self) -> str:
        return str(self.header["writer"])

    @property
    def is_sent(self) -> bool:
        return self.acknowledged >= self.size

    @property
    def refused_path(self) -> Path:
        return self.path.with_name(self.path.name + ".refused")

    def write(self, data: bytes) -> None:
        """Appends whole lines: all of them, or none when the disk is full."""
        written = os.write(self._descriptor, data)
        while written < len(data):
            try:
                written += os.write(self._descriptor, data[written:])
            except OSError:
                os.ftruncate(self._descriptor, self.size)
                raise
        self.size += written

    def read_batch(self) -> Batch | None:
        """The next records to send; None when all are sent."""
        data = self._read_lines()
        records: list[Record] = []
        first = offset = self.acknowledged
        points = 0
        for line in data.splitlines(keepends=True):
            fields = parse_line(line)
            if fields is None:
                if records:
                    break
                self.set_aside([line], "The record is damaged and cannot be read.")
                offset += len(line)
                first = offset
                self.acknowledge(offset)
                continue
            record = Record(line, fields)
            if not record.is_metric and records:
                break
            records.append(record)
            offset += len(line)
            points += record.point_count if record.is_metric else BATCH_POINTS
            if points >= BATCH_POINTS:
                break
        return Batch(records, first, offset) if records else None

    def count_unsent(self) -> int:
        count = 0
        offset = self.acknowledged
        while True:
            data = _pread(self._descriptor, READ_BYTES, offset)
            if not data:
                return count
            count += data.count(b"\n")
            offset += len(data)

    def acknowledge(self, offset: int) -> None:
        """Remembers that everything before `offset` is settled, in a file beside that is written in one piece."""
        self.acknowledged = offset
        try:
            if self._acknowledgement is None:
                self._acknowledgement = os.open(self._acknowledged_path, os.O_RDWR | os.O_CREAT, 0o600)
            os.lseek(self._acknowledgement, 0, os.SEEK_SET)
            os.write(self._acknowledgement, b"%020d\n" % offset)
        except OSError:
            # Without it records may be sent twice, which the server recognises by writer and offsets.
            pass

    def set_aside(self, lines: list[bytes], reason: str) -> None:
        """Keeps records that the server will never take, with its words, beside the file."""
        with open(self.refused_path, "ab") as refused:
            for line in lines:
                refused.write(json.dumps({"reason": reason, "record": line.decode(errors="replace").rstrip("\n")}).encode() + b"\n")

    def close(self) -> None:
        """Closes the file and with it the lock; removes it when all of it is settled, and folders that are empty then."""
        if self.is_sent:
            with contextlib.suppress(OSError):
                self.path.unlink()
            with contextlib.suppress(OSError):
                self._acknowledged_path.unlink()
            if self.path.parent.name == self.header["runId"]:
                with contextlib.suppress(OSError):
                    self.path.parent.rmdir()
                    self.path.parent.parent.rmdir()
        self.abandon()

    def abandon(self) -> None:
        """Closes the file as it is."""
        os.close(self._descriptor)
        if self._acknowledgement is not None:
            os.close(self._acknowledgement)
            self._acknowledgement = None

    @property
    def _acknowledged_path(self) -> Path:
        return self.path.with_name(self.path.name + ".acknowledged")

    def _read_acknowledged(self) -> int:
        try:
            return min(int(self._acknowledged_path.read_text()), self.size)
        except (OSError, ValueError):
            return 0

    def _read_lines(self) -> bytes:
        wanted = READ_BYTES
        while True:
            data = _pread(self._descriptor, wanted, self.acknowledged)
            end = data.rfind(b"\n") + 1
            if end or len(data) < wanted:
                return data[:end]
            wanted *= 2


def open_new(path: Path) -> int:
    """Makes a file and the folder that it lies in."""
    for attempt in range(3):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
        except FileNotFoundError:
            # Another process has removed the folder with the last file in it, between the two.
            if attempt == 2:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


def spool_files_in(folder: Path) -> list[Path]:
    """The spool files in a folder and the folders within it, oldest first: a run is created before its children."""
    try:
        found = [path for path in folder.rglob(f"*{SUFFIX}") if path.is_file()]
    except OSError:
        return []
    return sorted(found, key=lambda path: path.name)


def _lock(descriptor: int) -> bool:
    if fcntl is None:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _cut_unfinished_line(descriptor: int) -> None:
    """A last line without an end is no record: the call that wrote it never returned."""
    size = os.fstat(descriptor).st_size
    begin = max(0, size - READ_BYTES)
    end = begin + _pread(descriptor, READ_BYTES, begin).rfind(b"\n") + 1
    if begin < end < size:
        os.ftruncate(descriptor, end)


def _pread(descriptor: int, size: int, offset: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(descriptor, size, offset)
    os.lseek(descriptor, offset, os.SEEK_SET)  # Appends go to the end whatever the position is.
    return os.read(descriptor, size)
