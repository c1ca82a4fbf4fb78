"""What a script says while it trains: metrics of every kind, params, progress. Each call writes to the spool and returns."""

from __future__ import annotations

import io
import json
import math
import os
import time
from pathlib import Path
from types import GeneratorType
from typing import Any, Mapping

from runstead.advice import advise
from runstead.document_shapes import missing_keys
from runstead.images import image_type_of
from runstead.records import file_line, operation_line, points_lines, text_of
from runstead.run_state import RunState
from runstead.wire import plain_list, plain_value

_SMALLEST_INTEGER, _LARGEST_INTEGER = -(2**63), 2**63 - 1
DIRECTIONS = {"minimize": "minimize", "min": "minimize", "maximize": "maximize", "max": "maximize"}
#: Progress may be reported in every step of a training loop; it is sent this often.
PROGRESS_INTERVAL_SECONDS = 1.0


class RunLogging(RunState):
    """The logging methods of a run."""

    def log(self, name: str, value: Any, description: str = "", step: int | None = None) -> None:
        """Logs one value of a scalar metric: a number (numpy's too) or a string. Logged again and again it is a curve.

        >>> run.log("loss", 0.25, step=3)
        """
        kind = type(value)
        # The difference of a finite number with itself is zero; of NaN and infinities it is NaN.
        if (kind is float and value - value == 0.0) or (kind is int and _SMALLEST_INTEGER <= value <= _LARGEST_INTEGER):
            value_text = repr(value)
        else:
            value_text = text_of(self._single_value(name, value))
        link = self._link
        name_text = link.name_texts.get(name) if type(name) is str else None
        if name_text is None:
            name_text = link.text_of_name(name)
        step_text = "null" if step is None else step if type(step) is int else self._step_of(name, step)
        link.spool.append(f'["s",{time.time_ns() // 1000},{name_text},{value_text},{step_text}]\n')

    def log_list(self, name: str, value: Any, description: str = "") -> None:
        """Logs a list of values: one line in the chart.

        >>> run.log_list("Fibonacci", [0, 1, 1, 2, 3, 5, 8])
        """
        name = self._link.name_of(name)
        self._log_points(name, "list", {name: plain_list(value)})

    def log_row(self, name: str, description: str | None = None, **kwargs: Any) -> None:
        """Logs one row with named columns.

        >>> run.log_row("Cosine Wave", angle=0.5, cos=0.8776)
        """
        columns = {}
        for column, value in kwargs.items():
            if isinstance(value, (list, tuple, dict)):
                raise self._refuse(
                    f"Column {column!r} of row {name!r} holds a {type(value).__name__}; a row has one value a column."
                )
            columns[column] = [self._single_value(name, value)]
        self._log_points(name, "row", columns)

    def log_table(self, name: str, value: Mapping[str, Any], description: str = "") -> None:
        """Logs a table: a dictionary of columns of equal length.

        >>> run.log_table("Sine Wave", {"angle": [0.0, 0.5], "sine": [0.0, 0.479]})
        """
        if not isinstance(value, Mapping):
            raise self._refuse(f"Table {name!r} is a {type(value).__name__}; a table is a dictionary of columns.")
        columns = {str(column): plain_list(values) for column, values in value.items()}
        lengths = {column: len(values) for column, values in columns.items()}
        if len(set(lengths.values())) > 1:
            raise self._refuse(f"The columns of table {name!r} differ in length: {lengths}.")
        self._log_points(name, "table", columns)

    def log_image(self, name: str, path: Any = None, plot: Any = None, description: str = "") -> None:
        """Logs a picture: the path of a file (or an open one), or a matplotlib figure.

        >>> run.log_image("ROC", plot=plt)
        """
        if (path is None) == (plot is None):
            raise self._refuse("log_image takes either a path or a plot.")
        name = self._link.name_of(name)
        if plot is not None:
            if not hasattr(plot, "savefig"):
                raise self._refuse(f"plot is a {type(plot).__name__}; it must be a matplotlib figure or pyplot.")
            stream = io.BytesIO()
            plot.savefig(stream, format="png")
            content, artifact = stream.getvalue(), f"{name}_{time.time_ns() // 1_000_000}.png"
        elif hasattr(path, "read"):
            content, artifact = path.read(), f"{name}_{time.time_ns() // 1_000_000}"
        else:
            content, artifact = Path(path).read_bytes(), artifact_path_of(path)
        image_type = image_type_of(content)
        if image_type is None:
            raise self._refuse(f"{path!r} is not a picture.", hint="PNG, JPEG, GIF, WebP, BMP, TIFF and SVG are known.")
        self._log_document(name, "image", artifact, content, image_type)

    def log_confusion_matrix(self, name: str, value: Any, description: str = "") -> None:
        """Logs a confusion matrix: `{"schema_type": "confusion_matrix", "data": {"class_labels": […], "matrix": [[…]]}}`."""
        self._log_json(name, "confusion_matrix", value)

    def log_accuracy_table(self, name: str, value: Any, description: str = "") -> None:
        """Logs an accuracy table, from which ROC, precision-recall and gain curves are drawn."""
        self._log_json(name, "accuracy_table", value)

    def log_predictions(self, name: str, value: Any, description: str = "") -> None:
        """Logs binned predictions: `{"data": {"bin_averages": […], "bin_errors": […], "bin_counts": […], "bin_edges": […]}}`."""
        self._log_json(name, "predictions", value)

    def log_residuals(self, name: str, value: Any, description: str = "") -> None:
        """Logs a histogram of residuals: `{"data": {"bin_edges": […], "bin_counts": […]}}`."""
        self._log_json(name, "residuals", value)

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Logs what the run was configured with, written once.

        >>> run.log_params({"alpha": 0.1, "solver": "svd"})
        """
        self._later("PATCH", "", {"params": {str(key): str(plain_value(value)) for key, value in params.items()}})

    def set_progress(self, done: float, total: float) -> None:
        """Says how far the run is: `done` of `total`. Cheap enough for every step."""
        if not (math.isfinite(done) and math.isfinite(total) and done >= 0 and total > 0):
            raise self._refuse(f"set_progress({done!r}, {total!r}): total must be above 0, and done not below it.")
        self._link.progress = (float(done), float(total))
        now = time.monotonic()
        if done >= total or now - self._link.progress_time >= PROGRESS_INTERVAL_SECONDS:
            self._link.progress_time = now
            self._send_progress()

    def define_metric(self, name: str, direction: str) -> None:
        """Says which direction of a metric is better: "minimize" or "maximize"."""
        if direction not in DIRECTIONS:
            raise self._refuse(f"{direction!r} is no direction.", hint='Use "minimize" or "maximize".')
        self._later("PUT", "/metrics/definition", {"name": name, "direction": DIRECTIONS[direction]})

    def _send_progress(self) -> None:
        """Sends the progress that was said last, if it is not sent yet."""
        progress, self._link.progress = self._link.progress, None
        if progress is not None:
            self._later("PATCH", "", {"progress": {"done": progress[0], "total": progress[1]}})

    def _later(self, method: str, path: str, body: Any) -> None:
        line = operation_line(time.time_ns() // 1000, method, self._path() + path, body)
        self._link.spool.append(line, is_operation=True)

    def _log_points(self, given: Any, kind: str, columns: Mapping[str, list[Any]]) -> None:
        name = self._link.name_of(given)
        if not any(columns.values()):
            return
        for line in points_lines(time.time_ns() // 1000, name, kind, columns):
            self._link.spool.append(line)

    def _log_json(self, given: Any, kind: str, value: Any) -> None:
        name = self._link.name_of(given)
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError as reason:
                raise self._refuse(f"The {kind} {name!r} is not valid JSON: {reason}.") from reason
        if not isinstance(value, Mapping):
            raise self._refuse(f"The {kind} {name!r} is a {type(value).__name__}; it must be a dictionary or its JSON.")
        missing = missing_keys(kind, value)
        if missing:
            advise(f"The {kind} {name!r} has no {' and no '.join(missing)} in its data: it is kept, but cannot be drawn.")
        content = json.dumps(_json_value(value)).encode()
        self._log_document(name, kind, name, content, "application/json")

    def _log_document(self, name: str, kind: str, artifact: str, content: bytes, content_type: str) -> None:
        """Content is kept as an artifact and uploaded before the point that names it."""
        try:
            source = self._link.spool.keep_content(io.BytesIO(content))
        except OSError as reason:
            self._link.spool.lose(reason)
            return
        self._link.spool.append(file_line(time.time_ns() // 1000, artifact, str(source), content_type, own=True), is_operation=True)
        self._log_points(name, kind, {name: [artifact]})

    def _single_value(self, name: str, value: Any) -> Any:
        if isinstance(value, (list, tuple, dict, set, range, GeneratorType)):
            raise self._refuse(
                f"Metric {name!r} was given a {type(value).__name__}.",
                hint="Use run.log_list for lists, run.log_row or run.log_table for columns.",
            )
        try:
            plain = plain_value(value)
        except ValueError as reason:
            raise self._refuse(f"Metric {name!r} was given several values at once.", hint="Use run.log_list instead.") from reason
        # As with azureml-core neither is an error: a loss that is missing once must not end hours of training.
        if value is None:
            advise(f"Metric {name!r} was given None: the point is kept without a value.")
        elif isinstance(plain, str) and not isinstance(value, str) and not hasattr(value, "item"):
            advise(f"Metric {name!r} was given a {type(value).__name__}, neither a number nor a text: its repr() is kept.")
        return plain

    def _step_of(self, name: str, step: Any) -> int:
        value = plain_value(step)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if type(value) is not int:
            raise self._refuse(f"The step of metric {name!r} is {step!r}; a step is a whole number.")
        return value


def artifact_path_of(path: str | os.PathLike[str]) -> str:
    """The path of an artifact for a local file: relative as given; of one outside the working directory, its name alone."""
    relative = os.path.normpath(os.fspath(path)).replace(os.sep, "/")
    if os.path.isabs(relative) or relative.startswith("../"):
        return relative.rsplit("/", 1)[-1]
    return relative


def _json_value(value: Any) -> Any:
    """numpy arrays and scalars within a document become lists and numbers; JSON has no NaN, so null stands for it."""
    if isinstance(value, Mapping):
        return {str(key): _json_value(item) for key, item in value.items()}
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_json_value(item) for item in value]
    value = plain_value(value)
    return None if isinstance(value, float) and value - value != 0.0 else value
