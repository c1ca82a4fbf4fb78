"""Says why a run waits in the queue of its cluster, whenever that changes."""

from __future__ import annotations

from typing import Any, Mapping, TextIO

from runstead.compute import LOCAL
from runstead.connection import Connection, path_of
from runstead.errors import RunsteadError

#: Runs further back are told how many wait.
PLACES_SHOWN = 100


class QueueReport:
    """The report on one run: a line when the reason or the place changes, nothing once it is taken."""

    def __init__(self, connection: Connection, out: TextIO) -> None:
        self._connection = connection
        self._out = out
        self._told = ""

    def tell(self, run: Mapping[str, Any]) -> None:
        line = self._line(run) if run["status"] == "Queued" else ""
        if line and line != self._told:
            self._told = line
            self._out.write(f"{line}\n")
            self._out.flush()

    def _line(self, run: Mapping[str, Any]) -> str:
        if run["target"] == LOCAL:
            return run["statusReason"] or ""
        path = path_of("workspaces", run["workspaceName"], "compute", run["target"], "queue")
        try:
            reply = self._connection.call("GET", path, query={"limit": PLACES_SHOWN}, patience_seconds=0)
        except RunsteadError:
            # Waiting goes on without its reason: the server is away, or the cluster is being deleted.
            return ""
        waiting = reply["waiting"]
        for entry in reply["queue"]:
            if entry["runId"] == run["id"]:
                return f"Queued on {run['target']}, {entry['position']} of {waiting}: {entry['reason']}"
        # It was taken a moment ago, or is far back.
        return f"Queued on {run['target']}, where {waiting} runs wait." if waiting > PLACES_SHOWN else ""
