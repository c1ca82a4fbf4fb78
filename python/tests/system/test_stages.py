"""Kills and cancels at each stage of a job: the final status is right, the log whole, nothing is left running, nothing ran twice.

RUNSTEAD_FAULT_ROUNDS sets how often: a round strikes once at each stage, and six rounds are every stage with every victim.
"""

from __future__ import annotations

import contextlib
import os
import signal
import unittest
from pathlib import Path
from typing import Any

from tests.system.job_stages import SCRIPT, STAGES, WHOLE_LOG, wait_for_stage
from tests.agent.jobs_on_server import JobsOnServer, pids_with
from tests.support import start_server, wait_until

ROUNDS = int(os.environ.get("RUNSTEAD_FAULT_ROUNDS", "1"))
VICTIMS = (
    ("server",),
    ("agent",),
    ("supervisor",),
    ("job",),
    ("server", "agent"),
    ("server", "agent", "supervisor", "job"),
)


class StagesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        context = start_server()
        cls.server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.jobs = JobsOnServer(cls.server)

    def test_killed_at_each_stage(self) -> None:
        for number in range(ROUNDS):
            for index, stage in enumerate(STAGES):
                victims = VICTIMS[(number + index) % len(VICTIMS)]
                with self.subTest(round=number, stage=stage, victims=victims):
                    self._with_what_was_said(lambda stage=stage, victims=victims: self._kill_at(stage, victims))

    def test_cancelled_at_each_stage(self) -> None:
        for number in range(ROUNDS):
            for stage in STAGES:
                with self.subTest(round=number, stage=stage):
                    self._with_what_was_said(lambda stage=stage: self._cancel_at(stage))

    def test_what_a_killed_agent_left_is_cleared_away_without_another_job(self) -> None:
        for is_server_killed in (False, True):
            with self.subTest(is_server_killed=is_server_killed):
                run_id, _ = self._submit()
                self.jobs.wait_for_end(run_id)
                self.jobs.wait_for_removal(run_id)
                self._kill(("server", "agent") if is_server_killed else ("agent",), {})
                left = self.server.node_folder / "jobs" / "ended-run" / "attempt-1"
                left.mkdir(parents=True)
                if is_server_killed:
                    self.server.kill()
                    self.server.start()
                wait_until("the removal", lambda left=left: not left.parent.exists(), 30.0)

    def _kill_at(self, stage: str, victims: tuple[str, ...]) -> None:
        run_id, starts = self._submit()
        found = wait_for_stage(self.jobs, run_id, stage)
        status = self.jobs.json_or_none(run_id, "status.json") or {}
        self._kill(victims, status)
        run = self.jobs.wait_for_end(run_id, 90)
        said = f"killed at {found}: {run}"
        self.assertEqual(run["status"], "Failed", said)
        log = self.jobs.log(run_id)
        if run["error"]["code"] == "ExitCode":
            self.assertEqual((log, run["error"]["details"]), (WHOLE_LOG, "The process ended with exit code 7."), said)
        else:
            # Only who was killed itself may have an end of another kind, and what it had printed is there.
            self.assertTrue({"supervisor", "job"} & set(victims) and status, said)
            self.assertIn(run["error"]["code"], ("Signal", "NotStarted"), said)
            self.assertTrue(WHOLE_LOG.startswith(log), log)
        self._check_nothing_left(run_id)
        has_started = run["error"]["code"] == "ExitCode" or bool(log)
        self.assertIn(starts.read_text() if starts.exists() else "", ("started\n",) if has_started else ("", "started\n"), said)

    def _kill(self, victims: tuple[str, ...], status: dict[str, Any]) -> None:
        pids = []
        if "agent" in victims:
            pids.append(self.server.agent_pid_or_none())
        if "supervisor" in victims and status.get("state") != "ended":
            pids.append(status.get("supervisor", {}).get("pid"))
        if "job" in victims and status.get("state") == "running":
            pids.append(status.get("pid"))
        if "server" in victims:
            self.server.kill()
        for pid in filter(None, pids):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if "server" in victims:
            self.server.start()

    def _cancel_at(self, stage: str) -> None:
        run_id, starts = self._submit()
        found = wait_for_stage(self.jobs, run_id, stage)
        self.jobs.cancel(run_id)
        self.jobs.cancel(run_id)
        run = self.jobs.wait_for_end(run_id, 90)
        self.jobs.cancel(run_id)
        said = f"cancelled at {found}: {run}"
        # One that had ended before it was cancelled keeps its end.
        expected = ("Canceled", "Failed") if found in ("finalizing", "releasing") else ("Canceled",)
        self.assertIn(run["status"], expected, said)
        if run["status"] == "Canceled":
            self.assertEqual((run["error"], run["statusActor"]), (None, run["submittedBy"]), said)
        self._check_nothing_left(run_id)
        self.assertIn(starts.read_text() if starts.exists() else "", ("", "started\n"), said)
        self.assertEqual(self.jobs.run(run_id)["status"], run["status"])

    def _submit(self) -> tuple[str, Path]:
        starts = self.server.data_folder / f"starts-{os.urandom(8).hex()}.txt"
        return self.jobs.submit(SCRIPT, environmentVariables={"STARTS_FILE": str(starts)}), starts

    def _check_nothing_left(self, run_id: str) -> None:
        self.jobs.wait_for_removal(run_id)
        self.assertEqual(pids_with(f"RUNSTEAD_RUN_ID={run_id}"), [])

    def _with_what_was_said(self, check: Any) -> None:
        try:
            check()
        except AssertionError as error:
            said = f"the agent said:\n{self.server.agent_output()[-8000:]}\nthe server said:\n{self.server.output()[-4000:]}"
            raise AssertionError(f"{error}\n{said}") from error


if __name__ == "__main__":
    unittest.main()
