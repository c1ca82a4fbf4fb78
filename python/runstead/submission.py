"""Submitting a script: its folder becomes a snapshot, its configuration a job."""

from __future__ import annotations

import re
import secrets
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping

from runstead.compute import LOCAL, known_target
from runstead.connection import path_of
from runstead.data_reference import references_of
from runstead.environment import reference_of
from runstead.errors import RunsteadError
from runstead.git_properties import git_properties
from runstead.local_machine import local_machine_or_none
from runstead.node_loss import node_loss_of
from runstead.script_run_config import ScriptRunConfig
from runstead.snapshot import take_snapshot

if TYPE_CHECKING:
    from runstead.experiment import Experiment


def submit_job(
    experiment: Experiment,
    config: ScriptRunConfig,
    tags: Mapping[str, str | None] | None = None,
    parent_id: str | None = None,
) -> dict[str, Any]:
    """Submits a job and returns its run."""
    connection = experiment.workspace.connection
    definition = job_definition(config, connection.errors.user)
    # Before anything is uploaded.
    definition["target"] = known_target(experiment.workspace, definition["target"])
    definition["snapshotId"] = take_snapshot(connection, experiment.workspace.name, config.source_directory)
    given = {"parentId": parent_id, "tags": dict(tags or {}), "properties": git_properties(config.source_directory)}
    machine = local_machine_or_none(connection, experiment.workspace.id) if definition["target"] == LOCAL else None
    if machine is not None:
        given["machine"] = machine.id
        given["properties"] = {**given["properties"], "runstead.machine": machine.name}
    run_id = new_job_id(experiment.name)
    body = {"id": run_id, "definition": definition, **{name: value for name, value in given.items() if value}}
    try:
        connection.call("POST", path_of("experiments", experiment.id, "jobs"), body)
    except RunsteadError as error:
        # The id is ours and random: it can only be there because the reply to an earlier attempt was lost.
        if error.code != "already-exists":
            raise
    if machine is not None:
        machine.start_agent()
    return dict(connection.call("GET", path_of("runs", run_id)))


def job_definition(config: ScriptRunConfig, refuse: type[RunsteadError]) -> dict[str, Any]:
    """The definition of the job, as the API takes it."""
    if not isinstance(config, ScriptRunConfig):
        given = repr(config) if isinstance(config, str) else f"a {type(config).__name__}"
        raise refuse(f"submit takes a ScriptRunConfig(source_directory='.', script='train.py'), not {given}.")
    if config.script and config.command:
        raise refuse("A script and a command are given; a job has one of them.")
    if not config.script and not config.command:
        raise refuse(
            "Neither a script nor a command is given.",
            hint="Name the script: ScriptRunConfig(source_directory='.', script='train.py').",
        )
    definition: dict[str, Any] = {"target": config.target}
    if config.script:
        script = str(config.script).replace("\\", "/")
        if not (Path(config.source_directory) / script).is_file():
            raise refuse(f"The script {script} is not in the source directory {Path(config.source_directory).absolute()}.")
        definition["script"] = script
        if config.arguments:
            definition["arguments"] = [str(argument) for argument in config.arguments]
    else:
        words = shlex.split(config.command) if isinstance(config.command, str) else [str(word) for word in config.command or ()]
        definition["command"] = words + [str(argument) for argument in config.arguments or ()]
    words = config.command if isinstance(config.command, (list, tuple)) else ()
    data = references_of(config.data_references, [*(config.arguments or ()), *words])
    if data:
        definition["data"] = data
    if config.environment_variables:
        definition["environmentVariables"] = {name: str(value) for name, value in config.environment_variables.items()}
    environment = reference_of(config.environment)
    if environment is not None:
        definition["environment"] = environment
    if config.interpreter:
        definition["interpreter"] = config.interpreter
    if config.max_run_duration_seconds:
        definition["maxRunDurationSeconds"] = int(config.max_run_duration_seconds)
    distributed = config.distributed_job_config
    if distributed is not None:
        definition["distribution"] = distributed.distribution()
    node_count = int(config.node_count or getattr(distributed, "node_count", 1))
    if node_count != 1:
        definition["nodeCount"] = node_count
    try:
        node_loss = node_loss_of(config.node_loss)
    except ValueError as error:
        raise refuse(str(error)) from None
    if node_loss is not None:
        definition["nodeLoss"] = node_loss.definition()
    if config.priority is not None:
        definition["priority"] = int(config.priority)
    return definition


def new_job_id(experiment_name: str) -> str:
    """`<experiment>_<seconds>_<8 hex digits>`, as azureml-core makes them."""
    name = re.sub(r"[^A-Za-z0-9_.-]", "-", experiment_name).lstrip("_.-")[:200] or "run"
    return f"{name}_{int(time.time())}_{secrets.token_hex(4)}"
