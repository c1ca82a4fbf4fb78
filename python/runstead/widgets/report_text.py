"""The report of a run as plain text, for a terminal and wherever nothing else is shown."""

from __future__ import annotations

import re
from typing import Any, Mapping

from runstead.widgets.wording import duration_text, moment_text, number_text

CHILDREN_MAX = 10
LOG_LINES_MAX = 10
CONTROL = re.compile("[\x00-\x1f\x7f]")


def report_text(report: Mapping[str, Any]) -> str:
    """Some lines: what the run is, how it does, its metrics, best children and last words."""
    run = report["run"]
    if run is None:
        return str(report["seen"]["problem"] or "The run was not read yet.")
    lines = [f"Run {run['number']} {_plain(run['name'])} of {_plain(run['experiment'])}: {run['status']}{_reason(run)}", run["url"]]
    if report["phases"]:
        lines.append(", ".join(f"{name} {duration}" for name, duration in phase_totals(report)))
    for chart in report["metrics"]["charts"]:
        extremes = f"min {number_text(chart['min'])}, max {number_text(chart['max'])}, {chart['count']} points"
        lines.append(f"{_plain(chart['name'])}: {number_text(chart['last'])} ({extremes})")
    lines += [f"{_plain(one['name'])}: {_plain(number_text(one['value']))}" for one in report["metrics"]["values"]]
    if run["error"] is not None:
        lines.append(f"Error: {_plain(run['error']['message'])}")
    lines += _children(report["children"])
    if report["log"] is not None:
        lines += [f"{report['log']['path']}:", *(f"  {line}" for line in report["log"]["text"].split("\n")[-LOG_LINES_MAX:])]
    lines += as_of(report)
    return "\n".join(lines)


def as_of(report: Mapping[str, Any]) -> list[str]:
    """When the report of a run that has not ended was true, and why it is not known now."""
    seen = report["seen"]
    at = "" if seen["timeMs"] is None or report["run"]["isEnded"] else f"As of {moment_text(seen['timeMs'])}."
    return [text for text in (at, seen["problem"]) if text]


def phase_totals(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """How long each phase was in all."""
    sums: dict[str, float] = {}
    now = report["seen"]["timeMs"] or 0.0
    for phase in report["phases"]:
        end = phase["endMs"] if phase["endMs"] is not None else max(now, phase["startMs"])
        sums[phase["name"]] = sums.get(phase["name"], 0.0) + end - phase["startMs"]
    return [(name, duration_text(total)) for name, total in sums.items()]


def _children(children: Mapping[str, Any] | None) -> list[str]:
    if children is None:
        return []
    shown = children["rows"][:CHILDREN_MAX]
    lines = [f"{children['total']} child runs{_order(children)}:"]
    for row in shown:
        metrics = ", ".join(f"{_plain(name)} {_plain(number_text(value))}" for name, value in row["metrics"].items() if value is not None)
        lines.append(f"  {row['number']} {_plain(row['name'])} {row['status']} {metrics}".rstrip())
    return lines


def _order(children: Mapping[str, Any]) -> str:
    return "" if children["primary"] is None else f", best {_plain(children['primary']['name'])} first"


def _reason(run: Mapping[str, Any]) -> str:
    return f" ({_plain(run['statusReason'])})" if run["statusReason"] else ""


def _plain(text: Any) -> str:
    """One line without orders to the terminal."""
    return CONTROL.sub(" ", str(text))
