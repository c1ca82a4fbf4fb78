"""What a spool file holds: one JSON line a record, and how records become the columnar series of the metrics route.

A line is a JSON array that begins with its type:

- `["s", time, name, value, step]`: one value of a scalar metric.
- `["m", time, name, kind, columns, step]`: points of another kind; `columns` maps each column name to its values.
- `["o", time, method, path, body]`: a request to repeat, such as a change of status.
- `["f", time, path, source, content_type, own]`: a file to upload; `own` says that the spool made it and removes it.

Times are microseconds since 1970. NaN and infinities stand as Python's JSON writes them; only what is sent must be strict JSON.
"""

from __future__ import annotations

import json
from typing import Any, Iterable, Mapping, NamedTuple

from runstead.wire import to_wire

SCALAR, POINTS, OPERATION, FILE = "s", "m", "o", "f"
#: Rows of a table or items of a list in one record, so that a record stays far below the 32 MiB of a request.
POINTS_PER_RECORD = 10_000
#: A record of rows whose text is longer than this is cut in two.
RECORD_CHARACTERS = 4 * 1024 * 1024


class Record(NamedTuple):
    line: bytes
    fields: list[Any]

    @property
    def is_metric(self) -> bool:
        return self.fields[0] in (SCALAR, POINTS)

    @property
    def point_count(self) -> int:
        return 1 if self.fields[0] == SCALAR else len(next(iter(self.fields[4].values()), ()))


def text_of(value: Any) -> str:
    """A name or value as it stands in a line."""
    return json.dumps(value)


def points_lines(time: int, name: str, kind: str, columns: Mapping[str, list[Any]], step: int | None = None) -> list[str]:
    """The lines of points of one series, as many as their size asks for."""
    count = len(next(iter(columns.values()), ()))
    if count > POINTS_PER_RECORD:
        return [
            line
            for begin in range(0, count, POINTS_PER_RECORD)
            for line in points_lines(time, name, kind, _slice(columns, begin, begin + POINTS_PER_RECORD), step)
        ]
    line = json.dumps([POINTS, time, name, kind, columns, step], separators=(",", ":")) + "\n"
    if len(line) > RECORD_CHARACTERS and count > 1:
        half = count // 2
        return points_lines(time, name, kind, _slice(columns, 0, half), step) + points_lines(
            time, name, kind, _slice(columns, half, count), step
        )
    return [line]


def operation_line(time: int, method: str, path: str, body: Any) -> str:
    return json.dumps([OPERATION, time, method, path, body], separators=(",", ":")) + "\n"


def file_line(time: int, path: str, source: str, content_type: str, own: bool) -> str:
    return json.dumps([FILE, time, path, source, content_type, own], separators=(",", ":")) + "\n"


def parse_line(line: bytes) -> list[Any] | None:
    """The fields of a line, or None for one that is damaged."""
    try:
        fields = json.loads(line)
    except ValueError:
        return None
    lengths = {SCALAR: 5, POINTS: 6, OPERATION: 5, FILE: 6}
    if not isinstance(fields, list) or not fields or lengths.get(fields[0]) != len(fields):
        return None
    return fields


def pack(records: Iterable[Record], kinds: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """The series of a metrics request. `kinds` overrides the kind of a metric by its name.

    >>> pack([Record(b"", ["s", 1, "loss", 0.5, None]), Record(b"", ["s", 2, "loss", 0.25, None])])
    [{'name': 'loss', 'kind': 'scalar', 'times': [1, 2], 'columns': [{'name': 'loss', 'values': [0.5, 0.25]}]}]
    """
    series: dict[tuple[str, str], _Series] = {}
    for record in records:
        fields = record.fields
        if fields[0] == SCALAR:
            _, time, name, value, step = fields
            kind, columns = "scalar", {name: [value]}
        else:
            _, time, name, kind, columns, step = fields
        kind = (kinds or {}).get(name, kind)
        key = (name, kind)
        if key not in series:
            series[key] = _Series()
        series[key].add(time, step, columns)
    return [points.to_json(name, kind) for (name, kind), points in series.items()]


class _Series:
    """Columns that grow together: a column that a point lacks is null there."""

    def __init__(self) -> None:
        self.times: list[int] = []
        self.steps: list[int | None] = []
        self.columns: dict[str, list[Any]] = {}

    def add(self, time: int, step: int | None, columns: Mapping[str, list[Any]]) -> None:
        before = len(self.times)
        added = len(next(iter(columns.values()), ()))
        self.times.extend([time] * added)
        self.steps.extend([step] * added)
        for name, values in columns.items():
            held = self.columns.get(name)
            if held is None:
                held = self.columns[name] = [None] * before
            held.extend(values)
        for held in self.columns.values():
            held.extend([None] * (before + added - len(held)))

    def to_json(self, name: str, kind: str) -> dict[str, Any]:
        points: dict[str, Any] = {"name": name, "kind": kind, "times": self.times}
        if any(step is not None for step in self.steps):
            points["steps"] = self.steps
        points["columns"] = [_column(column, values) for column, values in self.columns.items()]
        return points


def _column(name: str, values: list[Any]) -> dict[str, Any]:
    column: dict[str, Any] = {"name": name}
    numbers = {type(value) for value in values} & {int, float}
    if numbers == {int}:
        column["type"] = "integer"
    column["values"] = [to_wire(value) for value in values]
    return column


def _slice(columns: Mapping[str, list[Any]], begin: int, end: int) -> dict[str, list[Any]]:
    return {name: values[begin:end] for name, values in columns.items()}
