"""RunDetails: a run as it goes, in a notebook."""

from __future__ import annotations

from typing import Any

from runstead.connection import Connection, path_of
from runstead.errors import UserError
from runstead.widgets.brief_calls import call_once
from runstead.widgets.displays import LiveWidget, Picture, can_show_widgets, has_notebook
from runstead.widgets.report_text import report_text
from runstead.widgets.run_watch import RunWatch, watch_over
from runstead.workspace import Workspace


class RunDetails:
    """Shows a run and keeps showing how it does, while the kernel goes on with the next cell.

    >>> RunDetails(run).show()

    `run` is a run of this SDK, or any object with an id and an experiment in a workspace, such as one of azureml-core:
    its server is then the one that RUNSTEAD_URL or the nearest config.json names. With anywidget and ipywidgets 8 it is
    a widget that can be sorted, read and cancelled; without them a picture that renews itself; in a terminal, text.
    """

    def __init__(self, run: Any) -> None:
        self._connection, self._workspace_name, self._run_id = _place_of(run)
        self._watch: RunWatch = watch_over(self._connection, self._workspace_name, self._run_id)

    def show(self) -> None:
        """Shows the run. It returns at once; what is shown follows the run until it has ended."""
        report = self._watch.read()
        if not has_notebook():
            print(report_text(report))
            return
        display = LiveWidget(report, self._cancel) if can_show_widgets() else Picture(report)
        self._watch.listen(display.show)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._run_id!r})"

    def _ipython_display_(self) -> None:
        self.show()

    def _cancel(self) -> None:
        call_once(self._connection, "POST", path_of("runs", self._run_id, "cancel"), {})


def _place_of(run: Any) -> tuple[Connection, str, str]:
    """The connection, workspace and id of a run."""
    run_id = getattr(run, "id", None)
    workspace = getattr(getattr(run, "experiment", None), "workspace", None)
    name = getattr(workspace, "name", None)
    if not isinstance(run_id, str) or not isinstance(name, str):
        raise UserError(
            f"RunDetails shows a run of a server; this is {type(run).__name__}.",
            hint="Give it what experiment.submit(), experiment.start_logging() or Run(experiment, run_id) returned.",
        )
    connection = getattr(workspace, "connection", None)
    if not isinstance(connection, Connection):
        connection = Workspace(name).connection
    return connection, name, run_id
