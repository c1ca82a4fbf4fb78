"""Environments by their azureml names: sections for Python and Docker, over those of the Runstead SDK."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any, Mapping

from azureml._not_offered import missing_name
from azureml.core.conda_dependencies import CONDA_FILE_NAME, CondaDependencies
from azureml.exceptions import UserErrorException
from runstead.conda_file import CondaFile
from runstead.environment import EnvironmentBase, specification_of, without_empty
from runstead.workspace import Workspace

DEFINITION_FILE_NAME = "azureml_environment.json"


class PythonSection:
    """How the environment gets its Python: user-managed with an interpreter, or built from conda dependencies."""

    def __init__(
        self, interpreter_path: str = "python", user_managed_dependencies: bool = False, conda_dependencies: Any = None
    ) -> None:
        self.interpreter_path = interpreter_path
        self.user_managed_dependencies = user_managed_dependencies
        self.conda_dependencies: CondaDependencies | None = conda_dependencies or CondaDependencies()
        #: A conda environment file, which counts in place of the dependencies.
        self.conda_dependencies_file: str | None = None
        self.base_conda_environment: str | None = None


class DockerSection:
    """Docker's settings are accepted, and what they ask for is not done: jobs run on their node without containers."""

    def __init__(self, **settings: Any) -> None:
        self.enabled = False
        self.base_image: str | None = None
        self.base_dockerfile: str | None = None
        self.arguments: list[str] = []
        self.shared_volumes = True
        self.gpu_support = False
        self.__dict__.update(settings)

    @property
    def is_asked_for(self) -> bool:
        return bool(self.enabled or self.base_image or self.base_dockerfile)


