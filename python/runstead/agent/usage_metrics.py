"""Sends the samples of what a job uses as metrics of its run: by offset in their file, so that nothing is stored twice."""

from __future__ import annotations

import json
import threading
from typing import Any

from runstead.agent.job_folder import JobFolder
from runstead.agent.server_link import ServerLink
from runstead.connection import Connection, path_of
from runstead.errors import RunsteadError
from runstead.metric_reading import SYSTEM_PREFIX

#: Well under the 100,000 points that the server takes at once.
BATCH_BYTES = 256 * 1024


class UsageMetrics:
    """Not to be used by two threads at once."""

    def __init__(self, folder: JobFolder, link: ServerLink, run_id: str, fence: int, prefix: str, is_new: bool) -> None:
        """`prefix` is that of a node among several; `is_new` says that nobody has sent samples of this attempt yet."""
        self._path = folder.usage
        self._link = link
        self._run_id = run_id
        self._writer = f"usage-{prefix}{fence}".replace("/", "-")
        self._prefix = SYSTEM_PREFIX + prefix
        #: Up to where the server has the file; None until it has said so.
        self._stored: int | None = 0 if is_new else None
        self._is_refused = False

    def send_new(self, given_up: threading.Event) -> None:
        """Send all samples that are new, however long that takes; raises LinkClosed when `given_up` is set before."""
        while not self._is_refused and (self._stored is None or self._next_batch()):
            try:
                self._link.until_answered(self._send_next, given_up)
            except RunsteadError as error:
                if error.code == "writer-ahead":  # The reply to an earlier batch was lost.
                    self._stored = None
                    continue
                self._is_refused = True
                self._link.complain(error)

    def _next_batch(self) -> bytes:
        """The next whole lines."""
        try:
            with open(self._path, "rb", buffering=0) as file:
                file.seek(self._stored or 0)
                batch = file.read(BATCH_BYTES)
        except FileNotFoundError:
            return b""
        return batch[: batch.rfind(b"\n") + 1]

    def _send_next(self, connection: Connection) -> None:
        if self._stored is None:
            address = path_of("runs", self._run_id, "metrics", "writers", self._writer)
            self._stored = int(connection.call("GET", address, patience_seconds=0)["stored"])
            return
        batch = self._next_batch()
        if not batch:
            return
        last = self._stored + len(batch)
        series = _series_of(batch, self._prefix)
        if series:
            body = {"writer": self._writer, "first": self._stored, "last": last, "series": series}
            connection.call("POST", path_of("runs", self._run_id, "metrics"), body, patience_seconds=0)
        self._stored = last


def _series_of(batch: bytes, prefix: str) -> list[dict[str, Any]]:
    times: dict[str, list[int]] = {}
    values: dict[str, list[float]] = {}
    for line in batch.splitlines():
        try:
            sample = json.loads(line)
        except ValueError:  # A full disk has cut it short.
            continue
        for name, value in sample["values"].items():
            times.setdefault(prefix + name, []).append(sample["time"])
            values.setdefault(prefix + name, []).append(value)
    return [
        {"name": name, "kind": "scalar", "times": times[name], "columns": [{"name": name, "type": "float", "values": values[name]}]}
        for name in times
    ]
