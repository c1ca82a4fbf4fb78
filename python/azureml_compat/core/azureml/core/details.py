"""What Run.get_details() says: a run as azureml-core describes it."""

from __future__ import annotations

from typing import Any, Iterable, Mapping

from azureml.core.environment import Environment
from runstead.connection import Connection, file_path_of

#: Folders whose files are logs, whoever wrote them.
LOG_FOLDERS = ("azureml-logs/", "logs/", "user_logs/", "system_logs/")


def azureml_details(connection: Connection, run: Mapping[str, Any], files: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The details of a run; keys without a value are left out, as the real package does."""
    details = {
        "runId": run["id"],
        "target": run["target"],
        "status": run["status"],
        "startTimeUtc": run["startTime"],
        "endTimeUtc": run["endTime"],
        "services": {},
        "error": azureml_error(run["error"]),
        "warnings": None,
        "properties": azureml_properties(run),
        "inputDatasets": [],
        "outputDatasets": [],
        "runDefinition": _run_definition(run),
        "logFiles": {
            file["path"]: connection.url + file_path_of(run["id"], "files", file["path"])
            for file in files
            if file["kind"] == "log" or file["path"].startswith(LOG_FOLDERS)
        },
        "submittedBy": run["submittedBy"],
    }
    return {key: value for key, value in details.items() if value is not None}


def azureml_error(error: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if error is None:
        return None
    described = {"code": error["code"], "message": error["message"], "details": []}
    if error.get("details"):
        described["debugInfo"] = {"stackTrace": error["details"]}
    return {"error": described}


def azureml_properties(run: Mapping[str, Any]) -> dict[str, str]:
    """The properties, with the snapshot under the key by which azureml-core knows it."""
    snapshot = {"ContentSnapshotId": run["snapshotId"]} if run.get("snapshotId") else {}
    return {**snapshot, **run["properties"]}


def _environment_of(job: Mapping[str, Any]) -> dict[str, Any]:
    environment = Environment._of_job(job)
    if environment is not None:
        return environment._as_definition()
    return {"python": {"interpreterPath": job.get("interpreter", "python"), "userManagedDependencies": True}}


#: Framework and communicator as a run configuration has them, with the section that holds the counts.
_DISTRIBUTIONS = {"mpi": ("Python", "OpenMpi"), "pytorch": ("PyTorch", "Nccl"), "tensorflow": ("TensorFlow", "ParameterServer")}


def _distribution(job: Mapping[str, Any]) -> dict[str, Any]:
    """How the processes of a job find one another."""
    distribution = dict(job.get("distribution") or {})
    kind = distribution.pop("type", None)
    framework, communicator = _DISTRIBUTIONS.get(str(kind), ("Python", "None"))
    counts = {} if kind is None else {str(kind): distribution}
    return {"framework": framework, "communicator": communicator, **counts}


def _run_definition(run: Mapping[str, Any]) -> dict[str, Any] | None:
    job = run.get("job")
    if job is None:
        return None
    return {
        "script": job.get("script"),
        "command": job.get("command", ""),
        "arguments": job.get("arguments", []),
        "target": job.get("target", run["target"]),
        **_distribution(job),
        "nodeCount": job.get("nodeCount", 1),
        "priority": job.get("priority"),
        "maxRunDurationSeconds": job.get("maxRunDurationSeconds"),
        "environmentVariables": job.get("environmentVariables", {}),
        "environment": _environment_of(job),
        "history": {"outputCollection": True, "snapshotProject": True, "directoriesToWatch": ["logs"]},
    }
