"""What AmlCompute.provisioning_configuration() gives: a cluster that is to be made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azureml.core.compute.amlcompute_status import ScaleSettings
from azureml.core.compute.compute import ComputeTargetProvisioningConfiguration, refusals_as_compute_errors
from azureml.exceptions import ComputeTargetException, ServiceException
from runstead.compute import Cluster

if TYPE_CHECKING:
    from azureml.core.compute.amlcompute import AmlCompute

DEFAULT_VM_SIZE = "STANDARD_NC6"


class AmlComputeProvisioningConfiguration(ComputeTargetProvisioningConfiguration):
    """Size, priority and scale of a cluster."""

    def __init__(
        self,
        vm_size: str = "",
        vm_priority: str = "dedicated",
        min_nodes: int = 0,
        max_nodes: int | None = None,
        idle_seconds_before_scaledown: int = 1800,
        tags: dict[str, str] | None = None,
        description: str | None = None,
    ) -> None:
        self.vm_size = vm_size
        self.vm_priority = vm_priority
        self.scale_settings = ScaleSettings(min_nodes or 0, max_nodes, idle_seconds_before_scaledown)
        self.tags = tags
        self.description = description
        self.validate_configuration()

    def validate_configuration(self) -> None:
        least, most = self.scale_settings.minimum_node_count, self.scale_settings.maximum_node_count
        if most is None:
            raise ComputeTargetException("Invalid provisioning configuration, max nodes count is mandatory")
        if most < 0:
            raise ComputeTargetException("Invalid provisioning configuration, max nodes count must be greater than or equal to 0")
        if most < least:
            raise ComputeTargetException(
                "Invalid provisioning configuration, max nodes count must be greater than or equal to min nodes count"
            )

    def _create(self, workspace: Any, name: str) -> AmlCompute:
        from azureml.core.compute.amlcompute import AmlCompute

        vm_size = (self.vm_size or DEFAULT_VM_SIZE).upper()
        priority = (self.vm_priority or "dedicated").lower()
        with refusals_as_compute_errors():
            try:
                cluster = Cluster.create(workspace, name, vm_size, vm_priority=priority, **self._changeable())
            except ServiceException as error:
                if error.code != "already-exists":
                    raise
                cluster = self._change(Cluster(workspace, name), vm_size, priority)
        return AmlCompute._of(cluster)

    def _change(self, cluster: Cluster, vm_size: str, priority: str) -> Cluster:
        """As in Azure, creating what is there already changes its scale; its machines cannot become others."""
        kept = cluster.document["vmSize"], cluster.document["vmPriority"]
        if kept != (vm_size, priority):
            raise ComputeTargetException(
                f"There is already a compute target {cluster.name} of {kept[0]} ({kept[1]}); it cannot become one of {vm_size} "
                f"({priority}).",
                hint="Delete it first, or choose another name.",
                code="already-exists",
            )
        cluster.update(**self._changeable())
        return cluster

    def _changeable(self) -> dict[str, Any]:
        settings = {
            "min_nodes": self.scale_settings.minimum_node_count,
            "max_nodes": self.scale_settings.maximum_node_count,
            "idle_seconds_before_scale_down": self.scale_settings.idle_seconds_before_scaledown,
            "description": self.description,
            "tags": self.tags,
        }
        return {name: value for name, value in settings.items() if value is not None}
