"""The Python environment of a job. A user-managed one names the interpreter to run with."""

from __future__ import annotations

from typing import Any

from azureml._not_offered import missing_name


class PythonSection:
    """How the environment gets its Python."""

    def __init__(
        self, interpreter_path: str = "python", user_managed_dependencies: bool = False, conda_dependencies: Any = None
    ) -> None:
        self.interpreter_path = interpreter_path
        self.user_managed_dependencies = user_managed_dependencies
        self.conda_dependencies = conda_dependencies


class Environment:
    """A named environment.

    >>> environment = Environment("my-python")
    >>> environment.python.user_managed_dependencies = True
    >>> environment.python.interpreter_path = "/opt/venv/bin/python"
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.version: str | None = None
        self.python = PythonSection()
        self.environment_variables: dict[str, str] = {}

    @property
    def interpreter(self) -> str | None:
        """The interpreter of a user-managed environment; None for that of the machine that runs the job."""
        return self.python.interpreter_path if self.python.user_managed_dependencies else None

    def __repr__(self) -> str:
        return f"Environment(Name: {self.name},\nVersion: {self.version})"


def __getattr__(name: str) -> Any:
    return missing_name(__name__, name)
