"""Kills amid a job on two nodes: its server, or all that watches over it on one node. No part runs twice, and nothing is left over."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import unittest
from pathlib import Path

from runstead.agent.process_table import ProcessIdentity
from tests.agent.jobs_on_server import JobsOnServer, pids_with
from tests.support import start_server, wait_until

NODE_COUNT = 2
#: Each process notes that it has begun, once more if it ran twice, and ends when it is told to.
UNTIL_TOLD = """
import os, time
folder = {folder!r}
with open(os.path.join(folder, "begun-" + os.environ["RANK"]), "a") as file:
    file.write("x")
print("process", os.environ["RANK"], "begins", flush=True)
while not os.path.exists(os.path.join(folder, "go")):
    time.sleep(0.01)
print("done")
"""


class GangKillsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        context = start_server()
        cls.server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.jobs = JobsOnServer(cls.server)
        cls.jobs.create_cluster("cpu", nodes_max=NODE_COUNT)

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def begin(self) -> str:
        """A job whose processes have begun on all nodes."""
        code = UNTIL_TOLD.format(folder=str(self.folder))
        run_id = self.jobs.submit(code, target="cpu", nodeCount=NODE_COUNT, cancelGraceSeconds=0.5)
        wait_until("the beginning of all processes", lambda: self.starts() == ["x"] * NODE_COUNT, 60.0)
        self.jobs.wait_for_status(run_id, "Running")
        return run_id

    def starts(self) -> list[str]:
        """How often each process has begun."""
        return [file.read_text() for file in sorted(self.folder.glob("begun-*"))]

    def nodes(self, run_id: str) -> list[str]:
        """By rank."""
        return [node["node"] for node in self.jobs.call("GET", f"/api/v1/jobs/{run_id}")["nodes"]]

    def assert_nothing_left(self, run_id: str) -> None:
        wait_until("the end of all processes of the job", lambda: pids_with(f"RUNSTEAD_RUN_ID={run_id}") == [], 30.0)

    def test_server_that_is_killed_finds_its_job_again(self) -> None:
        run_id = self.begin()
        port = int(self.server.url.rpartition(":")[2])
        self.server.kill()
        self.server.start(port)
        (self.folder / "go").touch()
        run = self.jobs.wait_for_end(run_id)
        self.assertEqual(run["status"], "Completed", run)
        self.assertEqual(self.starts(), ["x"] * NODE_COUNT)
        logs = [self.jobs.file(run_id, name) for name in sorted(self.jobs.files(run_id)) if "70_driver_log_" in name]
        self.assertEqual(logs, [f"process {rank} begins\ndone\n" for rank in range(NODE_COUNT)])
        self.assert_whole_output_once(run_id)
        self.assert_nothing_left(run_id)

    def assert_whole_output_once(self, run_id: str) -> None:
        printed = self.jobs.file(run_id, "azureml-logs/job/stdout.txt").splitlines()
        self.assertEqual(sorted(printed), [f"[{rank}] {line}" for rank in range(NODE_COUNT) for line in ("done", f"process {rank} begins")])

    def test_agents_that_are_killed_are_replaced_and_everything_is_told_once(self) -> None:
        run_id = self.begin()
        for node in self.nodes(run_id):
            agent = wait_until(f"the agent of {node}", lambda node=node: self.server.agent_pid_or_none(node))
            os.kill(agent, signal.SIGKILL)
        (self.folder / "go").touch()
        run = self.jobs.wait_for_end(run_id, 90.0)
        self.assertEqual(run["status"], "Completed", run)
        self.assertEqual(self.starts(), ["x"] * NODE_COUNT)
        self.assert_whole_output_once(run_id)
        self.assert_nothing_left(run_id)

    def test_cancel_ends_all_processes_of_every_node(self) -> None:
        run_id = self.begin()
        self.jobs.cancel(run_id)
        self.assertEqual(self.jobs.wait_for_end(run_id)["status"], "Canceled")
        self.assert_nothing_left(run_id)

    def test_node_whose_agent_and_supervisor_are_killed_ends_the_job_everywhere(self) -> None:
        for rank in range(NODE_COUNT):
            with self.subTest(rank=rank):
                for file in self.folder.iterdir():
                    file.unlink()
                run_id = self.begin()
                node = self.nodes(run_id)[rank]
                self.kill_watchers(run_id, node)
                run = self.jobs.wait_for_end(run_id)
                self.assertEqual(run["status"], "Failed", run)
                self.assertIn(node, run["statusReason"])
                self.assertEqual(self.starts(), ["x"] * NODE_COUNT)
                self.assert_nothing_left(run_id)

    def kill_watchers(self, run_id: str, node: str) -> None:
        folder = self.server.folder_of_node(node)
        status = next((folder / "jobs" / run_id).glob("attempt-*/status.json"))
        supervisor = ProcessIdentity.from_json(json.loads(status.read_text(encoding="utf-8"))["supervisor"])
        agent = wait_until(f"the agent of {node}", lambda: self.server.agent_pid_or_none(node))
        os.kill(agent, signal.SIGKILL)
        os.kill(supervisor.pid, signal.SIGKILL)


if __name__ == "__main__":
    unittest.main()
