"""The report of a run as a picture in HTML: no scripts, everything of a run escaped, the colours of the page around it."""

from __future__ import annotations

import html
from typing import Any, Iterable, Mapping

from runstead.widgets.chart_picture import chart_image
from runstead.widgets.report_text import as_of, phase_totals
from runstead.widgets.wording import duration_text, number_text

#: Statuses by how they look; all others are on their way.
STATUS_COLOURS = {"Completed": "#2e9e5b", "Failed": "#d64545", "Canceled": "#8a8a8a", "NotResponding": "#c98a00"}
ACTIVE_COLOUR = "#4c8bf5"
PHASE_COLOURS = {"queued": "#a0a0a0", "preparing": "#2a9d8f", "running": "#4c8bf5", "finalizing": "#8e6fd1"}
LOG_STYLE = "max-height:240px;overflow:auto;white-space:pre-wrap;margin:4px 0;font-size:12px"


def report_html(report: Mapping[str, Any]) -> str:
    run = report["run"]
    if run is None:
        return f"<div>{escaped(report['seen']['problem'] or 'The run was not read yet.')}</div>"
    parts = [
        heading(run),
        _timeline(report),
        _error(run["error"]),
        _charts(report["metrics"]),
        _children(report["children"]),
        *(_facts(field.capitalize(), run[field]) for field in ("tags", "params", "properties")),
        _log(report["log"]),
        *(f'<div style="opacity:.75">{escaped(text)}</div>' for text in as_of(report)),
    ]
    return f'<div style="line-height:1.5">{"".join(parts)}</div>'


def heading(run: Mapping[str, Any]) -> str:
    """The name of a run, its status, and where it belongs."""
    reason = f" {escaped(run['statusReason'])}" if run["statusReason"] else ""
    return (
        f"<div><b>{escaped(run['name'])}</b> {status_pill(run['status'])}{reason}</div>"
        f'<div style="opacity:.75">Run {escaped(run["number"])} of {escaped(run["experiment"])} · <code>{escaped(run["id"])}</code> · '
        f"{link(run['url'], 'Open in the studio')}</div>"
    )


def status_pill(status: str) -> str:
    colour = STATUS_COLOURS.get(status, ACTIVE_COLOUR)
    return f'<span style="color:{colour};border:1px solid {colour};border-radius:8px;padding:0 8px">{escaped(status)}</span>'


def link(url: str, text: str) -> str:
    return f'<a href="{escaped(url)}" target="_blank" rel="noopener noreferrer">{escaped(text)}</a>'


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of cells that are HTML already."""
    cell = 'style="text-align:left;padding:2px 12px 2px 0"'
    head = "".join(f"<th {cell}>{heading}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(f'<td {cell}>{content}</td>' for content in row)}</tr>" for row in rows)
    return f"<table>{f'<thead><tr>{head}</tr></thead>' if head else ''}<tbody>{body}</tbody></table>"


def escaped(text: Any) -> str:
    return html.escape(str(text), quote=True)


def _timeline(report: Mapping[str, Any]) -> str:
    lengths = phase_totals(report)
    marks = [
        f'<span style="color:{PHASE_COLOURS[name]}">■</span> {name.capitalize()} {escaped(length)}' for name, length in lengths
    ]
    return f"<div>{' &nbsp; '.join(marks)}</div>" if marks else ""


def _error(error: Mapping[str, Any] | None) -> str:
    if error is None:
        return ""
    details = f'<details><summary>Details</summary><pre style="{LOG_STYLE}">{escaped(error["details"])}</pre></details>'
    return f'<div style="color:{STATUS_COLOURS["Failed"]}">{escaped(error["message"])}</div>{details if error["details"] else ""}'


def _charts(metrics: Mapping[str, Any]) -> str:
    charts = "".join(_chart(chart) for chart in metrics["charts"])
    values = table((), ((escaped(one["name"]), f"<b>{escaped(number_text(one['value']))}</b>") for one in metrics["values"]))
    more = metrics["moreCharts"] + metrics["moreValues"]
    return (
        f"<div>{charts}</div>{values if metrics['values'] else ''}"
        f"{f'<div>{more} more metrics are in the studio.</div>' if more else ''}"
    )


def _chart(chart: Mapping[str, Any]) -> str:
    numbers = f"min {number_text(chart['min'])} · max {number_text(chart['max'])} · {chart['count']} points"
    if chart["notNumbers"]:
        numbers += f", {chart['notNumbers']} of them no numbers"
    description = f"{chart['name']}: {number_text(chart['last'])}, {numbers}"
    return (
        '<div style="display:inline-block;margin:4px 16px 4px 0;vertical-align:top">'
        f"<div>{escaped(chart['name'])} <b>{escaped(number_text(chart['last']))}</b></div>"
        f'{chart_image(chart, description)}<div style="opacity:.75;font-size:11px">{escaped(numbers)}</div></div>'
    )


def _children(children: Mapping[str, Any] | None) -> str:
    if children is None:
        return ""
    names = children["metricNames"]
    rows = (
        [
            link(row["url"], f"{row['number']} {row['name']}"),
            status_pill(row["status"]),
            *(escaped(number_text(row["metrics"][name])) for name in names),
            "–" if row["durationMs"] is None else escaped(duration_text(row["durationMs"])),
        ]
        for row in children["rows"]
    )
    shown = table(["Child run", "Status", *map(escaped, names), "Duration"], rows)
    more = children["total"] - len(children["rows"])
    return f"{shown}{f'<div>{more} more child runs are in the studio.</div>' if more > 0 else ''}"


def _facts(title: str, pairs: list[list[str]]) -> str:
    if not pairs:
        return ""
    rows = ((escaped(key), escaped(value)) for key, value in pairs)
    return f"<details><summary>{title} ({len(pairs)})</summary>{table((), rows)}</details>"


def _log(log: Mapping[str, Any] | None) -> str:
    if log is None:
        return ""
    cut = " (its end)" if log["isCut"] else ""
    return f'<details><summary>{escaped(log["path"])}{cut}</summary><pre style="{LOG_STYLE}">{escaped(log["text"])}</pre></details>'
