"""The logs in which the agent tells of a job: each is there, true, live, and goes on when the agent is killed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import unittest

from runstead.agent.process_end import end_processes
from runstead.agent.process_table import descendants_of, identify_or_none
from tests.agent.jobs_on_server import DRIVER_LOG, JobsOnServer
from tests.support import start_server, wait_until

UNTIL_TOLD = "import os, time\nprint('ready')\nwhile not os.path.exists('go'): time.sleep(0.01)\n"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
PREPARATION_STEPS = ["working folder", "code", "command and environment"]
RELEASE_STEPS = ("logged records", "outputs and logs")


class JobLogsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        context = start_server()
        cls.server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.jobs = JobsOnServer(cls.server)

    @property
    def node(self) -> str:
        return (self.server.node_folder / "agent-id").read_text(encoding="ascii").strip()

    def lines(self, run_id: str, path: str) -> list[str]:
        """The lines of a log without their times, which are in order."""
        lines = self.jobs.file(run_id, path).splitlines()
        for line in lines:
            self.assertRegex(line, f"^{TIME} ")
        self.assertEqual(lines, sorted(lines, key=lambda line: line[:27]))
        return [line[28:] for line in lines]

    def process_states(self, run_id: str) -> list[str]:
        path = "azureml-logs/process_status.json"
        if path not in self.jobs.files(run_id):
            return []
        return [process["status"] for process in json.loads(self.jobs.file(run_id, path))["processes"]]

    def test_all_of_them_tell_what_happened(self) -> None:
        run_id = self.jobs.submit("print('hello')\nopen('outputs/a.txt', 'w').write('abc')", arguments=["--alpha", "0.1"])
        self.jobs.wait_for_end(run_id)
        self.jobs.wait_for_removal(run_id)
        node = self.node
        sidecar = f"logs/azureml/sidecar/{node}"
        files = self.jobs.wait_for_seals(run_id)
        self.assertEqual(
            set(files),
            {
                f"azureml-logs/55_azureml-execution-{node}.txt",
                f"azureml-logs/65_job_prep-{node}.txt",
                DRIVER_LOG,
                f"azureml-logs/75_job_post-{node}.txt",
                "azureml-logs/process_info.json",
                "azureml-logs/process_status.json",
                "logs/azureml/job_prep_azureml.log",
                "logs/azureml/job_release_azureml.log",
                f"{sidecar}/prep_cmd.txt",
                f"{sidecar}/release_cmd.txt",
                f"{sidecar}/start_cms.txt",
                "outputs/a.txt",
            },
        )

        host = self.lines(run_id, f"azureml-logs/55_azureml-execution-{node}.txt")
        self.assertEqual(host[0], f"Lease taken: run {run_id}, attempt 1, fence 1.")
        self.assertIn(f"Node {node}: {os.uname().nodename}, ", host[1])
        self.assertEqual(len(host), 4)

        preparation = "\n".join(self.lines(run_id, f"azureml-logs/65_job_prep-{node}.txt"))
        snapshot = self.jobs.run(run_id)["snapshotId"]
        self.assertIn(f"Fetching the code: snapshot {snapshot}.\nCode: 1 files, 54 bytes, in 0.", preparation)
        self.assertRegex(preparation, r"(?m)^Command: .* script\.py --alpha 0\.1\.$")
        self.assertRegex(preparation, r"(?m)^Environment variables: .*\bRUNSTEAD_RUN_ID, .*; and \d+ that this node has anyway\.$")
        self.assertNotIn("RUNSTEAD_RUN_ID=", preparation)

        release = self.lines(run_id, f"azureml-logs/75_job_post-{node}.txt")
        self.assertEqual(
            release,
            [
                "Process 0 ended with exit code 0. Releasing the job.",
                "Everything that the script logged is sent.",
                "Outputs and logs of the script: 1 files, 3 bytes.",
                f"{DRIVER_LOG}: 6 bytes.",
                "Reporting the end and handing the node back; the logs are closed with that.",
            ],
        )
        for path in ("logs/azureml/job_prep_azureml.log", "logs/azureml/job_release_azureml.log"):
            for line in self.lines(run_id, path):
                self.assertRegex(line, "^(DEBUG|INFO) ")
        for name, steps in (("prep_cmd.txt", PREPARATION_STEPS), ("release_cmd.txt", RELEASE_STEPS)):
            told = [re.sub(r"\d\.\d{3} s", "N s", line) for line in self.lines(run_id, f"{sidecar}/{name}")]
            self.assertEqual(told, [line for step in steps for line in (f"entered: {step}", f"left after N s: {step}")])
        self.assertEqual(len(self.lines(run_id, f"{sidecar}/start_cms.txt")), 1)

        (process,) = json.loads(self.jobs.file(run_id, "azureml-logs/process_info.json"))["processes"]
        self.assertEqual((process["process"], process["nodeId"]), (0, node))
        self.assertTrue(process["command"].endswith("script.py --alpha 0.1"), process)
        self.assertGreater(process["pid"], 1)
        (process,) = json.loads(self.jobs.file(run_id, "azureml-logs/process_status.json"))["processes"]
        self.assertEqual((process["status"], process["exitCode"], process["signal"]), ("done", 0, None))

    def test_they_are_live(self) -> None:
        run_id = self.jobs.submit(UNTIL_TOLD)
        wait_until("the process is running", lambda: self.process_states(run_id) == ["running"])
        path = f"azureml-logs/65_job_prep-{self.node}.txt"
        wait_until("the preparation is told", lambda: path in self.jobs.files(run_id) and "Prepared in " in self.jobs.file(run_id, path))
        self.assertEqual(self.jobs.run(run_id)["status"], "Running")
        self.assertNotIn("logs/azureml/job_release_azureml.log", self.jobs.files(run_id))
        self.jobs.let_go_on(run_id)
        self.jobs.wait_for_end(run_id)
        self.assertEqual(self.process_states(run_id), ["done"])

    def test_failed_preparation_says_why(self) -> None:
        code = "print('never')"
        # Where the content of the script is to lie, a folder is in the way.
        (self.server.node_folder / "contents" / hashlib.sha256(code.encode()).hexdigest()).mkdir(parents=True)
        run_id = self.jobs.submit(code)
        self.assertEqual(self.jobs.wait_for_end(run_id)["status"], "Failed")
        self.jobs.wait_for_removal(run_id)
        cause = "The job could not be prepared: [Errno 21] Is a directory"
        self.assertIn(cause, self.lines(run_id, f"azureml-logs/65_job_prep-{self.node}.txt")[-1])
        self.assertIn(f"ERROR {cause}", self.lines(run_id, "logs/azureml/job_prep_azureml.log")[-1])
        self.assertRegex(
            self.lines(run_id, f"logs/azureml/sidecar/{self.node}/prep_cmd.txt")[-1], r"^left by IsADirectoryError after .* s: code$"
        )
        self.assertIn("[runstead] the job could not be prepared", self.jobs.log(run_id))
        self.assertIn("Process 0 did not start.", self.lines(run_id, f"azureml-logs/75_job_post-{self.node}.txt")[0])
        self.assertNotIn("azureml-logs/process_status.json", self.jobs.files(run_id))

    def test_agent_that_is_killed_is_followed_by_one_that_goes_on(self) -> None:
        run_id = self.jobs.submit(UNTIL_TOLD)
        self.jobs.wait_for_line(run_id, "ready")
        agent = self.server.agent_pid_or_none()
        os.kill(agent, signal.SIGKILL)
        path = f"azureml-logs/55_azureml-execution-{self.node}.txt"
        wait_until("another agent", lambda: path in self.jobs.files(run_id) and "was started again" in self.jobs.file(run_id, path))
        self.jobs.let_go_on(run_id)
        self.jobs.wait_for_end(run_id)
        self.jobs.wait_for_removal(run_id)
        host = self.lines(run_id, path)
        self.assertEqual(sum("Lease taken" in line for line in host), 1)
        self.assertIn(f"process {agent},", host[2])
        self.assertRegex(host[-1], r"^The agent was started again \(process \d+, .*\), and carries attempt 1 on\.$")
        self.assertEqual(sum("Prepared in" in line for line in self.lines(run_id, f"azureml-logs/65_job_prep-{self.node}.txt")), 1)
        self.assertEqual(self.lines(run_id, f"azureml-logs/75_job_post-{self.node}.txt")[-2], f"{DRIVER_LOG}: 6 bytes.")
        self.assertEqual(self.jobs.log(run_id), "ready\n")

    def test_second_attempt_goes_on_where_the_logs_of_the_first_end(self) -> None:
        run_id = self.jobs.submit(UNTIL_TOLD)
        self.jobs.wait_for_line(run_id, "ready")
        first = self.jobs.folder_or_none(run_id)
        host_log = f"azureml-logs/55_azureml-execution-{self.node}.txt"
        wait_until("the first lease is told", lambda: host_log in self.jobs.files(run_id))
        # The node loses its disk: what was on it is unknown to the next agent, and the server gives the job again.
        agent = self.server.agent_pid_or_none()
        os.kill(agent, signal.SIGSTOP)
        supervisor = self.jobs.wait_for_file(run_id, "status.json")["supervisor"]["pid"]
        end_processes(lambda: descendants_of(supervisor), 0)
        wait_until("the end of the supervisor", lambda: identify_or_none(supervisor) is None)
        shutil.rmtree(first)
        os.kill(agent, signal.SIGKILL)
        second = wait_until("a second attempt", lambda: self.jobs.folder_or_none(run_id))
        self.assertNotEqual(first, second)
        wait_until("the second process", lambda: self.jobs.json_or_none(run_id, "status.json"))
        self.jobs.let_go_on(run_id)
        self.assertEqual(self.jobs.wait_for_end(run_id)["status"], "Completed")
        self.jobs.wait_for_removal(run_id)
        self.assertEqual(self.jobs.log(run_id), "ready\n[runstead] attempt 2 begins\nready\n")
        host = self.lines(run_id, host_log)
        self.assertEqual([line for line in host if "Lease taken" in line], [f"Lease taken: run {run_id}, attempt {n}, fence {n}." for n in (1, 2)])


if __name__ == "__main__":
    unittest.main()
