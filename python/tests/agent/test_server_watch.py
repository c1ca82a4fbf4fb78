"""A test process that is killed leaves neither its server nor the agent and the job of it."""

from __future__ import annotations

import os
import subprocess
import sys
import unittest
from pathlib import Path

from runstead.agent.process_table import identify_or_none
from tests.agent.jobs_on_server import pids_with
from tests.support import REPOSITORY, wait_until

PROGRAM = """
import time
from tests.agent.jobs_on_server import JobsOnServer
from tests.support import start_server

with start_server() as server:
    jobs = JobsOnServer(server)
    run_id = jobs.submit("import time; print('it runs', flush=True); time.sleep(600)")
    jobs.wait_for_line(run_id, "it runs")
    print(server.data_folder, server.process.pid, server.agent_pid_or_none(), run_id, flush=True)
    time.sleep(600)
"""


class ServerWatchTest(unittest.TestCase):
    def test_killed_test_process(self) -> None:
        folder = REPOSITORY / "python"
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        tests = subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
        assert tests.stdout is not None
        self.addCleanup(tests.stdout.close)
        self.addCleanup(tests.kill)
        data_folder, server, agent, run_id = tests.stdout.readline().split()
        self.assertNotEqual(pids_with(f"RUNSTEAD_RUN_ID={run_id}"), [])
        tests.kill()
        tests.wait()
        wait_until("the removal of the data", lambda: not Path(data_folder).exists(), 60.0)
        # A process that was killed is there until it is fetched, by a process that did not begin it.
        wait_until("the end of server and agent", lambda: all(identify_or_none(int(pid)) is None for pid in (server, agent)))
        wait_until("the end of the job", lambda: pids_with(f"RUNSTEAD_RUN_ID={run_id}") == [])


if __name__ == "__main__":
    unittest.main()
