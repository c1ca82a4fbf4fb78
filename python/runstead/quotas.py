"""Quotas: how many cores the clusters of a workspace may have at once, and requests for more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator

from runstead.connection import path_of

if TYPE_CHECKING:
    from runstead.workspace import Workspace

PAGE_SIZE = 1000


class Quotas:
    """The quotas of a workspace; `workspace.quotas` gives them.

    >>> for quota in workspace.quotas:
    ...     print(quota["name"], quota["usedCores"], "of", quota["limitCores"])
    >>> workspace.quotas.request("standardNCFamily", 24, reason="Four GPUs for the paper")
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Each quota with its limit, what is used and what is free: all dedicated cores, low-priority ones, then VM families."""
        return iter(self._call("GET", "quotas")["quotas"])

    def __getitem__(self, name: str) -> dict[str, Any]:
        """One quota by its name, in any case."""
        for quota in self:
            if quota["name"].lower() == name.lower():
                return quota
        raise KeyError(name)

    def set(self, name: str, limit_cores: int | None) -> dict[str, Any]:
        """Gives the workspace a share of its own; None: it shares what the server has. For owners."""
        return dict(self._call("PUT", "quotas", name, body={"limitCores": limit_cores}))

    def request(self, name: str, limit_cores: int, reason: str) -> dict[str, Any]:
        """Asks for a greater limit, which an owner grants or refuses."""
        return dict(self._call("POST", "quota-requests", body={"quota": name, "limitCores": limit_cores, "reason": reason}))

    def requests(self, state: str | None = None) -> Iterator[dict[str, Any]]:
        """What was asked for, the newest first; `state` is open, granted or refused."""
        cursor = None
        while True:
            query = {"limit": PAGE_SIZE, "cursor": cursor, "state": state}
            page = self._call("GET", "quota-requests", query=query)
            yield from page["requests"]
            cursor = page["nextCursor"]
            if cursor is None:
                return

    def grant(self, request_id: str, reason: str | None = None) -> dict[str, Any]:
        """Grants a request: every limit that stands in its way is raised. For owners."""
        return self._decide(request_id, True, reason)

    def refuse(self, request_id: str, reason: str | None = None) -> dict[str, Any]:
        """Refuses a request. For owners."""
        return self._decide(request_id, False, reason)

    def _decide(self, request_id: str, granted: bool, reason: str | None) -> dict[str, Any]:
        body = {"granted": granted, **({"reason": reason} if reason else {})}
        return dict(self._call("POST", "quota-requests", request_id, "decision", body=body))

    def _call(self, method: str, *segments: str, body: Any = None, query: dict[str, Any] | None = None) -> Any:
        path = path_of("workspaces", self._workspace.name, *segments)
        return self._workspace.connection.call(method, path, body, query=query)
