"""Makes the folder of a job ready to run: the snapshot's files, the command line and the environment."""

from __future__ import annotations

import os
import shlex
import shutil
import time
import uuid
from collections.abc import Mapping
from typing import Any

from runstead.agent.job_environment import command_of, environment_of
from runstead.agent.job_folder import JobFolder, write_json
from runstead.agent.narrated_log import Narration
from runstead.agent.results import RESULT_FOLDERS
from runstead.agent.server_link import ServerLink
from runstead.agent.snapshot_store import SnapshotStore
from runstead.errors import RunsteadError

DEFAULT_GRACE_SECONDS = 10.0


class CannotPrepare(Exception):
    """The job's folder could not be made ready; says why."""


def prepare(folder: JobFolder, lease: Mapping[str, Any], link: ServerLink, snapshots: SnapshotStore, told: Narration) -> None:
    """Make the folder ready and write the supervisor's plan last, so that a plan means that all of it is there."""
    if os.path.exists(folder.plan):
        return
    begin = time.monotonic()
    try:
        with told.step("working folder"):
            _make_working_folder(folder)
        told.say(f"Working folder: {folder.work}.")
        if lease["definition"].get("snapshotId"):
            with told.step("code"):
                _fetch_code(folder, lease, snapshots, told)
        with told.step("command and environment"):
            _plan(folder, lease, link.url(), told)
    except (OSError, RunsteadError) as error:
        told.say_error(f"The job could not be prepared: {error}")
        raise CannotPrepare(str(error)) from error
    told.say(f"Prepared in {time.monotonic() - begin:.3f} s.")


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


def _plan(folder: JobFolder, lease: Mapping[str, Any], url: str, told: Narration) -> None:
    definition = lease["definition"]
    # Tells the processes of this very attempt from those of every other one.
    marker = f"{lease['runId']}.{lease['fence']}.{uuid.uuid4().hex}"
    plan = {
        "arguments": command_of(definition),
        "folder": folder.work,
        "environment": environment_of(lease, folder, url, marker),
        "marker": marker,
        "limitSeconds": definition.get("maxRunDurationSeconds"),
        "graceSeconds": definition.get("cancelGraceSeconds", DEFAULT_GRACE_SECONDS),
    }
    told.say(f"Command: {shlex.join(plan['arguments'])}.")
    # Values may be secrets.
    told.say(f"Environment variables: {', '.join(sorted(plan['environment']))}.")
    write_json(folder.plan, plan)
