"""What a notebook shows of a run or an experiment that stands at the end of a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from runstead.connection import path_of
from runstead.errors import RunsteadError
from runstead.widgets.addresses import run_address
from runstead.widgets.brief_calls import call_once
from runstead.widgets.metric_charts import label_of, logged_columns, shown_value
from runstead.widgets.report_html import escaped, heading, link, status_pill, table
from runstead.widgets.run_phases import milliseconds
from runstead.widgets.run_report import facts_of
from runstead.widgets.wording import duration_text, moment_text, number_text

if TYPE_CHECKING:
    from runstead.experiment import Experiment
    from runstead.run import Run

#: A cell waits for its picture at most this long.
TIMEOUT_SECONDS = 3.0
LATEST_RUNS = 10
METRICS_OF_RUN_MAX = 20
METRICS_IN_LIST_MAX = 3


def run_picture(run: Run) -> str | None:
    """A run as HTML; None, so that its text is shown, when the server cannot be asked."""
    try:
        document = call_once(run._connection, "GET", path_of("runs", run.id), timeout_seconds=TIMEOUT_SECONDS)
    except RunsteadError:
        return None
    facts = facts_of(document, run_address(run._connection, document["workspaceName"], document["id"]))
    metrics = [
        [escaped(label_of(name, column)), *(escaped(number_text(shown_value(summary[part]))) for part in ("last", "min", "max"))]
        for name, column, summary in logged_columns(document["metrics"])
    ]
    length = "" if document["durationMs"] is None else f"<div>Duration {escaped(duration_text(document['durationMs']))}</div>"
    error = "" if facts["error"] is None else f"<div>{escaped(facts['error']['message'])}</div>"
    tags = ", ".join(escaped(f"{key}: {value}" if value else key) for key, value in facts["tags"])
    return "".join(
        (
            f"<div>{heading(facts)}{length}{error}",
            table(("Metric", "Last", "Min", "Max"), metrics[:METRICS_OF_RUN_MAX]) if metrics else "",
            _more(len(metrics) - METRICS_OF_RUN_MAX, "metrics"),
            f"<div>Tags: {tags}</div>" if tags else "",
            "</div>",
        )
    )


def experiment_picture(experiment: Experiment) -> str | None:
    """An experiment with its latest runs as HTML; None, so that its text is shown, when the server cannot be asked."""
    workspace = experiment.workspace
    body = {"experimentIds": [experiment.id], "filter": "parentId is null", "limit": LATEST_RUNS, "fields": "metrics"}
    path = path_of("workspaces", workspace.name, "runs", "search")
    try:
        page = call_once(workspace.connection, "POST", path, body, timeout_seconds=TIMEOUT_SECONDS)
    except RunsteadError:
        return None
    runs = page["runs"]
    names = _common_metrics(runs)
    rows = (
        [
            link(run_address(workspace.connection, workspace.name, run["id"]), f"{run['number']} {run['displayName'] or run['name']}"),
            status_pill(run["status"]),
            *(escaped(number_text(_last(run, name))) for name in names),
            escaped(moment_text(milliseconds(run["createdTime"]))),
            "–" if run["durationMs"] is None else escaped(duration_text(run["durationMs"])),
        ]
        for run in runs
    )
    title = f"<div><b>{escaped(experiment.name)}</b> in {escaped(workspace.name)} · {link(experiment.get_portal_url(), 'Open in the studio')}</div>"
    if not runs:
        return f"<div>{title}<div>There are no runs yet.</div></div>"
    older = "" if page["nextCursor"] is None else f"<div>These are the latest {len(runs)}; older ones are in the studio.</div>"
    return f"<div>{title}{table(['Run', 'Status', *map(escaped, names), 'Created', 'Duration'], rows)}{older}</div>"


def _common_metrics(runs: list[Mapping[str, Any]]) -> list[str]:
    """Names of those that the most runs have."""
    counts: dict[str, int] = {}
    for run in runs:
        for name, column, _ in logged_columns(run["metrics"]):
            if name == column:
                counts[name] = counts.get(name, 0) + 1
    return sorted(counts, key=lambda name: -counts[name])[:METRICS_IN_LIST_MAX]


def _last(run: Mapping[str, Any], name: str) -> Any:
    return next((shown_value(summary["last"]) for label, _, summary in logged_columns(run["metrics"]) if label == name), None)


def _more(count: int, noun: str) -> str:
    return f"<div>{count} more {noun} are in the studio.</div>" if count > 0 else ""
