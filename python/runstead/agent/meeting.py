"""The nodes of a job meet before they start: each says where its processes will be reached, and learns it of the others."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Mapping
from typing import Any, NamedTuple

from runstead.agent.job_folder import JobFolder
from runstead.agent.layout import JobLayout
from runstead.agent.server_link import ServerLink
from runstead.connection import path_of

#: How long the server may hold its reply while other nodes are still being prepared.
MEETING_WAIT_SECONDS = 10.0
LOOPBACK = "127.0.0.1"


class MetNode(NamedTuple):
    """One node, as the others reach it."""

    rank: int
    node: str
    address: str
    key: str
    #: Where rank 0 of the job is met.
    main_port: int
    #: Where the node is asked to start something.
    launch_port: int
    #: One for each of its processes.
    process_ports: list[int]


def meet(
    layout: JobLayout, folder: JobFolder, lease: Mapping[str, Any], caller: Mapping[str, Any], link: ServerLink
) -> list[MetNode] | None:
    """All nodes of the job by rank, as soon as all are ready; None when the job is to be ended before."""
    offer = {"ports": free_ports(2 + len(layout.processes)), "key": secrets.token_hex(16)}
    if layout.node_count == 1:
        return [_met_node({"rank": 0, "node": caller["agent"], "address": LOOPBACK, **offer})]
    body = {**caller, "offer": offer, "waitMs": int(MEETING_WAIT_SECONDS * 1000)}
    while not os.path.exists(folder.cancel):
        nodes = link.insist("POST", path_of("jobs", lease["runId"], "meet"), body, given_up=_CancelEvent(folder))["nodes"]
        if nodes is not None:
            return [_met_node(node) for node in nodes]
    return None


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


def address_towards(url: str) -> str:
    """The address of this machine on the way to a server: where other machines of its network reach it."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 80, type=socket.SOCK_DGRAM)[0]
        with socket.socket(found[0], socket.SOCK_DGRAM) as probe:
            probe.connect(found[4])
            return str(probe.getsockname()[0])
    except OSError:
        return LOOPBACK


class _CancelEvent(threading.Event):
    """Set as soon as the job is to be ended."""

    def __init__(self, folder: JobFolder) -> None:
        super().__init__()
        self._path = folder.cancel

    def is_set(self) -> bool:
        return os.path.exists(self._path)


def _met_node(node: Mapping[str, Any]) -> MetNode:
    main, launch, *others = node["ports"]
    return MetNode(node["rank"], node["node"], node["address"], node["key"], main, launch, others)
