"""Sends the records of a spool file to the server: each once, in order, and none held up by one that is refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable, NamedTuple

from runstead.artifacts import upload_file
from runstead.connection import Connection, path_of
from runstead.errors import RunsteadError
from runstead.records import OPERATION, Record, pack
from runstead.spool_file import Batch, Refusal, SpoolFile

#: A row is a table of one row: azureml-core logs both under one name, so they count as one kind here too.
TABLE_KINDS = {"row", "table"}


class Delivered(NamedTuple):
    """What became of a batch."""

    record_count: int
    #: Whether it was a change of the run or a file, and not metrics.
    is_operation: bool
    refusals: list[Refusal]


def deliver_next(connection: Connection, file: SpoolFile) -> Delivered | None:
    """Sends the next batch of a file; None when nothing is left. Raises what may pass: the batch is then still to be sent."""
    batch = file.read_batch()
    if batch is None:
        return None
    is_operation = not batch.records[0].is_metric
    send = _repeat_request if is_operation else _send_metrics
    refusals = send(connection, file, batch)
    file.acknowledge(batch.last)
    return Delivered(len(batch.records), is_operation, refusals)


def apply_operation(connection: Connection, method: str, path: str, body: Any, patience_seconds: float | None = None) -> Any:
    """Performs a change to a run, bringing the run back first if it was given up only because nothing was heard from it."""
    try:
        return connection.call(method, path, body, patience_seconds=patience_seconds)
    except RunsteadError as error:
        if error.code != "status-change-not-allowed" or not path.endswith("/status"):
            raise
        run = path[: -len("/status")]
        if not reopen_if_given_up(connection, run, patience_seconds):
            raise
        return connection.call(method, path, body, patience_seconds=patience_seconds)


def reopen_if_given_up(connection: Connection, run_path: str, patience_seconds: float | None = None) -> bool:
    """Whether the run had failed for want of a heartbeat, and runs again now."""
    run = connection.call("GET", run_path, patience_seconds=patience_seconds)
    if run["status"] != "Failed" or (run["error"] or {}).get("code") != "LeaseExpired":
        return False
    connection.call(
        "POST", f"{run_path}/reopen", {"reason": "The client that runs it has come back."}, patience_seconds=patience_seconds
    )
    return True


def _send_metrics(connection: Connection, file: SpoolFile, batch: Batch) -> list[Refusal]:
    return _Metrics(connection, file).send(batch)


class _Metrics:
    """Sends metric records as numbered batches, and cuts a refused batch until only what is at fault is set aside."""

    def __init__(self, connection: Connection, file: SpoolFile) -> None:
        self._connection = connection
        self._file = file
        self._path = path_of("runs", str(file.header["runId"]), "metrics")
        self._kinds: dict[str, str] = {}
        self._refusals: list[Refusal] = []

    def send(self, batch: Batch) -> list[Refusal]:
        self._send(batch.records, batch.first, batch.last)
        return self._refusals

    def _send(self, records: list[Record], first: int, last: int) -> None:
        while records:
            try:
                self._post(records, first, last)
                return
            except RunsteadError as error:
                if error.code == "writer-ahead":
                    records, first = _after(records, first, int(error.details["stored"]))
                elif not error.is_permanent:
                    raise
                elif error.code == "metric-kind-changed" and "name" in error.details:
                    records = self._without_kind_conflict(records, error)
                elif len(records) == 1:
                    self._refuse(records, str(error))
                    return
                else:
                    half = len(records) // 2
                    middle = first + sum(len(record.line) for record in records[:half])
                    self._send(records[:half], first, middle)
                    first, records = middle, records[half:]

    def _post(self, records: list[Record], first: int, last: int) -> None:
        body = {"writer": self._file.writer, "first": first, "last": last, "series": pack(records, self._kinds)}
        self._connection.call("POST", self._path, body, patience_seconds=0)

    def _without_kind_conflict(self, records: list[Record], error: RunsteadError) -> list[Record]:
        name, kind, given = (str(error.details.get(key)) for key in ("name", "kind", "given"))
        if {kind, given} == TABLE_KINDS and name not in self._kinds:
            self._kinds[name] = kind
            return records
        # The records of that kind are refused; what else the batch holds of the name may well be of the right one.
        refused = [record for record in records if record.fields[2] == name and _kind_of(record) != kind]
        if not refused:
            refused = [record for record in records if record.fields[2] == name] or records
        self._refuse(refused, str(error))
        gone = set(map(id, refused))
        return [record for record in records if id(record) not in gone]

    def _refuse(self, records: list[Record], reason: str) -> None:
        self._file.set_aside([record.line for record in records], reason)
        self._refusals.append(Refusal(len(records), reason))


def _repeat_request(connection: Connection, file: SpoolFile, batch: Batch) -> list[Refusal]:
    fields = batch.records[0].fields
    send: Callable[[], Any]
    if fields[0] == OPERATION:
        _, _, method, path, body = fields
        send = lambda: apply_operation(connection, method, path, body, patience_seconds=0)  # noqa: E731
    else:
        send = lambda: _upload(connection, file, fields)  # noqa: E731
    try:
        send()
    except RunsteadError as error:
        if not error.is_permanent:
            raise
        return _set_aside(file, batch, str(error))
    except OSError as reason:
        return _set_aside(file, batch, f"The file to upload cannot be read: {reason}.")
    return []


def _upload(connection: Connection, file: SpoolFile, fields: list[Any]) -> None:
    _, _, path, source, content_type, own = fields
    upload_file(connection, str(file.header["runId"]), path, Path(source), content_type, patience_seconds=0)
    if own:
        os.unlink(source)


def _set_aside(file: SpoolFile, batch: Batch, reason: str) -> list[Refusal]:
    file.set_aside([record.line for record in batch.records], reason)
    return [Refusal(len(batch.records), reason)]


def _kind_of(record: Record) -> str:
    return str(record.fields[3]) if len(record.fields) == 6 else "scalar"


def _after(records: list[Record], first: int, stored: int) -> tuple[list[Record], int]:
    """The records that begin at or after the byte that the server has stored up to."""
    position = first
    for index, record in enumerate(records):
        if position >= stored:
            return records[index:], position
        position += len(record.line)
    return [], position
