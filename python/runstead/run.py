"""A run: one execution of an experiment, and what it logged."""

from __future__ import annotations

import sys
import time
import traceback
import warnings
from types import TracebackType
from typing import TYPE_CHECKING, Any, Mapping

from runstead.completion import TERMINAL_STATUSES, stream_until_ended, wait_until_ended
from runstead.connection import path_of
from runstead.errors import RunsteadError
from runstead.leases import leases_of
from runstead.metric_reading import Series, read_metrics
from runstead.run_attributes import RunAttributes
from runstead.run_children import RunChildren
from runstead.run_files import RunFiles
from runstead.run_link import FlushResult, flush_before_read
from runstead.run_logging import RunLogging
from runstead.sender import flush_seconds
from runstead.wire import time_text

if TYPE_CHECKING:
    from runstead.experiment import Experiment


class Run(RunLogging, RunAttributes, RunChildren, RunFiles):
    """A run of an experiment. This constructor attaches to one that exists; Experiment.start_logging and submit begin new ones.

    >>> run = Run(experiment, "3f2a…")
    >>> run.get_metrics()
    {'mse': 2859.69}
    """

    def __init__(self, experiment: Experiment, run_id: str, outputs: str | None = None) -> None:
        self._begin(experiment, experiment.workspace.connection.call("GET", path_of("runs", run_id)), outputs)

    @classmethod
    def _from_document(cls, experiment: Experiment, document: Mapping[str, Any], outputs: str | None = None) -> Run:
        run = cls.__new__(cls)
        run._begin(experiment, document, outputs)
        return run

    @staticmethod
    def get_context(allow_offline: bool = True) -> Any:
        """The run of the job that this process belongs to; outside a job one that prints, or an error."""
        from runstead.context import current_run

        return current_run(allow_offline)

    @property
    def experiment(self) -> Experiment:
        return self._experiment

    @property
    def status(self) -> str:
        """The status as last read; see get_status()."""
        return str(self._known("status"))

    def get_status(self) -> str:
        """The status as the server has it now: NotStarted, Queued, Running, Completed, Failed, Canceled, …"""
        return str(self._refresh()["status"])

    def get_error(self) -> dict[str, Any] | None:
        """Why the run failed: code, message and details; None when it did not."""
        error = self._refresh()["error"]
        return None if error is None else dict(error)

    def get_metrics(self, name: str | None = None, recursive: bool = False) -> dict[str, Any]:
        """The metrics logged so far by name; with `recursive` by run id and then by name.

        One value comes back as itself, several as a list; a row as a dictionary of values, a table as one of lists.

        >>> run.get_metrics("loss")
        {'loss': [0.5, 0.25]}
        """
        flush_before_read(self._connection)
        if not recursive:
            return self._metrics_of(self._link.run_id, name)
        run_ids = [run.id for run in self.get_children(recursive=True)] + [self._link.run_id]
        found = {run_id: self._metrics_of(run_id, name) for run_id in run_ids}
        return {run_id: metrics for run_id, metrics in found.items() if metrics}

    def get_portal_url(self) -> str:
        """The studio's page of the run."""
        return f"{self._connection.url}/w/{self._experiment.workspace.name}/runs/{self._link.run_id}"

    def start(self) -> None:
        """Marks a run that was made by another as started."""
        self._set_status("Running")

    def complete(self) -> None:
        """Sends what was logged, uploads the outputs and marks the run as completed.

        Without a server it waits for a minute at most (RUNSTEAD_FLUSH_SECONDS) and then says what is unsent; it does not raise.
        """
        self._end("Completed")

    def fail(self, error_details: str | BaseException | None = None, error_code: str | None = None) -> None:
        """Marks the run as failed, with a message or the exception that was the reason. Even a completed run can be failed."""
        self._end("Failed", describe_error(error_details, error_code))

    def cancel(self) -> None:
        """Cancels the run and its children; the processes of a job are ended. A run that has ended stays as it is."""
        reply = self._link.perform("POST", self._path("cancel"), {})
        if reply is not None:
            self._document = dict(reply["run"])
            if not reply["changed"]:
                warnings.warn(str(reply["message"]), stacklevel=2)
        leases_of(self._connection).release(self._link.run_id)

    def flush(self, timeout_seconds: float | None = None) -> FlushResult:
        """Waits until the server has all that was logged; warns, and does not raise, when it cannot be had in the time."""
        self._send_progress()
        return self._link.flush(timeout_seconds)

    def wait_for_completion(self, show_output: bool = False, raise_on_error: bool = True) -> dict[str, Any]:
        """Waits for the end of the run and returns it; raises with the script's own error when it failed.

        `show_output` prints the log as it grows and a summary at the end.
        """
        if show_output:
            self._stream(raise_on_error)
        else:
            self._document = wait_until_ended(self._connection, self._link.run_id)
        if raise_on_error and self._document["status"] == "Failed":
            raise self._failure()
        return dict(self._document)

    def __enter__(self) -> Run:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        if self._is_ended_here:
            return
        if error is None or (isinstance(error, SystemExit) and error.code in (None, 0)):
            self.complete()
            return
        try:
            self.fail(error)
        except RunsteadError as reason:
            # The script's own error is the one to be seen.
            warnings.warn(f"The run could not be marked as failed: {reason}", stacklevel=2)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(Experiment: {self._experiment.name},\nId: {self.id},\nType: {self.type},\nStatus: {self.status})"

    def _repr_html_(self) -> str | None:
        """What a notebook shows of the run: see RunDetails for one that follows it."""
        from runstead.widgets.pictures import run_picture

        return run_picture(self)

    @property
    def _is_ended_here(self) -> bool:
        """Whether this object knows that the run has ended, because it ended it or has read so."""
        return self._document.get("status") in TERMINAL_STATUSES

    def _metrics_of(self, run_id: str, name: str | None) -> dict[str, Any]:
        return {series.name: self._metric_value(series) for series in read_metrics(self._connection, run_id, name)}

    def _metric_value(self, series: Series) -> Any:
        return series.value

    def _end(self, status: str, error: dict[str, Any] | None = None) -> None:
        give_up_time = time.monotonic() + flush_seconds()
        is_child = self._document.get("parentId") is not None
        self._send_progress()
        self._upload_outputs()
        leases_of(self._connection).release(self._link.run_id)
        # A search over a hundred children must not wait for an outage a hundred times: its parent waits for them all.
        self._link.wait_until_sent(flush_seconds(), stop_when_away=is_child)
        self._set_status(status, error)
        if not is_child:
            # Whatever could not be sent, the change of status included, is named once, at the end of the time.
            self._link.flush_all(max(0.0, give_up_time - time.monotonic()))
        elif not self._link.sender.is_away:
            self._link.flush(max(0.0, give_up_time - time.monotonic()))
        self._link.retire()

    def _set_status(self, status: str, error: dict[str, Any] | None = None) -> None:
        now = time_text(time.time_ns() // 1000)
        # Of a job the processes are to be ended too. Only of the run of a job itself is less than everything known.
        if status == "Failed" and self._document.get("job", self) is not None:
            text = "\n".join(part for part in ((error or {}).get("message"), (error or {}).get("details")) if part)
            document = self._link.perform(
                "POST", self._path("fail"), {"errorCode": (error or {}).get("code", "UserError"), "errorDetails": text}
            )
        else:
            body = {"status": status, "time": now, **({"error": error} if error else {})}
            document = self._link.perform("POST", self._path("status"), body)
        self._document = dict(document) if document else {**self._document, "status": status, "error": error, "endTime": now}

    def _stream(self, raise_on_error: bool) -> None:
        out = sys.stdout
        address = f"RunId: {self._link.run_id}\nWeb View: {self.get_portal_url()}\n"
        out.write(address)
        try:
            self._document = stream_until_ended(self._connection, self._link.run_id, out)
        except KeyboardInterrupt:
            raise self._connection.errors.interrupted(
                "The output streaming for the run interrupted.\nBut the run is still executing on the compute target.\n"
                f"Cancel it with run.cancel() or at {self.get_portal_url()}"
            ) from None
        out.write(f"\nExecution Summary\n=================\n{address}")
        if self._document["status"] == "Failed" and not raise_on_error:
            out.write(f"\nError:\n{self._failure().message}\n")
        out.write("\n")
        out.flush()

    def _failure(self) -> RunsteadError:
        error = self._document["error"] or {}
        text = "\n".join(part for part in (error.get("message"), error.get("details")) if part)
        return self._connection.errors.failed(text or "The run failed; see its log for the reason.", details=error)


def describe_error(details: str | BaseException | None, code: str | None) -> dict[str, Any]:
    """The error of a failed run from a message or an exception."""
    described: dict[str, Any] = {"code": code or "UserError"}
    if details is None:
        described["message"] = "The run was marked as failed."
    elif isinstance(details, str):
        described["message"] = details
    elif isinstance(details, BaseException):
        described["message"] = f"User program failed with {type(details).__name__}: {details}"
        described["details"] = "".join(traceback.format_exception(type(details), details, details.__traceback__))
    else:
        raise TypeError("error_details must be a string or an exception.")
    return described
