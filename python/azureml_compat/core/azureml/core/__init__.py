"""The names of azureml-core that scripts use, over the Runstead SDK: `from azureml.core import Workspace, Experiment, Run`."""

from typing import Any

from azureml._not_offered import missing_name
from azureml.core._version import VERSION
from azureml.core.compute import ComputeTarget
from azureml.core.datastore import Datastore
from azureml.core.environment import Environment
from azureml.core.experiment import Experiment
from azureml.core.model import Model
from azureml.core.run import Run, get_run
from azureml.core.runconfig import RunConfiguration
from azureml.core.script_run import ScriptRun
from azureml.core.script_run_config import ScriptRunConfig
from azureml.core.workspace import Workspace

__version__ = VERSION

__all__ = [
    "VERSION",
    "ComputeTarget",
    "Datastore",
    "Environment",
    "Experiment",
    "Model",
    "Run",
    "RunConfiguration",
    "ScriptRun",
    "ScriptRunConfig",
    "Workspace",
    "get_run",
]


def __getattr__(name: str) -> Any:
    return missing_name(__name__, name)
