"""The base of compute targets, with the results and exceptions of azureml-core."""

from __future__ import annotations

import contextlib
from typing import Any, Iterator

from azureml.exceptions import ComputeTargetException, ServiceException, ServiceUnreachableException, UserErrorException
from runstead.compute import list_clusters

__all__ = ["ComputeTarget", "ComputeTargetException", "ComputeTargetProvisioningConfiguration"]

RESERVED_NAMES = ("amlcompute", "local", "containerinstance")


class ComputeTarget:
    """A compute target of a workspace. `ComputeTarget(workspace=ws, name="cpu-cluster")` finds one."""

    workspace: Any
    name: str
    id: str
    type: str
    location: str
    tags: dict[str, str | None]
    provisioning_state: str

    def __new__(cls, workspace: Any, name: str) -> Any:
        from azureml.core.compute.amlcompute import AmlCompute

        return super().__new__(AmlCompute if cls is ComputeTarget else cls)

    @staticmethod
    def create(workspace: Any, name: str, provisioning_configuration: ComputeTargetProvisioningConfiguration) -> Any:
        """Makes the target, or gives the one of that name the new scale settings."""
        if name in RESERVED_NAMES:
            raise UserErrorException(f"Please specify a different target name. {name} is a reserved name.")
        return provisioning_configuration._create(workspace, name)

    @staticmethod
    def list(workspace: Any) -> list[Any]:
        """The clusters of a workspace, by name."""
        from azureml.core.compute.amlcompute import AmlCompute

        with refusals_as_compute_errors():
            return [AmlCompute._of(cluster) for cluster in list_clusters(workspace)]

    def get_status(self) -> Any:
        raise NotImplementedError

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(workspace={self.workspace!r}, name={self.name}, id={self.id}, type={self.type}, "
            f"provisioning_state={self.provisioning_state}, location={self.location}, tags={self.tags})"
        )


class ComputeTargetProvisioningConfiguration:
    """What a compute target is to be."""

    def validate_configuration(self) -> None:
        raise NotImplementedError

    def _create(self, workspace: Any, name: str) -> Any:
        raise NotImplementedError


@contextlib.contextmanager
def refusals_as_compute_errors(name: str | None = None) -> Iterator[None]:
    """What the server refuses becomes a ComputeTargetException; for a target that is not there in the words of azureml-core."""
    try:
        yield
    except ServiceUnreachableException:
        raise
    except ServiceException as error:
        message = error.message
        if name is not None and error.code == "not-found":
            message = f"ComputeTargetNotFound: Compute Target with name {name} not found in provided workspace"
        raise ComputeTargetException(message, error.details, code=error.code, hint=error.hint, status=error.status) from None
