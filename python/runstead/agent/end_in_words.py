"""How a job ended on a node, in words for its logs."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Any

from runstead.agent.layout import JobLayout


def describe_end(status: Mapping[str, Any], layout: JobLayout) -> str:
    """Of what the supervisor has run: the script, or what starts the processes of this node."""
    what = "The launcher of the processes" if layout.has_launcher else "Process 0"
    if status.get("exitCode") is not None:
        return f"{what} ended with exit code {status['exitCode']}."
    if status.get("signal") is not None:
        return f"{what} ended by {signal.Signals(status['signal']).name}."
    return f"{what} did not start."


def describe_end_of_node(status: Mapping[str, Any]) -> str:
    """Of one of several nodes."""
    if status.get("endReason"):
        return f"was ended: {status['endReason']}"
    if status.get("error"):
        return f"has failed: {status['error']}"
    return "has done its part" if status.get("exitCode") == 0 else "has failed"
