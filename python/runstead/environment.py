"""Environments: the Python and the packages that jobs run with, registered by name and version, or given to a job as they are."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping, Sequence, TypeVar

from runstead.conda_file import CondaFile, parse_conda_file
from runstead.connection import path_of
from runstead.errors import UserError
from runstead.requirements_file import read_requirements

if TYPE_CHECKING:
    from runstead.workspace import Workspace

PAGE_SIZE = 1000
Own = TypeVar("Own", bound="EnvironmentBase")


class EnvironmentBase:
    """What an environment is to its workspace, whatever the names of its fields are."""

    #: What is raised for a file that cannot be read.
    refuse: type[Exception] = UserError

    def __init__(self, name: str) -> None:
        self.name = name
        self.description = ""
        self.tags: dict[str, str | None] = {}
        self.environment_variables: dict[str, str] = {}
        self._registered: Mapping[str, Any] | None = None
        #: The specification that was registered.
        self._seen: Mapping[str, Any] = {}

    def specification(self) -> dict[str, Any]:
        """What it asks for, as the API takes it."""
        raise NotImplementedError

    def _take(self, specification: Mapping[str, Any]) -> None:
        """Become what a specification asks for."""
        raise NotImplementedError

    def reference(self) -> dict[str, Any]:
        """What a job names: the registered version, unless it was changed since; else all of it."""
        if self._registered is not None and self._seen == self.specification():
            return {"name": self._registered["name"], "version": self._registered["version"]}
        return {"name": self.name, "specification": self.specification()}

    def clone(self: Own, new_name: str) -> Own:
        """The same under another name, to be changed and registered."""
        cloned = type(self)(new_name)
        cloned._take(self.specification())
        cloned.description, cloned.tags = self.description, dict(self.tags)
        return cloned

    def register(self: Own, workspace: Workspace) -> Own:
        """Registers it: the next version of its name, or the newest one when that is the same."""
        body = {"name": self.name, "description": self.description, "tags": self.tags, "specification": self.specification()}
        return self._of(workspace.connection.call("POST", path_of("workspaces", workspace.name, "environments"), body))

    def archive(self, workspace: Workspace, archived: bool = True) -> None:
        """Takes all its versions out of the lists; jobs that name it still run. `archived=False` brings it back."""
        path = path_of("workspaces", workspace.name, "environments", self.name)
        workspace.connection.call("PATCH", path, {"archived": archived})

    @classmethod
    def get(cls: type[Own], workspace: Workspace, name: str, version: int | str | None = None) -> Own:
        """A registered or curated environment: the newest version unless one is named."""
        path = path_of("workspaces", workspace.name, "environments", name)
        return cls._of(workspace.connection.call("GET", path, query={"version": version}))

    @classmethod
    def list(cls: type[Own], workspace: Workspace, archived: bool = False) -> dict[str, Own]:
        """Every environment by name, the curated ones too, each in its newest version."""
        query = {"archived": "true"} if archived else {}
        return {document["name"]: cls._of(document) for document in _pages(workspace, ("environments",), **query)}

    @classmethod
    def versions(cls: type[Own], workspace: Workspace, name: str) -> Sequence[Own]:
        """Every version of a name, the newest first."""
        return [cls._of(document) for document in _pages(workspace, ("environments", name, "versions"))]

    @classmethod
    def from_pip_requirements(cls: type[Own], name: str, file_path: str | Path) -> Own:
        """What a requirements file asks for; files that it names by `-r` are read as well."""
        return cls._made(name, {"pipRequirements": cls._read(file_path, read_requirements)})

    @classmethod
    def from_conda_specification(cls: type[Own], name: str, file_path: str | Path) -> Own:
        """What a conda environment file asks for."""
        file = cls._read(file_path, lambda path: parse_conda_file(path.read_text(encoding="utf-8")))
        return cls._made(name, specification_of(file))

    @classmethod
    def from_existing_conda_environment(cls: type[Own], name: str, conda_environment_name: str) -> Own:
        """What a conda environment of this machine holds."""
        conda = shutil.which("conda")
        if conda is None:
            raise cls.refuse(
                f"The conda environment {conda_environment_name!r} cannot be read: there is no conda on this machine. "
                "Export it where there is one (conda env export --no-builds > environment.yml), and use from_conda_specification."
            )
        command = [conda, "env", "export", "--no-builds", "--json", "--name", conda_environment_name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise cls.refuse(f"conda cannot export the environment {conda_environment_name!r}: {(done.stderr or done.stdout).strip()}")
        return cls._made(name, specification_of(parse_conda_file(done.stdout)))

    @property
    def is_curated(self) -> bool:
        """Whether it came with Runstead."""
        return self._registered is not None and bool(self._registered["curated"])

    @classmethod
    def _made(cls: type[Own], name: str, specification: Mapping[str, Any]) -> Own:
        environment = cls(name)
        environment._take(specification)
        return environment

    @classmethod
    def _of(cls: type[Own], document: Mapping[str, Any]) -> Own:
        environment = cls._made(document["name"], document["specification"])
        environment.description, environment.tags = document["description"], dict(document["tags"])
        environment._registered = document
        environment._seen = environment.specification()
        return environment

    @classmethod
    def _read(cls, file_path: str | Path, read: Callable[[Path], Any]) -> Any:
        path = Path(file_path)
        try:
            return read(path)
        except (OSError, ValueError) as error:
            raise cls.refuse(f"{path} cannot be read: {error}") from error


class Environment(EnvironmentBase):
    """Packages, a Python version and environment variables under a name.

    >>> environment = Environment("vision", pip_requirements=["scikit-learn==1.5.2"])
    >>> run = experiment.submit(ScriptRunConfig(script="train.py", environment=environment))
    >>> environment.register(workspace).version
    1
    """

    def __init__(
        self,
        name: str,
        pip_requirements: Sequence[str] = (),
        python_version: str | None = None,
        conda_packages: Sequence[str] = (),
        conda_channels: Sequence[str] = (),
        interpreter: str | None = None,
        environment_variables: Mapping[str, str] | None = None,
        description: str = "",
        tags: Mapping[str, str | None] | None = None,
    ) -> None:
        super().__init__(name)
        self.pip_requirements = list(pip_requirements)
        self.python_version = python_version
        self.conda_packages = list(conda_packages)
        self.conda_channels = list(conda_channels)
        #: Of a user-managed environment: path or name of its Python on the node; nothing is built then.
        self.interpreter = interpreter
        self.environment_variables = dict(environment_variables or {})
        self.description = description
        self.tags = dict(tags or {})

    @property
    def version(self) -> int | None:
        """Of a registered one."""
        return None if self._registered is None else int(self._registered["version"])

    def specification(self) -> dict[str, Any]:
        managed = {} if self.interpreter is None else {"userManaged": True, "interpreterPath": self.interpreter}
        return without_empty(
            {
                "pythonVersion": self.python_version,
                "pipRequirements": list(self.pip_requirements),
                "condaPackages": list(self.conda_packages),
                "condaChannels": list(self.conda_channels),
                **managed,
                "environmentVariables": dict(self.environment_variables),
            }
        )

    def _take(self, specification: Mapping[str, Any]) -> None:
        self.python_version = specification.get("pythonVersion")
        self.pip_requirements = list(specification.get("pipRequirements", ()))
        self.conda_packages = list(specification.get("condaPackages", ()))
        self.conda_channels = list(specification.get("condaChannels", ()))
        self.interpreter = specification.get("interpreterPath")
        self.environment_variables = dict(specification.get("environmentVariables", {}))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r}, version={self.version!r})"


def reference_of(environment: Any) -> dict[str, Any] | None:
    """What a job names for what a person gave: an environment, or `NAME` or `NAME:VERSION` of a registered one."""
    if environment is None:
        return None
    if isinstance(environment, str):
        name, colon, version = environment.rpartition(":")
        return {"name": name, "version": int(version)} if colon and version.isdigit() else {"name": environment}
    return dict(environment.reference())


def specification_of(file: CondaFile) -> dict[str, Any]:
    """What a conda environment file asks for, as the API takes it."""
    return without_empty(
        {
            "condaPackages": list(file.packages),
            "condaChannels": list(file.channels),
            "pipRequirements": list(file.pip_requirements),
            "environmentVariables": dict(file.variables),
        }
    )


def without_empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def _pages(workspace: Workspace, segments: Sequence[str], **query: Any) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        path = path_of("workspaces", workspace.name, *segments)
        page = workspace.connection.call("GET", path, query={"limit": PAGE_SIZE, "cursor": cursor, **query})
        yield from page["environments"]
        cursor = page["nextCursor"]
        if cursor is None:
            return
