"""Environments from a job's submission to its packages, built by uv and by pip, on a real server and its agent."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
import unittest
from typing import Any

from tests.agent.jobs_on_server import JobsOnServer
from tests.agent.wheel_house import WheelHouse
from tests.support import REPOSITORY, start_server, wait_until

BUILD_LOG = "azureml-logs/20_image_build_log.txt"
PACKAGES = "azureml-logs/environment.jsonl"
SHOW = "import tiny, sys\nprint(tiny.VERSION, sys.prefix != sys.base_prefix)\n"


class EnvironmentCase(unittest.TestCase):
    """A server whose agents build with `builder`."""

    builder = ""

    @classmethod
    def setUpClass(cls) -> None:
        context = start_server(variables={"RUNSTEAD_ENVIRONMENT_BUILDER": cls.builder})
        cls.server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.jobs = JobsOnServer(cls.server)

    def setUp(self) -> None:
        self.house = WheelHouse()
        self.addCleanup(self.house.close)

    def submit(self, code: str, *requirements: str, **specification: Any) -> str:
        given = {"pipRequirements": self.house.requirements(*requirements), **specification}
        return self.jobs.submit(code, environment={"name": "vision", "specification": given})

    def end_of(self, run_id: str) -> str:
        """The status of an ended run, with its error."""
        run = self.jobs.wait_for_end(run_id)
        return run["status"] if run["error"] is None else f"{run['status']}: {run['error']['message']}"

    def built(self) -> list[str]:
        folder = self.server.data_folder / "environments" / "built"
        return sorted(os.listdir(folder)) if folder.exists() else []


class Building:
    """What both builders do alike."""

    def test_job_runs_in_what_it_asked_for_and_the_next_one_shares_it(self: Any) -> None:
        self.house.add("tiny", "1.0")
        self.house.add("tiny", "2.0")
        first = self.submit(SHOW, "tiny<2")
        self.assertEqual(self.end_of(first), "Completed")
        self.assertEqual(self.jobs.log(first), "1.0 True\n")
        self.jobs.wait_for_removal(first)
        log = self.jobs.file(first, BUILD_LOG).splitlines()
        self.assertIn("Building environment vision", log[0])
        self.assertTrue(any("tiny" in line and "pip install" not in line for line in log), log)
        document = json.loads(self.jobs.file(first, PACKAGES))
        self.assertIn({"name": "tiny", "version": "1.0"}, document["packages"])
        self.assertEqual(document["name"], "vision")
        folder = self.server.data_folder / "environments" / "built" / document["key"][:20]
        self.assertTrue(log[-1].endswith(f"Environment vision, {document['key']}: {folder}"), log[-1])

        second = self.submit(SHOW, "tiny<2")
        self.assertEqual(self.end_of(second), "Completed")
        self.jobs.wait_for_removal(second)
        files = self.jobs.files(second)
        self.assertEqual((BUILD_LOG in files, PACKAGES in files), (False, True))
        self.assertEqual(json.loads(self.jobs.file(second, PACKAGES)), document)

    def test_broken_requirement_fails_the_run_in_the_words_of_the_installer(self: Any) -> None:
        before = self.built()
        run_id = self.submit(SHOW, "tiny==99")
        end = self.end_of(run_id)
        self.assertIn("The job could not be prepared", end)
        self.assertIn(self.words, end)
        self.assertIn("tiny==99", end)
        self.assertLess(len(end), 5_000)
        self.assertIn(self.words, self.jobs.file(run_id, BUILD_LOG))
        self.assertEqual(self.built(), before)

    def test_cancel_ends_a_build_at_once(self: Any) -> None:
        self.house.add_slow("slow")
        before = self.built()
        run_id = self.submit("import slow\n", "slow")
        pids = self.house.wait_for_builds(1)[0]
        self.assertEqual(self.jobs.run(run_id)["status"], "Preparing")
        wait_until("the build log", lambda: BUILD_LOG in self.jobs.files(run_id))
        begin = time.monotonic()
        self.jobs.cancel(run_id)
        self.assertEqual(self.end_of(run_id), "Canceled")
        self.assertLess(time.monotonic() - begin, 5)
        self.assertEqual(self.house.living(pids), [])
        self.assertEqual(self.built(), before)


@unittest.skipUnless(shutil.which("uv"), "uv is absent")
class UvTest(Building, EnvironmentCase):
    builder = "uv"
    words = "No solution found"

    def test_two_jobs_that_ask_at_once_share_one_build(self) -> None:
        self.house.add_slow("slow")
        runs = [self.submit("import slow\nprint(slow.VERSION)\n", "slow") for _ in range(2)]
        self.house.wait_for_builds(1)
        waiting = "Another job builds the same environment: waiting for it."
        node = (self.server.node_folder / "agent-id").read_text().strip()
        told = f"azureml-logs/65_job_prep-{node}.txt"
        wait_until("one that waits", lambda: any(told in self.jobs.files(run) and waiting in self.jobs.file(run, told) for run in runs))
        self.house.let_go_on()
        self.assertEqual([self.end_of(run_id) for run_id in runs], ["Completed", "Completed"])
        for run_id in runs:
            self.jobs.wait_for_removal(run_id)
        self.assertEqual(len(self.house.builds_begun()), 1)
        self.assertEqual(sum(BUILD_LOG in self.jobs.files(run_id) for run_id in runs), 1)

    def test_agent_killed_in_mid_build_builds_anew(self) -> None:
        self.house.add_slow("slow")
        run_id = self.submit("import slow\nprint(slow.VERSION)\n", "slow")
        first = self.house.wait_for_builds(1)[0]
        os.kill(self.server.agent_pid_or_none() or 0, signal.SIGKILL)
        self.house.wait_for_builds(2)
        self.assertEqual(self.house.living(first), [])
        self.house.let_go_on()
        self.assertEqual(self.end_of(run_id), "Completed")
        self.assertEqual(self.jobs.log(run_id), "1.0\n")
        self.jobs.wait_for_removal(run_id)
        log = self.jobs.file(run_id, BUILD_LOG)
        self.assertEqual((log.count("Building environment vision"), log.count("Built in")), (2, 1))

    def test_script_finds_its_run_and_programs_of_its_environment(self) -> None:
        self.house.add("tiny")
        code = (
            "import subprocess\nfrom azureml.core import Run\nRun.get_context().log('mse', 0.5)\n"
            "print(subprocess.run(['python', '-c', 'import tiny; print(tiny.VERSION)'], capture_output=True, text=True).stdout)"
        )
        run_id = self.submit(code, "tiny", environmentVariables={"LEVEL": "3"})
        self.assertEqual(self.end_of(run_id), "Completed")
        self.assertEqual(self.jobs.log(run_id), "1.0\n\n")
        self.assertEqual(self.jobs.call("GET", f"/api/v1/runs/{run_id}/metrics")["metrics"][0]["name"], "mse")

    def test_environment_that_asks_for_nothing_is_the_python_of_the_node(self) -> None:
        run_id = self.jobs.submit("import sys; print(sys.executable)", environment={"name": "plain", "specification": {}})
        self.assertEqual(self.end_of(run_id), "Completed")
        self.assertEqual(self.jobs.log(run_id), f"{sys.executable}\n")
        self.jobs.wait_for_removal(run_id)
        self.assertEqual({BUILD_LOG, PACKAGES} & set(self.jobs.files(run_id)), set())

    def test_without_a_network_a_build_fails_soon_and_says_so(self) -> None:
        requirements = ["--index-url http://somebody:secret@127.0.0.1:9/simple", "nothing-like-this"]
        begin = time.monotonic()
        run_id = self.jobs.submit(SHOW, environment={"name": "far", "specification": {"pipRequirements": requirements}})
        end = self.end_of(run_id)
        self.assertLess(time.monotonic() - begin, 20)
        self.assertIn("The package index cannot be reached from this node.", end)
        self.jobs.wait_for_removal(run_id)
        for path in self.jobs.files(run_id):
            self.assertNotIn("secret", self.jobs.file(run_id, path), path)
        self.assertNotIn("secret", end)

    def test_python_that_is_not_there_is_named_with_those_that_are(self) -> None:
        end = self.end_of(self.submit(SHOW, pythonVersion="3.99"))
        self.assertIn("This node has no Python 3.99; it has ", end)


@unittest.skipUnless(os.environ.get("RUNSTEAD_TEST_PACKAGE_INDEX"), "no package index")
class PackageIndexTest(EnvironmentCase):
    def test_example_with_scikit_learn(self) -> None:
        folder = REPOSITORY / "examples" / "sklearn"
        requirements = (folder / "requirements.txt").read_text().splitlines()
        environment = {"name": "sklearn", "specification": {"pipRequirements": requirements}}
        run_id = self.jobs.submit((folder / "train.py").read_text(), environment=environment)
        run = self.jobs.wait_for_end(run_id, 300)
        self.assertEqual((run["status"], run["error"]), ("Completed", None))
        self.jobs.wait_for_removal(run_id)
        packages = {each["name"]: each["version"] for each in json.loads(self.jobs.file(run_id, PACKAGES))["packages"]}
        self.assertIn(f"scikit-learn {packages['scikit-learn']}: best mse ", self.jobs.log(run_id))
        self.assertLessEqual({"numpy", "scipy", "joblib", "scikit-learn"}, set(packages))
        self.assertIn("outputs/ridge.pkl", self.jobs.files(run_id))


class PipTest(Building, EnvironmentCase):
    builder = "pip"
    words = "No matching distribution found"


if __name__ == "__main__":
    unittest.main()
