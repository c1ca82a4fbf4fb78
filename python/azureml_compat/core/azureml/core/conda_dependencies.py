"""Conda dependencies: the packages of an environment, as azureml-core keeps them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Iterator, Sequence

from azureml.exceptions import UserErrorException
from runstead.conda_file import CondaFile, parse_conda_file, write_conda_file

CONDA_FILE_NAME = "conda_dependencies.yml"
#: Of a conda or pip package: its name, without version, extras and channel.
NAME = re.compile(r"^(?:[\w./-]+::)?([A-Za-z0-9_.-]+)")


class CondaDependencies:
    """Python version, conda and pip packages, and the channels that conda packages come from.

    >>> dependencies = CondaDependencies.create(pip_packages=["scikit-learn==1.5.2"], python_version="3.11")
    >>> dependencies.add_conda_package("numpy")

    What differs from Azure: a new one is empty; `azureml-defaults` is not needed here, and Python is that of the node unless a
    version is given.
    """

    def __init__(self, conda_dependencies_file_path: str | None = None, _underlying_structure: Any = None) -> None:
        file = CondaFile(name="project_environment")
        if conda_dependencies_file_path is not None:
            path = Path(conda_dependencies_file_path)
            try:
                file = parse_conda_file(path.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise UserErrorException(f"{path} cannot be read: {error}") from None
        self._take(file)

    @staticmethod
    def create(
        pip_indexurl: str | None = None,
        pip_packages: Sequence[str] | None = None,
        conda_packages: Sequence[str] | None = None,
        python_version: str | None = None,
        pin_sdk_version: bool = True,
    ) -> CondaDependencies:
        made = CondaDependencies()
        if python_version:
            made.set_python_version(python_version)
        for package in conda_packages or ():
            made.add_conda_package(package)
        for package in pip_packages or ():
            made.add_pip_package(package)
        if pip_indexurl:
            made.set_pip_index_url(f"--index-url {pip_indexurl}")
        return made

    @property
    def conda_packages(self) -> Iterator[str]:
        """Python among them."""
        return iter(list(self._packages))

    @property
    def conda_channels(self) -> Iterator[str]:
        return iter(list(self._channels))

    @property
    def pip_packages(self) -> Iterator[str]:
        return (line for line in list(self._pip) if not line.startswith("-"))

    @property
    def pip_options(self) -> Iterator[str]:
        return (line for line in list(self._pip) if line.startswith("-"))

    def add_conda_package(self, conda_package: str) -> None:
        """Takes the place of the same package in another version."""
        self._packages = _with(self._packages, conda_package)

    def remove_conda_package(self, conda_package: str) -> None:
        self._packages = _without(self._packages, conda_package)

    def add_pip_package(self, pip_package: str) -> None:
        """Takes the place of the same package in another version."""
        self._pip = _with(self._pip, pip_package)

    def remove_pip_package(self, pip_package: str) -> None:
        self._pip = _without(self._pip, pip_package)

    def set_pip_requirements(self, pip_requirements: Sequence[str]) -> None:
        """In place of all pip packages and options."""
        self._pip = list(pip_requirements)

    def set_pip_option(self, pip_option: str) -> None:
        """Adds an option such as `--extra-index-url https://…`."""
        if pip_option not in self._pip:
            self._pip.insert(0, pip_option)

    def set_pip_index_url(self, index_url: str) -> None:
        """Takes `--index-url https://…`."""
        self.set_pip_option(index_url)

    def add_channel(self, channel: str) -> None:
        if channel not in self._channels:
            self._channels.append(channel)

    def remove_channel(self, channel: str) -> None:
        self._channels = [each for each in self._channels if each != channel]

    def get_python_version(self) -> str | None:
        """Such as `python=3.11`; None when the node may choose."""
        return next((package for package in self._packages if _name_of(package) == "python"), None)

    def set_python_version(self, version: str) -> None:
        self._packages = [f"python={version}", *_without(self._packages, "python")]

    def as_dict(self) -> dict[str, Any]:
        pip: list[Any] = [{"pip": list(self._pip)}] if self._pip else []
        return {"name": self._name, "dependencies": [*self._packages, *pip], "channels": list(self._channels)}

    def serialize_to_string(self) -> str:
        """The conda environment file as text."""
        return write_conda_file(self._as_file())

    def save_to_file(self, base_directory: str, conda_file_path: str | None = None) -> str:
        """Writes the conda environment file below a folder; its path there."""
        name = conda_file_path or CONDA_FILE_NAME
        self.save(str(Path(base_directory) / name))
        return name

    def save(self, path: str | None = None) -> str:
        """Writes the conda environment file; its path."""
        target = Path(path or CONDA_FILE_NAME)
        if target.is_dir():
            target /= CONDA_FILE_NAME
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(self.serialize_to_string(), encoding="utf-8")
        return str(target)

    def _as_file(self) -> CondaFile:
        return CondaFile(self._name, tuple(self._channels), tuple(self._packages), tuple(self._pip), dict(self._variables))

    def _take(self, file: CondaFile) -> None:
        self._name = file.name
        self._channels = list(file.channels)
        self._packages = list(file.packages)
        self._pip = list(file.pip_requirements)
        self._variables = dict(file.variables)

    @classmethod
    def _of(cls, file: CondaFile) -> CondaDependencies:
        made = cls()
        made._take(file)
        return made

    def __repr__(self) -> str:
        return self.serialize_to_string()


def _name_of(package: str) -> str:
    found = NAME.match(package)
    return re.sub(r"[-_.]+", "-", found[1].lower()) if found else package


def _with(packages: list[str], package: str) -> list[str]:
    return [*_without(packages, package), package]


def _without(packages: list[str], package: str) -> list[str]:
    return [each for each in packages if each.startswith("-") or _name_of(each) != _name_of(package)]
