"""Run with the arguments and the results of azureml-core: `from azureml.core.run import Run`."""

from __future__ import annotations

import json
import os
from typing import Any, Iterator, Mapping, Sequence

from azureml.core.artifact_metric import artifact_address, read_artifact
from azureml.core.details import azureml_details, azureml_error, azureml_properties
from azureml.core.environment import Environment
from azureml.core.submission import azureml_submission
from azureml.exceptions import UserErrorException
from runstead.artifacts import list_files
from runstead.connection import file_path_of
from runstead.context import current_run
from runstead.errors import RunsteadError
from runstead.metric_reading import DOCUMENT_KINDS, read_metrics
from runstead.run import Run as NativeRun
from runstead.run_link import flush_before_read
from runstead.search import Wanted

#: The tag by which azureml-core numbers children that were made by their count.
BATCH_TAG = "azureml.batch_child_number"


class Run(NativeRun):
    """A run. `Run(experiment, run_id)` attaches to an earlier one."""

    def __init__(self, experiment: Any, run_id: str, outputs: str | None = None, **ignored: Any) -> None:
        super().__init__(experiment, run_id, outputs)

    @staticmethod
    def get_context(allow_offline: bool = True, **ignored: Any) -> Any:
        """The run of the job that this process belongs to; outside a job one that prints, or RunEnvironmentException."""
        from azureml.core.experiment import Experiment
        from azureml.core.workspace import Workspace

        return current_run(allow_offline, (Workspace, Experiment, _SubmittedRun))

    @staticmethod
    def get(workspace: Any, run_id: str) -> Run:
        found: Run = workspace.get_run(run_id)
        return found

    def get_environment(self) -> Environment:
        """The environment that the run was submitted with."""
        environment = Environment._of_job(self._refresh().get("job") or {})
        if environment is None:
            raise UserErrorException(f"Run {self.id} was submitted without an environment: it has the Python of its node.")
        return environment

    @staticmethod
    def list(
        experiment: Any,
        type: str | None = None,
        tags: Wanted = None,
        properties: Wanted = None,
        status: str | None = None,
        include_children: bool = False,
    ) -> Iterator[Run]:
        found: Iterator[Run] = experiment.get_runs(type, tags, properties, include_children, status)
        return found

    @property
    def type(self) -> str:
        """`azureml.scriptrun` of a submitted script, as azureml-core says it."""
        native = super().type
        return "azureml.scriptrun" if native == "script" else native

    @property
    def properties(self) -> dict[str, str]:
        self._known("properties")
        return azureml_properties(self._document)

    def get_properties(self) -> dict[str, str]:
        return azureml_properties(self._refresh())

    def get_details(self) -> dict[str, Any]:
        """Id, target, status, times, properties, definition, data sets and log files of the run, and who submitted it."""
        run = self._refresh()
        return azureml_details(self._connection, run, list_files(self._connection, self._link.run_id))

    def get_detailed_status(self) -> dict[str, str | None]:
        run = self._refresh()
        return {"status": run["status"], "details": run["statusReason"]}

    def get_details_with_logs(self) -> dict[str, Any]:
        """The details with the content of the logs in place of their addresses."""
        details = self.get_details()
        for path in details["logFiles"]:
            details["logFiles"][path] = self._read_text(path)
        return details

    def get_all_logs(self, destination: str | None = None) -> Sequence[str]:
        """Downloads all logs and returns where they lie."""
        folder = destination or os.path.join("assets", self.id)
        if os.path.exists(folder) and not os.path.isdir(folder):
            raise UserErrorException(f"{folder} exists and is not a directory.")
        paths = [os.path.join(folder, path) for path in self.get_details()["logFiles"]]
        for path in paths:
            self.download_file(os.path.relpath(path, folder).replace(os.sep, "/"), path)
        return paths

    def get_metrics(
        self, name: str | None = None, recursive: bool = False, run_type: str | None = None, populate: bool = False
    ) -> dict[str, Any]:
        """The metrics of the run; with `recursive` those of its descendants too, by run id."""
        flush_before_read(self._connection)
        if not recursive:
            return self._read_metrics(self, name, populate)
        runs = [*self.get_children(recursive=True, type=run_type), self]
        found = {run.id: self._read_metrics(run, name, populate) for run in runs}
        return {run_id: metrics for run_id, metrics in found.items() if metrics}

    def get_children(
        self,
        recursive: bool = False,
        tags: Wanted = None,
        properties: Wanted = None,
        type: str | None = None,
        status: str | None = None,
        _rehydrate_runs: bool = True,
    ) -> Iterator[NativeRun]:
        from azureml.core.experiment import native_type

        return super().get_children(recursive, tags, properties, native_type(type), status)

    def create_children(self, count: int | None = None, tag_key: str | None = None, tag_values: Sequence[Any] | None = None) -> Any:
        """Begins many children in one request; counted ones carry their number as a tag, as azureml-core's do."""
        if count is not None and tag_key is None and tag_values is None:
            return super().create_children(tag_key=BATCH_TAG, tag_values=range(count))
        return super().create_children(count, tag_key, tag_values)

    def submit_child(self, config: Any, tags: Mapping[str, str | None] | None = None, **kwargs: Any) -> NativeRun:
        """Submits a script as a child of this run."""
        with azureml_submission():
            return super().submit_child(config, tags)

    def complete(self, _set_status: bool = True) -> None:
        if _set_status:
            super().complete()
        else:
            self.flush()

    def fail(
        self, error_details: str | BaseException | None = None, error_code: str | None = None, _set_status: bool = True
    ) -> None:
        if _set_status:
            super().fail(error_details, error_code)
        else:
            self.flush()

    def wait_for_completion(  # type: ignore[override]
        self, show_output: bool = False, wait_post_processing: bool = False, raise_on_error: bool = True
    ) -> dict[str, Any]:
        """Waits for the end of the run and returns its details."""
        super().wait_for_completion(show_output, raise_on_error)
        return self.get_details()

    def upload_file(self, name: str, path_or_stream: Any, datastore_name: str | None = None) -> None:
        self._refuse_datastore(datastore_name)
        super().upload_file(name, path_or_stream)

    def upload_files(
        self,
        names: Sequence[str],
        paths: Sequence[str],
        return_artifacts: bool = False,
        timeout_seconds: int | None = None,
        datastore_name: str | None = None,
    ) -> None:
        self._refuse_datastore(datastore_name)
        super().upload_files(names, paths)

    def upload_folder(self, name: str, path: str, datastore_name: str | None = None) -> None:
        self._refuse_datastore(datastore_name)
        super().upload_folder(name, path)

    def download_file(self, name: str, output_file_path: str | None = None, _validate_checksum: bool = False) -> None:
        super().download_file(name, output_file_path)

    def download_files(  # type: ignore[override]
        self,
        prefix: str | None = None,
        output_directory: str | None = None,
        output_paths: Sequence[str] | None = None,
        batch_size: int = 100,
        append_prefix: bool = True,
        timeout_seconds: int | None = None,
    ) -> None:
        super().download_files(prefix, output_directory, output_paths, append_prefix)

    def __repr__(self) -> str:
        return f"Run(Experiment: {self._experiment.name},\nId: {self.id},\nType: {self.type},\nStatus: {self.status})"

    def _read_metrics(self, run: NativeRun, name: str | None, populate: bool) -> dict[str, Any]:
        metrics = {}
        for series in read_metrics(self._connection, run.id, name):
            metrics[series.name] = series.value
            if series.kind in DOCUMENT_KINDS:
                address = artifact_address(str(run._known("dataContainerId")), str(series.value))
                metrics[series.name] = read_artifact(self._connection, run.id, address, series.kind) if populate else address
        return metrics

    def _read_text(self, path: str) -> str:
        with self._connection.stream("GET", file_path_of(self._link.run_id, "files", path)) as reply:
            return reply.read().decode(errors="replace")

    def _failure(self) -> RunsteadError:
        error = azureml_error(self._document["error"]) or "Detailed error not set on the Run. Please check the logs for details."
        return self._connection.errors.failed(json.dumps(error, indent=4, ensure_ascii=False))

    def _refuse_datastore(self, datastore_name: str | None) -> None:
        if datastore_name is not None:
            raise UserErrorException(f"There is no datastore {datastore_name!r}: files of a run lie with the run.")


class _SubmittedRun(Run):
    """The run of a job, seen from within: the agent that runs the job sets its status."""

    def complete(self, _set_status: bool = False) -> None:
        """Sends what was logged. The run completes when its script ends."""
        self.flush()

    def __exit__(self, *failure: Any) -> None:
        """Sends what was logged. Whether the run failed shows in how its script ends."""
        self.flush()


def get_run(experiment: Any, run_id: str, rehydrate: bool = True, clean_up: bool = True) -> Run:
    """A run by its id, as the kind of run that it is."""
    run: Run = experiment.get_run(run_id)
    return run
