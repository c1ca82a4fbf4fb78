"""Waking up when a file of a folder changes: by inotify where there is one, else by looking often."""

from __future__ import annotations

import ctypes
import os
import select
import struct
import sys
import threading

# From <sys/inotify.h>.
IN_MODIFY = 0x2
IN_MOVED_TO = 0x80
# The folder is gone, and the kernel has dropped the watch.
IN_IGNORED = 0x8000
IN_NONBLOCK_CLOEXEC = 0o2004000
EVENT_HEADER = struct.Struct("iIII")

#: How soon a change is seen without inotify, and how soon when nothing has changed for a while.
BUSY_INTERVAL_SECONDS = 0.02
QUIET_INTERVAL_SECONDS = 0.05


class FolderWatch:
    """Watches any number of folders with one kernel object and one thread; there are only 128 such objects a user."""

    def __init__(self) -> None:
        self._changed: dict[int, threading.Event] = {}
        self._lock = threading.Lock()
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = self._open_or_none()
        if self._descriptor is not None:
            threading.Thread(target=self._read_events, name="folder watch", daemon=True).start()

    def watch(self, path: str) -> Watched:
        """Begin to watch a folder; the folder's removal ends it."""
        changed = threading.Event()
        if self._descriptor is None:
            return Watched(None)
        with self._lock:
            number = self._libc.inotify_add_watch(self._descriptor, os.fsencode(path), IN_MODIFY | IN_MOVED_TO)
            if number < 0:  # Every watch of this user is taken.
                return Watched(None)
            self._changed[number] = changed
        return Watched(changed)

    def _open_or_none(self) -> int | None:
        if not sys.platform.startswith("linux"):
            return None
        descriptor = self._libc.inotify_init1(IN_NONBLOCK_CLOEXEC)
        return descriptor if descriptor >= 0 else None

    def _read_events(self) -> None:
        assert self._descriptor is not None
        while True:
            select.select([self._descriptor], [], [])
            events = os.read(self._descriptor, 65536)
            offset = 0
            while offset < len(events):
                number, mask, _, name_bytes = EVENT_HEADER.unpack_from(events, offset)
                offset += EVENT_HEADER.size + name_bytes
                self._announce(number, mask)

    def _announce(self, number: int, mask: int) -> None:
        with self._lock:
            changed = self._changed.pop(number, None) if mask & IN_IGNORED else self._changed.get(number)
        if changed is not None:
            changed.set()


class Watched:
    """One watched folder."""

    def __init__(self, changed: threading.Event | None) -> None:
        self._changed = changed
        self._interval_seconds = BUSY_INTERVAL_SECONDS

    def note_activity(self) -> None:
        """Something has changed just now, and more is likely."""
        self._interval_seconds = BUSY_INTERVAL_SECONDS

    def wait(self, seconds: float) -> None:
        """Wait for a change, at most so long; may return without one."""
        if self._changed is not None:
            self._changed.wait(seconds)
            self._changed.clear()
            return
        threading.Event().wait(min(seconds, self._interval_seconds))
        self._interval_seconds = min(self._interval_seconds + 0.001, QUIET_INTERVAL_SECONDS)
