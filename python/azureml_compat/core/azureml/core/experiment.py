"""Experiment with the arguments that azureml-core takes."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from azureml.core.run import Run
from azureml.core.script_run import ScriptRun
from azureml.core.submission import azureml_submission
from azureml.core.workspace import Workspace
from azureml.exceptions import SnapshotException
from runstead.connection import path_of
from runstead.experiment import Experiment as NativeExperiment
from runstead.run import Run as NativeRun
from runstead.search import Wanted
from runstead.submission import submit_job

OUTPUTS_FOLDER = "outputs"


class ViewType:
    """Which experiments a list shows."""

    ActiveOnly = "active"
    ArchivedOnly = "archived"
    All = "all"


class Experiment(NativeExperiment):
    """An experiment, made on first use."""

    def __init__(self, workspace: Workspace, name: str, **ignored: Any) -> None:
        super().__init__(workspace, name)

    def start_logging(
        self,
        name: str | None = None,
        run_id: str | None = None,
        outputs: str | bool | None = None,
        snapshot_directory: str | None = ".",
        **kwargs: Any,
    ) -> Run:
        """Starts an interactive run: its folder `outputs` is uploaded at its end, and its source kept as a snapshot."""
        folder = None if outputs is False else OUTPUTS_FOLDER if outputs in (None, True) else str(outputs)
        known = {key: kwargs[key] for key in ("display_name", "description", "tags", "properties") if key in kwargs}
        try:
            run = super().start_logging(name=name, run_id=run_id, outputs=folder, snapshot_directory=snapshot_directory, **known)
        except SnapshotException as reason:
            raise SnapshotException(
                f"Failed to take a snapshot of {snapshot_directory}. Pass snapshot_directory=None to start_logging to skip "
                f"taking a snapshot of the given directory. {reason.message}",
                hint=reason.hint,
            ) from None
        assert isinstance(run, Run)
        return run

    def submit(self, config: Any, tags: Mapping[str, str | None] | None = None, **kwargs: Any) -> Run:
        """Submits a script and returns its run at once."""
        with azureml_submission():
            run: Run = self._run_from_document(submit_job(self, config, tags=tags))
        return run

    def get_runs(  # type: ignore[override]
        self,
        type: str | None = None,
        tags: Wanted = None,
        properties: Wanted = None,
        include_children: bool = False,
        status: str | None = None,
        filter: str | None = None,
        order_by: str | None = None,
    ) -> Iterator[NativeRun]:
        return super().get_runs(native_type(type), tags, properties, status, include_children, filter, order_by)

    def refresh(self) -> None:
        self._fetched()

    @staticmethod
    def list(
        workspace: Workspace, experiment_name: str | None = None, view_type: str = ViewType.ActiveOnly, tags: Wanted = None
    ) -> list[Experiment]:
        found = workspace._list_experiments(name=experiment_name, lifecycle=view_type)
        return [Experiment._of(workspace, document) for document in found if _has_tags(document["tags"], tags)]

    @staticmethod
    def delete(workspace: Workspace, experiment_id: str) -> None:
        """Moves an experiment to the trash."""
        workspace.connection.call("PATCH", path_of("experiments", experiment_id), {"lifecycle": "trashed"})

    def __repr__(self) -> str:
        return f"Experiment(Name: {self.name},\nWorkspace: {self.workspace.name})"

    @classmethod
    def _of(cls, workspace: Workspace, document: Mapping[str, Any]) -> Experiment:
        experiment = cls._from_document(workspace, document)
        assert isinstance(experiment, Experiment)
        return experiment

    @classmethod
    def _run_class(cls) -> type[NativeRun]:
        return Run

    def _run_from_document(self, document: Mapping[str, Any], outputs: str | None = None) -> Any:
        if document.get("job") is not None:
            return ScriptRun._from_document(self, document, outputs)
        return super()._run_from_document(document, outputs)


def native_type(type: str | None) -> str | None:
    """The type of a run as the server calls it."""
    return "script" if type == ScriptRun.RUN_TYPE else type


def _has_tags(tags: Mapping[str, str | None], wanted: Wanted) -> bool:
    if not wanted:
        return True
    if isinstance(wanted, str):
        return wanted in tags
    return all(key in tags and tags[key] == value for key, value in wanted.items())
