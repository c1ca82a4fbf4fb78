"""Compute targets: `local`, the machine of the server, and clusters of nodes that grow and shrink with their queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator, Mapping

from runstead.connection import path_of
from runstead.errors import RunsteadError

if TYPE_CHECKING:
    from runstead.workspace import Workspace

LOCAL = "local"
PAGE_SIZE = 1000


class ComputeTarget:
    """Where jobs run. `local` is the machine of the server."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r})"


class Cluster(ComputeTarget):
    """A cluster: nodes of one size, made when jobs wait and ended when they have been idle for a while.

    >>> cluster = Cluster.create(workspace, "gpu-cluster", vm_size="STANDARD_NC6", max_nodes=2)
    >>> run = experiment.submit(ScriptRunConfig(script="train.py", compute_target=cluster))
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        self._attach(workspace, workspace.connection.call("GET", path_of("workspaces", workspace.name, "compute", name)))

    @classmethod
    def create(cls, workspace: Workspace, name: str, vm_size: str, **options: Any) -> Cluster:
        """Makes a cluster. Options: min_nodes, max_nodes, idle_seconds_before_scale_down, max_concurrent_runs, enforce_memory,
        vm_priority, description, tags."""
        body = {"name": name, "vmSize": vm_size, **_wire_options(options, workspace)}
        return cls._of(workspace, workspace.connection.call("POST", path_of("workspaces", workspace.name, "compute"), body))

    @property
    def document(self) -> Mapping[str, Any]:
        """The cluster as the API describes it, as of the last time it was asked for."""
        return self._document

    def refresh(self) -> Mapping[str, Any]:
        """Asks again; the description then."""
        self._document = self._call("GET")
        return self._document

    def update(self, **options: Any) -> None:
        """Changes min_nodes, max_nodes, idle_seconds_before_scale_down, max_concurrent_runs, enforce_memory, description or tags."""
        self._document = self._call("PATCH", body=_wire_options(options, self.workspace))

    def delete(self, cancel_runs: bool = False) -> None:
        """Deletes the cluster. One with runs that wait or run is refused, unless they are to be cancelled."""
        self._call("DELETE", query={"cancelRuns": "true"} if cancel_runs else None)

    def nodes(self) -> list[dict[str, Any]]:
        """The nodes with what each does."""
        return list(self._call("GET", "nodes")["nodes"])

    def queue(self, limit: int = PAGE_SIZE) -> list[dict[str, Any]]:
        """The runs that wait, in the order in which they will be taken, with why each waits."""
        return list(self._call("GET", "queue", query={"limit": limit})["queue"])

    def cordon(self, node_id: str, cordoned: bool = True) -> None:
        """Lets a node finish what it runs and take nothing new; or take jobs again."""
        self._call("PATCH", "nodes", node_id, body={"cordoned": cordoned})

    def drain(self, node_id: str) -> None:
        """Lets a node leave as soon as it is done with what it runs."""
        self._call("PATCH", "nodes", node_id, body={"drain": True})

    def preempt(self, node_id: str, reason: str | None = None) -> None:
        """Takes away a low-priority node, or one that joined; its run is queued again."""
        self._call("POST", "nodes", node_id, "preempt", body={"reason": reason} if reason else {})

    @classmethod
    def _of(cls, workspace: Workspace, document: Mapping[str, Any]) -> Cluster:
        cluster = cls.__new__(cls)
        cluster._attach(workspace, document)
        return cluster

    def _attach(self, workspace: Workspace, document: Mapping[str, Any]) -> None:
        super().__init__(str(document["name"]))
        self.workspace = workspace
        self._document = document

    def _call(self, method: str, *segments: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        path = path_of("workspaces", self.workspace.name, "compute", self.name, *segments)
        return self.workspace.connection.call(method, path, body, query=query)


def list_clusters(workspace: Workspace) -> list[Cluster]:
    """Every cluster of a workspace, by name."""
    return [Cluster._of(workspace, document) for document in _cluster_documents(workspace)]


class ComputeTargetNotFound(RunsteadError, KeyError):
    """A compute target that the workspace does not have."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(
            f"There is no compute target {name!r}.", code="not-found", hint=f"This workspace has: {', '.join(sorted(known))}."
        )


class ComputeTargets(Dict[str, ComputeTarget]):
    """Compute targets by name; an unknown one says which there are."""

    def __missing__(self, name: str) -> ComputeTarget:
        raise ComputeTargetNotFound(name, list(self))


def known_target(workspace: Workspace, name: str) -> str:
    """The name of a target as its workspace writes it; an unknown one is refused with the names of those there are."""
    if name == LOCAL:
        return name
    try:
        return Cluster(workspace, name).name
    except RunsteadError as error:
        if error.code != "not-found":
            raise
        raise ComputeTargetNotFound(name, list(workspace.compute_targets)) from None


_WIRE_NAMES = {
    "min_nodes": "minNodes",
    "max_nodes": "maxNodes",
    "idle_seconds_before_scale_down": "idleSecondsBeforeScaleDown",
    "max_concurrent_runs": "maxConcurrentRuns",
    "enforce_memory": "enforceMemory",
    "vm_priority": "vmPriority",
    "description": "description",
    "tags": "tags",
}


def _wire_options(options: Mapping[str, Any], workspace: Workspace) -> dict[str, Any]:
    unknown = sorted(set(options) - set(_WIRE_NAMES))
    if unknown:
        raise workspace.errors.user(f"A cluster has no {', '.join(unknown)}.", hint=f"It has: {', '.join(_WIRE_NAMES)}.")
    return {_WIRE_NAMES[name]: value for name, value in options.items()}


def _cluster_documents(workspace: Workspace) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        query = {"limit": PAGE_SIZE, "cursor": cursor}
        page = workspace.connection.call("GET", path_of("workspaces", workspace.name, "compute"), query=query)
        yield from page["clusters"]
        cursor = page["nextCursor"]
        if cursor is None:
            return
