"""A node's membership in a cluster of the server: how it says what it is, and how it leaves."""

from __future__ import annotations

import sys
from typing import Any

from runstead.agent.machine import describe_machine
from runstead.agent.server_link import ServerLink
from runstead.connection import path_of
from runstead.version import VERSION

#: What this agent and its server say to one another.
PROTOCOL = 1


class Membership:
    """One node of one cluster, on a machine of which the server knows what the agent says."""

    def __init__(self, link: ServerLink, workspace: str, cluster: str, node: str, instance: str, address: str | None) -> None:
        self._link = link
        self._path = path_of("workspaces", workspace, "compute", cluster, "nodes")
        self._node_path = path_of("workspaces", workspace, "compute", cluster, "nodes", node)
        self._machine = describe_machine(address)
        self.cluster = cluster
        self.node = node
        self._instance = instance

    def introduce(self) -> dict[str, Any]:
        """Say what this node is; the server's answer. Raises RunsteadError when it may not be one."""
        body = {"id": self.node, "instance": self._instance, "protocol": PROTOCOL, "machine": self._machine}
        return dict(self._link.once("POST", self._path, body))

    @property
    def address(self) -> str | None:
        """By which other nodes reach this one."""
        return self._machine["address"]

    def leave(self, is_preempted: bool = False) -> bool:
        """Say that nothing new is wanted; True when the server has said goodbye, which takes two words without a job.

        With `is_preempted` the machine is being taken away, and the server queues its jobs again at once.
        """
        query = "?preempted=true" if is_preempted else ""
        return bool(self._link.once("POST", f"{self._node_path}/leave{query}", {})["isGone"])

    def remark_on(self, server_version: str) -> None:
        if server_version != VERSION:
            print(
                f"This agent is version {VERSION}, the server {server_version}: they understand one another. "
                f"The server's own agent is at {self._link.url()}/python/.",
                file=sys.stderr,
                flush=True,
            )
