"""Jobs of several processes: how many there are, on how many nodes, and how they find one another."""

from __future__ import annotations

from typing import Any


class MpiConfiguration:
    """Processes that Open MPI's `mpirun` starts, as many on each node.

    >>> config = ScriptRunConfig(".", "train.py", compute_target="cpu", distributed_job_config=MpiConfiguration(2, node_count=2))
    """

    def __init__(self, process_count_per_node: int = 1, node_count: int = 1) -> None:
        self.process_count_per_node = process_count_per_node
        self.node_count = node_count

    def distribution(self) -> dict[str, Any]:
        """As the API takes it."""
        return {"type": "mpi", "processCountPerNode": int(self.process_count_per_node)}


class PyTorchConfiguration:
    """Processes with RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT; `process_count` is that of all nodes together.

    Which backend they use is said in the script: `torch.distributed.init_process_group("gloo")`.
    """

    def __init__(self, communication_backend: str = "Nccl", process_count: int | None = None, node_count: int = 1) -> None:
        self.communication_backend = communication_backend
        self.process_count = process_count
        self.node_count = node_count

    def distribution(self) -> dict[str, Any]:
        """As the API takes it."""
        return {"type": "pytorch", "processCount": int(self.process_count or self.node_count)}


class TensorflowConfiguration:
    """Workers and parameter servers with TF_CONFIG: a node for each worker, the parameter servers on the first of them."""

    def __init__(self, worker_count: int = 1, parameter_server_count: int = 1) -> None:
        self.worker_count = worker_count
        self.parameter_server_count = parameter_server_count

    @property
    def node_count(self) -> int:
        return int(self.worker_count)

    def distribution(self) -> dict[str, Any]:
        """As the API takes it."""
        servers = int(self.parameter_server_count)
        return {"type": "tensorflow", "workerCount": int(self.worker_count), "parameterServerCount": servers}
