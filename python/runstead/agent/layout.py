"""Which nodes and processes a job has, and what the logs of each are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from runstead.agent.job_folder import JobFolder

#: Where the logs of the agents, of the script and of the framework are.
LOGS_FOLDER = "azureml-logs"
#: Of a job on several nodes: what was done for all of it.
WHOLE_JOB_FOLDER = "job"
SYSTEM_LOGS_FOLDER = "logs/azureml"


class Process(NamedTuple):
    """One process of a job, on this node."""

    #: Counted over all nodes.
    number: int
    #: Counted on its node.
    local_number: int
    #: Of TensorFlow: `worker` or `ps`, and which of them.
    role: str = ""
    role_number: int = 0


class ProcessLog(NamedTuple):
    """A log of what processes print."""

    #: Within the run.
    name: str
    file_path: str
    #: Who this node is in a log that several write to.
    writer: str | None = None


class JobLayout:
    """Where this node stands among those of its job. A job of one process on one node has no launcher, and shorter names."""

    def __init__(self, lease: Mapping[str, Any], folder: JobFolder) -> None:
        definition = lease["definition"]
        self._folder = folder
        self.rank = int(lease.get("rank", 0))
        #: Who this node is in the logs that several write to; a further attempt is another.
        self.writer = f"{lease['fence']}-{self.rank}"
        #: By rank: `rank`, `node` and `address` of each.
        self.nodes: list[dict[str, Any]] = list(lease.get("nodes") or [])
        self.node_count = max(1, len(self.nodes))
        self.distribution: dict[str, Any] = definition.get("distribution") or {}
        #: Whether a launcher starts the processes: there are several, or they must find one another.
        self.has_launcher = self.node_count > 1 or bool(self.distribution)
        #: Of every node, by rank.
        self.processes_by_node = self._place_processes()
        self.processes = self.processes_by_node[self.rank]
        self.process_count = sum(map(len, self.processes_by_node))
        self._node_folder = self._name_node_folder() if self.node_count > 1 else ""

    @property
    def speaker(self) -> str:
        """What a line begins with in a log where several nodes speak."""
        return f"node {self.rank}: " if self.node_count > 1 else ""

    @property
    def kind(self) -> str:
        """`mpi`, `pytorch`, `tensorflow`, or nothing."""
        return str(self.distribution.get("type", ""))

    def log_name(self, name: str) -> str:
        """Within the run, of a log that each node has."""
        return _join(LOGS_FOLDER, self._node_folder, name)

    def system_log_name(self, name: str) -> str:
        return _join(SYSTEM_LOGS_FOLDER, self._node_folder, name)

    def user_name(self, name: str) -> str:
        """Within the run, of a log that the script writes itself: several nodes must not write to one."""
        folder, _, rest = name.partition("/")
        return name if self.rank == 0 or folder != "logs" else _join(folder, self._node_folder, rest)

    @property
    def main_log_name(self) -> str:
        """Of the log of what the supervisor runs: the script itself, mpirun, or what starts the processes."""
        if self.kind == "mpi":
            return self.log_name("70_mpi_log.txt")
        return self.whole_log_name("execution.txt") if self.node_count > 1 else self.log_name("70_driver_log.txt")

    @property
    def main_log_writer(self) -> str | None:
        """Who this node is in that log, where the nodes share it."""
        return f"{self.writer}-supervisor" if self.node_count > 1 and self.kind != "mpi" else None

    @staticmethod
    def whole_log_name(name: str) -> str:
        """Within the run, of a log of the whole job, which all nodes write to."""
        return _join(LOGS_FOLDER, WHOLE_JOB_FOLDER, name)

    def process_logs(self) -> list[ProcessLog]:
        """Of each process that a launcher starts, and what they print all together."""
        if not self.has_launcher:
            return []
        own = [ProcessLog(self.log_name(f"70_driver_log_{number}.txt"), self._folder.process_log(number)) for number, *_ in self.processes]
        if self.node_count == 1:
            return own
        shared = {"stdout.txt": self._folder.whole_output, "stderr.txt": self._folder.whole_errors}
        return [*own, *(ProcessLog(self.whole_log_name(name), path, self.writer) for name, path in shared.items())]

    def log_of_process(self, number: int | None) -> str:
        """The file in which a process, or without one the launcher, has said its last words."""
        return self._folder.log if number is None else self._folder.process_log(number)

    def metric_prefix(self) -> str:
        """What the usage of this node is called by, beside that of the others."""
        return f"node_{self.rank}/" if self.node_count > 1 else ""

    def _place_processes(self) -> list[list[Process]]:
        if self.kind == "tensorflow":
            return self._place_roles()
        per_node = 1
        if self.kind == "mpi":
            per_node = int(self.distribution.get("processCountPerNode", 1))
        elif self.kind == "pytorch":
            per_node = int(self.distribution["processCount"]) // self.node_count
        return [[Process(rank * per_node + local, local) for local in range(per_node)] for rank in range(self.node_count)]

    def _place_roles(self) -> list[list[Process]]:
        nodes: list[list[Process]] = [[] for _ in range(self.node_count)]
        workers = int(self.distribution["workerCount"])
        servers = int(self.distribution.get("parameterServerCount", 0))
        roles = [("worker", number) for number in range(workers)] + [("ps", number) for number in range(servers)]
        for number, (role, role_number) in enumerate(roles):
            node = nodes[number % self.node_count]
            node.append(Process(number, len(node), role, role_number))
        return nodes

    def _name_node_folder(self) -> str:
        addresses = [node["address"] for node in self.nodes]
        own = str(addresses[self.rank])
        return own if addresses.count(own) == 1 else f"{own}_{self.rank}"


def _join(*parts: str) -> str:
    return "/".join(part for part in parts if part)
