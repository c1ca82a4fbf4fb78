"""Environments from Python, by their own names and by those of azureml-core, against a real server."""

from __future__ import annotations

import json
import shutil
import sys
import unittest
from pathlib import Path

from runstead import Environment, Run, RunFailed, RunsteadError, ScriptRunConfig, UserError
from runstead.connection import file_path_of
from tests.agent.wheel_house import WheelHouse
from tests.sdk.server_case import ServerCase

sys.path.append(str(Path(__file__).resolve().parents[2] / "azureml_compat" / "core"))

from azureml.core import Environment as AzureEnvironment  # noqa: E402
from azureml.core import Experiment as AzureExperiment  # noqa: E402
from azureml.core import RunConfiguration, Workspace  # noqa: E402
from azureml.core import ScriptRunConfig as AzureScriptRunConfig  # noqa: E402
from azureml.core.conda_dependencies import CondaDependencies  # noqa: E402
from azureml.exceptions import AzureMLException, UserErrorException  # noqa: E402

SHOW = "import tiny\nprint('tiny', tiny.VERSION)\n"


class EnvironmentsCase(ServerCase):
    def setUp(self) -> None:
        super().setUp()
        self.house = WheelHouse()
        self.addCleanup(self.house.close)
        Path("source").mkdir()
        Path("source", "train.py").write_text(SHOW)

    def requirements_file(self, *requirements: str) -> str:
        Path("requirements.txt").write_text("\n".join(self.house.requirements(*requirements)))
        return "requirements.txt"

    def log(self, run: Run) -> str:
        path = file_path_of(run.id, "files", "azureml-logs/70_driver_log.txt")
        with self.server.connection.stream("GET", path) as reply:
            return str(reply.read().decode())


class NativeTest(EnvironmentsCase):
    def test_registered_got_listed_archived(self) -> None:
        made = Environment("vision", ["six==1.16.0"], python_version="3.11", description="Eyes", tags={"team": "a"})
        first = made.register(self.workspace)
        self.assertEqual((first.version, first.is_curated, first.description, first.tags), (1, False, "Eyes", {"team": "a"}))
        self.assertEqual(made.register(self.workspace).version, 1)
        made.environment_variables["LEVEL"] = "3"
        self.assertEqual(made.register(self.workspace).version, 2)
        got = Environment.get(self.workspace, "vision", 1)
        self.assertEqual((got.specification(), got.reference()), (first.specification(), {"name": "vision", "version": 1}))
        self.assertEqual([each.version for each in Environment.versions(self.workspace, "vision")], [2, 1])
        names = Environment.list(self.workspace)
        self.assertEqual((names["vision"].version, names["AzureML-Minimal"].is_curated), (2, True))
        cloned = names["AzureML-Tutorial"].clone("mine")
        self.assertEqual((cloned.version, cloned.specification()), (None, names["AzureML-Tutorial"].specification()))
        got.archive(self.workspace)
        self.assertNotIn("vision", Environment.list(self.workspace))
        self.assertIn("vision", Environment.list(self.workspace, archived=True))
        with self.assertRaisesRegex(RunsteadError, "curated"):
            names["AzureML-Minimal"].register(self.workspace)

    def test_job_runs_in_one_that_is_registered_named_or_its_own(self) -> None:
        self.house.add("tiny", "1.0")
        self.house.add("tiny", "2.0")
        environment = Environment.from_pip_requirements("vision-by-name", self.requirements_file("tiny<2")).register(self.workspace)
        changed = Environment.get(self.workspace, "vision-by-name")
        changed.pip_requirements[-1] = "tiny"
        given = {"registered": environment, "named": "vision-by-name", "with version": "vision-by-name:1", "changed": changed}
        runs = {
            how: self.experiment.submit(ScriptRunConfig("source", "train.py", environment=each)) for how, each in given.items()
        }
        for run in runs.values():
            run.wait_for_completion()
        self.assertEqual(
            {how: self.log(run) for how, run in runs.items()},
            {"registered": "tiny 1.0\n", "named": "tiny 1.0\n", "with version": "tiny 1.0\n", "changed": "tiny 2.0\n"},
        )
        properties = {how: run.get_properties() for how, run in runs.items()}
        self.assertEqual({each["environmentName"] for each in properties.values()}, {"vision-by-name"})
        self.assertEqual([each.get("environmentVersion") for each in properties.values()], ["1", "1", "1", None])

    def test_what_cannot_be_read_or_built_says_why(self) -> None:
        with self.assertRaisesRegex(UserError, "nowhere.txt cannot be read"):
            Environment.from_pip_requirements("x", "nowhere.txt")
        Path("environment.yml").write_text("packages: six\n")
        with self.assertRaisesRegex(UserError, "environment.yml cannot be read: line 1 is nothing"):
            Environment.from_conda_specification("x", "environment.yml")
        with self.assertRaisesRegex(RunsteadError, "There is no environment nobody"):
            self.experiment.submit(ScriptRunConfig("source", "train.py", environment="nobody"))
        broken = Environment("x", self.house.requirements("none-such"))
        run = self.experiment.submit(ScriptRunConfig("source", "train.py", environment=broken))
        with self.assertRaisesRegex(RunFailed, "none-such"):
            run.wait_for_completion()

    @unittest.skipIf(shutil.which("conda"), "conda is there")
    def test_existing_conda_environment_without_a_conda(self) -> None:
        with self.assertRaisesRegex(UserError, "there is no conda on this machine"):
            Environment.from_existing_conda_environment("x", "base")


