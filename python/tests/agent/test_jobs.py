"""Jobs from submission to the last report, on a real server and its agent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import unittest

from tests.agent.jobs_on_server import JobsOnServer
from tests.support import REPOSITORY, start_server, wait_until

DRAWN_OUT = "import time\nprint('ready')\ntime.sleep(600)\n"


class JobsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        context = start_server()
        cls.server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.jobs = JobsOnServer(cls.server)

    def test_script_that_succeeds(self) -> None:
        code = "import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint(sys.argv[1:])"
        run_id = self.jobs.submit(code, arguments=["--alpha", "0.1"])
        run = self.jobs.wait_for_end(run_id)
        self.assertEqual((run["status"], run["error"]), ("Completed", None))
        self.assertEqual(self.jobs.log(run_id), "out\nerr\n['--alpha', '0.1']\n")
        self.jobs.wait_for_removal(run_id)

    def test_script_that_raises(self) -> None:
        run_id = self.jobs.submit("print('before')\nraise ValueError('no data')")
        run = self.jobs.wait_for_end(run_id)
        self.assertEqual(run["status"], "Failed")
        self.assertTrue(str(run["error"]).count("ValueError: no data"), run["error"])

    def test_interpreter_that_does_not_exist(self) -> None:
        run_id = self.jobs.submit("print('hello')", interpreter="python3.99")
        run = self.jobs.wait_for_end(run_id)
        self.assertEqual(run["status"], "Failed")
        self.assertEqual(self.jobs.log(run_id), "[runstead] the job cannot be started: python3.99: not found\n")

    def test_time_limit(self) -> None:
        run = self.jobs.wait_for_end(self.jobs.submit(DRAWN_OUT, maxRunDurationSeconds=1))
        self.assertEqual(run["status"], "Failed")

    def test_results_become_artifacts(self) -> None:
        run_id = self.jobs.submit("open('outputs/model.txt', 'w').write('42')\nopen('logs/mine.log', 'w').write('note')")
        self.jobs.wait_for_end(run_id)
        self.jobs.wait_for_removal(run_id)
        files = self.jobs.wait_for_seals(run_id)
        self.assertLess({"azureml-logs/70_driver_log.txt", "logs/mine.log", "outputs/model.txt"}, set(files))

    def test_cancel_ends_the_process_tree(self) -> None:
        run_id = self.jobs.submit("import subprocess\nsubprocess.Popen(['sleep', '600'], start_new_session=True)\n" + DRAWN_OUT)
        self.jobs.wait_for_line(run_id, "ready")
        marker = self.jobs.wait_for_file(run_id, "plan.json")["marker"]
        self.assertGreaterEqual(len(self.jobs.processes_of(marker)), 2)
        begin = time.monotonic()
        self.jobs.cancel(run_id)
        self.assertEqual(self.jobs.wait_for_end(run_id)["status"], "Canceled")
        self.assertLess(time.monotonic() - begin, 5)
        self.assertEqual(self.jobs.processes_of(marker), [])

    def test_fail_of_a_live_run_ends_it_and_exit_code_0_does_not_turn_it_back(self) -> None:
        code = "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\nprint('ready')\ntime.sleep(600)"
        run_id = self.jobs.submit(code)
        self.jobs.wait_for_line(run_id, "ready")
        self.jobs.call("POST", f"/api/v1/runs/{run_id}/fail", {"errorDetails": "wrong training script"})
        self.assertEqual(self.jobs.run(run_id)["status"], "Failed")
        self.jobs.wait_for_removal(run_id)
        self.assertEqual(self.jobs.run(run_id)["status"], "Failed")

    def test_line_is_seen_by_a_follower_while_the_script_runs(self) -> None:
        run_id = self.jobs.submit(DRAWN_OUT)
        self.jobs.wait_for_line(run_id, "ready")
        self.assertEqual(self.jobs.run(run_id)["status"], "Running")
        self.jobs.cancel(run_id)

    def test_second_agent_on_the_same_folder_says_so_and_ends(self) -> None:
        run_id = self.jobs.submit(DRAWN_OUT)
        self.jobs.wait_for_line(run_id, "ready")
        agent = self.server.agent_pid_or_none()
        command = [sys.executable, "-m", "runstead.agent", "run", "--node-dir", str(self.server.node_folder), "--target", "local"]
        second = subprocess.run(
            [*command, "--server-file", str(self.server.server_file)],
            env={**os.environ, "PYTHONPATH": str(REPOSITORY / "python")},
            capture_output=True,
            text=True,
            check=False,
        )
        expected = f"runstead agent: {self.server.node_folder} is in use by the agent with process id {agent}\n"
        self.assertEqual((second.returncode, second.stderr), (3, expected))
        self.jobs.cancel(run_id)

    def test_agent_that_is_told_to_stop_leaves_the_job_running(self) -> None:
        run_id = self.jobs.submit("import time\nprint('ready')\ntime.sleep(2)\nprint('done')")
        self.jobs.wait_for_line(run_id, "ready")
        agent = self.server.agent_pid_or_none()
        os.kill(agent, signal.SIGTERM)
        wait_until("another agent", lambda: self.server.agent_pid_or_none() not in (None, agent))
        self.assertEqual(self.jobs.wait_for_end(run_id)["status"], "Completed")
        self.assertEqual(self.jobs.log(run_id), "ready\ndone\n")


if __name__ == "__main__":
    unittest.main()
