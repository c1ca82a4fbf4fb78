"""Turns the plan of a job's one process into the plan of a launcher that starts all processes of this node."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import Any

from runstead.agent import mpi_process, mpi_remote, process_launcher
from runstead.agent.job_folder import FOLDER_MODE, JobFolder, write_json
from runstead.agent.layout import JobLayout
from runstead.agent.meeting import MetNode
from runstead.agent.process_variables import variables_of_node, variables_of_process

#: The mpirun of these speaks of itself so.
OPEN_MPI_NAMES = ("Open MPI", "OpenRTE")
VERSION_SECONDS = 20.0


class CannotLaunch(Exception):
    """This node lacks what the job needs; says what, and where to get it."""


def launcher_plan(plan: Mapping[str, Any], layout: JobLayout, folder: JobFolder, nodes: list[MetNode]) -> dict[str, Any]:
    """The plan with the launcher in place of the script; what the launcher is to start is written beside it."""
    environment = {**plan["environment"], **variables_of_node(layout, nodes)}
    launch = {
        "arguments": plan["arguments"],
        "folder": plan["folder"],
        "environment": environment,
        "graceSeconds": plan["graceSeconds"],
        "processes": [
            {"number": process.number, "variables": variables_of_process(layout, nodes, process)} for process in layout.processes
        ],
        # Which of several; their processes print into the logs of the whole job as well.
        "node": layout.rank if layout.node_count > 1 else None,
        "mpi": _mpi_plan(layout, folder, nodes) if layout.kind == "mpi" else None,
    }
    os.makedirs(os.path.dirname(folder.whole_output), mode=FOLDER_MODE, exist_ok=True)
    write_json(folder.launch, launch)
    return {**plan, "environment": environment, "arguments": _python(process_launcher.__file__, folder.path)}


def check_mpi(path: str | None, node_count: int) -> None:
    """Raises CannotLaunch where MPI programs cannot be started."""
    mpirun = shutil.which("mpirun", path=path)
    if mpirun is None:
        raise CannotLaunch("it needs mpirun, and this node has none on its PATH. Install Open MPI here (Debian: apt-get install openmpi-bin)")
    version = subprocess.run([mpirun, "--version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=VERSION_SECONDS, check=False)
    if not any(name in version.stdout.decode("utf-8", "replace") for name in OPEN_MPI_NAMES):
        raise CannotLaunch(f"{mpirun} is not that of Open MPI, which is the one that jobs are started with")
    if node_count > 1 and shutil.which("orted", path=path) is None:
        raise CannotLaunch("it takes several nodes, and this one has no orted beside mpirun: Open MPI 3 or 4 has it")


def _mpi_plan(layout: JobLayout, folder: JobFolder, nodes: list[MetNode]) -> dict[str, Any]:
    # Its paths are short and without blanks: Open MPI takes the address of a program apart at them.
    temporary = tempfile.mkdtemp(prefix="runstead-mpi-")
    own = nodes[layout.rank]
    hosts = {f"runstead-node-{node.rank}": {"address": node.address, "port": node.launch_port, "key": node.key} for node in nodes}
    write_json(os.path.join(temporary, "hosts.json"), hosts)
    remote = os.path.join(temporary, "start-on-node")
    with open(remote, "w", encoding="utf-8") as file:
        words = _python(mpi_remote.__file__, os.path.join(temporary, "hosts.json"))
        file.write(f"#!/bin/sh\nexec {' '.join(map(_quote, words))} \"$@\"\n")
    os.chmod(remote, 0o700)
    return {
        "isFirst": layout.rank == 0,
        "slots": len(layout.processes),
        "hosts": list(hosts) if layout.node_count > 1 else [],
        "isOneMachine": len(nodes) > 1 and all(node.address.startswith("127.") for node in nodes),
        "port": own.launch_port,
        "key": own.key,
        "address": own.address,
        "temporary": temporary,
        "remote": remote,
        "process": " ".join(map(_quote, _python(mpi_process.__file__, folder.path))),
    }


def _python(program: str, *arguments: str) -> list[str]:
    return [sys.executable, "-S", "-E", "-s", program, *arguments]


def _quote(word: str) -> str:
    import shlex

    return shlex.quote(word)
