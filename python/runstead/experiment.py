"""An experiment: a named group of runs."""

from __future__ import annotations

import os
import time
import uuid
import warnings
from typing import TYPE_CHECKING, Any, Iterator, Mapping

from runstead.begun_run import begun_document
from runstead.connection import path_of
from runstead.errors import Unreachable, UserError
from runstead.git_properties import git_properties
from runstead.leases import LEASE_SECONDS, leases_of
from runstead.run_link import flush_before_read, link_to
from runstead.script_run_config import ScriptRunConfig
from runstead.search import Wanted, as_condition, checked_status, run_filter, search_runs
from runstead.snapshot import take_snapshot
from runstead.submission import submit_job
from runstead.wire import time_text

if TYPE_CHECKING:
    from runstead.run import Run
    from runstead.workspace import Workspace


class Experiment:
    """An experiment of a workspace, made on first use.

    >>> experiment = Experiment(Workspace.from_config(), "explore-runs")
    >>> with experiment.start_logging() as run:
    ...     run.log("accuracy", 0.98)
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        path = path_of("workspaces", workspace.name, "experiments")
        self._set(workspace, workspace.connection.call("POST", path, {"name": name, "existOk": True}))

    @classmethod
    def _from_document(cls, workspace: Workspace, document: Mapping[str, Any]) -> Experiment:
        experiment = cls.__new__(cls)
        experiment._set(workspace, document)
        return experiment

    @property
    def workspace(self) -> Workspace:
        return self._workspace

    @property
    def id(self) -> str:
        return str(self._document["id"])

    @property
    def name(self) -> str:
        return str(self._document["name"])

    @property
    def tags(self) -> dict[str, str | None]:
        return dict(self._fetched()["tags"])

    @property
    def description(self) -> str:
        return str(self._fetched()["description"])

    def set_tags(self, tags: Mapping[str, str | None]) -> None:
        self._change({"tags": dict(tags)})

    def tag(self, key: str, value: str | None = None) -> None:
        self.set_tags({key: value})

    def remove_tags(self, tags: list[str]) -> None:
        self._change({"removeTags": list(tags)})

    def archive(self) -> None:
        self._change({"lifecycle": "archived"})

    def reactivate(self) -> None:
        self._change({"lifecycle": "active"})

    def get_portal_url(self) -> str:
        """The studio's page of the experiment."""
        return f"{self._workspace.get_portal_url()}/{self.id}"

    def start_logging(
        self,
        *,
        run_id: str | None = None,
        name: str | None = None,
        display_name: str | None = None,
        description: str | None = None,
        tags: Mapping[str, str | None] | None = None,
        properties: Mapping[str, str] | None = None,
        outputs: str | None = None,
        snapshot_directory: str | None = None,
    ) -> Run:
        """Starts an interactive run: one that this process logs to.

        `outputs` is a folder whose files are uploaded when the run ends; `snapshot_directory` one whose source is kept
        with the run. The run is kept alive by heartbeats and ends by complete(), fail(), cancel() or the end of `with`.
        """
        if outputs is not None and not isinstance(outputs, (str, os.PathLike)):
            raise UserError(f"outputs is a folder, not {outputs!r}.", hint="Leave it out where no files are to be uploaded.")
        connection = self._workspace.connection
        # Taken first: a folder that is refused must not leave a run behind.
        snapshot_id = self._snapshot_or_warning(snapshot_directory)
        now = time.time_ns() // 1000
        source = {} if snapshot_directory is None else git_properties(snapshot_directory)
        known = {**source, **(properties or {})} or None
        given = {"name": name, "displayName": display_name, "description": description, "tags": tags, "properties": known}
        body: dict[str, Any] = {
            "id": run_id or str(uuid.uuid4()),
            "startTime": time_text(now),
            "leaseSeconds": LEASE_SECONDS,
            **{field: value for field, value in given.items() if value is not None},
        }
        link = link_to(connection, self._workspace.name, body["id"])
        document = link.perform("POST", path_of("experiments", self.id, "runs"), body)
        leases_of(connection).hold(body["id"])
        run = self._run_from_document(document or begun_document(self, body), outputs=outputs)
        if snapshot_id is not None:
            run._set_snapshot(snapshot_id)
        return run

    def submit(self, config: ScriptRunConfig, tags: Mapping[str, str | None] | None = None) -> Run:
        """Submits a script: returns its run at once, Queued until an agent takes it."""
        return self._run_from_document(submit_job(self, config, tags=tags))

    def get_runs(
        self,
        type: str | None = None,
        tags: Wanted = None,
        properties: Wanted = None,
        status: str | None = None,
        include_children: bool = False,
        filter: str | None = None,
        order_by: str | None = None,
    ) -> Iterator[Run]:
        """Runs, newest first, read from the server as they are asked for.

        `filter` and `order_by` (`FIELD`, or `FIELD desc`) are in the filter language of the server.

        >>> best = next(experiment.get_runs(filter="metrics.mse.last < 3000", order_by="metrics.mse.last"))
        """
        status = checked_status(status, self._workspace.connection.errors)
        conditions = (as_condition(filter) if filter else None, None if include_children else "parentId is null")
        return self._search(run_filter(*conditions, tags=tags, properties=properties, type=type, status=status), order_by)

    def get_run(self, run_id: str) -> Run:
        return self._run_from_document(self._workspace.connection.call("GET", path_of("runs", run_id)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r}, id={self.id!r})"

    def _repr_html_(self) -> str | None:
        """What a notebook shows of the experiment: its latest runs."""
        from runstead.widgets.pictures import experiment_picture

        return experiment_picture(self)

    @classmethod
    def _run_class(cls) -> type[Run]:
        from runstead.run import Run

        return Run

    def _run_from_document(self, document: Mapping[str, Any], outputs: str | None = None) -> Run:
        if outputs is not None:
            os.makedirs(outputs, exist_ok=True)
        return self._run_class()._from_document(self, document, outputs)

    def _snapshot_or_warning(self, folder: str | None) -> str | None:
        if folder is None:
            return None
        try:
            return take_snapshot(self._workspace.connection, self._workspace.name, folder)
        except Unreachable as error:
            warnings.warn(f"The run begins without a snapshot of its source: {error}", stacklevel=3)
            return None

    def _search(self, filter: str, order_by: str | None) -> Iterator[Run]:
        flush_before_read(self._workspace.connection)
        found = search_runs(self._workspace.connection, self._workspace.name, filter, self.id, order_by=order_by)
        return (self._run_from_document(document) for document in found)

    def _set(self, workspace: Workspace, document: Mapping[str, Any]) -> None:
        self._workspace = workspace
        self._document = dict(document)

    def _fetched(self) -> dict[str, Any]:
        self._document = self._workspace.connection.call("GET", path_of("experiments", self.id))
        return self._document

    def _change(self, body: dict[str, Any]) -> None:
        self._document = self._workspace.connection.call("PATCH", path_of("experiments", self.id), body)
