"""ScriptRunConfig with the arguments that azureml-core takes."""

from __future__ import annotations

import warnings
from typing import Any, Sequence

from azureml.core.environment import Environment
from azureml.core.runconfig import DEFAULT_ENVIRONMENT_NAME, RunConfiguration
from azureml.data.data_reference import DataReference
from azureml.exceptions import RunConfigurationException
from runstead.script_run_config import ScriptRunConfig as NativeScriptRunConfig


class ScriptRunConfig(NativeScriptRunConfig):
    """A script, its arguments, and where and in which environment it runs. Without a compute target it runs on `local`."""

    MAX_DURATION_SECONDS_DEFAULT = 2_592_000
    #: The environment says which Python it is.
    interpreter = None

    def __init__(
        self,
        source_directory: str = ".",
        script: str | None = None,
        arguments: Sequence[Any] | None = None,
        run_config: RunConfiguration | None = None,
        _telemetry_values: Any = None,
        compute_target: Any = None,
        environment: Environment | None = None,
        distributed_job_config: Any = None,
        resume_from: Any = None,
        max_run_duration_seconds: int | None = MAX_DURATION_SECONDS_DEFAULT,
        command: Sequence[Any] | str | None = None,
        docker_runtime_config: Any = None,
    ) -> None:
        if resume_from is not None:
            raise RunConfigurationException("resume_from needs a datastore, which this workspace has not.")
        if run_config is not None and (compute_target or environment or distributed_job_config):
            warnings.warn(
                "run_config is given: compute_target, environment and distributed_job_config beside it are ignored.", stacklevel=2
            )
        self.run_config = run_config or _new_run_config(compute_target, environment, max_run_duration_seconds)
        if run_config is None and distributed_job_config is not None:
            self.run_config.distributed_job_config = distributed_job_config
        self.source_directory = source_directory
        self.script = script or self.run_config.script
        self.arguments = arguments or self.run_config.arguments
        self.command = command or self.run_config.command

    # What stands in run_config counts as it is when the script is submitted: it may be changed until then.

    @property
    def compute_target(self) -> Any:
        return self.run_config.target

    @property
    def environment(self) -> Environment | None:
        environment = self.run_config.environment
        is_untouched = environment.name == DEFAULT_ENVIRONMENT_NAME and not environment.specification()
        return None if is_untouched else environment

    @property
    def environment_variables(self) -> dict[str, str]:
        return self.run_config.environment_variables

    @property
    def max_run_duration_seconds(self) -> int | None:
        return self.run_config.max_run_duration_seconds

    @property
    def distributed_job_config(self) -> Any:
        return self.run_config.distributed_job_config

    @property
    def node_count(self) -> int:
        return self.run_config.node_count

    @property
    def data_references(self) -> dict[str, DataReference]:
        """Each under the name that the configuration gives it."""
        return {
            name: given if isinstance(given, DataReference) else given.reference(name)
            for name, given in self.run_config.data_references.items()
        }

    @property
    def node_loss(self) -> Any:
        return self.run_config.node_loss

    @property
    def priority(self) -> int | None:
        return self.run_config.priority


def _new_run_config(target: Any, environment: Environment | None, max_run_duration_seconds: int | None) -> RunConfiguration:
    config = RunConfiguration()
    config.target = target or "local"
    config.environment = environment or config.environment
    config.max_run_duration_seconds = max_run_duration_seconds
    return config
