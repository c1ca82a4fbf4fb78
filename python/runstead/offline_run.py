"""A run outside any workspace: it prints what would be logged, so that a training script can be tried by itself."""

from __future__ import annotations

import uuid
from typing import Any, Mapping


class OfflineRun:
    """What Run.get_context() gives outside a job."""

    def __init__(self, run_id: str | None = None) -> None:
        self._id = run_id or f"OfflineRun_{uuid.uuid4()}"

    @property
    def id(self) -> str:
        return self._id

    def __getattr__(self, name: str) -> Any:
        from runstead.run import Run

        if name.startswith("_") or not hasattr(Run, name):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        raise AttributeError(
            f"Run.{name} needs a run on a server, and this one is offline: the process does not belong to a submitted job, so "
            "Run.get_context() gave a run that prints. Submit the script with experiment.submit(), or begin a run with "
            "experiment.start_logging()."
        )

    @property
    def parent(self) -> None:
        return None

    def log(self, name: str, value: Any, description: str = "", step: int | None = None) -> None:
        self._print("scalar", name, value)

    def log_list(self, name: str, value: Any, description: str = "") -> None:
        self._print("list", name, value)

    def log_row(self, name: str, description: str | None = None, **kwargs: Any) -> None:
        self._print("row", name, kwargs)

    def log_table(self, name: str, value: Mapping[str, Any], description: str = "") -> None:
        self._print("table", name, value)

    def log_image(self, name: str, path: Any = None, plot: Any = None, description: str = "") -> None:
        self._print("image", name, plot or path)

    def log_confusion_matrix(self, name: str, value: Any, description: str = "") -> None:
        self._print("confusion_matrix", name, value)

    def log_accuracy_table(self, name: str, value: Any, description: str = "") -> None:
        self._print("accuracy_table", name, value)

    def log_predictions(self, name: str, value: Any, description: str = "") -> None:
        self._print("predictions", name, value)

    def log_residuals(self, name: str, value: Any, description: str = "") -> None:
        self._print("residual", name, value)

    def log_params(self, params: Mapping[str, Any]) -> None:
        print(f"Attempted to log params {dict(params)}")

    def set_progress(self, done: float, total: float) -> None:
        print(f"Attempted to set progress {done} of {total}")

    def define_metric(self, name: str, direction: str) -> None:
        print(f"Attempted to define metric {name} as one to {direction}")

    def add_properties(self, properties: Mapping[str, str]) -> None:
        print(f"Attempted to add properties {properties}")

    def set_tags(self, tags: Mapping[str, str | None]) -> None:
        print(f"Attempted to set tags {tags}")

    def tag(self, key: str, value: str | None = None) -> None:
        print(f"Attempted to add tag {key} with value {value}")

    def upload_file(self, name: str, path_or_stream: Any, datastore_name: str | None = None) -> None:
        print(f"Attempted to track file {name} at {path_or_stream}")

    def upload_files(self, names: Any, paths: Any, **options: Any) -> None:
        print(f"Attempted to track files {names} at {paths}")

    def upload_folder(self, name: str, path: str, datastore_name: str | None = None) -> None:
        print(f"Attempted to track folder {name} at {path}")

    def child_run(self, name: str | None = None, run_id: str | None = None, outputs: str | None = None) -> OfflineRun:
        return OfflineRun(run_id or f"{self.id}.{name or uuid.uuid4()}")

    def create_children(self, count: int | None = None, tag_key: str | None = None, tag_values: Any = None) -> list[OfflineRun]:
        return [self.child_run() for _ in range(len(tag_values) if tag_values is not None else count or 0)]

    def complete(self) -> None:
        """Nothing is sent, so nothing is to be waited for."""

    def cancel(self) -> None:
        """There is no job to cancel."""

    def flush(self, timeout_seconds: float | None = None) -> None:
        print(f"Attempted to flush run with id {self.id}")

    def fail(self, error_details: Any = None, error_code: str | None = None) -> None:
        print(f"Run failed with error code {error_code}:\n{error_details}")

    def __enter__(self) -> OfflineRun:
        print(f"[START] Run {self.id} context")
        return self

    def __exit__(self, *failure: Any) -> None:
        print(f"[STOP] Run {self.id} context")

    def _print(self, kind: str, name: str, value: Any) -> None:
        print(f"Attempted to log {kind} metric {name}:\n{value}")
