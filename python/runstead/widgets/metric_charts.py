"""The metrics of a run as a widget draws them: a curve where there are several numbers, else the value."""

from __future__ import annotations

import math
from typing import Any, Iterator, Mapping

from runstead.connection import Connection, path_of
from runstead.metric_reading import DOCUMENT_KINDS, SYSTEM_PREFIX
from runstead.widgets.brief_calls import call_once
from runstead.wire import from_wire

#: About as many points as a chart of a notebook has pixels to tell apart.
BUCKETS = 160
CHARTS_MAX = 12
VALUES_MAX = 40
LONGEST_TEXT_CHARACTERS = 200


class MetricCharts:
    """What the metrics of one run look like; a curve is read again only when points were added to it."""

    def __init__(self, connection: Connection, run_id: str) -> None:
        self._connection = connection
        self._run_id = run_id
        self._charts: dict[tuple[str, str], dict[str, Any]] = {}

    def read(self, summaries: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """`charts`, `values` of metrics that are one number or text, and how many of each there is no room for."""
        curves: list[tuple[str, str, Mapping[str, Any]]] = []
        values: list[dict[str, Any]] = []
        for name, column, summary in logged_columns(summaries):
            if summary["numberCount"] > 1:
                curves.append((name, column, summary))
            else:
                values.append({"name": label_of(name, column), "value": shown_value(summary["last"])})
        charts = [self._chart(*curve) for curve in curves[:CHARTS_MAX]]
        return {
            "charts": charts,
            "moreCharts": len(curves) - len(charts),
            "values": values[:VALUES_MAX],
            "moreValues": max(0, len(values) - VALUES_MAX),
        }

    def _chart(self, name: str, column: str, summary: Mapping[str, Any]) -> dict[str, Any]:
        known = self._charts.get((name, column))
        if known is not None and known["count"] == summary["count"]:
            return known
        query = {"name": name, "column": column, "buckets": BUCKETS}
        reply = call_once(self._connection, "GET", path_of("runs", self._run_id, "metrics", "chart"), query=query)
        points = [[bucket["x"], *(finite(bucket[part]) for part in ("min", "max", "last"))] for bucket in reply["buckets"]]
        chart = {
            "name": label_of(name, column),
            "count": summary["count"],
            **{part: shown_value(summary[part]) for part in ("min", "max", "last")},
            "notNumbers": summary["count"] - summary["numberCount"],
            "points": points,
        }
        self._charts[(name, column)] = chart
        return chart


def label_of(name: str, column: str) -> str:
    return name if column == name else f"{name}.{column}"


def finite(value: Any) -> float | None:
    """A number that can be drawn, or None: JSON for a browser has neither NaN nor infinities."""
    plain = from_wire(value)
    return float(plain) if isinstance(plain, (int, float)) and not isinstance(plain, bool) and math.isfinite(plain) else None


def shown_value(value: Any) -> Any:
    """A value as JSON for a browser: finite numbers as they are, everything else as text.

    >>> shown_value({"number": "NaN"})
    'NaN'
    """
    if isinstance(value, bool) or value is None:
        return "–" if value is None else str(value)
    if isinstance(value, dict):
        return str(value.get("integer") or value.get("number"))
    if isinstance(value, str) and len(value) > LONGEST_TEXT_CHARACTERS:
        return f"{value[:LONGEST_TEXT_CHARACTERS]} …"
    return value


def logged_columns(summaries: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """The columns that are numbers or texts, of what was logged; not what the machine was measured to do."""
    for name, summary in summaries.items():
        if name.startswith(SYSTEM_PREFIX) or summary["kind"] in DOCUMENT_KINDS:
            continue
        for column, values in summary["columns"].items():
            if values["count"]:
                yield name, column, values
