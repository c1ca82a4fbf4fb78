"""Calls that a display makes: tried once and given up soon, since a notebook must never wait for its pictures."""

from __future__ import annotations

import json
from typing import Any, Mapping

from runstead.connection import Connection

READ_TIMEOUT_SECONDS = 10.0


def call_once(
    connection: Connection,
    method: str,
    path: str,
    body: Any = None,
    query: Mapping[str, Any] | None = None,
    timeout_seconds: float = READ_TIMEOUT_SECONDS,
) -> Any:
    """The JSON of the reply to one attempt."""
    payload = None if body is None else json.dumps(body).encode()
    headers = {} if payload is None else {"Content-Type": "application/json"}
    with connection.stream(
        method, path, payload, headers, query, patience_seconds=0, read_timeout_seconds=timeout_seconds
    ) as reply:
        return reply.json()
