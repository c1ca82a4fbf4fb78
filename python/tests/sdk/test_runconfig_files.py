"""RunConfiguration.save() and load(): round trips, files of the real SDK, and what cannot be read."""

from __future__ import annotations

import os
import sys
import tempfile
import unittest
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "azureml_compat" / "core"))

from azureml.core.conda_dependencies import CondaDependencies  # noqa: E402
from azureml.core.runconfig import (  # noqa: E402
    MpiConfiguration,
    PyTorchConfiguration,
    RunConfiguration,
    TensorflowConfiguration,
)
from azureml.exceptions import UserErrorException  # noqa: E402

from runstead.node_loss import NodeLoss  # noqa: E402
from tests.support import REPOSITORY  # noqa: E402

#: As azureml-core 1.x writes it, shortened.
REAL = """\
# The script to run.
script: train.py
# The arguments to the script file.
arguments: []
# The name of the compute target to use for this run.
target: cpu-cluster
framework: Python
communicator: None
autoPrepareEnvironment: true
maxRunDurationSeconds:
nodeCount: 1
environment:
  name: my env
  version:
  environmentVariables:
    EXAMPLE_ENV_VAR: EXAMPLE_VALUE
  python:
    userManagedDependencies: false
    interpreterPath: python
    condaDependenciesFile:
    condaDependencies:
      channels:
      - anaconda
      dependencies:
      - python=3.6.2
      - pip:
        - azureml-defaults
  docker:
    enabled: true
    baseImage: mcr.microsoft.com/azureml/base:intelmpi2018.3-ubuntu16.04
history:
  outputCollection: true
spark:
  configuration:
    spark.app.name: Azure ML Experiment
mpi:
  processCountPerNode: 1
dataReferences: {}
sourceDirectoryDataStore:
"""


