"""Run configurations as files: what RunConfiguration.save() writes and load() reads, and `az ml run submit-script -c` runs."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping

from azureml.core.conda_dependencies import CondaDependencies
from azureml.core.environment import DockerSection, Environment
from azureml.exceptions import UserErrorException
from runstead.conda_file import CondaFile
from runstead.node_loss import NodeLoss, node_loss_of
from runstead.datastore import DEFAULT_DATASTORE
from runstead.yaml_subset import YamlError, parse_yaml, write_yaml

if TYPE_CHECKING:
    from azureml.core.runconfig import DataReferenceConfiguration, RunConfiguration

ENDING = ".runconfig"
#: In this order, as azureml-core looks.
FOLDERS = (".azureml", "aml_config", ".")
ENVIRONMENT_FILE_NAME = "environment.yml"
COMMENTS = {
    "script": "The script to run.",
    "command": "The command to run, in place of a script.",
    "arguments": "The arguments to the script file.",
    "target": "The name of the compute target to use for this run.",
    "framework": "Framework to execute inside.",
    "communicator": "Communicator for the given framework.",
    "maxRunDurationSeconds": "Maximum allowed duration for the run.",
    "nodeCount": "Number of nodes to use for running job.",
    "priority": "Among the runs that wait for a target the greater goes first.",
    "environment": "Environment details.",
    "dataReferences": "Paths of datastores, by name.",
    "history": "History details.",
}
#: Fields that azureml-core writes and that change nothing here.
WITHOUT_MEANING = frozenset(
    """useAbsolutePath autoPrepareEnvironment history hdi spark databricks batchAi containerInstance amlcompute aiSuperComputer
    kubernetesCompute kubernetescompute cmAksCompute cmk8sCompute itpcompute parallelTask paralleltask
    autoClusterComputeSpecification commandReturnCodeConfig jobName exposedPorts
    applicationEndpoints parameters docker""".split()
)
#: Fields that ask for what there is not, when they hold anything.
NOT_OFFERED = frozenset(
    "data outputData datacaches sourceDirectoryDataStore instanceTypes identity credentialPassthrough".split()
)


def save_run_configuration(config: RunConfiguration, path: str | None, name: str | None, separate_environment_yaml: bool) -> str:
    target = _file_to_write(path, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    document = _document_of(config)
    if separate_environment_yaml:
        python = document["environment"]["python"]
        # It is looked for from the folder that is submitted.
        folder = target.parent.name if target.parent.name in FOLDERS else ""
        python["condaDependenciesFile"] = str(Path(folder) / ENVIRONMENT_FILE_NAME)
        dependencies = config.environment.python.conda_dependencies or CondaDependencies()
        dependencies.save(str(target.parent / ENVIRONMENT_FILE_NAME))
        python.pop("condaDependencies", None)
    target.write_text(write_yaml(document, COMMENTS), encoding="utf-8")
    return str(target)


def load_run_configuration(config: RunConfiguration, path: str | None, name: str | None) -> None:
    """Fills a new configuration with what a file says."""
    source = _file_to_read(path, name)
    try:
        document = parse_yaml(source.read_text(encoding="utf-8"))
    except YamlError as error:
        raise UserErrorException(f"{source}:{error.line}:{error.column}: {error.message}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserErrorException(f"The run configuration {source} cannot be read: {error}") from None
    root = source.parent.parent if source.parent.name in FOLDERS else source.parent
    _Fields(source, "", _mapping(source, "the file", document)).fill(config, root)


def _file_to_write(path: str | None, name: str | None) -> Path:
    folder = Path(path or ".")
    if name:
        return folder / ".azureml" / _with_ending(name)
    if path is None or folder.is_dir():
        raise UserErrorException("Under which name should the run configuration be saved? Give name=, or a path that names the file.")
    return folder


def _file_to_read(path: str | None, name: str | None) -> Path:
    folder = Path(path or ".")
    if folder.is_file():
        return folder
    if not name:
        raise UserErrorException(f"{folder} is no file: give name= as well, the text before {ENDING}.")
    for inner in FOLDERS:
        for file_name in (_with_ending(name), name):
            if (folder / inner / file_name).is_file():
                return folder / inner / file_name
    there = sorted({file.name[: -len(ENDING)] for inner in FOLDERS for file in (folder / inner).glob(f"*{ENDING}")})
    known = f"There is: {', '.join(there)}." if there else "There is none at all."
    raise UserErrorException(f"There is no run configuration {name!r} in {folder.absolute() / FOLDERS[0]}. {known}")


def _with_ending(name: str) -> str:
    return name if name.endswith(ENDING) else name + ENDING


def _document_of(config: RunConfiguration) -> dict[str, Any]:
    environment = config.environment
    command = config.command if isinstance(config.command, (str, type(None))) else " ".join(str(word) for word in config.command)
    docker = {"enabled": environment.docker.enabled, "baseImage": environment.docker.base_image}
    return {
        "script": config.script,
        "command": command or "",
        "arguments": list(config.arguments),
        "target": config.target,
        "framework": config.framework,
        "communicator": config.communicator,
        "maxRunDurationSeconds": config.max_run_duration_seconds,
        "nodeCount": config.node_count,
        "priority": config.priority,
        **_node_loss_of(config),
        "mpi": {"processCountPerNode": config.mpi.process_count_per_node},
        "tensorflow": {"workerCount": config.tensorflow.worker_count, "parameterServerCount": config.tensorflow.parameter_server_count},
        "pytorch": {"communicationBackend": config.pytorch.communication_backend, "processCount": config.pytorch.process_count},
        "environmentVariables": dict(config.environment_variables),
        "environment": {
            "name": environment.name,
            "version": environment.version,
            "environmentVariables": dict(environment.environment_variables),
            "python": _python_of(environment),
            "docker": docker,
        },
        "dataReferences": {name: _data_of(given) for name, given in config.data_references.items()},
        "history": {"outputCollection": True, "snapshotProject": True, "directoriesToWatch": ["logs"]},
    }


def _node_loss_of(config: RunConfiguration) -> dict[str, Any]:
    """Nothing unless it is set: files for Azure ML stay as they were."""
    node_loss = node_loss_of(config.node_loss)
    return {} if node_loss is None else {"nodeLoss": node_loss.definition()}


def _data_of(given: Any) -> dict[str, Any]:
    kept = given.to_config() if hasattr(given, "to_config") else given
    return {
        "dataStoreName": kept.datastore_name,
        "mode": kept.mode,
        "pathOnDataStore": kept.path_on_datastore,
        "pathOnCompute": kept.path_on_compute,
        "overwrite": kept.overwrite,
    }


def _python_of(environment: Environment) -> dict[str, Any]:
    python = environment.python
    document: dict[str, Any] = {
        "userManagedDependencies": python.user_managed_dependencies,
        "interpreterPath": python.interpreter_path,
        "condaDependenciesFile": python.conda_dependencies_file,
    }
    asked = python.conda_dependencies.as_dict() if python.conda_dependencies is not None else {}
    if asked.get("dependencies") and not python.conda_dependencies_file:
        document["condaDependencies"] = {name: value for name, value in asked.items() if value}
    return document


def _mapping(source: Path, what: str, value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UserErrorException(f"{source}: {what} is a group of fields, not {value!r}.")
    return value


class _Fields:
    """The fields of a file, each taken once; what nobody took is named at the end."""

    def __init__(self, source: Path, prefix: str, values: Mapping[str, Any]) -> None:
        self._source = source
        self._prefix = prefix
        self._left = dict(values)

    def take(self, name: str, kind: type | tuple[type, ...], otherwise: Any = None) -> Any:
        value = self._left.pop(name, None)
        if value is None:
            return otherwise
        # True is an int to Python, and no number to whoever wrote it.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise UserErrorException(f"{self._source}: {self._prefix}{name} cannot be {value!r}.")
        return value

    def text(self, name: str) -> str | None:
        value = self.take(name, (str, int, float))
        return None if value is None else str(value)

    def texts(self, name: str) -> dict[str, str]:
        return {str(key): "" if value is None else str(value) for key, value in self.take(name, dict, {}).items()}

    def section(self, name: str) -> _Fields:
        values = _mapping(self._source, self._prefix + name, self._left.pop(name, None))
        return _Fields(self._source, f"{self._prefix}{name}.", values)

    def fill(self, config: RunConfiguration, root: Path) -> None:
        config.script = self.text("script")
        config.command = self.text("command") or None
        config.arguments = self.take("arguments", list, [])
        config.target = self.text("target") or "local"
        config.framework = self.text("framework") or "Python"
        config.communicator = self.text("communicator") or "None"
        config.max_run_duration_seconds = self.take("maxRunDurationSeconds", int)
        config.node_count = self.take("nodeCount", int, 1)
        config.priority = self.take("priority", int)
        config.node_loss = self.node_loss()
        mpi, tensorflow, pytorch = (self.section(name) for name in ("mpi", "tensorflow", "pytorch"))
        config.mpi.process_count_per_node = mpi.take("processCountPerNode", int, 1)
        config.tensorflow.worker_count = tensorflow.take("workerCount", int, 1)
        config.tensorflow.parameter_server_count = tensorflow.take("parameterServerCount", int, 1)
        config.pytorch.communication_backend = pytorch.text("communicationBackend") or "Nccl"
        config.pytorch.process_count = pytorch.take("processCount", int)
        config.environment_variables = self.texts("environmentVariables")
        data = self.section("dataReferences")
        config.data_references = {name: data.section(name).data_reference() for name in list(data._left)}
        environment = self.section("environment")
        environment.fill_environment(config, root)
        asked_in_vain = [name for name in NOT_OFFERED if self._left.pop(name, None)]
        for name in WITHOUT_MEANING:
            self._left.pop(name, None)
        unknown = [*asked_in_vain, *self._left, *environment.unread()]
        if unknown:
            warnings.warn(f"{self._source}: not used here: {', '.join(sorted(unknown))}.", stacklevel=4)

    def node_loss(self) -> NodeLoss | None:
        given = self.take("nodeLoss", dict)
        try:
            return node_loss_of(given)
        except ValueError as error:
            raise UserErrorException(f"{self._source}: {error}") from None

    def data_reference(self) -> DataReferenceConfiguration:
        from azureml.core.runconfig import DataReferenceConfiguration

        read = DataReferenceConfiguration(
            self.text("dataStoreName") or DEFAULT_DATASTORE,
            self.text("mode") or "mount",
            self.text("pathOnDataStore"),
            self.text("pathOnCompute"),
            self.take("overwrite", bool, False),
        )
        if self._left:
            raise UserErrorException(f"{self._source}: {self._prefix}{sorted(self._left)[0]} is not known.")
        return read

    def fill_environment(self, config: RunConfiguration, root: Path) -> None:
        name = self.text("name")
        self.text("version")
        environment = Environment(name) if name else config.environment
        environment.environment_variables = self.texts("environmentVariables")
        docker = self.section("docker")
        enabled, image = docker.take("enabled", bool, False), docker.text("baseImage")
        # azureml-core writes its default image into every file: one that is not to be used asks for nothing.
        environment.docker = DockerSection(enabled=enabled, base_image=image if enabled else None)
        python = self.section("python")
        environment.python.user_managed_dependencies = python.take("userManagedDependencies", bool, False)
        environment.python.interpreter_path = python.text("interpreterPath") or "python"
        file_name = python.text("condaDependenciesFile")
        if file_name:
            environment.python.conda_dependencies_file = str(root / file_name)
        written = python.section("condaDependencies")
        environment.python.conda_dependencies = CondaDependencies._of(written.conda_file())
        config.environment = environment

    def conda_file(self) -> CondaFile:
        packages: list[str] = []
        pip: list[str] = []
        for dependency in self.take("dependencies", list, []):
            if isinstance(dependency, dict):
                pip += [str(line) for line in dependency.get("pip") or ()]
            else:
                packages.append(str(dependency))
        channels = tuple(str(channel) for channel in self.take("channels", list, []))
        return CondaFile(self.text("name") or "project_environment", channels, tuple(packages), tuple(pip))

    def unread(self) -> list[str]:
        known = ("inferencingStackVersion", "spark", "databricks", "r", "autoRebuild", "assetId")
        return [f"{self._prefix}{name}" for name in self._left if name not in known]
