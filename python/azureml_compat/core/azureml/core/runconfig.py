"""Run configurations: what ScriptRunConfig is given beside the script, in one object."""

from __future__ import annotations

from typing import Any, Sequence

from azureml._not_offered import missing_name
from azureml.core.conda_dependencies import CondaDependencies
from azureml.core.environment import Environment
from azureml.core.runconfig_file import load_run_configuration, save_run_configuration
from azureml.data.data_reference import DataReference
from azureml.exceptions import RunConfigurationException
from runstead.datastore import DEFAULT_DATASTORE
from runstead.node_loss import NodeLoss
from runstead.distribution import MpiConfiguration, PyTorchConfiguration, TensorflowConfiguration

#: Of the environment that nobody has named; unless something is asked of it, jobs run with the Python of their node.
DEFAULT_ENVIRONMENT_NAME = "default-environment"


class DataReferenceConfiguration:
    """A path of a datastore, as a run configuration and its file keep it; its name is its key there."""

    def __init__(
        self,
        datastore_name: str = DEFAULT_DATASTORE,
        mode: str = "mount",
        path_on_datastore: str | None = None,
        path_on_compute: str | None = None,
        overwrite: bool = False,
    ) -> None:
        self.datastore_name = datastore_name
        self.mode = mode
        self.path_on_datastore = path_on_datastore
        self.path_on_compute = path_on_compute
        self.overwrite = overwrite

    def reference(self, name: str) -> DataReference:
        return DataReference(
            self.datastore_name, name, self.path_on_datastore, self.mode.lower(), self.path_on_compute, self.overwrite
        )


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
        #: What becomes of the run when a node is lost: `runstead.NodeLoss`, or `fail` or `requeue`. Azure ML has none.
        self.node_loss: NodeLoss | str | None = None
        self.environment_variables: dict[str, str] = {}
        self.environment = Environment(DEFAULT_ENVIRONMENT_NAME)
        if conda_dependencies is not None:
            self.environment.python.conda_dependencies = conda_dependencies
        #: By name: DataReference.to_config(), DataReferenceConfiguration, or the DataReference itself.
        self.data_references: dict[str, Any] = {}
        self.node_count = 1
        self.mpi = MpiConfiguration()
        self.pytorch = PyTorchConfiguration()
        self.tensorflow = TensorflowConfiguration()
        self._target = "local"

    @property
    def target(self) -> str:
        """The name of the compute target; it is set by name or by the target itself."""
        return self._target

    @target.setter
    def target(self, target: Any) -> None:
        self._target = target if isinstance(target, str) else str(target.name)

    @property
    def distributed_job_config(self) -> Any:
        """How the processes find one another, as framework and communicator say; None for one process a node."""
        communicator = self.communicator.lower()
        if communicator in ("mpi", "openmpi", "intelmpi"):
            self.mpi.node_count = self.node_count
            return self.mpi
        if communicator == "parameterserver":
            return self.tensorflow
        if communicator in ("nccl", "gloo"):
            self.pytorch.node_count = self.node_count
            return self.pytorch
        return None

    @distributed_job_config.setter
    def distributed_job_config(self, config: Any) -> None:
        if isinstance(config, MpiConfiguration):
            self.mpi, self.communicator = config, "OpenMpi"
        elif isinstance(config, TensorflowConfiguration):
            self.tensorflow, self.framework, self.communicator = config, "TensorFlow", "ParameterServer"
        elif isinstance(config, PyTorchConfiguration):
            self.pytorch, self.framework, self.communicator = config, "PyTorch", config.communication_backend
        else:
            kinds = "MpiConfiguration, PyTorchConfiguration or TensorflowConfiguration"
            raise RunConfigurationException(f"distributed_job_config is one of {kinds}, not a {type(config).__name__}.")
        self.node_count = config.node_count

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


def __getattr__(name: str) -> Any:
    return missing_name(__name__, name)
