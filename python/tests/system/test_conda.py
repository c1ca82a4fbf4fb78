"""Jobs in environments that a real conda makes: packages of a channel in a folder, and those that its pip brings."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path
from typing import Any

from runstead import Environment, Experiment, ScriptRunConfig, Workspace
from runstead.agent.environments.tools import CONDA_PROGRAMS
from tests.agent.conda_channel import CondaChannel
from tests.agent.jobs_on_server import JobsOnServer
from tests.agent.real_conda import make_conda, python_or_none
from tests.agent.wheel_house import WheelHouse
from tests.support import start_server

#: What conda itself runs on, and the Python of the environments: this conda takes 3.10 for 3.1.
PYTHON_OF_CONDA = python_or_none("3.6")
PYTHON_OF_ENVIRONMENTS = python_or_none("3.9")

BUILD_LOG = "azureml-logs/20_image_build_log.txt"
SHOW = """
import platform, six, sys, tiny
from azureml.core import Run
run = Run.get_context()
run.log("answer", 42)
print(tiny.VERSION, six.VERSION, platform.python_version(), sys.prefix)
"""


@unittest.skipUnless(PYTHON_OF_CONDA and PYTHON_OF_ENVIRONMENTS, "this conda needs Python 3.6, and 3.9 for what it makes")
@unittest.skipUnless(os.environ.get("RUNSTEAD_TEST_PACKAGE_INDEX"), "no package index, which this conda comes from")
class CondaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        assert PYTHON_OF_CONDA is not None and PYTHON_OF_ENVIRONMENTS is not None
        programs = make_conda(PYTHON_OF_CONDA)
        home = tempfile.TemporaryDirectory(prefix="runstead-test-home-")
        cls.addClassCleanup(home.cleanup)
        #: Of packages and settings this conda knows nothing but what the tests give it.
        variables = {"CONDA_PKGS_DIRS": f"{home.name}/packages", "CONDARC": f"{home.name}/condarc"}
        context = start_server(variables={**variables, "PATH": _path_with(programs)})
        cls.server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.jobs = JobsOnServer(cls.server)
        cls.house = WheelHouse()
        cls.addClassCleanup(cls.house.close)
        cls.house.add("six", "1.16.0")
        cls.channel = CondaChannel(PYTHON_OF_ENVIRONMENTS)
        cls.addClassCleanup(cls.channel.close)
        cls.channel.add_python()
        cls.channel.add_pip()
        cls.channel.add("tiny", "1.0")
        cls.channel.add("tiny", "2.0")
        cls.channel.write_index()

    def submit(self, *packages: str, code: str = SHOW, **specification: Any) -> str:
        given = {
            "pythonVersion": "3.9",
            "condaChannels": [self.channel.address, "nodefaults"],
            "condaPackages": list(packages),
            "pipRequirements": ["--no-index", f"--find-links={self.house.path}", "six==1.16.0"],
            **specification,
        }
        return self.jobs.submit(code, environment={"name": "vision", "specification": given})

    def test_job_runs_in_it_and_the_next_one_shares_it(self) -> None:
        first = self.submit("tiny<2")
        run = self.jobs.wait_for_end(first, 120)
        log = self.jobs.log(first)
        self.assertEqual(run["status"], "Completed", f"{run['error']}\n{log}")
        version, six, python, prefix = log.split()
        self.assertEqual((version, six, python), ("1.0", "1.16.0", self.channel.python_version))
        self.assertEqual(Path(prefix).parent, self.server.data_folder / "environments" / "built")
        build = self.jobs.file(first, BUILD_LOG)
        self.assertIn("conda env create --prefix", build)
        self.assertIn("Solving package specifications", build)
        self.assertIn("Successfully installed six-1.16.0", build)
        self.jobs.wait_for_seals(first)

        second = self.submit("tiny<2")
        self.assertEqual(self.jobs.wait_for_end(second, 60)["status"], "Completed")
        self.assertEqual(self.jobs.log(second).split()[3], prefix)
        self.assertNotIn(BUILD_LOG, self.jobs.wait_for_seals(second))

    def test_conda_file_of_the_sdk_becomes_the_environment_of_its_job(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "show.py").write_text(SHOW, encoding="utf-8")
            file = Path(folder, "environment.yml")
            file.write_text(
                f"""
name: vision
channels: [{self.channel.address}, nodefaults]
dependencies:
  - python=3.9
  - tiny=2.0
  - pip
  - pip:
      - --no-index
      - --find-links={self.house.path}
      - six==1.16.0
variables:
  LEVEL: 3
""",
                encoding="utf-8",
            )
            environment = Environment.from_conda_specification("vision", file)
            experiment = Experiment(Workspace("quickstart", self.server.url), "conda")
            run = experiment.submit(ScriptRunConfig(folder, "show.py", environment=environment))
        ended = self.jobs.wait_for_end(run.id, 120)
        self.assertEqual(ended["status"], "Completed", ended["error"])
        self.assertEqual(self.jobs.log(run.id).split()[:3], ["2.0", "1.16.0", self.channel.python_version])
        self.assertEqual(run.get_metrics(), {"answer": 42})
        self.assertIn("conda env create --prefix", self.jobs.file(run.id, BUILD_LOG))

    def test_package_that_no_channel_has_fails_in_the_words_of_conda(self) -> None:
        run = self.jobs.wait_for_end(self.submit("absent=1.5"), 120)
        self.assertEqual(run["status"], "Failed")
        self.assertIn("conda ended with exit code 1", run["error"]["message"])
        self.assertIn("absent", run["error"]["message"])
        built = self.server.data_folder / "environments" / "built"
        self.assertEqual([path for path in built.iterdir() if "absent" in path.name] if built.exists() else [], [])

    def test_channel_that_cannot_be_reached_is_told_with_advice(self) -> None:
        run = self.jobs.wait_for_end(self.submit("tiny", condaChannels=["https://conda.invalid/channel", "nodefaults"]), 120)
        self.assertEqual(run["status"], "Failed")
        self.assertIn("The conda channels, or the package index, cannot be reached from this node.", run["error"]["message"])


def _path_with(programs: Path) -> str:
    """The PATH with this conda first, and no other of the machine's."""
    given = os.environ["PATH"].split(os.pathsep)
    others = [folder for folder in given if not any(os.path.exists(os.path.join(folder, name)) for name in CONDA_PROGRAMS)]
    return os.pathsep.join([str(programs), *others])


if __name__ == "__main__":
    unittest.main()
