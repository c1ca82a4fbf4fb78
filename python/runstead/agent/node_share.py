"""What of its machine a node of a cluster has: the cores that its jobs run on, memory, and GPUs.

The server writes it as `share.json` into the folder of a node that it makes; a node without one has the whole machine.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Mapping
from typing import Any

from runstead.agent.job_folder import JobFolder, read_json_or_none

SHARE_NAME = "share.json"

#: How many threads libraries of numbers begin with; on a share each would else begin one for every core of the machine.
THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")
GPU_VARIABLE = "CUDA_VISIBLE_DEVICES"


def keep_share(node_folder: str, folder: JobFolder) -> None:
    """Keep what the node has now beside a job, which has it to its end."""
    with contextlib.suppress(FileNotFoundError):
        shutil.copyfile(os.path.join(node_folder, SHARE_NAME), folder.share)


def share_of(folder: JobFolder) -> dict[str, Any] | None:
    """What the node of a job has; None: the whole machine."""
    return read_json_or_none(folder.share)


def with_share(own: Mapping[str, str], defined: Mapping[str, str], share: Mapping[str, Any] | None) -> dict[str, str]:
    """The environment of this agent with what a job defines, between them what its share says: the job has the last word."""
    if share is None:
        return {**own, **defined}
    threads = {name: str(share["cores"]) for name in THREAD_VARIABLES}
    gpus = {} if share["gpus"] is None else {GPU_VARIABLE: ",".join(share["gpus"])}
    return {**threads, **own, **gpus, **defined}


def plan_of_share(share: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the supervisor is to hold a job to."""
    if share is None:
        return {}
    limit = share["memoryBytes"] if share["enforceMemory"] else None
    return {"cpus": share["cpus"], "cores": share["cores"], "memoryLimitBytes": limit, "vmSize": share["vmSize"]}
