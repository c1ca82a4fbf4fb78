"""MPI on the nodes of a job: `mpirun` on the first, and on each an `orted` that is started by the node's own launcher.

In place of ssh, mpirun is given a program that hands the command for a node to the launcher there, which waits for it on a port
and takes it only with the key of that node. So nodes need neither ssh nor each other's accounts, and every process of the job
is below the supervisor of its node.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import socket
from typing import Any, Callable

from runstead.agent.job_folder import JobFolder
from runstead.agent.job_process import CannotStart, start_process
from runstead.agent.launch_narration import LaunchNarration

#: A command for a node is a few kilobytes; what is longer is none.
REQUEST_BYTES_MAX = 1024 * 1024
#: One who connects and says nothing is not waited for.
REQUEST_SECONDS = 10.0

#: Where the nodes are processes of one machine: they reach each other there, and must not meet in its shared memory, where
#: what is kept is named by the machine and the place on a node.
ONE_MACHINE = {
    "OMPI_MCA_oob_tcp_if_include": "lo",
    "OMPI_MCA_btl_tcp_if_include": "lo",
    "OMPI_MCA_btl": "self,tcp",
    "OMPI_MCA_pml": "ob1",
    "PMIX_MCA_gds": "hash",
}

#: Waits for a child's end or for one of these descriptors to be read, at most so long; those that may be.
WaitForAny = Callable[[list[int], "float | None"], "list[int]"]


class MpiLaunch:
    """What this node does for an MPI job."""

    def __init__(self, folder: JobFolder, launch: dict[str, Any], told: LaunchNarration) -> None:
        self._told = told
        self._folder = folder
        self._launch = launch
        self._mpi = launch["mpi"]
        self._environment = {
            **launch["environment"],
            "OMPI_ALLOW_RUN_AS_ROOT": "1",
            "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
            # Not by its own setting: mpirun would hand that on to the other nodes, which have a folder each.
            "TMPDIR": self._mpi["temporary"],
            "RUNSTEAD_MPI_PROCESS": self._mpi["process"],
            **(ONE_MACHINE if self._mpi["isOneMachine"] else {}),
        }

    def run(self, wait_for_any: WaitForAny) -> int:
        """Returns the exit code of mpirun; on another node than the first 0, since mpirun speaks for all."""
        listener = self._listen() if self._mpi["hosts"] else None
        mpirun = self._start_mpirun() if self._mpi["isFirst"] else None
        #: The daemon of this node, with the connection on which its end is told.
        daemon: tuple[int, socket.socket] | None = None
        expects_daemon = listener is not None
        code = 0
        while mpirun is not None or daemon is not None or (expects_daemon and not self._mpi["isFirst"]):
            for _ in wait_for_any([listener.fileno()] if listener and expects_daemon else [], None):
                assert listener is not None
                connection, _ = listener.accept()
                command = self._command_or_none(connection)
                if command is not None:
                    daemon, expects_daemon = (self._start(["/bin/sh", "-c", command]), connection), False
            for pid, ended in self._ended():
                if pid == mpirun:
                    self._told.say(f"mpirun has ended with exit code {ended}" if ended >= 0 else f"mpirun was ended by signal {-ended}")
                    mpirun, code = None, ended if ended >= 0 else 128 - ended
                if daemon is not None and pid == daemon[0]:
                    with contextlib.suppress(OSError):
                        daemon[1].sendall(str(max(ended, 0)).encode())
                    daemon[1].close()
                    daemon = None
        return code

    def _start_mpirun(self) -> int:
        arguments = self._mpirun_arguments()
        self._told.say(f"starting {shlex.join(arguments)}")
        return self._start(arguments)

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._mpi["address"] else socket.AF_INET
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self._mpi["address"], self._mpi["port"]))
        listener.listen()
        return listener

    def _command_or_none(self, connection: socket.socket) -> str | None:
        """What to start, from one who knows the key of this node."""
        connection.settimeout(REQUEST_SECONDS)
        try:
            with connection.makefile("rb") as reader:
                request = json.loads(reader.readline(REQUEST_BYTES_MAX))
            if request["key"] == self._mpi["key"]:
                return str(request["command"])
        except (OSError, ValueError, KeyError, TypeError):
            pass
        connection.close()
        return None

    def _mpirun_arguments(self) -> list[str]:
        slots, hosts = self._mpi["slots"], self._mpi["hosts"]
        arguments = ["mpirun", "-np", str(slots * max(1, len(hosts))), "--oversubscribe", "--bind-to", "none", "--map-by", "slot"]
        if hosts:
            arguments += ["--host", ",".join(f"{host}:{slots}" for host in hosts), "--leave-session-attached"]
            arguments += ["--mca", "plm_rsh_agent", self._mpi["remote"], "--mca", "plm_rsh_no_tree_spawn", "1"]
        return [*arguments, "/bin/sh", "-c", 'eval "exec $RUNSTEAD_MPI_PROCESS"']

    def _start(self, arguments: list[str]) -> int:
        try:
            return start_process(arguments, self._launch["folder"], self._environment, 1)
        except CannotStart as error:
            os.write(1, f"[runstead] {error}\n".encode())
            raise SystemExit(error.exit_code) from error

    def _ended(self) -> list[tuple[int, int]]:
        ended = []
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, result = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    break
                ended.append((pid, os.waitstatus_to_exitcode(result)))
        return ended
