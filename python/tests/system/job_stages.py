"""The stages of a job as its node's files tell them, for tests that strike at a given one."""

from __future__ import annotations

import os
import time

from tests.agent.jobs_on_server import TERMINAL, JobsOnServer

#: In their order. `releasing` is all that comes after the end was reported.
STAGES = ("queued", "preparing", "starting", "running", "finalizing", "releasing")

LINES = 100
#: Runs for half a second, with a child that leaves its session; says that it was started, where nothing of it is cleared away.
SCRIPT = f"""
import os, subprocess, sys, time
with open(os.environ["STARTS_FILE"], "a") as file:
    file.write("started\\n")
subprocess.Popen(["sleep", "600"], start_new_session=True)
for number in range({LINES}):
    print("line", number)
    time.sleep(0.005)
open("outputs/result.txt", "w").write("42")
sys.exit(7)
"""
WHOLE_LOG = "".join(f"line {number}\n" for number in range(LINES))


def stage_of(jobs: JobsOnServer, run_id: str) -> str:
    """How far a job is that was submitted."""
    folder = jobs.folder_or_none(run_id)
    if folder is None:
        run = jobs.run(run_id)
        return "releasing" if run["status"] in TERMINAL else "queued" if run["status"] == "Queued" else "preparing"
    status = jobs.json_or_none(run_id, "status.json")
    if status is None:
        return "starting" if os.path.exists(folder / "plan.json") else "preparing"
    if status["state"] != "ended":
        return status["state"]
    progress = jobs.json_or_none(run_id, "progress.json") or {}
    return "releasing" if progress.get("reported") == "ended" else "finalizing"


def wait_for_stage(jobs: JobsOnServer, run_id: str, stage: str) -> str:
    """Look without a pause until a job is at a stage, or past it; returns the one that it was at."""
    deadline = time.monotonic() + 60.0
    while time.monotonic() < deadline:
        found = stage_of(jobs, run_id)
        if STAGES.index(found) >= STAGES.index(stage):
            return found
    raise AssertionError(f"{run_id} did not come to the stage {stage}")
