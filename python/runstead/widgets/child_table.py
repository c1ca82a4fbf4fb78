"""The child runs of a run as a table, the best first by the primary metric."""

from __future__ import annotations

from typing import Any, Mapping

from runstead.completion import TERMINAL_STATUSES
from runstead.connection import Connection, path_of
from runstead.search import field_of, text_literal
from runstead.widgets.addresses import run_address
from runstead.widgets.brief_calls import call_once
from runstead.widgets.metric_charts import finite, shown_value

ROWS_MAX = 50
METRIC_COLUMNS_MAX = 4

Primary = Mapping[str, str]


class ChildTable:
    """The children of one run."""

    def __init__(self, connection: Connection, workspace: str, run_id: str) -> None:
        self._connection = connection
        self._workspace = workspace
        self._run_id = run_id
        self._primary: Primary | None = None

    def read(self, run: Mapping[str, Any]) -> dict[str, Any] | None:
        """`rows`, names of the metrics shown, the primary metric with its direction, and how many there are in all."""
        if run["childCount"] == 0:
            return None
        primary = run["primaryMetric"] or self._primary
        found = self._search(primary)
        if primary is None:
            # Children may know what is better where the parent was not told.
            primary = self._primary = _primary_of(found)
            if primary is not None and run["childCount"] > ROWS_MAX:
                found = self._search(primary)
        names = _metric_names(found, primary)
        rows = [self._row(child, names) for child in found]
        if primary is not None:
            rows.sort(key=lambda row: _rank(row["metrics"].get(primary["name"]), primary["direction"]))
        shown_primary = None if primary is None else {"name": primary["name"], "direction": primary["direction"]}
        return {"rows": rows, "metricNames": names, "primary": shown_primary, "total": run["childCount"]}

    def _search(self, primary: Primary | None) -> list[dict[str, Any]]:
        body: dict[str, Any] = {
            "filter": f"parentId = {text_literal(self._run_id)}",
            "lifecycle": "all",
            "limit": ROWS_MAX,
            "fields": "metrics",
        }
        if primary is not None:
            direction = "descending" if primary["direction"] == "maximize" else "ascending"
            body["orderBy"] = {"by": f"{field_of('metrics', primary['name'])}.last", "direction": direction}
        reply = call_once(self._connection, "POST", path_of("workspaces", self._workspace, "runs", "search"), body)
        return list(reply["runs"])

    def _row(self, child: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
        return {
            "id": child["id"],
            "number": child["number"],
            "name": child["displayName"] or child["name"],
            "status": child["status"],
            "isEnded": child["status"] in TERMINAL_STATUSES,
            "durationMs": child["durationMs"],
            "metrics": {name: _last(child, name) for name in names},
            "url": run_address(self._connection, self._workspace, child["id"]),
        }


def _primary_of(children: list[dict[str, Any]]) -> Primary | None:
    for child in children:
        for name, summary in child["metrics"].items():
            if summary["direction"] is not None:
                return {"name": name, "direction": summary["direction"]}
    return None


def _metric_names(children: list[dict[str, Any]], primary: Primary | None) -> list[str]:
    """The primary metric, then those that the most children have."""
    counts: dict[str, int] = {}
    for child in children:
        for name, summary in child["metrics"].items():
            if summary["kind"] == "scalar" and not name.startswith("system/"):
                counts[name] = counts.get(name, 0) + 1
    first = [primary["name"]] if primary is not None else []
    others = sorted((name for name in counts if name not in first), key=lambda name: -counts[name])
    return (first + others)[:METRIC_COLUMNS_MAX]


def _last(child: Mapping[str, Any], name: str) -> Any:
    summary = child["metrics"].get(name)
    column = None if summary is None else next(iter(summary["columns"].values()), None)
    return None if column is None else shown_value(column["last"])


def _rank(value: Any, direction: str) -> tuple[bool, float]:
    """Children without the metric come last."""
    number = finite(value)
    if number is None:
        return True, 0.0
    return False, -number if direction == "maximize" else number
