"""What AmlCompute.get_status() says: nodes, scale settings and errors of a cluster."""

from __future__ import annotations

import datetime
from typing import Any, Mapping, Sequence


class ScaleSettings:
    """How small and how great a cluster gets, and how long a node may be idle."""

    def __init__(
        self, minimum_node_count: int, maximum_node_count: int | None, idle_seconds_before_scaledown: int | None
    ) -> None:
        self.minimum_node_count = minimum_node_count
        self.maximum_node_count = maximum_node_count
        self.idle_seconds_before_scaledown = idle_seconds_before_scaledown

    def serialize(self) -> dict[str, Any]:
        seconds = self.idle_seconds_before_scaledown
        return {
            "minNodeCount": self.minimum_node_count,
            "maxNodeCount": self.maximum_node_count,
            "nodeIdleTimeBeforeScaleDown": f"PT{seconds}S" if seconds else "",
        }


class AmlComputeNodeStateCounts:
    """Nodes by what they are doing."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.idle_node_count = counts.get("idle", 0)
        self.leaving_node_count = counts.get("leaving", 0)
        self.preempted_node_count = counts.get("preempted", 0)
        self.preparing_node_count = counts.get("preparing", 0)
        self.running_node_count = counts.get("running", 0)
        self.unusable_node_count = counts.get("unusable", 0)

    def serialize(self) -> dict[str, int]:
        return {
            "preparingNodeCount": self.preparing_node_count,
            "runningNodeCount": self.running_node_count,
            "idleNodeCount": self.idle_node_count,
            "unusableNodeCount": self.unusable_node_count,
            "leavingNodeCount": self.leaving_node_count,
            "preemptedNodeCount": self.preempted_node_count,
        }


class AmlComputeStatus:
    """A cluster at one moment."""

    def __init__(self, cluster: Mapping[str, Any], unusable_nodes: Sequence[Mapping[str, Any]]) -> None:
        self.allocation_state = str(cluster["allocationState"]).capitalize()
        self.allocation_state_transition_time: datetime.datetime | None = None
        self.creation_time = moment_of(cluster["createdTime"])
        self.current_node_count: int = cluster["currentNodes"]
        self.errors = [_error_of(node) for node in unusable_nodes] or None
        self.modified_time = moment_of(cluster["modifiedTime"])
        self.node_state_counts = AmlComputeNodeStateCounts(cluster["nodeCounts"])
        self.provisioning_state = "Succeeded"
        self.provisioning_state_transition_time: datetime.datetime | None = None
        self.scale_settings = ScaleSettings(cluster["minNodes"], cluster["maxNodes"], cluster["idleSecondsBeforeScaleDown"])
        self.target_node_count: int = cluster["targetNodes"]
        self.vm_priority = PRIORITY_NAMES[cluster["vmPriority"]]
        self.vm_size: str = cluster["vmSize"]

    def serialize(self) -> dict[str, Any]:
        return {
            "currentNodeCount": self.current_node_count,
            "targetNodeCount": self.target_node_count,
            "nodeStateCounts": self.node_state_counts.serialize(),
            "allocationState": self.allocation_state,
            "allocationStateTransitionTime": self.allocation_state_transition_time,
            "errors": self.errors,
            "creationTime": self.creation_time.isoformat(),
            "modifiedTime": self.modified_time.isoformat(),
            "provisioningState": self.provisioning_state,
            "provisioningStateTransitionTime": self.provisioning_state_transition_time,
            "scaleSettings": self.scale_settings.serialize(),
            "vmPriority": self.vm_priority,
            "vmSize": self.vm_size,
        }


#: The priorities as Azure writes them.
PRIORITY_NAMES = {"dedicated": "Dedicated", "lowpriority": "LowPriority"}


def moment_of(time: str) -> datetime.datetime:
    # Python before 3.11 does not know the Z.
    return datetime.datetime.fromisoformat(time.replace("Z", "+00:00"))


def _error_of(node: Mapping[str, Any]) -> dict[str, Any]:
    return {"error": {"code": "NodeUnusable", "message": f"Node {node['id']} is unusable. {node['stateReason'] or ''}".strip()}}
