"""What a run spent its time on, told from its status changes: queued, preparing, running, finalizing."""

from __future__ import annotations

import datetime
from typing import Any, Iterable, Mapping

PHASE_OF_STATUS = {
    "NotStarted": "queued",
    "Queued": "queued",
    "Preparing": "preparing",
    "Provisioning": "preparing",
    "Starting": "preparing",
    "Running": "running",
    # A run that was asked to stop, or is silent, still runs.
    "CancelRequested": "running",
    "NotResponding": "running",
    "Finalizing": "finalizing",
}
#: Shorter than this is no time spent: a run that is created and started at once was never queued.
SHOWN_MS_MIN = 100


def phases_of(run: Mapping[str, Any], changes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Phases in their order, neighbours of one name as one; `endMs` of one that goes on is None.

    `changes` are the events of type run.status. As the studio tells them (run-phases.ts).
    """
    moments = _moments(run, list(changes))
    run_end = None if run["endTime"] is None else milliseconds(run["endTime"])
    phases: list[dict[str, Any]] = []
    for index, (status, start) in enumerate(moments):
        name = PHASE_OF_STATUS.get(status)
        if name is None:
            continue
        end = moments[index + 1][1] if index + 1 < len(moments) else run_end
        phase = {"name": name, "startMs": start, "endMs": None if end is None else max(start, end)}
        before = phases[-1] if phases else None
        if before is not None and before["name"] == name and before["endMs"] == start:
            before["endMs"] = phase["endMs"]
        else:
            phases.append(phase)
    shown = [phase for phase in phases if phase["endMs"] is None or phase["endMs"] - phase["startMs"] >= SHOWN_MS_MIN]
    return shown or phases[-1:]


def milliseconds(time_text: str) -> float:
    """A moment of the API in milliseconds since 1970.

    >>> milliseconds("1970-01-01T00:00:01.500000Z")
    1500.0
    """
    # Before Python 3.11 fromisoformat knows neither Z nor fractions of other lengths than three and six digits.
    whole, _, fraction = time_text.rstrip("Z").partition(".")
    moment = datetime.datetime.fromisoformat(whole).replace(tzinfo=datetime.timezone.utc)
    return moment.timestamp() * 1000 + (float(f"0.{fraction}") * 1000 if fraction else 0.0)


def _moments(run: Mapping[str, Any], changes: list[Mapping[str, Any]]) -> list[tuple[str, float]]:
    created = milliseconds(run["createdTime"])
    begin = created if run["startTime"] is None else min(created, milliseconds(run["startTime"]))
    # Without any change a run has the status that it began with; one that has ended all the same ran.
    unchanged = run["status"] if run["status"] in PHASE_OF_STATUS else "Running"
    first = changes[0]["data"].get("from") if changes else unchanged
    return [(str(first), begin), *((str(change["data"]["to"]), milliseconds(change["time"])) for change in changes)]
