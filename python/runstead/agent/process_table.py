"""Which processes there are: who descends from whom, who carries a marker, and whether a pid is still the same process.

Linux answers from /proc. Elsewhere `ps` is asked: descendants and process groups are found as well, marked processes
are not.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, NamedTuple

HAS_PROC = os.path.exists("/proc/self/stat")

#: Environment variable that every process of a job inherits, however far it runs from its parents.
MARKER_VARIABLE = "RUNSTEAD_JOB_MARKER"


class ProcessIdentity(NamedTuple):
    """A process and no other: a pid is used again by later processes, with its start time and boot it is not."""

    boot_id: str
    pid: int
    start: str

    def to_json(self) -> dict[str, Any]:
        return {"bootId": self.boot_id, "pid": self.pid, "start": self.start}

    @staticmethod
    def from_json(value: dict[str, Any]) -> ProcessIdentity:
        return ProcessIdentity(value["bootId"], value["pid"], value["start"])

    def is_alive(self) -> bool:
        """Whether this very process still runs; one that ended and waits to be reaped does not."""
        return identify_or_none(self.pid) == self


def identify_or_none(pid: int) -> ProcessIdentity | None:
    """The identity of a running process; None when there is none with this pid."""
    start = _start_in_proc_or_none(pid) if HAS_PROC else _start_by_ps_or_none(pid)
    return None if start is None else ProcessIdentity(_boot_id(), pid, start)


def identify_self() -> ProcessIdentity:
    """The identity of the calling process."""
    own = identify_or_none(os.getpid())
    assert own is not None, "a process that runs has a start time"
    return own


def descendants_of(ancestor: int) -> list[int]:
    """Pids of the children of a process, of their children and so on; what has ended and waits to be reaped is left out."""
    children: dict[int, list[int]] = {}
    for pid, parent in _running_with_parent():
        children.setdefault(parent, []).append(pid)
    found: list[int] = []
    pending = [ancestor]
    while pending:
        below = children.get(pending.pop(), [])
        found.extend(below)
        pending.extend(below)
    return found


def members_of_group(group: int) -> list[int]:
    """Pids of the running processes of a process group."""
    return [pid for pid in _running_pids() if _group_or_none(pid) == group]


def marked_with(marker: str) -> list[int]:
    """Pids of running processes of this user whose environment carries the marker; empty where there is no /proc."""
    if not HAS_PROC:
        return []
    wanted = f"{MARKER_VARIABLE}={marker}".encode()
    found: list[int] = []
    for pid in _pids_in_proc():
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                environment = file.read()
        except OSError:  # It ended meanwhile, or it is another user's.
            continue
        if wanted in environment.split(b"\0"):
            found.append(pid)
    return found


def _pids_in_proc() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def _running_with_parent() -> Iterator[tuple[int, int]]:
    if not HAS_PROC:
        yield from _running_with_parent_by_ps()
        return
    for pid in _pids_in_proc():
        fields = stat_fields_or_none(pid)
        if fields is not None and fields[0] not in "ZX":
            yield pid, int(fields[1])


def _running_pids() -> list[int]:
    return [pid for pid, _ in _running_with_parent()]


def _group_or_none(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except (ProcessLookupError, PermissionError):
        return None


def stat_fields_or_none(pid: int) -> list[str] | None:
    """Fields of /proc/PID/stat from the state on; the name before it may hold spaces and parentheses."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read()
    except OSError:
        return None
    return text[text.rindex(b")") + 2 :].decode("ascii").split()


def _start_in_proc_or_none(pid: int) -> str | None:
    fields = stat_fields_or_none(pid)
    # Field 3 of the line is the state, field 22 the start time in clock ticks since boot.
    return None if fields is None or fields[0] in "ZX" else fields[19]


def _boot_id() -> str:
    if HAS_PROC:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    return "".join(_lines_of("sysctl", "-n", "kern.boottime"))


def _lines_of(*command: str) -> list[str]:
    # Imported where it is needed: it would be a third of the start time of a supervisor, which on Linux never calls it.
    import subprocess

    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()


def _start_by_ps_or_none(pid: int) -> str | None:
    lines = _lines_of("ps", "-o", "state=,lstart=", "-p", str(pid))
    state, _, start = lines[0].strip().partition(" ") if lines else ("Z", "", "")
    return None if state.startswith("Z") else start.strip()


def _running_with_parent_by_ps() -> Iterator[tuple[int, int]]:
    for line in _lines_of("ps", "-axo", "pid=,ppid=,state="):
        pid, parent, state = line.split()
        if not state.startswith("Z"):
            yield int(pid), int(parent)
