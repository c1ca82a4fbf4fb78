"""What every test of MLflow's client starts from: its address set, and plain requests beside it."""

import os
import uuid

os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
# Nothing of these tests is worth a word to anybody.
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
# MLflow asks another Python what a model needs, which takes longer than all else of a test; what it takes by default does as well.
os.environ["MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT"] = "1"

import mlflow
import pytest
from rest import Rest

# What mlflow-skinny 2 has not: logged models, traces on a server, prompts, workspaces, a store of its own, and libraries that log by
# themselves.
collect_ignore = (
    []
    if int(mlflow.__version__.split(".")[0]) > 2
    else [f"test_{name}.py" for name in ("evaluation_datasets", "import", "logged_models", "models_of_runs", "programs", "prompts", "traces", "webhooks", "workspaces")]
)


@pytest.fixture
def tracking(server):
    """The client of MLflow, pointed at the server as its users do it."""
    mlflow.set_tracking_uri(server.url)
    yield mlflow.MlflowClient(server.url)
    while mlflow.active_run():
        mlflow.end_run()


@pytest.fixture
def rest(server):
    return Rest(server.url)


@pytest.fixture
def experiment(tracking):
    """The id of an experiment of this test alone."""
    return tracking.create_experiment("test " + uuid.uuid4().hex)
