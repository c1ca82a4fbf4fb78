"""The command line and the environment that a job gets, and which of its files are results."""

from __future__ import annotations

import os
import sys
import tempfile
import unittest
from typing import Any
from unittest import mock

from runstead.agent.job_environment import PACKAGE_FOLDER, SCRIPT_PATH_FOLDER, command_of, environment_of
from runstead.agent.job_folder import JobFolder
from runstead.agent.results import find_results
from runstead.agent.snapshot_store import SnapshotDamaged, place_in

URL = "http://127.0.0.1:8155"


def lease(**definition: Any) -> dict[str, Any]:
    return {
        "runId": "diabetes_1",
        "fence": 1,
        "workspaceId": "0b8c6a0e",
        "workspaceName": "quickstart",
        "subscriptionId": "5e1f",
        "resourceGroup": "runstead",
        "experimentId": "7",
        "experimentName": "diabetes",
        "definition": definition,
        "secrets": [],
        "runToken": "header.body.signature",
        "runTokenExpiryTime": "2026-11-28T08:05:31.000000Z",
    }


class CommandTest(unittest.TestCase):
    def test_script_runs_under_the_interpreter_of_the_agent(self) -> None:
        command = command_of({"script": "train.py", "arguments": ["--alpha", "0.1"]})
        self.assertEqual(command, [sys.executable, "train.py", "--alpha", "0.1"])

    def test_script_runs_under_the_interpreter_that_it_names(self) -> None:
        self.assertEqual(command_of({"script": "train.py", "interpreter": "python3.9"}), ["python3.9", "train.py"])

    def test_command_runs_as_it_is(self) -> None:
        self.assertEqual(command_of({"command": ["make", "all"]}), ["make", "all"])


class EnvironmentTest(unittest.TestCase):
    def environment(self, outer: dict[str, str], **definition: Any) -> dict[str, str]:
        with mock.patch.dict(os.environ, outer, clear=True):
            return environment_of(lease(**definition), JobFolder("/node/jobs/diabetes_1/attempt-1"), URL, "mark", {})

    def test_whole_environment(self) -> None:
        environment = self.environment({"PATH": "/bin"}, environmentVariables={"SEED": "3"})
        self.assertEqual(
            environment,
            {
                "PATH": "/bin",
                "SEED": "3",
                "PYTHONPATH": SCRIPT_PATH_FOLDER,
                "PYTHONUNBUFFERED": "1",
                "RUNSTEAD_JOB_MARKER": "mark",
                "MLFLOW_TRACKING_URI": URL,
                "MLFLOW_TRACKING_TOKEN": "header.body.signature",
                "MLFLOW_EXPERIMENT_ID": "7",
                "MLFLOW_RUN_ID": "diabetes_1",
                "RUNSTEAD_URL": URL,
                "RUNSTEAD_WORKSPACE": "quickstart",
                "RUNSTEAD_TOKEN": "header.body.signature",
                "RUNSTEAD_RUN_ID": "diabetes_1",
                "RUNSTEAD_EXPERIMENT_ID": "7",
                "RUNSTEAD_EXPERIMENT_NAME": "diabetes",
                "RUNSTEAD_SPOOL": "/node/jobs/diabetes_1/attempt-1/spool",
                "AZUREML_RUN_ID": "diabetes_1",
                "AZUREML_RUN_TOKEN": "header.body.signature",
                "AZUREML_RUN_TOKEN_EXPIRY": "2026-11-28T08:05:31.000000Z",
                "AZUREML_ARM_SUBSCRIPTION": "5e1f",
                "AZUREML_ARM_RESOURCEGROUP": "runstead",
                "AZUREML_ARM_WORKSPACE_NAME": "quickstart",
                "AZUREML_ARM_PROJECT_NAME": "diabetes",
                "AZUREML_EXPERIMENT_ID": "7",
                "AZUREML_WORKSPACE_ID": "0b8c6a0e",
                "AZUREML_SERVICE_ENDPOINT": URL,
                "AZUREML_DISCOVERY_SERVICE_ENDPOINT": f"{URL}/discovery",
            },
        )

    def test_a_job_may_say_where_else_mlflow_is(self) -> None:
        environment = self.environment({}, environmentVariables={"MLFLOW_TRACKING_URI": "http://elsewhere"})
        self.assertEqual({name: value for name, value in environment.items() if name.startswith("MLFLOW_")}, {"MLFLOW_TRACKING_URI": "http://elsewhere"})

    def test_secrets_of_agent_server_and_tool_stay_with_them(self) -> None:
        outer = {"PATH": "/bin", "RUNSTEAD_DATABASE": "postgres://secret", "AZUREML_SP": "secret", "npm_config__auth": "secret"}
        self.assertNotIn("secret", str(self.environment(outer)))

    def test_python_path_of_the_job_comes_after_ours(self) -> None:
        environment = self.environment({"PYTHONPATH": "/outer"}, environmentVariables={"PYTHONPATH": "lib"})
        self.assertEqual(environment["PYTHONPATH"], f"{SCRIPT_PATH_FOLDER}{os.pathsep}lib")

    def test_folder_that_the_agent_was_started_from_does_not_come_before_the_packages_of_the_job(self) -> None:
        environment = self.environment({"PYTHONPATH": f"{PACKAGE_FOLDER}{os.pathsep}/outer"})
        self.assertEqual(environment["PYTHONPATH"], f"{SCRIPT_PATH_FOLDER}{os.pathsep}/outer")

    def test_job_cannot_take_the_place_of_another_run(self) -> None:
        environment = self.environment({}, environmentVariables={"RUNSTEAD_RUN_ID": "other"})
        self.assertEqual(environment["RUNSTEAD_RUN_ID"], "diabetes_1")


class ResultsTest(unittest.TestCase):
    def test_files_of_outputs_and_logs_and_links_that_stay_inside(self) -> None:
        with tempfile.TemporaryDirectory() as work:
            for name in ("outputs/model.pkl", "outputs/deep/er.txt", "logs/user.log", "train.py"):
                os.makedirs(os.path.dirname(os.path.join(work, name)), exist_ok=True)
                with open(os.path.join(work, name), "w", encoding="utf-8"):
                    pass
            os.symlink("model.pkl", os.path.join(work, "outputs/latest"))
            os.symlink("/etc/passwd", os.path.join(work, "outputs/passwd"))
            os.mkfifo(os.path.join(work, "outputs/pipe"))
            found = sorted(result.name for result in find_results(work))
        self.assertEqual(found, ["logs/user.log", "outputs/deep/er.txt", "outputs/latest", "outputs/model.pkl"])

    def test_job_that_removed_its_folders_has_no_results(self) -> None:
        self.assertEqual(list(find_results("/no/such/folder")), [])


class PlaceTest(unittest.TestCase):
    def test_file_of_a_snapshot_stays_in_the_working_directory(self) -> None:
        self.assertEqual(place_in("/work", "a/b.py"), "/work/a/b.py")
        for path in ("../b.py", "/etc/passwd", "a/../../b.py", ".", ""):
            with self.subTest(path), self.assertRaises(SnapshotDamaged):
                place_in("/work", path)


if __name__ == "__main__":
    unittest.main()
