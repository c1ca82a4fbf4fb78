"""Workspaces by MLflow's own calls, which its clients have since MLflow 3."""

import uuid

import mlflow
import pytest
from mlflow.exceptions import MlflowException
from rest import assert_refused


def test_workspaces(rest, tracking):
    made = mlflow.create_workspace("made-" + uuid.uuid4().hex[:8], description="by a client")
    assert made.name in {one.name for one in mlflow.list_workspaces()}
    assert mlflow.get_workspace(made.name).description == "by a client"
    with pytest.raises(MlflowException) as caught:
        mlflow.create_workspace(made.name)
    assert caught.value.error_code == "RESOURCE_ALREADY_EXISTS"
    assert_refused(rest("GET", "/api/3.0/mlflow/workspaces/nowhere"), "RESOURCE_DOES_NOT_EXIST", status=404)
