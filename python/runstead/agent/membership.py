"""A node's membership in a cluster of the server: how it says what it is, with what it acts from then on, and how it leaves."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import Any, NamedTuple

from runstead.agent.job_folder import FILE_MODE
from runstead.agent.machine import describe_machine
from runstead.agent.server_link import ServerLink, version_of
from runstead.connection import Connection, path_of
from runstead.errors import RunsteadError
from runstead.version import VERSION

#: What this agent and its server say to one another.
PROTOCOL = 2


class MemberFiles(NamedTuple):
    """Where a node finds the way to its server."""

    #: Names the address of the server.
    server: str
    #: Holds the token with which any node may join.
    join_token: str
    #: Holds the token of this node alone.
    token: str


class Membership:
    """One node of one cluster, on a machine of which the server knows what the agent says."""

    def __init__(self, files: MemberFiles, workspace: str, cluster: str, node: str, instance: str, address: str | None) -> None:
        self._joining = ServerLink(files.server, files.join_token)
        self._token_file = files.token
        self._path = path_of("workspaces", workspace, "compute", cluster, "nodes")
        self._node_path = path_of("workspaces", workspace, "compute", cluster, "nodes", node)
        self._machine = describe_machine(address)
        self.cluster = cluster
        self.node = node
        self._instance = instance
        #: With which this node does everything but join.
        self.link: ServerLink = _MemberLink(files, self)

    def introduce(self) -> dict[str, Any]:
        """Say what this node is; the server's answer. Raises RunsteadError when it may not be one."""
        body = {"id": self.node, "instance": self._instance, "protocol": PROTOCOL, "machine": self._machine}
        answer = dict(self._joining.once("POST", self._path, body))
        self._keep_token(answer["token"])
        return answer

    @property
    def address(self) -> str | None:
        """By which other nodes reach this one."""
        return self._machine["address"]

    def leave(self, is_preempted: bool = False) -> bool:
        """Say that nothing new is wanted; True when the server has said goodbye, which takes two words without a job.

        With `is_preempted` the machine is being taken away, and the server queues its jobs again at once.
        """
        query = "?preempted=true" if is_preempted else ""
        return bool(self.link.once("POST", f"{self._node_path}/leave{query}", {})["isGone"])

    def _keep_token(self, token: str | None) -> None:
        if token is None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._token_file)
            return
        temporary = f"{self._token_file}.new"
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE), "w", encoding="ascii") as file:
            file.write(f"{token}\n")
        os.replace(temporary, self._token_file)

    def remark_on(self, server_version: str) -> None:
        if server_version != VERSION:
            print(
                f"This agent is version {VERSION}, the server {server_version}: they understand one another. "
                f"The server's own agent is at {self._joining.url()}/python/.",
                file=sys.stderr,
                flush=True,
            )


class _MemberLink(ServerLink):
    """Has the node join again when the token for joining has changed: the one that it was given ends with the old one."""

    def __init__(self, files: MemberFiles, membership: Membership) -> None:
        super().__init__(files.server, files.token)
        self._membership = membership
        self._join_token_file = files.join_token
        self._join_token_version = version_of(files.join_token)
        self._joining_lock = threading.Lock()

    def connection(self) -> Connection:
        version = version_of(self._join_token_file)
        with self._joining_lock:
            if version != self._join_token_version:
                try:
                    self._membership.introduce()
                    self._join_token_version = version
                except RunsteadError as error:  # The token that it has may do for a while.
                    self.complain(error)
        return super().connection()
