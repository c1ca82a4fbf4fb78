"""A folder belongs to one process at a time: whoever holds the lock file in it, which tells its process id."""

from __future__ import annotations

import fcntl
import os

from runstead.agent.job_folder import FILE_MODE


class NodeInUse(Exception):
    """Another process works on this folder."""


def lock_folder(folder: str, name: str) -> int:
    """The descriptor that holds the lock until it is closed, or this process ends. Raises NodeInUse."""
    lock = os.open(os.path.join(folder, name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.read(lock, 32).decode().strip()
        os.close(lock)
        raise NodeInUse(f"{folder} is in use by the agent with process id {owner}") from None
    os.truncate(lock, 0)
    os.write(lock, f"{os.getpid()}\n".encode())
    return lock
