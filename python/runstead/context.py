"""The run that a process belongs to: that of its job, or outside a job one that prints."""

from __future__ import annotations

import os
from typing import Any, Mapping, NamedTuple

from runstead import client_log
from runstead.configuration import Settings
from runstead.experiment import Experiment
from runstead.offline_run import OfflineRun
from runstead.run import Run
from runstead.version import VERSION
from runstead.workspace import Workspace


class JobScope(NamedTuple):
    """What the environment of a job's script says."""

    settings: Settings
    run_id: str
    experiment_id: str
    experiment_name: str


class SubmittedRun(Run):
    """The run of a job, seen from within: the agent that runs the job sets its status."""

    def complete(self) -> None:
        """Sends what was logged. The run completes when its script ends."""
        self.flush()

    def __exit__(self, *failure: Any) -> None:
        """Sends what was logged. Whether the run failed shows in how its script ends."""
        self.flush()


def current_run(allow_offline: bool = True, classes: tuple[type[Workspace], type[Experiment], type[Run]] | None = None) -> Any:
    """The run of the job, always the same object; outside a job an OfflineRun, or RunEnvironmentError."""
    workspace_class, experiment_class, run_class = classes or (Workspace, Experiment, SubmittedRun)
    scope = job_scope(os.environ)
    if scope is None:
        if allow_offline:
            return OfflineRun()
        raise workspace_class.errors.environment("This process does not belong to a submitted run.")
    key = (run_class, scope)
    if key not in _current:
        workspace = workspace_class._of_job(scope.settings)
        experiment = experiment_class._from_document(workspace, {"id": scope.experiment_id, "name": scope.experiment_name})
        client_log.say(f"{'' if classes is None else 'azureml names over '}runstead {VERSION}: run {scope.run_id}, workspace {workspace.name}, server {scope.settings.url}.")
        # Known without asking: a script starts while the server restarts.
        _current[key] = run_class._from_document(
            experiment, {"id": scope.run_id, "status": "Running", "experimentId": scope.experiment_id}
        )
    return _current[key]


def job_scope(environment: Mapping[str, str]) -> JobScope | None:
    """The job of an environment, by its RUNSTEAD_ or else AZUREML_ variables; None outside a job."""

    def either(name: str, azure_name: str) -> str | None:
        return environment.get(name) or environment.get(azure_name)

    url = either("RUNSTEAD_URL", "AZUREML_SERVICE_ENDPOINT")
    workspace = either("RUNSTEAD_WORKSPACE", "AZUREML_ARM_WORKSPACE_NAME")
    run_id = either("RUNSTEAD_RUN_ID", "AZUREML_RUN_ID")
    experiment_id = either("RUNSTEAD_EXPERIMENT_ID", "AZUREML_EXPERIMENT_ID")
    if not (url and workspace and run_id and experiment_id):
        return None
    name = either("RUNSTEAD_EXPERIMENT_NAME", "AZUREML_ARM_PROJECT_NAME") or ""
    settings = Settings(url, workspace, either("RUNSTEAD_TOKEN", "AZUREML_RUN_TOKEN"), None)
    return JobScope(settings, run_id, experiment_id, name)


_current: dict[tuple[type[Run], JobScope], Run] = {}
