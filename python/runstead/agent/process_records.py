"""How each process of a job goes and how it ended, one small file a process; and which of them decided the end of all."""

from __future__ import annotations

import os
from typing import Any

from runstead.agent.job_folder import JobFolder, read_json_or_none, write_json
from runstead.agent.moment import now


class ProcessRecord:
    """Kept by whoever starts the process."""

    def __init__(self, folder: JobFolder, number: int) -> None:
        self._path = folder.process_record(number)
        self._record: dict[str, Any] = {"process": number}

    def begin(self, pid: int) -> None:
        self._save(pid=pid, state="running", startTime=now())

    def end(self, code: int) -> None:
        """`code` is negative for a signal."""
        self._save(state="ended", endTime=now(), exitCode=code if code >= 0 else None, signal=-code if code < 0 else None)

    def _save(self, **changes: Any) -> None:
        self._record.update(changes)
        os.makedirs(os.path.dirname(self._path), exist_ok=True)
        write_json(self._path, self._record)


def read_record(folder: JobFolder, number: int) -> dict[str, Any]:
    """Empty until the process has begun."""
    return read_json_or_none(folder.process_record(number)) or {}
