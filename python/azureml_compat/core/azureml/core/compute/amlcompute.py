"""AmlCompute: a cluster of the workspace under the name, with the results and exceptions of azureml-core."""

from __future__ import annotations

import sys
import time
from typing import Any

from azureml.core.compute.amlcompute_provisioning import AmlComputeProvisioningConfiguration
from azureml.core.compute.amlcompute_status import (
    PRIORITY_NAMES,
    AmlComputeNodeStateCounts,
    AmlComputeStatus,
    ScaleSettings,
    moment_of,
)
from azureml.core.compute.compute import ComputeTarget, refusals_as_compute_errors
from azureml.exceptions import ComputeTargetException
from runstead.compute import Cluster

__all__ = [
    "AmlCompute",
    "AmlComputeNodeStateCounts",
    "AmlComputeProvisioningConfiguration",
    "AmlComputeStatus",
    "ScaleSettings",
]

SHORTEST_POLL_SECONDS = 0.1
LONGEST_POLL_SECONDS = 2.0


class AmlCompute(ComputeTarget):
    """A cluster.

    >>> configuration = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=4)
    >>> cluster = ComputeTarget.create(ws, "cpu-cluster", configuration)
    >>> cluster.wait_for_completion(show_output=True)
    """

    _compute_type = "AmlCompute"

    # Nobody signs in to a node, and there are no virtual networks: these stay as Azure has them where they were not given.
    admin_username: str | None = None
    admin_user_password: str | None = None
    admin_user_ssh_key: str | None = None
    vnet_resourcegroup_name: str | None = None
    vnet_name: str | None = None
    subnet_name: str | None = None
    identity_type: str | None = None
    identity_id: list[str] | None = None
    remote_login_port_public_access = "Disabled"
    is_attached = False

    def __init__(self, workspace: Any, name: str) -> None:
        with refusals_as_compute_errors(name):
            self._attach(Cluster(workspace, name))

    @staticmethod
    def provisioning_configuration(
        vm_size: str = "",
        vm_priority: str = "dedicated",
        min_nodes: int = 0,
        max_nodes: int | None = None,
        idle_seconds_before_scaledown: int = 1800,
        admin_username: str | None = None,
        admin_user_password: str | None = None,
        admin_user_ssh_key: str | None = None,
        vnet_resourcegroup_name: str | None = None,
        vnet_name: str | None = None,
        subnet_name: str | None = None,
        tags: dict[str, str] | None = None,
        description: str | None = None,
        remote_login_port_public_access: str = "NotSpecified",
        identity_type: str | None = None,
        identity_id: list[str] | None = None,
        location: str | None = None,
        enable_node_public_ip: bool = True,
    ) -> AmlComputeProvisioningConfiguration:
        """What a cluster is to be. Users of nodes, networks, identities and places concern Azure alone and mean nothing here."""
        return AmlComputeProvisioningConfiguration(
            vm_size, vm_priority, min_nodes, max_nodes, idle_seconds_before_scaledown, tags, description
        )

    @staticmethod
    def supported_vmsizes(workspace: Any, location: str | None = None) -> list[dict[str, Any]]:
        """The VM sizes with cores, memory and GPUs."""
        return [
            {
                "name": size["name"],
                "family": size["family"],
                "vCPUs": size["cores"],
                "gpus": size["gpus"],
                "memoryGB": size["memoryGiB"],
                "lowPriorityCapable": True,
            }
            for size in workspace.connection.call("GET", "/api/v1/vm-sizes")["vmSizes"]
        ]

    def get_status(self) -> AmlComputeStatus:
        """Asks the server, and tells how many nodes there are, what they do and what is wrong."""
        self.refresh_state()
        return self.status

    def refresh_state(self) -> None:
        with refusals_as_compute_errors(self.name):
            self._cluster.refresh()
            self._describe()

    def get(self) -> dict[str, Any]:
        """The cluster as Azure's API describes one."""
        self.refresh_state()
        return self.serialize()

    def update(
        self, min_nodes: int | None = None, max_nodes: int | None = None, idle_seconds_before_scaledown: int | None = None
    ) -> None:
        """Changes the scale settings that are given."""
        given = {
            "min_nodes": min_nodes,
            "max_nodes": max_nodes,
            "idle_seconds_before_scale_down": idle_seconds_before_scaledown,
        }
        change = {name: value for name, value in given.items() if value is not None}
        if not change:
            return
        with refusals_as_compute_errors(self.name):
            self._cluster.update(**change)
            self._describe()

    def list_nodes(self) -> list[dict[str, Any]]:
        """The nodes with what each does and which run it executes. Nodes have no addresses of their own."""
        with refusals_as_compute_errors(self.name):
            nodes = self._cluster.nodes()
        return [
            {
                "nodeId": node["id"],
                "nodeState": node["state"],
                "runId": node["runId"],
                "privateIpAddress": None,
                "publicIpAddress": None,
                "port": None,
            }
            for node in nodes
        ]

    def delete(self, cancel_runs: bool = False) -> None:
        """Deletes the cluster. One with runs that wait or run is refused, unless they are to be cancelled."""
        with refusals_as_compute_errors(self.name):
            self._cluster.delete(cancel_runs)
        self.provisioning_state = "Deleting"

    def detach(self) -> None:
        raise ComputeTargetException("Detach is not supported for AmlCompute object. Try to use delete instead.")

    def wait_for_completion(
        self,
        show_output: bool = False,
        min_node_count: int | None = None,
        timeout_in_minutes: float = 25,
        is_delete_operation: bool = False,
    ) -> None:
        """Waits until the least number of nodes has come (its min_nodes, if none is given), or the time is over.

        Whatever changes a cluster is done when its call returns: there is nothing else to wait for.
        """
        say = print if show_output else _say_nothing
        if is_delete_operation:
            say('Provisioning operation finished, operation "Succeeded"')
            return
        outcome = self._wait_for_nodes(min_node_count, time.monotonic() + timeout_in_minutes * 60, show_output)
        say("AmlCompute wait for completion finished\n")
        say(outcome)

    def serialize(self) -> dict[str, Any]:
        properties = {
            "vmSize": self.vm_size,
            "vmPriority": self.vm_priority,
            "scaleSettings": self.scale_settings.serialize(),
            "userAccountCredentials": {"adminUserName": None, "adminUserPassword": None, "adminUserSshPublicKey": None},
            "subnet": {"id": None},
            "remoteLoginPortPublicAccess": self.remote_login_port_public_access,
        }
        cluster = {
            "description": self.description,
            "resourceId": self.cluster_resource_id,
            "computeType": self.type,
            "computeLocation": self.cluster_location,
            "provisioningState": self.provisioning_state,
            "provisioningErrors": self.provisioning_errors,
            "properties": properties,
            "status": self.status.serialize(),
        }
        return {
            "id": self.id,
            "name": self.name,
            "location": self.location,
            "tags": self.tags,
            "identity": None,
            "properties": cluster,
        }

    @classmethod
    def _of(cls, cluster: Cluster) -> AmlCompute:
        target: AmlCompute = object.__new__(cls)
        target._attach(cluster)
        return target

    def _attach(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._describe()

    def _describe(self) -> None:
        """Takes over what the server said last."""
        document, workspace = self._cluster.document, self._cluster.workspace
        group = f"/subscriptions/{workspace.subscription_id}/resourceGroups/{workspace.resource_group}"
        provider = f"{group}/providers/Microsoft.MachineLearningServices/workspaces/{workspace.name}"
        self.workspace = workspace
        self.name = self._cluster.name
        self.id = f"{provider}/computes/{self.name}"
        self.type = self._compute_type
        self.location = self.cluster_location = "local"
        self.tags = document["tags"]
        self.description = document["description"]
        self.created_on = moment_of(document["createdTime"])
        self.modified_on = moment_of(document["modifiedTime"])
        self.provisioning_state = "Succeeded"
        self.provisioning_errors = None
        self.cluster_resource_id = None
        self.vm_size = document["vmSize"]
        self.vm_priority = PRIORITY_NAMES[document["vmPriority"]]
        unusable = document["nodeCounts"].get("unusable", 0)
        nodes = [node for node in self._cluster.nodes() if node["state"] == "unusable"] if unusable else []
        self.status = AmlComputeStatus(document, nodes)
        self.scale_settings = self.status.scale_settings

    def _wait_for_nodes(self, min_node_count: int | None, deadline: float, show_output: bool) -> str:
        """Waits, and says how it ended."""
        write = sys.stdout.write if show_output else _say_nothing
        self.refresh_state()
        write(self.status.provisioning_state)
        pause = SHORTEST_POLL_SECONDS
        while True:
            counts = self.status.node_state_counts
            wanted = min_node_count or self.scale_settings.minimum_node_count
            ready = counts.idle_node_count + counts.running_node_count
            outcome = self._outcome_or_none(ready >= wanted, time.monotonic() > deadline)
            if outcome is not None:
                write("\n")
                return outcome
            write(f"\nWaiting for cluster to scale. {ready} out of {wanted} nodes ready." if pause == SHORTEST_POLL_SECONDS else ".")
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_POLL_SECONDS)
            self.refresh_state()

    def _outcome_or_none(self, is_reached: bool, is_late: bool) -> str | None:
        if is_reached:
            return "Minimum number of nodes requested have been provisioned"
        if self.status.errors:
            return f"There were errors reported from AmlCompute:\n{self.status.errors}"
        if is_late:
            state, count = self.status.provisioning_state, self.status.current_node_count
            return f'Wait timeout has been reached\nCurrent provisioning state of AmlCompute is "{state}" and current node count is "{count}"'
        return None


def _say_nothing(text: str) -> None:
    pass
