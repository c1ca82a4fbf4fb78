"""What the process tree of a job uses of the machine, sampled once a second by its supervisor (Linux only)."""

from __future__ import annotations

import json
import os
import time

from runstead.agent.job_folder import FILE_MODE, FOLDER_MODE
from runstead.agent.process_table import HAS_PROC, descendants_of, stat_fields_or_none

SAMPLE_INTERVAL_SECONDS = 1.0
#: A last sample over less than this would say little.
SHORTEST_SAMPLE_SECONDS = 0.5

MIB = 1024**2
# Fields of /proc/PID/stat from the state on: times of the process itself and of its children that were waited for.
CPU_TIME_FIELDS = (11, 12, 13, 14)
CHILDREN_CPU_TIME_FIELDS = (13, 14)
MEMORY_PAGES_FIELD = 21
# Of an interface in /proc/net/dev, in bytes.
RECEIVED_FIELD, SENT_FIELD = 0, 8


class ProcessUsage:
    """Samples the descendants of the calling process.

    What ends is not lost: the kernel adds its processor time and its reading and writing to the process that waits for it.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._ticks_per_second = os.sysconf("SC_CLK_TCK")
        self._page_bytes = os.sysconf("SC_PAGE_SIZE")
        #: Of the node: a share of its machine, or all of it.
        self.node_cores = os.cpu_count() or 1
        #: Of all processes at the last sample; what they share counts for each.
        self.memory_bytes = 0
        self._count = 0
        self._peak_memory_bytes = 0
        self._time = time.monotonic()
        self._cpu_seconds = self._cpu_seconds_until_now([])
        self._read_bytes_before, self._written_bytes_before = self._disk_bytes_until_now([])
        self._network_before = network_bytes_or_none()

    def note_memory_of_ended(self, peak_bytes: int) -> None:
        """The most memory that an ended process ever had: all there is to say of a job shorter than a sample."""
        self._peak_memory_bytes = max(self._peak_memory_bytes, peak_bytes)

    def sample_if_due(self) -> None:
        """Sample when the last time is long enough ago."""
        if HAS_PROC and time.monotonic() - self._time >= SAMPLE_INTERVAL_SECONDS:
            self._sample()

    def sample_last(self) -> None:
        """Sample what has happened since the last time, now that no process is left."""
        if HAS_PROC and (self._count == 0 or time.monotonic() - self._time >= SHORTEST_SAMPLE_SECONDS):
            self._sample()

    def _sample(self) -> None:
        pids = _tree_below(os.getpid())
        moment = time.monotonic()
        cpu_seconds = self._cpu_seconds_until_now(pids)
        # Less than before when a process has ended that nobody waits for.
        percent = 100 * max(0.0, cpu_seconds - self._cpu_seconds) / max(moment - self._time, 0.001)
        read_bytes, written_bytes = self._disk_bytes_until_now(pids)
        values = {
            "cpu_percent": round(percent, 2),
            "cpu_node_percent": round(percent / self.node_cores, 2),
            "disk_read_mib": round(max(0, read_bytes - self._read_bytes_before) / MIB, 3),
            "disk_write_mib": round(max(0, written_bytes - self._written_bytes_before) / MIB, 3),
        }
        values.update(self._network_until_now())
        if pids or self._count == 0:
            self.memory_bytes = self._memory_bytes_of(pids)
            values["memory_mib"] = round((self.memory_bytes or self._peak_memory_bytes) / MIB, 3)
        self._time, self._cpu_seconds = moment, cpu_seconds
        self._count += 1
        append_sample(self._path, values)

    def _network_until_now(self) -> dict[str, float]:
        now = network_bytes_or_none()
        if now is None or self._network_before is None:
            return {}
        # Less than before when an interface has gone.
        received_bytes, sent_bytes = (max(0, count - before) for count, before in zip(now, self._network_before))
        return {"network_received_mib": round(received_bytes / MIB, 3), "network_sent_mib": round(sent_bytes / MIB, 3)}

    def _cpu_seconds_until_now(self, pids: list[int]) -> float:
        own = stat_fields_or_none(os.getpid())
        ticks = sum(int(own[field]) for field in CHILDREN_CPU_TIME_FIELDS) if own else 0
        for pid in pids:
            fields = stat_fields_or_none(pid)
            if fields is not None:
                ticks += sum(int(fields[field]) for field in CPU_TIME_FIELDS)
        return ticks / self._ticks_per_second

    def _memory_bytes_of(self, pids: list[int]) -> int:
        found = (stat_fields_or_none(pid) for pid in pids)
        return sum(int(fields[MEMORY_PAGES_FIELD]) for fields in found if fields is not None) * self._page_bytes

    def proportional_memory_bytes(self) -> int:
        """What all processes use now, where what several share counts once; slower than a sample."""
        return sum(_proportional_bytes_of(pid) for pid in _tree_below(os.getpid()))

    def _disk_bytes_until_now(self, pids: list[int]) -> tuple[int, int]:
        read_bytes = written_bytes = 0
        for pid in (os.getpid(), *pids):
            try:
                with open(f"/proc/{pid}/io", encoding="ascii") as file:
                    facts = dict(line.split(": ") for line in file)
            except OSError:  # It ended meanwhile, or this kernel does not count.
                continue
            read_bytes += int(facts["read_bytes"])
            written_bytes += int(facts["write_bytes"])
        return read_bytes, written_bytes


def network_bytes_or_none() -> tuple[int, int] | None:
    """What has come in and gone out over the network interfaces of this machine, or of its namespace; None where it is not told.

    Loopback does not count. Of single processes Linux keeps no such account.
    """
    received_bytes = sent_bytes = 0
    try:
        with open("/proc/self/net/dev", encoding="ascii") as file:
            for line in file.readlines()[2:]:
                interface, _, counts = line.partition(":")
                fields = counts.split()
                if interface.strip() != "lo":
                    received_bytes += int(fields[RECEIVED_FIELD])
                    sent_bytes += int(fields[SENT_FIELD])
    except OSError:
        return None
    return received_bytes, sent_bytes


def _proportional_bytes_of(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            return sum(int(line.split()[1]) * 1024 for line in file if line.startswith("Pss:"))
    except OSError:  # It ended meanwhile, or is another user's.
        return 0


def append_sample(path: str, values: dict[str, float]) -> None:
    """Add a sample as a line in one piece: supervisor and agent both write to the file."""
    line = json.dumps({"time": time.time_ns() // 1000, "values": values}, separators=(",", ":"))
    try:
        os.makedirs(os.path.dirname(path), mode=FOLDER_MODE, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, FILE_MODE)
    except OSError:  # A full disk: the job comes first.
        return
    try:
        os.write(descriptor, f"{line}\n".encode())
    except OSError:
        return
    finally:
        os.close(descriptor)


def _tree_below(ancestor: int) -> list[int]:
    """Like `descendants_of`, at a cost that grows with the tree and not with the machine."""
    if not os.path.exists(f"/proc/{ancestor}/task/{ancestor}/children"):  # A kernel that was built without it.
        return descendants_of(ancestor)
    found: list[int] = []
    pending = [ancestor]
    while pending:
        below = _children_of(pending.pop())
        found.extend(below)
        pending.extend(below)
    return found


def _children_of(pid: int) -> list[int]:
    children: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                children.extend(int(child) for child in file.read().split())
    except OSError:  # It ended meanwhile.
        pass
    return children
