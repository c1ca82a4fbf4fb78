"""What to run and where: the configuration of a submitted script."""

from __future__ import annotations

import os
from typing import Any, Mapping, Sequence

DEFAULT_TARGET = "local"


class ScriptRunConfig:
    """A script in a folder, its arguments and the compute target to run it on.

    >>> config = ScriptRunConfig(source_directory=".", script="train.py", arguments=["--alpha", 0.1])
    >>> run = experiment.submit(config)
    """

    def __init__(
        self,
        source_directory: str | os.PathLike[str] = ".",
        script: str | None = None,
        arguments: Sequence[Any] | None = None,
        compute_target: Any = None,
        command: Sequence[Any] | str | None = None,
        environment_variables: Mapping[str, str] | None = None,
        interpreter: str | None = None,
        max_run_duration_seconds: int | None = None,
        priority: int | None = None,
        environment: Any = None,
        distributed_job_config: Any = None,
        node_count: int | None = None,
        data_references: Any = None,
        node_loss: Any = None,
    ) -> None:
        self.source_directory = source_directory
        self.script = script
        self.arguments = list(arguments) if arguments is not None else None
        self.compute_target = compute_target
        self.command = command
        self.environment_variables = dict(environment_variables or {})
        self.interpreter = interpreter
        self.max_run_duration_seconds = max_run_duration_seconds
        #: Among the runs that wait for a target the greater goes first; 0 when none is given.
        self.priority = priority
        #: An Environment, or the `NAME` or `NAME:VERSION` of a registered one; without one it is the Python of the node.
        self.environment = environment
        #: MpiConfiguration, PyTorchConfiguration or TensorflowConfiguration; without one it is one process a node.
        self.distributed_job_config = distributed_job_config
        #: Nodes that the job has at once; those of `distributed_job_config` when none are given.
        self.node_count = node_count
        #: DataReference by name, or a list of them, beside those that stand among the arguments.
        self.data_references = data_references
        #: NodeLoss, or `fail` or `requeue`: what becomes of it when a node is lost; without one it fails.
        self.node_loss = node_loss

    @property
    def target(self) -> str:
        """The name of the compute target: `local` when none is given."""
        given = self.compute_target or DEFAULT_TARGET
        return given if isinstance(given, str) else str(given.name)
