"""What a widget shows of a run, read from the server into one JSON document."""

from __future__ import annotations

import time
from typing import Any, Mapping

from runstead.completion import TERMINAL_STATUSES
from runstead.connection import Connection, path_of
from runstead.widgets.addresses import run_address
from runstead.widgets.brief_calls import call_once
from runstead.widgets.child_table import ChildTable
from runstead.widgets.log_tail import LogTail
from runstead.widgets.metric_charts import MetricCharts
from runstead.widgets.run_phases import milliseconds, phases_of

EVENTS_PAGE = 1000
#: Tags, properties and params each.
FACTS_MAX = 100
LONGEST_FACT_CHARACTERS = 300
LONGEST_ERROR_CHARACTERS = 8000

#: The parts of a report: each is sent to the browser by itself, when it has changed.
PARTS = ("run", "phases", "metrics", "children", "log", "seen")


class ReportReader:
    """Reads the report of one run again and again; what has not changed is not asked for again."""

    def __init__(self, connection: Connection, workspace: str, run_id: str) -> None:
        self._connection = connection
        self._workspace = workspace
        self._run_id = run_id
        self._changes: list[dict[str, Any]] = []
        self._last_sequence = 0
        self._charts = MetricCharts(connection, run_id)
        self._children = ChildTable(connection, workspace, run_id)
        self._log = LogTail(connection, run_id)

    def read(self) -> dict[str, Any]:
        """The report as the server has it now; raises what the connection raises."""
        run = call_once(self._connection, "GET", path_of("runs", self._run_id))
        self._read_changes()
        return {
            "run": facts_of(run, run_address(self._connection, self._workspace, self._run_id)),
            "phases": phases_of(run, self._changes),
            "metrics": self._charts.read(run["metrics"]),
            "children": self._children.read(run),
            "log": self._log.read(),
            "seen": seen_now(),
        }

    def _read_changes(self) -> None:
        while True:
            query = {"after": self._last_sequence, "limit": EVENTS_PAGE}
            events = call_once(self._connection, "GET", path_of("runs", self._run_id, "events"), query=query)["events"]
            self._changes += [event for event in events if event["type"] == "run.status"]
            if events:
                self._last_sequence = events[-1]["sequence"]
            if len(events) < EVENTS_PAGE:
                return


def seen_now(problem: str | None = None) -> dict[str, Any]:
    """That the server was heard of just now."""
    return {"timeMs": time.time() * 1000, "problem": problem}


def nothing_known(problem: str | None = None) -> dict[str, Any]:
    """The report of a run that was not read yet."""
    return {**dict.fromkeys(PARTS), "seen": {"timeMs": None, "problem": problem}}


def facts_of(run: Mapping[str, Any], url: str) -> dict[str, Any]:
    """The run itself, with its longest texts cut."""
    error = run["error"]
    return {
        **{field: run[field] for field in ("id", "number", "type", "target", "submittedBy", "status", "statusReason", "progress")},
        "name": run["displayName"] or run["name"],
        "experiment": run["experimentName"],
        "workspace": run["workspaceName"],
        "isEnded": run["status"] in TERMINAL_STATUSES,
        "url": url,
        "startMs": milliseconds(run["startTime"] or run["createdTime"]),
        "endMs": None if run["endTime"] is None else milliseconds(run["endTime"]),
        "error": None if error is None else {key: _cut(error.get(key), LONGEST_ERROR_CHARACTERS) for key in ("code", "message", "details")},
        **{field: _facts(run[field]) for field in ("tags", "properties", "params")},
    }


def _facts(given: Mapping[str, Any]) -> list[list[str]]:
    """Pairs, since an object of JavaScript would not keep the order of keys that look like numbers."""
    return [[_cut(key, LONGEST_FACT_CHARACTERS), _cut(value, LONGEST_FACT_CHARACTERS)] for key, value in list(given.items())[:FACTS_MAX]]


def _cut(text: Any, length: int) -> str:
    whole = "" if text is None else str(text)
    return whole if len(whole) <= length else f"{whole[:length]} …"
