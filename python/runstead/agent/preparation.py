"""Makes the folder of a job ready to run: the snapshot's files, the command line and the environment."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import time
import uuid
from collections.abc import Mapping
from typing import Any, Callable, NamedTuple

from runstead.agent.authorities import Authorities
from runstead.agent.data_cache import DataCache
from runstead.agent.environments.environment_store import BuiltEnvironment, EnvironmentStore
from runstead.agent.environments.errors import CannotBuild
from runstead.agent.job_data import fetch_data, variables_of, with_paths
from runstead.agent.job_environment import command_of, environment_of
from runstead.agent.job_folder import JobFolder, write_json
from runstead.agent.job_logs import JobLogs
from runstead.agent.launch_plan import CannotLaunch, check_mpi, launcher_plan
from runstead.agent.layout import JobLayout
from runstead.agent.meeting import meet
from runstead.agent.narrated_log import Narration
from runstead.agent.node_share import plan_of_share, share_of
from runstead.agent.results import RESULT_FOLDERS
from runstead.agent.server_link import ServerLink
from runstead.agent.snapshot_store import SnapshotStore
from runstead.client_log import VARIABLE as CLIENT_LOG_VARIABLE
from runstead.errors import RunsteadError

DEFAULT_GRACE_SECONDS = 10.0


class CannotPrepare(Exception):
    """The job's folder could not be made ready; says why."""


class NodeStores(NamedTuple):
    """What this node keeps for its jobs."""

    snapshots: SnapshotStore
    environments: EnvironmentStore
    data: DataCache
    authorities: Authorities


def prepare(
    folder: JobFolder,
    lease: Mapping[str, Any],
    layout: JobLayout,
    caller: Mapping[str, Any],
    link: ServerLink,
    stores: NodeStores,
    logs: JobLogs,
    is_unwanted: Callable[[], bool],
) -> None:
    """Make the folder ready and write the supervisor's plan last, so that a plan means that all of it is there.

    There is no plan when the job is to be ended before its nodes have met.

    Raises BuildUnwanted or DataUnwanted soon after `is_unwanted` says so while an environment is built or data fetched.
    """
    if os.path.exists(folder.plan):
        return
    told = logs.preparation
    begin = time.monotonic()
    try:
        with told.step("working folder"):
            _make_working_folder(folder)
        told.say(f"Working folder: {folder.work}.")
        if lease["definition"].get("snapshotId"):
            with told.step("code"):
                _fetch_code(folder, lease, stores.snapshots, told)
        data: dict[str, str] = {}
        if lease["definition"].get("data"):
            with told.step("data"):
                data = fetch_data(lease, folder, stores.data, link, told, is_unwanted)
        built = _provide_environment(folder, lease, stores.environments, logs, is_unwanted)
        with told.step("command and environment"):
            plan = _plan(folder, lease, link.url(), logs, built, data, stores.authorities.variables_for(lease))
        plan["speaker"] = layout.speaker
        command = plan["arguments"]
        if layout.has_launcher:
            with told.step("meeting of the nodes"):
                plan = _launcher_plan_or_none(plan, layout, folder, lease, caller, link, told)
        if plan is None:
            told.say("The job is to be ended before its nodes have met.")
            return
        write_json(folder.plan, plan)
    except (OSError, RunsteadError, CannotBuild, CannotLaunch) as error:
        told.say_error(f"The job could not be prepared: {error}")
        raise CannotPrepare(str(error)) from error
    told.say(f"Prepared in {time.monotonic() - begin:.3f} s.")
    logs.tell_whole(f"is prepared, and runs {shlex.join(command)}")


def _make_working_folder(folder: JobFolder) -> None:
    shutil.rmtree(folder.work, ignore_errors=True)
    for name in (*RESULT_FOLDERS, os.curdir):
        os.makedirs(os.path.join(folder.work, name), exist_ok=True)
    os.makedirs(folder.spool, exist_ok=True)


def _fetch_code(folder: JobFolder, lease: Mapping[str, Any], snapshots: SnapshotStore, told: Narration) -> None:
    snapshot_id = lease["definition"]["snapshotId"]
    told.say(f"Fetching the code: snapshot {snapshot_id}.")
    begin = time.monotonic()
    unpacked = snapshots.unpack(lease["workspaceId"], snapshot_id, folder.work)
    told.say(f"Code: {unpacked.files} files, {unpacked.size_bytes} bytes, in {time.monotonic() - begin:.3f} s.")


def _provide_environment(
    folder: JobFolder, lease: Mapping[str, Any], environments: EnvironmentStore, logs: JobLogs, is_unwanted: Callable[[], bool]
) -> BuiltEnvironment | None:
    environment = lease["definition"].get("environment")
    if environment is None:
        return None
    with logs.preparation.step("environment"):
        built = environments.provide(environment, folder.path, logs.preparation, logs.image_build, is_unwanted)
    if built is not None:
        named = {name: environment.get(name) for name in ("name", "version")}
        logs.environment.append(json.dumps({**named, **built.marker}) + "\n")
    return built


def _plan(
    folder: JobFolder,
    lease: Mapping[str, Any],
    url: str,
    logs: JobLogs,
    built: BuiltEnvironment | None,
    data: Mapping[str, str],
    trust: Mapping[str, str],
) -> dict[str, Any]:
    definition = with_paths(lease["definition"], data)
    lease = {**lease, "definition": definition}
    told = logs.preparation
    # Tells the processes of this very attempt from those of every other one.
    marker = f"{lease['runId']}.{lease['fence']}.{uuid.uuid4().hex}"
    environment = {**environment_of(lease, folder, url, marker, trust), **variables_of(data), CLIENT_LOG_VARIABLE: logs.client.file_path}
    if built is not None:
        definition = {**definition, "interpreter": built.interpreter}
        environment = {**environment, **built.variables(environment.get("PATH", os.defpath))}
    plan = {
        "arguments": command_of(definition),
        "folder": folder.work,
        "environment": environment,
        "marker": marker,
        **plan_of_share(share_of(folder)),
        "limitSeconds": definition.get("maxRunDurationSeconds"),
        "graceSeconds": definition.get("cancelGraceSeconds", DEFAULT_GRACE_SECONDS),
    }
    told.say(f"Command: {shlex.join(plan['arguments'])}.")
    # Values may be secrets. What the node has anyway is many names and says little.
    own = sorted(name for name, value in environment.items() if os.environ.get(name) != value)
    told.say(f"Environment variables: {', '.join(own)}; and {len(environment) - len(own)} that this node has anyway.")
    return plan


def _launcher_plan_or_none(
    plan: dict[str, Any],
    layout: JobLayout,
    folder: JobFolder,
    lease: Mapping[str, Any],
    caller: Mapping[str, Any],
    link: ServerLink,
    told: Narration,
) -> dict[str, Any] | None:
    if layout.kind == "mpi":
        check_mpi(plan["environment"].get("PATH"), layout.node_count)
    nodes = meet(layout, folder, lease, caller, link)
    if nodes is None:
        return None
    for node in nodes if len(nodes) > 1 else ():
        told.say(f"Rank {node.rank} is ready: node {node.node} at {node.address}.")
    numbers = ", ".join(str(process.number) for process in layout.processes)
    told.say(f"Processes of this node: {numbers} of {layout.process_count}; they meet at {nodes[0].address}:{nodes[0].main_port}.")
    return launcher_plan(plan, layout, folder, nodes)
