"""What a job's process gets: its command line and its environment variables."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from runstead.agent.job_folder import JobFolder
from runstead.agent.node_share import share_of, with_share
from runstead.agent.process_table import MARKER_VARIABLE

#: The folder with nothing but sitecustomize.py, through which a script finds azureml and runstead.
SCRIPT_PATH_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "script_path")

#: The folder that this agent was imported from. Scripts find it through the folder above, and only when they need it.
PACKAGE_FOLDER = os.path.dirname(os.path.dirname(os.path.dirname(SCRIPT_PATH_FOLDER)))

#: Settings of the agent, the server and the tool that started it; some are secrets, and none is the script's.
PRIVATE_PREFIXES = ("RUNSTEAD_", "AZUREML_", "npm_")


def command_of(definition: Mapping[str, Any]) -> list[str]:
    """Program and arguments: the script under its interpreter, else the command as it is."""
    arguments = definition.get("arguments") or []
    if definition.get("command"):
        return [*definition["command"], *arguments]
    return [definition.get("interpreter") or sys.executable, definition["script"], *arguments]


def environment_of(
    lease: Mapping[str, Any], folder: JobFolder, url: str, marker: str, trust: Mapping[str, str]
) -> dict[str, str]:
    """The environment of the process: what this agent has, what the job defines, and what tells the script its run."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(PRIVATE_PREFIXES)}
    environment = with_share({**own, **trust}, lease["definition"].get("environmentVariables") or {}, share_of(folder))
    environment["PYTHONPATH"] = _python_path(environment.get("PYTHONPATH", ""))
    environment["PYTHONUNBUFFERED"] = "1"
    environment[MARKER_VARIABLE] = marker
    return {**environment, **_mlflow_variables(lease, url), **_runstead_variables(lease, folder, url), **_azure_variables(lease, url)}


def _python_path(given: str) -> str:
    folders = [folder for folder in given.split(os.pathsep) if folder and folder != PACKAGE_FOLDER]
    return os.pathsep.join([SCRIPT_PATH_FOLDER, *folders])


def _runstead_variables(lease: Mapping[str, Any], folder: JobFolder, url: str) -> dict[str, str]:
    return {
        "RUNSTEAD_URL": url,
        "RUNSTEAD_WORKSPACE": lease["workspaceName"],
        "RUNSTEAD_TOKEN": lease["runToken"],
        "RUNSTEAD_RUN_ID": lease["runId"],
        "RUNSTEAD_EXPERIMENT_ID": lease["experimentId"],
        "RUNSTEAD_EXPERIMENT_NAME": lease["experimentName"],
        "RUNSTEAD_SPOOL": folder.spool,
    }


def _mlflow_variables(lease: Mapping[str, Any], url: str) -> dict[str, str]:
    """What a script logs with MLflow goes to the run of its job, unless the job says where else MLflow is."""
    if "MLFLOW_TRACKING_URI" in (lease["definition"].get("environmentVariables") or {}):
        return {}
    return {
        "MLFLOW_TRACKING_URI": url,
        "MLFLOW_TRACKING_TOKEN": lease["runToken"],
        "MLFLOW_EXPERIMENT_ID": lease["experimentId"],
        "MLFLOW_RUN_ID": lease["runId"],
    }


def _azure_variables(lease: Mapping[str, Any], url: str) -> dict[str, str]:
    return {
        "AZUREML_RUN_ID": lease["runId"],
        "AZUREML_RUN_TOKEN": lease["runToken"],
        "AZUREML_RUN_TOKEN_EXPIRY": lease["runTokenExpiryTime"],
        "AZUREML_ARM_SUBSCRIPTION": lease["subscriptionId"],
        "AZUREML_ARM_RESOURCEGROUP": lease["resourceGroup"],
        "AZUREML_ARM_WORKSPACE_NAME": lease["workspaceName"],
        "AZUREML_ARM_PROJECT_NAME": lease["experimentName"],
        "AZUREML_EXPERIMENT_ID": lease["experimentId"],
        "AZUREML_WORKSPACE_ID": lease["workspaceId"],
        "AZUREML_SERVICE_ENDPOINT": url,
        "AZUREML_DISCOVERY_SERVICE_ENDPOINT": f"{url}/discovery",
    }
