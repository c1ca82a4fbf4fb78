"""Finding runs: filters of the search route, and its pages read lazily."""

from __future__ import annotations

import difflib
import re
from typing import Any, Iterator, Mapping, Union

from runstead.connection import Connection, path_of
from runstead.errors import ErrorClasses

PAGE_SIZE = 100

RUN_STATUSES = (
    "NotStarted",
    "Queued",
    "Preparing",
    "Provisioning",
    "Starting",
    "Running",
    "Finalizing",
    "CancelRequested",
    "NotResponding",
    "Completed",
    "Failed",
    "Canceled",
)

#: A key that must be there, or keys with the values that they must have.
Wanted = Union[str, Mapping[str, Union[str, None]], None]


def search_runs(
    connection: Connection,
    workspace: str,
    filter: str | None = None,
    experiment_id: str | None = None,
    lifecycle: str = "active",
    order_by: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Runs, newest first unless `order_by` says otherwise, a page at a time as they are asked for."""
    order = None if order_by is None else order_of(order_by)
    cursor = None
    while True:
        body = {
            "filter": filter or None,
            "cursor": cursor,
            "experimentIds": [experiment_id] if experiment_id else None,
            "orderBy": order,
        }
        given = {name: value for name, value in body.items() if value is not None}
        page = connection.call(
            "POST", path_of("workspaces", workspace, "runs", "search"), {"limit": PAGE_SIZE, "lifecycle": lifecycle, **given}
        )
        yield from page["runs"]
        cursor = page["nextCursor"]
        if cursor is None:
            return


def run_filter(
    *conditions: str | None, tags: Wanted = None, properties: Wanted = None, type: str | None = None, status: str | None = None
) -> str:
    """The conditions and what is wanted of tags, properties, type and status, joined by `and`.

    >>> run_filter("parentId is null", tags={"quality": "good"}, properties="author")
    "parentId is null and tags.quality = 'good' and has properties.author"
    """
    parts = [condition for condition in conditions if condition]
    parts += _wanted("tags", tags) + _wanted("properties", properties)
    if type is not None:
        parts.append(f"type = {text_literal(type)}")
    if status is not None:
        parts.append(f"status = {text_literal(status)}")
    return " and ".join(parts)


def as_condition(filter: str) -> str:
    """A filter as one of several conditions: in parentheses where it needs them. Without, an error names the right character."""
    return f"({filter})" if re.search(r"\bor\b", filter, re.IGNORECASE) else filter


def checked_status(status: str | None, errors: ErrorClasses) -> str | None:
    """The status, if it is one: a misspelt one would find nothing, and not say why."""
    if status is None or status in RUN_STATUSES:
        return status
    near = difflib.get_close_matches(str(status).capitalize(), RUN_STATUSES, 1)
    raise errors.user(
        f"status={status!r} is no status of a run.{f' Did you mean {near[0]!r}?' if near else ''}",
        hint=f"There are: {', '.join(RUN_STATUSES)}.",
    )


def order_of(order_by: str) -> dict[str, str]:
    """What the server orders by, from `FIELD`, `FIELD asc` or `FIELD desc`.

    >>> order_of("metrics.mse.min desc")
    {'by': 'metrics.mse.min', 'direction': 'descending'}
    """
    field, _, direction = order_by.strip().rpartition(" ")
    directions = {"asc": "ascending", "desc": "descending"}
    if direction.lower() not in directions:
        return {"by": order_by.strip(), "direction": "ascending"}
    return {"by": field.strip(), "direction": directions[direction.lower()]}


def text_literal(text: str) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def field_of(kind: str, key: str) -> str:
    """`tags.quality`, or `tags."worth another look"` where the key is not a plain word."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", key):
        return f"{kind}.{key}"
    quoted = key.replace('"', '""')
    return f'{kind}."{quoted}"'


def _wanted(kind: str, wanted: Wanted) -> list[str]:
    if not wanted:
        return []
    if isinstance(wanted, str):
        return [f"has {field_of(kind, wanted)}"]
    return [
        f"has {field_of(kind, key)}" if value is None else f"{field_of(kind, key)} = {text_literal(value)}"
        for key, value in wanted.items()
    ]
