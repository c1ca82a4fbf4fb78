"""Makes the folder of a job ready to run: the snapshot's files, the command line and the environment."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Mapping
from typing import Any

from runstead.agent.job_environment import command_of, environment_of
from runstead.agent.job_folder import JobFolder, write_json
from runstead.agent.results import RESULT_FOLDERS
from runstead.agent.server_link import ServerLink
from runstead.agent.snapshot_store import SnapshotStore
from runstead.errors import RunsteadError

DEFAULT_GRACE_SECONDS = 10.0


class CannotPrepare(Exception):
    """The job's folder could not be made ready; says why."""


def prepare(folder: JobFolder, lease: Mapping[str, Any], link: ServerLink, snapshots: SnapshotStore) -> None:
    """Make the folder ready and write the supervisor's plan last, so that a plan means that all of it is there."""
    if os.path.exists(folder.plan):
        return
    definition = lease["definition"]
    # Tells the processes of this very attempt from those of every other one.
    marker = f"{lease['runId']}.{lease['fence']}.{uuid.uuid4().hex}"
    try:
        shutil.rmtree(folder.work, ignore_errors=True)
        for name in (*RESULT_FOLDERS, os.curdir):
            os.makedirs(os.path.join(folder.work, name), exist_ok=True)
        os.makedirs(folder.spool, exist_ok=True)
        if definition.get("snapshotId"):
            snapshots.unpack(lease["workspaceId"], definition["snapshotId"], folder.work)
        plan = {
            "arguments": command_of(definition),
            "folder": folder.work,
            "environment": environment_of(lease, folder, link.url(), marker),
            "marker": marker,
            "limitSeconds": definition.get("maxRunDurationSeconds"),
            "graceSeconds": definition.get("cancelGraceSeconds", DEFAULT_GRACE_SECONDS),
        }
        write_json(folder.plan, plan)
    except (OSError, RunsteadError) as error:
        raise CannotPrepare(str(error)) from error
