"""Names of the azureml packages that are real, and that Runstead does not offer yet: importing one says so.

The list is fixed, so that a misspelt name still looks like one.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from typing import Any, Sequence

HINT = "see docs/guides/python.md for what there is"

MODULES = {
    *(
        f"azureml.{name}"
        for name in (
            "automl",
            "contrib",
            "datadrift",
            "dataprep",
            "fsspec",
            "interpret",
            "mlflow",
            "monitoring",
            "opendatasets",
            "pipeline",
            "tensorboard",
            "train",
        )
    ),
    *(
        f"azureml.core.{name}"
        for name in (
            "authentication",
            "container_registry",
            "databricks",
            "dataset",
            "image",
            "keyvault",
            "linked_service",
            "private_endpoint",
            "profile",
            "resource_configuration",
            "util",
            "webservice",
        )
    ),
}

#: By the module that has the name in azureml-core.
NAMES = {
    "azureml.core": {
        "ContainerRegistry",
        "Dataset",
        "Image",
        "Keyvault",
        "LinkedService",
        "PrivateEndPoint",
        "PrivateEndPointConfig",
        "SynapseWorkspaceLinkedServiceConfiguration",
        "Webservice",
        "attach_legacy_compute_target",
        "diagnostic_log",
        "is_compute_target_prepared",
        "prepare_compute_target",
        "remove_legacy_compute_target",
    },
    "azureml.core.environment": {
        "ContainerRegistry",
        "DEFAULT_CPU_IMAGE",
        "DEFAULT_GPU_IMAGE",
        "DockerBuildContext",
        "RCondaDependencies",
        "RSection",
        "SparkSection",
    },
    "azureml.core.runconfig": {
        "AmlComputeConfiguration",
        "ContainerRegistry",
        "DEFAULT_CPU_IMAGE",
        "DEFAULT_GPU_IMAGE",
        "Data",
        "DockerConfiguration",
        "HdiConfiguration",
        "HistoryConfiguration",
        "OutputData",
        "ParallelTaskConfiguration",
        "SparkConfiguration",
    },
}


def missing_name(module: str, name: str) -> Any:
    """The `__getattr__` of a module: explains a name that is real, and knows no other."""
    if name in NAMES[module]:
        raise ImportError(f"{module}.{name} is not offered by Runstead yet; {HINT}.", name=module)
    raise AttributeError(f"module {module!r} has no attribute {name!r}")


class _Explainer:
    """Asked last of all finders, so that a real package that is installed beside is found."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        if name in MODULES:
            raise ModuleNotFoundError(f"{name} is not offered by Runstead yet; {HINT}.", name=name)
        return None


def explain_missing_modules() -> None:
    """From now on an import of a module of the list says what it is."""
    if not any(getattr(finder, "__name__", "") == _Explainer.__name__ for finder in sys.meta_path):
        sys.meta_path.append(_Explainer)
