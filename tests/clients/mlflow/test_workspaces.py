"""Workspaces by MLflow's own calls, which its clients have since MLflow 3."""

import uuid

import mlflow
import pytest
from mlflow.exceptions import MlflowException
from rest import assert_refused


def test_default_is_there_for_whatever_comes_first(fresh_server, monkeypatch):
    """Who asks a server for the first time may log a trace or a model, and name no experiment."""
    # Nor has another test named one.
    monkeypatch.setattr(mlflow.tracking.fluent, "_active_experiment_id", None)
    monkeypatch.delenv("MLFLOW_EXPERIMENT_ID", raising=False)
    for log in (log_trace, log_model):
        client = mlflow.MlflowClient(fresh_server().url)
        mlflow.set_tracking_uri(client.tracking_uri)
        log(client)
        assert client.get_experiment("0").name == "Default"


def log_trace(client):
    with mlflow.start_span("first"):
        pass
    mlflow.flush_trace_async_logging()
    assert len(client.search_traces(locations=["0"])) == 1


def log_model(client):
    made = client.create_logged_model("0", name="first")
    assert [model.model_id for model in client.search_logged_models(experiment_ids=["0"])] == [made.model_id]


def test_default_is_that_of_the_workspace(rest, tracking):
    assert tracking.get_experiment("0").name == "Default"
    made = mlflow.create_workspace("own-" + uuid.uuid4().hex[:8])
    within = {"X-MLFLOW-WORKSPACE": made.name}
    own = rest("GET", "experiments/get", params={"experiment_id": "0"}, headers=within).json()["experiment"]["experiment_id"]
    assert own != "0"
    run = rest("POST", "runs/create", {"experiment_id": "0"}, headers=within).json()["run"]["info"]
    assert run["experiment_id"] == own
    model = rest("POST", "logged-models", {"experiment_id": "0", "name": "m"}, headers=within).json()["model"]["info"]
    assert model["experiment_id"] == own
    found = rest("POST", "runs/search", {"experiment_ids": ["0"]}, headers=within).json()["runs"]
    assert [one["info"]["run_id"] for one in found] == [run["run_id"]]


def test_workspaces(rest, tracking):
    made = mlflow.create_workspace("made-" + uuid.uuid4().hex[:8], description="by a client")
    assert made.name in {one.name for one in mlflow.list_workspaces()}
    assert mlflow.get_workspace(made.name).description == "by a client"
    with pytest.raises(MlflowException) as caught:
        mlflow.create_workspace(made.name)
    assert caught.value.error_code == "RESOURCE_ALREADY_EXISTS"
    assert_refused(rest("GET", "/api/3.0/mlflow/workspaces/nowhere"), "RESOURCE_DOES_NOT_EXIST", status=404)