class RunConfigurationFiles(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name: str, text: str) -> None:
        path = Path(self.folder, ".azureml", name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def full(self) -> RunConfiguration:
        dependencies = CondaDependencies.create(pip_packages=["scikit-learn==1.5.2"], python_version="3.11")
        config = RunConfiguration("train.py", ["--alpha", 0.5, "two words", ""], conda_dependencies=dependencies)
        config.target = "cpu-cluster"
        config.priority = 7
        config.max_run_duration_seconds = 3600
        config.environment_variables = {"LEVEL": "3"}
        config.environment.name = "sklearn"
        config.node_loss = NodeLoss("requeue", requeues_max=5)
        return config

    def assert_same(self, one: RunConfiguration, other: RunConfiguration) -> None:
        for name in ("script", "arguments", "target", "priority", "max_run_duration_seconds", "environment_variables", "framework"):
            self.assertEqual(getattr(one, name), getattr(other, name), name)
        self.assertEqual(one.environment.name, other.environment.name)
        self.assertEqual(one.environment.specification(), other.environment.specification())
        self.assertEqual(one.node_loss.definition(), other.node_loss.definition())

    def test_what_becomes_of_a_lost_node_is_checked(self) -> None:
        self.write("lost.runconfig", "script: train.py\nnodeLoss:\n  action: retry\n")
        with self.assertRaisesRegex(UserErrorException, "one of fail, requeue, not 'retry'"):
            RunConfiguration.load(self.folder, "lost")
        self.write("lost.runconfig", "script: train.py\nnodeLoss:\n  action: requeue\n  often: 3\n")
        with self.assertRaisesRegex(UserErrorException, "nodeLoss has no often"):
            RunConfiguration.load(self.folder, "lost")

    def test_what_is_saved_loads_again(self) -> None:
        path = self.full().save(self.folder, "sklearn")
        self.assertEqual(path, os.path.join(self.folder, ".azureml", "sklearn.runconfig"))
        self.assert_same(RunConfiguration.load(self.folder, "sklearn"), self.full())
        self.assert_same(RunConfiguration.load(self.folder, "sklearn.runconfig"), self.full())
        self.assert_same(RunConfiguration.load(path), self.full())

    def test_how_processes_find_one_another_is_kept(self) -> None:
        for asked in (MpiConfiguration(3, node_count=2), PyTorchConfiguration("Gloo", 8, node_count=4), TensorflowConfiguration(2, 1)):
            with self.subTest(asked):
                config = self.full()
                config.distributed_job_config = asked
                config.save(self.folder, "several")
                loaded = RunConfiguration.load(self.folder, "several").distributed_job_config
                self.assertEqual((loaded.node_count, loaded.distribution()), (asked.node_count, asked.distribution()))

    def test_packages_in_a_file_of_their_own(self) -> None:
        path = self.full().save(self.folder, name="sklearn", separate_environment_yaml=True)
        self.assertIn("condaDependenciesFile: .azureml/environment.yml\n", Path(path).read_text(encoding="utf-8"))
        self.assertIn("- scikit-learn==1.5.2", Path(self.folder, ".azureml", "environment.yml").read_text(encoding="utf-8"))
        self.assert_same(RunConfiguration.load(self.folder, "sklearn"), self.full())

    def test_a_user_managed_environment(self) -> None:
        config = RunConfiguration("train.py")
        config.environment.python.user_managed_dependencies = True
        config.environment.python.interpreter_path = "/opt/venv/bin/python"
        config.save(os.path.join(self.folder, "mine.runconfig"))
        loaded = RunConfiguration.load(os.path.join(self.folder, "mine.runconfig"))
        self.assertEqual(loaded.environment.specification(), {"userManaged": True, "interpreterPath": "/opt/venv/bin/python"})

    def test_a_file_of_the_real_sdk(self) -> None:
        self.write("real.runconfig", REAL)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            config = RunConfiguration.load(self.folder, "real")
        self.assertEqual((config.script, config.target, config.environment.name), ("train.py", "cpu-cluster", "my env"))
        self.assertEqual(
            config.environment.specification(),
            {
                "condaPackages": ["python=3.6.2"],
                "condaChannels": ["anaconda"],
                "pipRequirements": ["azureml-defaults"],
                "environmentVariables": {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE"},
            },
        )
        self.assertTrue(config.environment.docker.is_asked_for)

    def test_a_whole_file_of_azureml_core_is_read_without_a_remark(self) -> None:
        real = REPOSITORY / "packages/cli/src/testing/azureml-core-1.61.0.runconfig"
        self.write("whole.runconfig", real.read_text(encoding="utf-8"))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            config = RunConfiguration.load(self.folder, "whole")
        self.assertEqual((config.script, config.target), ("train.py", "local"))
        self.assertFalse(config.environment.docker.is_asked_for)

    def test_what_is_not_used_is_named(self) -> None:
        self.write("odd.runconfig", "script: train.py\ncolour: red\ndata:\n  mnist: {}\nenvironment:\n  shape: round\n")
        with self.assertWarnsRegex(UserWarning, r"odd\.runconfig: not used here: colour, data, environment\.shape\."):
            RunConfiguration.load(self.folder, "odd")

    def test_what_cannot_be_read_is_refused_with_its_place(self) -> None:
        for text, message in (
            ("script: train.py\narguments: [a, b\n", r"bad\.runconfig:2:12: this \"\[\" is never closed"),
            ("script: train.py\n  target: x\n", r"bad\.runconfig:2:3: this is indented further"),
            ("arguments: --alpha\n", r"bad\.runconfig: arguments cannot be '--alpha'\."),
            ("environment: python\n", r"environment is a group of fields, not 'python'"),
            ("- script\n", r"the file is a group of fields"),
        ):
            self.write("bad.runconfig", text)
            with self.subTest(text=text), self.assertRaisesRegex(UserErrorException, message):
                RunConfiguration.load(self.folder, "bad")

    def test_names_that_there_are_not(self) -> None:
        self.write("sklearn.runconfig", "script: train.py\n")
        with self.assertRaisesRegex(UserErrorException, r"no run configuration 'sklern' .* There is: sklearn\."):
            RunConfiguration.load(self.folder, "sklern")
        with self.assertRaisesRegex(UserErrorException, "Under which name"):
            RunConfiguration().save(self.folder)


if __name__ == "__main__":
    unittest.main()
