"""The Python SDK of Runstead, on the standard library alone.

>>> from runstead import Workspace, Experiment
>>> experiment = Experiment(Workspace.from_config(), "explore-runs")
>>> with experiment.start_logging() as run:
...     run.log("accuracy", 0.98)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from runstead.version import VERSION

if TYPE_CHECKING:
    from runstead.compute import Cluster, ComputeTarget
    from runstead.context import SubmittedRun
    from runstead.data_reference import DataReference
    from runstead.datastore import Datastore
    from runstead.distribution import MpiConfiguration, PyTorchConfiguration, TensorflowConfiguration
    from runstead.environment import Environment
    from runstead.errors import RunEnvironmentError, RunFailed, RunsteadError, SnapshotError, Unreachable, UserError
    from runstead.experiment import Experiment
    from runstead.node_loss import NodeLoss
    from runstead.model import Model
    from runstead.offline_run import OfflineRun
    from runstead.run import Run
    from runstead.run_link import FlushResult, UnsentWarning
    from runstead.script_run_config import ScriptRunConfig
    from runstead.widgets.run_details import RunDetails
    from runstead.workspace import Workspace

__version__ = VERSION

#: Imported on first use: the agent and its supervisors live in this package too, and start without the SDK.
_MODULES = {
    "DataReference": "data_reference",
    "Datastore": "datastore",
    "Cluster": "compute",
    "ComputeTarget": "compute",
    "Environment": "environment",
    "MpiConfiguration": "distribution",
    "NodeLoss": "node_loss",
    "PyTorchConfiguration": "distribution",
    "TensorflowConfiguration": "distribution",
    "Experiment": "experiment",
    "FlushResult": "run_link",
    "Model": "model",
    "OfflineRun": "offline_run",
    "Run": "run",
    "RunDetails": "widgets.run_details",
    "RunEnvironmentError": "errors",
    "RunFailed": "errors",
    "RunsteadError": "errors",
    "ScriptRunConfig": "script_run_config",
    "SnapshotError": "errors",
    "SubmittedRun": "context",
    "Unreachable": "errors",
    "UnsentWarning": "run_link",
    "UserError": "errors",
    "Workspace": "workspace",
}

__all__ = ["VERSION", *_MODULES]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
