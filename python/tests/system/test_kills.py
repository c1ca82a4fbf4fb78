"""Server, agent and supervisor killed with -9 at any moment: right status, whole log, no process left.

RUNSTEAD_FAULT_ROUNDS sets how often. In each round several jobs are under way, each at another moment of its life.
"""

from __future__ import annotations

import os
import random
import signal
import time
import unittest
from typing import Callable

from tests.agent.jobs_on_server import JobsOnServer, pids_with
from tests.support import start_server, wait_until

ROUNDS = int(os.environ.get("RUNSTEAD_FAULT_ROUNDS", "3"))
JOBS_PER_ROUND = 4

LINES = 300
#: Runs for about a second and a half, with a child that leaves its session.
SCRIPT = f"""
import subprocess, sys, time
subprocess.Popen(["sleep", "600"], start_new_session=True)
for number in range({LINES}):
    print("line", number)
    time.sleep(0.005)
open("outputs/result.txt", "w").write("42")
sys.exit(7)
"""
WHOLE_LOG = "".join(f"line {number}\n" for number in range(LINES))

#: The jobs of a round are submitted within this time: when it is over, they are anywhere from before the lease to after the end.
SPREAD_SECONDS = 2.4


class KillTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        context = start_server()
        cls.server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.jobs = JobsOnServer(cls.server)

    def rounds(self, kill: Callable[[list[str]], None], check: Callable[[str], None]) -> None:
        for number in range(ROUNDS):
            chance = random.Random(number)
            pauses = [chance.uniform(0, 2 * SPREAD_SECONDS / JOBS_PER_ROUND) for _ in range(JOBS_PER_ROUND)]
            run_ids = []
            for pause in pauses:
                run_ids.append(self.jobs.submit(SCRIPT))
                time.sleep(pause)  # The moment is what this test is about.
            kill(run_ids)
            for index, run_id in enumerate(run_ids):
                with self.subTest(round=number, seconds_after_submission=round(sum(pauses[index:]), 3)):
                    try:
                        check(run_id)
                    except AssertionError as error:
                        said = f"the agent said:\n{self.server.agent_output()}\nthe server said:\n{self.server.output()}"
                        raise AssertionError(f"{error}\n{said}") from error

    def check_as_if_nothing_had_happened(self, run_id: str) -> None:
        run = self.jobs.wait_for_end(run_id, 90)
        self.assertEqual(run["status"], "Failed", run)
        self.assertEqual((run["error"]["code"], run["error"]["details"]), ("ExitCode", "The process ended with exit code 7."))
        self.assertEqual(self.jobs.log(run_id), WHOLE_LOG)
        self.check_nothing_left(run_id)

    def check_nothing_left(self, run_id: str) -> None:
        self.jobs.wait_for_removal(run_id)
        self.assertEqual(pids_with(f"RUNSTEAD_RUN_ID={run_id}"), [])

    def test_server_killed(self) -> None:
        def kill(_: list[str]) -> None:
            self.server.kill()
            self.server.start()

        self.rounds(kill, self.check_as_if_nothing_had_happened)

    def test_agent_killed(self) -> None:
        def kill(_: list[str]) -> None:
            agent = self.server.agent_pid_or_none()
            if agent is not None:
                os.kill(agent, signal.SIGKILL)

        self.rounds(kill, self.check_as_if_nothing_had_happened)

    def test_server_and_agent_killed_together(self) -> None:
        def kill(_: list[str]) -> None:
            agent = self.server.agent_pid_or_none()
            self.server.kill()
            if agent is not None:
                os.kill(agent, signal.SIGKILL)
            self.server.start()

        self.rounds(kill, self.check_as_if_nothing_had_happened)

    def test_supervisor_killed(self) -> None:
        def kill(run_ids: list[str]) -> None:
            wait_until("the last supervisor", lambda: self.has_begun(run_ids[-1]))
            for run_id in run_ids:
                status = self.jobs.json_or_none(run_id, "status.json")
                if status is not None and status["state"] != "ended":
                    os.kill(status["supervisor"]["pid"], signal.SIGKILL)

        def check(run_id: str) -> None:
            run = self.jobs.wait_for_end(run_id, 90)
            self.assertEqual(run["status"], "Failed")
            log = self.jobs.log(run_id)
            self.assertTrue(WHOLE_LOG.startswith(log), log)
            if log != WHOLE_LOG:
                self.assertIn("supervisor of the job was killed", str(run["error"]))
            self.check_nothing_left(run_id)

        self.rounds(kill, check)

    def has_begun(self, run_id: str) -> bool:
        return self.jobs.json_or_none(run_id, "status.json") is not None or self.jobs.run(run_id)["endTime"] is not None


if __name__ == "__main__":
    unittest.main()