class Environment(EnvironmentBase):
    """A named environment.

    >>> environment = Environment.from_pip_requirements("vision", "requirements.txt")
    >>> environment.environment_variables = {"LEVEL": "3"}
    >>> environment.register(workspace)
    """

    refuse = UserErrorException

    def __init__(self, name: str, **ignored: Any) -> None:
        super().__init__(name)
        self.python = PythonSection()
        self.docker = DockerSection()

    @property
    def version(self) -> str | None:
        """Of a registered one."""
        return None if self._registered is None else str(self._registered["version"])

    @classmethod
    def get(cls, workspace: Workspace, name: str, version: str | None = None, label: str | None = None) -> Environment:
        """A registered or curated environment: the newest version unless one is named."""
        if label is not None and label.lower() != "latest":
            raise UserErrorException(f"The environment {name} has no label {label!r}; there is Latest, or a version.")
        return super().get(workspace, name, version)

    @classmethod
    def from_pip_requirements(cls, name: str, file_path: str, pip_version: str | None = None) -> Environment:
        return super().from_pip_requirements(name, file_path)

    @staticmethod
    def from_docker_image(name: str, image: str, **ignored: Any) -> Environment:
        raise _no_docker(f"the image {image}")

    @staticmethod
    def from_dockerfile(name: str, dockerfile: str, **ignored: Any) -> Environment:
        raise _no_docker(f"the Dockerfile {dockerfile}")

    def register(self, workspace: Workspace) -> Environment:
        """Registers it: the next version of its name, or the newest one when that is the same."""
        self._tell_of_docker()
        return super().register(workspace)

    def reference(self) -> dict[str, Any]:
        self._tell_of_docker()
        return super().reference()

    def _tell_of_docker(self) -> None:
        if self.docker.is_asked_for:
            warnings.warn(f"Environment {self.name}: jobs run without Docker; its image is not used, its packages are.", stacklevel=4)

    def specification(self) -> dict[str, Any]:
        if self.python.user_managed_dependencies:
            managed = {"userManaged": True, "interpreterPath": self.python.interpreter_path}
            return without_empty({**managed, "environmentVariables": dict(self.environment_variables)})
        dependencies = self.python.conda_dependencies
        if self.python.conda_dependencies_file:
            dependencies = CondaDependencies(self.python.conda_dependencies_file)
        asked = specification_of(dependencies._as_file() if dependencies is not None else CondaFile())
        variables = {**asked.pop("environmentVariables", {}), **self.environment_variables}
        return without_empty({**asked, "environmentVariables": variables})

    def _take(self, specification: Mapping[str, Any]) -> None:
        version = specification.get("pythonVersion")
        file = CondaFile(
            name="project_environment",
            channels=tuple(specification.get("condaChannels", ())),
            packages=(*([f"python={version}"] if version else []), *specification.get("condaPackages", ())),
            pip_requirements=tuple(specification.get("pipRequirements", ())),
        )
        self.python.conda_dependencies = CondaDependencies._of(file)
        self.python.user_managed_dependencies = bool(specification.get("userManaged", False))
        self.python.interpreter_path = specification.get("interpreterPath") or "python"
        self.environment_variables = dict(specification.get("environmentVariables", {}))

    @classmethod
    def _of_job(cls, job: Mapping[str, Any]) -> Environment | None:
        """What a job was submitted with; None where that is the Python of its node."""
        given = job.get("environment")
        if given is None:
            return None
        environment = cls._made(given["name"], given["specification"])
        if given.get("version") is not None:
            environment._registered = {**given, "curated": given["name"].startswith("AzureML-")}
            environment._seen = environment.specification()
        return environment

    def _as_definition(self) -> dict[str, Any]:
        """As azureml-core describes it in the details of a run."""
        python = {
            "interpreterPath": self.python.interpreter_path,
            "userManagedDependencies": self.python.user_managed_dependencies,
            "condaDependencies": (self.python.conda_dependencies or CondaDependencies()).as_dict(),
        }
        variables = dict(self.environment_variables)
        return {"name": self.name, "version": self.version, "python": python, "environmentVariables": variables}

    def save_to_directory(self, path: str, overwrite: bool = False) -> None:
        """Writes the environment into a folder, as files that can be edited."""
        folder = Path(path)
        if (folder / DEFINITION_FILE_NAME).exists() and not overwrite:
            raise UserErrorException(f"{folder} holds an environment already; save with overwrite=True.")
        folder.mkdir(parents=True, exist_ok=True)
        definition = {
            "name": self.name,
            "version": self.version,
            "environmentVariables": self.environment_variables,
            "python": {
                "userManagedDependencies": self.python.user_managed_dependencies,
                "interpreterPath": self.python.interpreter_path,
                "condaDependenciesFile": CONDA_FILE_NAME,
            },
            "docker": {name: value for name, value in vars(self.docker).items()},
        }
        (folder / DEFINITION_FILE_NAME).write_text(json.dumps(definition, indent=4) + "\n", encoding="utf-8")
        (self.python.conda_dependencies or CondaDependencies()).save_to_file(str(folder))

    @staticmethod
    def load_from_directory(path: str) -> Environment:
        """Reads what save_to_directory has written."""
        folder = Path(path)
        try:
            definition = json.loads((folder / DEFINITION_FILE_NAME).read_text(encoding="utf-8"))
            environment = Environment(str(definition["name"]))
            python = definition.get("python", {})
            file_name = python.get("condaDependenciesFile")
        except (OSError, ValueError, KeyError) as error:
            raise UserErrorException(f"{folder} holds no environment that can be read: {error}") from None
        environment.environment_variables = dict(definition.get("environmentVariables") or {})
        environment.python.user_managed_dependencies = bool(python.get("userManagedDependencies", False))
        environment.python.interpreter_path = python.get("interpreterPath") or "python"
        environment.docker = DockerSection(**definition.get("docker", {}))
        if file_name:
            environment.python.conda_dependencies = CondaDependencies(str(folder / file_name))
        return environment

    def __repr__(self) -> str:
        return f"Environment(Name: {self.name},\nVersion: {self.version})"


def _no_docker(what: str) -> UserErrorException:
    return UserErrorException(
        f"Jobs run without Docker here: {what} cannot be used.",
        hint="Say what it brings by Environment.from_pip_requirements or from_conda_specification.",
    )


def __getattr__(name: str) -> Any:
    return missing_name(__name__, name)
