"""Child runs: made one by one or many at once, submitted as jobs, and found again."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Sequence

from runstead.begun_run import begun_document
from runstead.leases import LEASE_SECONDS, leases_of
from runstead.run_link import flush_before_read
from runstead.run_state import RunState
from runstead.script_run_config import ScriptRunConfig
from runstead.search import Wanted, checked_status, run_filter, search_runs, text_literal
from runstead.submission import submit_job
from runstead.wire import time_text

if TYPE_CHECKING:
    from runstead.run import Run


class RunChildren(RunState):
    """The children of a run and its parent."""

    @property
    def parent(self) -> Run | None:
        """The parent run, or None."""
        parent_id = self._known("parentId")
        return None if parent_id is None else self._experiment.get_run(parent_id)

    def child_run(self, name: str | None = None, run_id: str | None = None, outputs: str | None = None) -> Run:
        """Begins a child run; used in `with`, it completes at the end of the scope.

        >>> with run.child_run() as child:
        ...     child.log("alpha", 0.1)
        """
        fields = {"id": run_id or str(uuid.uuid4()), **({"name": name} if name else {})}
        return self._begin_children([fields], outputs)[0]

    def create_children(
        self, count: int | None = None, tag_key: str | None = None, tag_values: Sequence[Any] | None = None
    ) -> list[Run]:
        """Begins many child runs in one request: `count` of them, or one for each value of a tag.

        >>> children = run.create_children(tag_key="alpha", tag_values=["0.1", "0.2"])
        """
        if (tag_key is None) != (tag_values is None):
            raise self._refuse("tag_key and tag_values belong together.")
        if (count is None) == (tag_values is None):
            raise self._refuse("Either count, or tag_key and tag_values must be given.")
        tags: list[dict[str, str]] = [{} for _ in range(count or 0)]
        if tag_values is not None:
            tags = [{str(tag_key): str(value)} for value in tag_values]
        if not tags:
            return []
        return self._begin_children([{"id": str(uuid.uuid4()), **({"tags": one} if one else {})} for one in tags])

    def submit_child(self, config: ScriptRunConfig, tags: Mapping[str, str | None] | None = None) -> Run:
        """Submits a script as a child of this run, with its own compute target and arguments."""
        document = submit_job(self._experiment, config, tags=tags, parent_id=self._link.run_id)
        return self._experiment._run_from_document(document)

    def get_children(
        self,
        recursive: bool = False,
        tags: Wanted = None,
        properties: Wanted = None,
        type: str | None = None,
        status: str | None = None,
    ) -> Iterator[Run]:
        """The child runs, newest first, with `recursive` all descendants; read from the server as they are asked for."""
        status = checked_status(status, self._connection.errors)
        run_id = text_literal(self._link.run_id)
        if not recursive:
            return self._find(run_filter(f"parentId = {run_id}", tags=tags, properties=properties, type=type, status=status))
        root_id = self._known("rootId")
        tree = f"rootId = {text_literal(root_id)} and id != {run_id}"
        found = self._find(run_filter(tree, tags=tags, properties=properties, type=type, status=status))
        if root_id == self._link.run_id:
            return found
        below = self._descendant_ids(tree)
        return (run for run in found if run.id in below)

    def _find(self, filter: str) -> Iterator[Run]:
        flush_before_read(self._connection)
        found = search_runs(self._connection, self._experiment.workspace.name, filter, lifecycle="all")
        return (self._experiment._run_from_document(document) for document in found)

    def _descendant_ids(self, tree: str) -> set[str]:
        parents = {run.id: run._known("parentId") for run in self._find(tree)}
        below: set[str] = set()
        for run_id in parents:
            line = [run_id]
            while line[-1] in parents and line[-1] not in below:
                line.append(parents[line[-1]])
            if line[-1] == self._link.run_id or line[-1] in below:
                below.update(line[:-1])
        return below

    def _begin_children(self, children: list[dict[str, Any]], outputs: str | None = None) -> list[Run]:
        start_time = time_text(time.time_ns() // 1000)
        bodies = [{**child, "startTime": start_time, "leaseSeconds": LEASE_SECONDS} for child in children]
        reply = self._link.perform("POST", self._path("children"), {"children": bodies})
        documents = reply["runs"] if reply else [self._begun_child(body) for body in bodies]
        for document in documents:
            leases_of(self._connection).hold(document["id"])
        runs = [self._experiment._run_from_document(document, outputs=outputs) for document in documents]
        for run in runs if reply is None else ():
            run._link.begun_by(self._link)
        return runs

    def _begun_child(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return begun_document(self._experiment, body, self._link.run_id, self._document.get("rootId", self._link.run_id))
