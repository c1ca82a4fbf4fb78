"""Compute targets that are no part of a cluster: the local machine."""

from __future__ import annotations

from azureml.exceptions import ComputeTargetException
from runstead.compute import LOCAL
from runstead.compute import ComputeTarget as NativeComputeTarget

__all__ = ["AbstractComputeTarget", "ComputeTargetException", "LocalTarget"]


class AbstractComputeTarget(NativeComputeTarget):
    """A compute target by its type and name."""

    def __init__(self, compute_target_type: str, name: str) -> None:
        super().__init__(name)
        self.type = compute_target_type


class LocalTarget(AbstractComputeTarget):
    """The machine of the server."""

    def __init__(self) -> None:
        super().__init__(LOCAL, LOCAL)