class AzureTest(EnvironmentsCase):
    def setUp(self) -> None:
        super().setUp()
        self.ws = Workspace.get("quickstart")

    def test_conda_dependencies(self) -> None:
        dependencies = CondaDependencies.create(pip_packages=["six==1.16.0"], conda_packages=["numpy=1.26"], python_version="3.11")
        dependencies.add_pip_package("six==1.17.0")
        dependencies.add_conda_package("pandas")
        dependencies.add_channel("conda-forge")
        dependencies.remove_conda_package("numpy")
        dependencies.set_pip_option("--pre")
        expected = "dependencies:\n- python=3.11\n- pandas\n- pip:\n  - --pre\n  - six==1.17.0\nchannels:\n- conda-forge\n"
        self.assertTrue(dependencies.serialize_to_string().endswith(expected.replace("- --pre", '- "--pre"')), dependencies)
        self.assertEqual((list(dependencies.pip_packages), list(dependencies.pip_options)), (["six==1.17.0"], ["--pre"]))
        name = dependencies.save_to_file(".", "files/conda.yml")
        self.assertEqual(CondaDependencies(name).as_dict(), dependencies.as_dict())

    def test_registered_and_got(self) -> None:
        environment = AzureEnvironment("azure-vision")
        environment.python.conda_dependencies.add_pip_package("six==1.16.0")
        environment.python.conda_dependencies.set_python_version("3.11")
        self.assertEqual((environment.version, environment.register(self.ws).version), (None, "1"))
        got = AzureEnvironment.get(workspace=self.ws, name="azure-vision", version="1")
        self.assertEqual(list(got.python.conda_dependencies.pip_packages), ["six==1.16.0"])
        self.assertEqual(got.python.conda_dependencies.get_python_version(), "python=3.11")
        self.assertIn("azure-vision", AzureEnvironment.list(self.ws))
        self.assertEqual(got.clone("copy").name, "copy")
        with self.assertRaises(AzureMLException):
            AzureEnvironment.get(self.ws, "azure-vision", version="7")
        with self.assertRaisesRegex(UserErrorException, "Jobs run without Docker here"):
            AzureEnvironment.from_docker_image("x", "ubuntu")

    def test_saved_and_loaded(self) -> None:
        Path("environment.yml").write_text("dependencies:\n- python=3.11\n- pip:\n  - six\nvariables:\n  LEVEL: 3\n")
        environment = AzureEnvironment.from_conda_specification("vision", "environment.yml")
        environment.save_to_directory("saved")
        self.assertEqual(json.loads(Path("saved/azureml_environment.json").read_text())["environmentVariables"], {"LEVEL": "3"})
        loaded = AzureEnvironment.load_from_directory("saved")
        self.assertEqual((loaded.name, loaded.specification()), ("vision", environment.specification()))
        with self.assertRaisesRegex(UserErrorException, "overwrite=True"):
            environment.save_to_directory("saved")

    def test_job_runs_in_it(self) -> None:
        self.house.add("tiny")
        experiment = AzureExperiment(self.ws, "azure")
        environment = AzureEnvironment.from_pip_requirements("azure-tiny", self.requirements_file("tiny", "azureml-defaults"))
        environment.docker.enabled = True
        with self.assertWarnsRegex(UserWarning, "jobs run without Docker"):
            run = experiment.submit(AzureScriptRunConfig("source", "train.py", environment=environment))
        configuration = RunConfiguration()
        configuration.environment = environment.clone("other-name")
        other = experiment.submit(AzureScriptRunConfig("source", "train.py", run_config=configuration))
        for each in (run, other):
            each.wait_for_completion()
            self.assertIn("tiny 1.0\n", self.log(each))
        self.assertEqual(other.get_properties()["environmentName"], "other-name")
        self.assertEqual(other.get_environment().specification(), environment.specification())
        described = other.get_details()["runDefinition"]["environment"]
        self.assertEqual(described["name"], "other-name")
        self.assertIn({"pip": self.house.requirements("tiny", "azureml-defaults")}, described["python"]["condaDependencies"]["dependencies"])

    def test_job_without_one_names_none(self) -> None:
        run = AzureExperiment(self.ws, "azure").submit(AzureScriptRunConfig("source", command=["true"]))
        run.wait_for_completion()
        self.assertNotIn("environmentName", run.get_properties())
        with self.assertRaisesRegex(UserErrorException, "submitted without an environment"):
            run.get_environment()


if __name__ == "__main__":
    unittest.main()
