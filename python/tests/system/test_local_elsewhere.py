"""What is submitted as `local` on another machine than the server's runs there, with the same files and life cycle."""

from __future__ import annotations

import subprocess
import sys
import unittest
from typing import Any

from runstead.local_machine import machine_id
from tests.agent.jobs_on_server import JobsOnServer
from tests.agent.other_machine import OtherMachine, other_machine
from tests.support import start_server, wait_until

SUBMIT = """
import os
from azureml.core import Experiment, ScriptRunConfig, Workspace
config = ScriptRunConfig(source_directory="source", script="train.py", arguments=[os.path.join(os.environ["HOME"], "go")])
run = Experiment(Workspace(workspace_name="quickstart"), "elsewhere").submit(config)
print("submitted", run.id, run.get_details()["target"], flush=True)
"""

SCRIPT = """
import os, sys, time
from azureml.core import Run
print("here", os.environ["HOME"], flush=True)
Run.get_context().log("answer", 42)
os.makedirs("outputs", exist_ok=True)
open("outputs/model.txt", "w").write("weights")
while not os.path.exists(sys.argv[1]):
    time.sleep(0.05)
"""


class LocalElsewhereTest(unittest.TestCase):
    def setUp(self) -> None:
        self.server = self._enter(start_server())
        self.jobs = JobsOnServer(self.server)
        self.machine: OtherMachine = self._enter(other_machine(self.server.url))
        source = self.machine.home / "source"
        source.mkdir()
        (source / "train.py").write_text(SCRIPT, encoding="utf-8")

    def _enter(self, context: Any) -> Any:
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def submit(self, machine: str) -> str:
        process = self.machine.python(SUBMIT, RUNSTEAD_URL=self.machine.url, RUNSTEAD_MACHINE_ID=machine)
        self.assertEqual(process.end(), 0, process.output)
        self.assertRegex(process.output, r"^submitted \S+ local\n$")
        return process.output.split()[1]

    def test_the_job_runs_there_and_outlives_the_process_that_submitted_it(self) -> None:
        first = self.submit("another machine")
        self.jobs.wait_for_line(first, f"here {self.machine.home}")
        self.assertIn("runstead.machine", self.jobs.run(first)["properties"])
        second = self.submit("another machine")
        self.jobs.wait_for_line(second, f"here {self.machine.home}")
        self.assertEqual(len(list(self._jobs_there())), 2)
        self.jobs.cancel(second)
        self.assertEqual(self.jobs.wait_for_end(second)["status"], "Canceled")
        (self.machine.home / "go").touch()
        self.assertEqual(self.jobs.wait_for_end(first)["status"], "Completed")
        self.assertEqual(self.jobs.file(first, "outputs/model.txt"), "weights")
        self.assertIn("azureml-logs/process_status.json", self.jobs.files(first))
        wait_until("the end of the jobs there", lambda: not list(self._jobs_there()))
        self.assertFalse(self.server.node_folder.exists(), "the server's own machine has run something")

    def test_on_the_servers_machine_nothing_changes(self) -> None:
        (self.machine.home / "go").touch()
        run_id = self.submit(machine_id())
        self.assertEqual(self.jobs.wait_for_end(run_id)["status"], "Completed")
        self.assertNotIn("runstead.machine", self.jobs.run(run_id)["properties"])
        self.assertEqual(list(self._jobs_there()), [])
        self.assertTrue(self.server.node_folder.exists())

    def test_server_and_sdk_know_one_another_on_one_machine(self) -> None:
        self.assertEqual(self.jobs.call("GET", "/api/v1/health")["machineId"], machine_id())
        told = subprocess.run(
            [sys.executable, "-c", "from runstead.local_machine import machine_id; print(machine_id())"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        self.assertEqual(told.strip(), machine_id())

    def _jobs_there(self) -> Any:
        return (self.machine.home / ".local" / "state" / "runstead" / "local").glob("*/jobs/*")


if __name__ == "__main__":
    unittest.main()
