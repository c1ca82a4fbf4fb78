"""Reading metrics back, in the shapes that azureml-core gives them."""

from __future__ import annotations

from typing import Any, Iterable

from runstead.connection import Connection, path_of
from runstead.wire import from_wire

PAGE_POINTS = 100_000
TABLE_KINDS = ("row", "table")
#: Kinds whose point is the path of an artifact.
DOCUMENT_KINDS = ("image", "confusion_matrix", "accuracy_table", "predictions", "residuals")

#: Begins the names of what the agent measures on the machine of a run, which nobody has logged.
SYSTEM_PREFIX = "system/"


class Series:
    """All points of a metric, by time and then arrival."""

    def __init__(self, name: str, kind: str, columns: dict[str, list[Any]]) -> None:
        self.name = name
        self.kind = kind
        self.columns = columns

    @property
    def value(self) -> Any:
        """One value alone, several as a list; a row or a table of one row as a dictionary of values, more as one of lists.

        Of a kind that is kept as an artifact, the path of the first.
        """
        if self.kind in TABLE_KINDS:
            return {name: _alone_or_list(values) for name, values in self.columns.items()}
        values = next(iter(self.columns.values()))
        return values[0] if self.kind in DOCUMENT_KINDS else _alone_or_list(values)


def read_metrics(connection: Connection, run_id: str, name: str | None = None) -> list[Series]:
    """What was logged to a run, or the metric of that name if there is one: so what its machine measured is read as well."""
    summaries = connection.call("GET", path_of("runs", run_id, "metrics"))["metrics"]
    return [
        _read_series(connection, run_id, one["name"], one["kind"])
        for one in summaries
        if one["count"] and (name == one["name"] or (name is None and not one["name"].startswith(SYSTEM_PREFIX)))
    ]


def _read_series(connection: Connection, run_id: str, name: str, kind: str) -> Series:
    times: list[int] = []
    columns: dict[str, list[Any]] = {}
    after: int | None = -1
    while after is not None:
        query = {"name": name, "after": after, "limit": PAGE_POINTS}
        page = connection.call("GET", path_of("runs", run_id, "metrics", "points"), query=query)
        before, times = len(times), times + page["times"]
        for column in page["columns"]:
            held = columns.setdefault(column["name"], [None] * before)
            held.extend([None] * (before - len(held)))
            column_type = column.get("type", "float")
            held.extend(from_wire(value, column_type) for value in column["values"])
        after = page["next"]
    for held in columns.values():
        held.extend([None] * (len(times) - len(held)))
    order = sorted(range(len(times)), key=times.__getitem__)
    if order != list(range(len(times))):
        columns = {column: _pick(values, order) for column, values in columns.items()}
    return Series(name, kind, columns)


def _alone_or_list(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _pick(values: list[Any], order: Iterable[int]) -> list[Any]:
    return [values[index] for index in order]
