"""Addresses of the studio's pages."""

from __future__ import annotations

from urllib.parse import quote

from runstead.connection import Connection


def run_address(connection: Connection, workspace: str, run_id: str) -> str:
    """The page of a run."""
    return f"{connection.url}/w/{quote(workspace, safe='')}/runs/{quote(run_id, safe='')}"
