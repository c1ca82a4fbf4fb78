"""Run configurations: what ScriptRunConfig is given beside the script, in one object."""

from __future__ import annotations

from typing import Any, Sequence

from azureml._not_offered import missing_name
from azureml.core.conda_dependencies import CondaDependencies
from azureml.core.environment import Environment
from azureml.core.runconfig_file import load_run_configuration, save_run_configuration
from azureml.exceptions import RunConfigurationException

#: Of the environment that nobody has named; unless something is asked of it, jobs run with the Python of their node.
DEFAULT_ENVIRONMENT_NAME = "default-environment"


class RunConfiguration:
    """Target, environment and arguments of runs that are alike."""

    def __init__(
        self,
        script: str | None = None,
        arguments: Sequence[Any] | None = None,
        framework: str | None = None,
        communicator: str | None = None,
        conda_dependencies: CondaDependencies | None = None,
        command: Sequence[Any] | str | None = None,
    ) -> None:
        self.script = script
        self.arguments = list(arguments) if arguments else []
        self.command = command
        self.framework = framework or "Python"
        self.communicator = communicator or "None"
        self.priority: int | None = None
        self.max_run_duration_seconds: int | None = None
        self.environment_variables: dict[str, str] = {}
        self.environment = Environment(DEFAULT_ENVIRONMENT_NAME)
        if conda_dependencies is not None:
            self.environment.python.conda_dependencies = conda_dependencies
        self._target = "local"

    @property
    def target(self) -> str:
        """The name of the compute target; it is set by name or by the target itself."""
        return self._target

    @target.setter
    def target(self, target: Any) -> None:
        self._target = target if isinstance(target, str) else str(target.name)


    @property
    def node_count(self) -> int:
        return 1

    @node_count.setter
    def node_count(self, node_count: int) -> None:
        check_one_process(node_count)

    def save(self, path: str | None = None, name: str | None = None, separate_environment_yaml: bool = False) -> str:
        """Writes `.azureml/<name>.runconfig` below `path`, for `az ml run submit-script -c <name>`; the path of the file.

        Without a name `path` is the file itself. `separate_environment_yaml` puts the packages into `environment.yml` beside it.
        """
        return save_run_configuration(self, path, name, separate_environment_yaml)

    @staticmethod
    def load(path: str | None = None, name: str | None = None) -> RunConfiguration:
        """Reads a file: `path` itself, or `.azureml/<name>.runconfig` below it. What is not used here is named in a warning."""
        config = RunConfiguration()
        load_run_configuration(config, path, name)
        return config


def check_one_process(process_count: int) -> None:
    if process_count > 1:
        raise RunConfigurationException(f"The job asks for {process_count} processes; a job is one process on one node.")


class MpiConfiguration:
    """A job of several processes that speak MPI."""

    def __init__(self, process_count_per_node: int = 1, node_count: int = 1) -> None:
        self.process_count_per_node = process_count_per_node
        self.node_count = node_count

    @property
    def process_count(self) -> int:
        return self.process_count_per_node * self.node_count


class PyTorchConfiguration:
    """A job of several processes of PyTorch."""

    def __init__(self, communication_backend: str = "Nccl", process_count: int | None = None, node_count: int = 1) -> None:
        self.communication_backend = communication_backend
        self.process_count = process_count or node_count
        self.node_count = node_count


class TensorflowConfiguration:
    """A job of TensorFlow workers and parameter servers."""

    def __init__(self, worker_count: int = 1, parameter_server_count: int = 1) -> None:
        self.worker_count = worker_count
        self.parameter_server_count = parameter_server_count
        self.node_count = worker_count
        self.process_count = worker_count


def __getattr__(name: str) -> Any:
    return missing_name(__name__, name)
