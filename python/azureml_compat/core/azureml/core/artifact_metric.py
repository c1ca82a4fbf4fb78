"""Metrics that are kept as artifacts: the address that get_metrics() gives, and what lies there."""

from __future__ import annotations

import json
from typing import Any

from runstead.connection import Connection, file_path_of

ORIGIN = "ExperimentRun"


class Artifact:
    """The content of a metric such as an image or a confusion matrix."""

    def __init__(self, data_location: str, path: str, data: bytes, metric_type: str) -> None:
        self.data_location = data_location
        self.filename = path
        self.path = path
        self.data = data
        self.metric_type = metric_type

    def convert_to_object(self) -> Any:
        """The document of a metric that is one; the artifact itself of a picture."""
        return self if self.metric_type == "image" else json.loads(self.data)

    def __repr__(self) -> str:
        return f"Artifact(data_location={self.data_location}, filename={self.filename}, metric_type={self.metric_type})"


def artifact_address(data_container_id: str, path: str) -> str:
    """The address of an artifact in azureml-core. What was logged by the real package is one already."""
    return path if path.startswith("aml://") else f"aml://artifactId/{ORIGIN}/{data_container_id}/{path}"


def read_artifact(connection: Connection, run_id: str, address: str, kind: str) -> Artifact:
    path = address.split("/", 5)[-1]
    with connection.stream("GET", file_path_of(run_id, "files", path)) as reply:
        return Artifact(address, path, reply.read(), kind)
