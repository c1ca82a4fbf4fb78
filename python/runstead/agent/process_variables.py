"""The environment variables by which the processes of a job find one another, as each framework expects them."""

from __future__ import annotations

import json

from runstead.agent.layout import JobLayout, Process
from runstead.agent.meeting import MetNode


def variables_of_node(layout: JobLayout, nodes: list[MetNode]) -> dict[str, str]:
    """What every process of this node gets, by the names that scripts written for Azure read."""
    first = nodes[0]
    addresses = [node.address for node in nodes]
    return {
        "MASTER_ADDR": first.address,
        "MASTER_PORT": str(first.main_port),
        "NODE_RANK": str(layout.rank),
        "AZUREML_NODE_COUNT": str(layout.node_count),
        "AZ_BATCH_NODE_LIST": ";".join(addresses),
        "AZ_BATCH_HOST_LIST": ",".join(addresses),
        "AZ_BATCH_MASTER_NODE": f"{first.address}:{first.main_port}",
        "AZ_BATCH_IS_CURRENT_NODE_MASTER": "true" if layout.rank == 0 else "false",
        "AZ_BATCHAI_MPI_MASTER_NODE": first.address,
        "AZ_BATCHAI_TASK_INDEX": str(layout.rank),
    }


def variables_of_process(layout: JobLayout, nodes: list[MetNode], process: Process) -> dict[str, str]:
    """What one process gets beside that."""
    if layout.kind == "mpi":  # mpirun gives its own.
        return {}
    if layout.kind == "tensorflow":
        return {"TF_CONFIG": json.dumps(_tensorflow_config(layout, nodes, process))}
    return {
        "RANK": str(process.number),
        "LOCAL_RANK": str(process.local_number),
        "WORLD_SIZE": str(layout.process_count),
        "LOCAL_WORLD_SIZE": str(len(layout.processes)),
        "GROUP_RANK": str(layout.rank),
    }


def _tensorflow_config(layout: JobLayout, nodes: list[MetNode], process: Process) -> dict[str, object]:
    cluster: dict[str, dict[int, str]] = {}
    for node, processes in zip(nodes, layout.processes_by_node):
        for one in processes:
            cluster.setdefault(one.role, {})[one.role_number] = f"{node.address}:{node.process_ports[one.local_number]}"
    return {
        "cluster": {role: [hosts[number] for number in sorted(hosts)] for role, hosts in cluster.items()},
        "task": {"type": process.role, "index": process.role_number},
        "environment": "cloud",
    }
